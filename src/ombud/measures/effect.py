"""In effect is a predicate on time: nothing switches a measure on or off but the instant itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ombud.base.clock import Micros


@dataclass(frozen=True, slots=True)
class Span:
    """When a measure holds.

    Attributes:
        starts_at: from this instant on.
        ends_at: up to this instant, without it; ``None`` = until it is undone.
        reversed_at: undone from this instant on.
        suspended: (from, until) during which it rests; ``None`` = until something ends it.
    """

    starts_at: Micros
    ends_at: Micros | None = None
    reversed_at: Micros | None = None
    suspended: tuple[tuple[Micros, Micros | None], ...] = ()

    @property
    def over_at(self) -> Micros | None:
        """Return the instant at which it ends for good, or ``None``."""
        ends = [end for end in (self.ends_at, self.reversed_at) if end is not None]
        return min(ends, default=None)


def in_effect(span: Span, now: Micros) -> bool:
    """Say whether the measure holds at ``now``."""
    if now < span.starts_at or (span.over_at is not None and now >= span.over_at):
        return False
    return not resting(span.suspended, now)


def resting(suspended: Iterable[tuple[Micros, Micros | None]], now: Micros) -> bool:
    """Say whether ``now`` lies in one of the intervals."""
    return any(since <= now and (until is None or now < until) for since, until in suspended)
