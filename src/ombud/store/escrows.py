"""How the keeping of an item's income ends: paid out, refunded, or kept on under another measure."""

from __future__ import annotations

import msgspec
from sqlalchemy import select, update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.measures import Measure
from ombud.store.tables.life import measures
from ombud.store.tables.outside import escrow_ends
from ombud.store.transaction import Tx

KIND = "escrow"
PAID_OUT, REFUNDED, CARRIED_OVER = "paid_out", "refunded", "carried_over"


class End(msgspec.Struct, frozen=True):
    """The end of an escrow: whether somebody decided to refund, and what came of it."""

    measure_id: str
    refund_at: Micros | None = None
    refund_by: str | None = None
    refund_notice: str | None = None
    reasons: str | None = None
    salt: bytes | None = None
    outcome: str | None = None
    outcome_at: Micros | None = None
    outcome_notice: str | None = None


def get(tx: Tx, measure_id: str) -> End | None:
    """Return what is known of an escrow's end."""
    return rows.one(tx, escrow_ends, End, escrow_ends.c.measure_id == measure_id)


def add(tx: Tx, row: End) -> None:
    """Keep that a refund was decided."""
    rows.add(tx, escrow_ends, row)


def settle(tx: Tx, measure_id: str, outcome: str, at: Micros, notice_id: str) -> bool:
    """Note the outcome; return whether there was none before."""
    before = get(tx, measure_id)
    values = {"outcome": outcome, "outcome_at": at, "outcome_notice": notice_id}
    if before is None:
        rows.add(tx, escrow_ends, End(measure_id, **values))  # type: ignore[arg-type]
    elif before.outcome is None:
        tx.run(update(escrow_ends).where(escrow_ends.c.measure_id == measure_id).values(**values))
    return before is None or before.outcome is None


def another(tx: Tx, row: Measure, now: Micros) -> bool:
    """Say whether another measure keeps the same item's income now, so that the money stays."""
    m = measures.c
    same = (m.kind == KIND, m.id != row.id, m.account == row.account, m.subject_kind == row.subject_kind)
    runs = (m.reversed_at.is_(None), m.ended_at.is_(None), m.starts_at <= now, m.ends_at > now)
    return tx.run(select(m.n).where(*same, m.subject == row.subject, *runs).limit(1)).first() is not None


def page(tx: Tx, *, open_only: bool = True, limit: int = 100) -> list[Measure]:
    """Return escrows by their end; ``open_only`` = only those whose money has gone nowhere yet."""
    m = measures.c
    where = [m.kind == KIND]
    if open_only:
        settled = select(escrow_ends.c.measure_id).where(escrow_ends.c.outcome.is_not(None))
        where.append(m.id.not_in(settled))
    return rows.every(tx, measures, Measure, *where, order=[m.ends_at, m.n], limit=limit)


def unsettled(tx: Tx, *, after: int = 0, limit: int = 1_000) -> list[Measure]:
    """Return escrows numbered above ``after`` whose end was entered and whose money has gone nowhere yet."""
    m, e = measures.c, escrow_ends.c
    settled = select(e.measure_id).where(e.outcome.is_not(None))
    where = (m.n > after, m.kind == KIND, m.ended_at.is_not(None), m.reversed_at.is_(None))
    return rows.every(tx, measures, Measure, *where, m.id.not_in(settled), order=[m.n], limit=limit)
