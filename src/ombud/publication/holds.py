"""Placing and lifting holds on erasure: a reason, a scope, an end, and two people."""

from __future__ import annotations

from ombud.base.clock import DAY, Micros, format_time
from ombud.cases import roles
from ombud.cases.entry import digest, enter, name, new_salt
from ombud.cases.errors import refuse, text
from ombud.store import Tx, holds

LONGEST: Micros = 366 * DAY
"""A hold ends; a longer need is said again, by two people, with its reason."""

MAY: tuple[roles.Role, ...] = ("operator", "reviewer", "appeal_reviewer")


def place(
    tx: Tx,
    kind: str,
    scope: str,
    *,
    reason: str,
    ends_at: Micros,
    by: str,
    second: str,
    at: Micros,
) -> holds.Hold:
    """Keep an account, an event or a case from being erased until an instant.

    Raises:
        CaseError: ``record/hold-needs-two``, ``record/hold-end``, ``record/no-such-case``,
            ``record/hold-reason``, ``cases/no-such-person``, ``cases/wrong-role``.
    """
    roles.acting(tx, by, *MAY)
    roles.require(tx, second, *MAY)
    if by == second:
        raise refuse("record/hold-needs-two", "a hold needs two people", "name another one with --second")
    if not at < ends_at <= at + LONGEST:
        raise refuse("record/hold-end", "a hold ends within a year, and not in the past", "give --until")
    if kind == holds.CASE and not holds.known_cases(tx, {scope}):
        raise refuse("record/no-such-case", f"there is no case {scope[:80]!r}", "ombud case list")
    words = text(reason, "the reason", 2_000, code="record/hold-reason")
    number, salt = holds.next_number(tx), new_salt()
    hold = holds.Hold(number, name(tx, "h", str(number)), kind, scope, words, at, ends_at, by, second, salt)
    holds.add(tx, hold)
    private = {"scope": scope, "reason": words, "by": by, "second": second}
    figures = {"hold": hold.id, "of": kind, "ends_at": format_time(ends_at), "digest": digest(salt, private)}
    enter(tx, "hold", figures, at)
    return hold


def lift(tx: Tx, hold_id: str, *, by: str, at: Micros) -> holds.Hold:
    """End a hold before its time.

    Raises:
        CaseError: ``record/no-such-hold``, ``record/hold-over``, and as for roles.
    """
    roles.acting(tx, by, *MAY)
    hold = holds.get(tx, hold_id)
    if hold is None:
        raise refuse("record/no-such-hold", f"there is no hold {hold_id[:80]!r}", "ombud hold list")
    if hold.lifted_at is not None or hold.ends_at <= at:
        raise refuse("record/hold-over", f"the hold {hold_id} is over already")
    holds.lift(tx, hold_id, by, at)
    enter(tx, "hold-lifted", {"hold": hold_id}, at)
    return hold
