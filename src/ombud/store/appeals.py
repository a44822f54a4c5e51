"""Appeals: one a notice, answered once."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.life import appeals
from ombud.store.transaction import Tx


class Appeal(msgspec.Struct, frozen=True):
    """A request to look again. ``late_at`` = when it was found to be overdue."""

    n: int
    id: str
    notice_id: str
    decision_id: str
    at: Micros
    representative: str | None
    text: str
    files: Any
    due_at: Micros
    salt: bytes | None
    late_at: Micros | None = None
    outcome: str | None = None
    decided_at: Micros | None = None
    judged_by: str | None = None
    reasons: str | None = None
    answer_notice: str | None = None
    replaced_by: str | None = None


def next_number(tx: Tx) -> int:
    """Return the number of the next appeal."""
    return tx.next_number(appeals)


def add(tx: Tx, row: Appeal) -> None:
    """Keep an appeal."""
    rows.add(tx, appeals, row)


def get(tx: Tx, appeal_id: str) -> Appeal | None:
    """Return an appeal."""
    return rows.one(tx, appeals, Appeal, appeals.c.id == appeal_id)


def of_notice(tx: Tx, notice_id: str) -> Appeal | None:
    """Return the appeal against a notice."""
    return rows.one(tx, appeals, Appeal, appeals.c.notice_id == notice_id)


def of_decision(tx: Tx, decision_id: str) -> list[Appeal]:
    """Return the appeals against a decision (by the person, and by reporters)."""
    return rows.every(tx, appeals, Appeal, appeals.c.decision_id == decision_id, order=[appeals.c.n])


def page(tx: Tx, *, open_only: bool = True, after: int = 0, limit: int = 100) -> list[Appeal]:
    """Return appeals, those without an answer by their due time, or all by number."""
    c = appeals.c
    if open_only:
        return rows.every(tx, appeals, Appeal, c.outcome.is_(None), order=[c.due_at, c.n], limit=limit)
    return rows.every(tx, appeals, Appeal, c.n > after, order=[c.n], limit=limit)


def overdue(tx: Tx, now: Micros, limit: int = 1_000) -> list[Appeal]:
    """Return open appeals whose time is over and that were not marked as late."""
    c = appeals.c
    where = (c.outcome.is_(None), c.late_at.is_(None), c.due_at <= now)
    return rows.every(tx, appeals, Appeal, *where, order=[c.due_at, c.n], limit=limit)


def late(tx: Tx, appeal_id: str, at: Micros) -> None:
    """Mark an appeal as late."""
    tx.run(update(appeals).where(appeals.c.id == appeal_id).values(late_at=at))


def answer(tx: Tx, appeal_id: str, **values: Any) -> None:
    """Write the answer: outcome, decided_at, judged_by, reasons, answer_notice, replaced_by."""
    tx.run(update(appeals).where(appeals.c.id == appeal_id, appeals.c.outcome.is_(None)).values(**values))
