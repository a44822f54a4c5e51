"""The names an account bore lately."""

from __future__ import annotations

from ombud.base.clock import DAY, Micros

HORIZON = 7 * DAY
"""How far back a renaming is seen."""

_MOST = 4
_SWEEP = 100_000


class Names:
    """The last few names of every account seen in the last seven days; about 300 bytes an account."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[tuple[str, Micros], ...]] = {}
        self._until_sweep = _SWEEP

    def observe(self, account: str, name: str, at: Micros) -> None:
        """Take note that an account bears a name at an instant; instants do not go back."""
        had = self._seen.get(account, ())
        if len(had) == 1 and had[0][0] == name:
            self._seen[account] = ((had[0][0], at),)
        else:
            kept = tuple(item for item in had if item[0] != name and item[1] > at - HORIZON)
            self._seen[account] = ((name, at), *kept[: _MOST - 1])
        self._until_sweep -= 1
        if not self._until_sweep:
            self._sweep(at)

    def before(self, account: str, name: str, at: Micros) -> list[str]:
        """Return other names the account bore in the last seven days, the latest first."""
        had = self._seen.get(account, ())
        return [other for other, seen in had if other != name and seen > at - HORIZON]

    def _sweep(self, now: Micros) -> None:
        self._seen = {account: had for account, had in self._seen.items() if had[0][1] > now - HORIZON}
        self._until_sweep = max(_SWEEP, len(self._seen))
