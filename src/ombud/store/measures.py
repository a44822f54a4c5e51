"""Measures: written once with their notice; after that they can only rest, end, or be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import func, select, update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.life import measures, suspensions
from ombud.store.transaction import Tx, chunks


class Measure(msgspec.Struct, frozen=True):
    """A measure. ``needs_points`` = the points that allowed it, 0 where it needs none.

    ``ended_at`` says when its end was entered in the ledger; whether it is in effect follows
    from the instants alone (``ombud.measures.effect``).
    """

    n: int
    id: str
    notice_id: str
    decision_id: str
    kind: str
    account: str
    subject_kind: str
    subject: str
    territory: str
    at: Micros
    starts_at: Micros
    ends_at: Micros | None
    needs_points: int
    details: Any
    reversed_at: Micros | None = None
    reversed_notice: str | None = None
    ended_at: Micros | None = None


class Suspension(msgspec.Struct, frozen=True):
    """A stretch in which a measure rests; ``why`` is ``appeal`` or ``late``."""

    measure_id: str
    n: int
    since: Micros
    until: Micros | None
    why: str


def next_number(tx: Tx) -> int:
    """Return the number of the next measure."""
    return tx.next_number(measures)


def add_many(tx: Tx, new: Sequence[Measure]) -> None:
    """Keep measures, right after their notice and its place in the outbox."""
    for row in new:
        rows.add(tx, measures, row)


def get(tx: Tx, measure_id: str) -> Measure | None:
    """Return a measure."""
    return rows.one(tx, measures, Measure, measures.c.id == measure_id)


def of_decision(tx: Tx, decision_id: str) -> list[Measure]:
    """Return a decision's measures in order."""
    return rows.every(tx, measures, Measure, measures.c.decision_id == decision_id, order=[measures.c.n])


def of_account(tx: Tx, account: str) -> list[Measure]:
    """Return every measure that concerns somebody, in order."""
    return rows.every(tx, measures, Measure, measures.c.account == account, order=[measures.c.n])


def suspensions_of(tx: Tx, measure_id: str) -> list[Suspension]:
    """Return when a measure rested."""
    c = suspensions.c
    return rows.every(tx, suspensions, Suspension, c.measure_id == measure_id, order=[c.n])


def suspend(tx: Tx, measure_id: str, since: Micros, why: str) -> None:
    """Let a measure rest from now on; nothing happens when it rests already for this reason."""
    before = suspensions_of(tx, measure_id)
    if any(each.until is None and each.why == why for each in before):
        return
    rows.add(tx, suspensions, Suspension(measure_id, len(before) + 1, since, None, why))


def resume(tx: Tx, measure_id: str, until: Micros) -> None:
    """End every rest of a measure."""
    c = suspensions.c
    for each in suspensions_of(tx, measure_id):
        if each.until is None:
            key = (c.measure_id == measure_id, c.n == each.n)
            tx.run(update(suspensions).where(*key).values(until=max(until, each.since)))


def undo(tx: Tx, ids: Sequence[str], at: Micros, notice_id: str) -> None:
    """Undo measures for good; the notice tells the person."""
    for some in chunks(ids):
        still = measures.c.id.in_(some) & measures.c.reversed_at.is_(None)
        tx.run(update(measures).where(still).values(reversed_at=at, reversed_notice=notice_id))


def over(tx: Tx, now: Micros, limit: int = 5_000) -> list[Measure]:
    """Return measures whose end has come and is not entered yet."""
    c = measures.c
    where = (c.ended_at.is_(None), c.reversed_at.is_(None), c.ends_at.is_not(None), c.ends_at <= now)
    return rows.every(tx, measures, Measure, *where, order=[c.ends_at, c.n], limit=limit)


def note_ends(tx: Tx, ids: Sequence[str], at: Micros) -> None:
    """Note that the ends were entered in the ledger."""
    for some in chunks(ids):
        tx.run(update(measures).where(measures.c.id.in_(some)).values(ended_at=at))


def count_between(tx: Tx, since: Micros, until: Micros) -> dict[str, int]:
    """Return how many measures of each kind a stretch of time has seen."""
    c = measures.c
    wanted = select(c.kind, func.count()).where(c.at >= since, c.at < until).group_by(c.kind)
    return {str(row[0]): int(row[1]) for row in tx.run(wanted)}
