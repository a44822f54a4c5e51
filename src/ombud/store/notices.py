"""Notices and the corrections they ask for; a text never changes once it is written."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select, update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.life import corrections, notices
from ombud.store.transaction import Tx


class Notice(msgspec.Struct, frozen=True):
    """What somebody is told. ``receipt`` is the digest of the code that opens it.

    ``announces`` names the measures it speaks of, as ``,disable,posting_pause,``; no other
    measure can refer to it. ``delivered_at`` is set when it has been handed over.
    """

    n: int
    id: str
    decision_id: str
    kind: str
    role: str
    recipient: str
    language: str
    title: str
    body: str
    announces: str
    at: Micros
    receipt: bytes
    appeal_until: Micros | None
    delivered_at: Micros | None
    salt: bytes | None


class Correction(msgspec.Struct, frozen=True):
    """What a notice asks to correct: hours from delivery, whether it is forgiven, what came of it."""

    notice_id: str
    decision_id: str
    hours: int
    free: bool
    due_at: Micros | None = None
    outcome: str | None = None
    outcome_at: Micros | None = None
    judged_by: str | None = None
    reasons: str | None = None


def next_number(tx: Tx) -> int:
    """Return the number of the next notice."""
    return tx.next_number(notices)


def add(tx: Tx, row: Notice) -> None:
    """Keep a notice."""
    rows.add(tx, notices, row)


def get(tx: Tx, notice_id: str) -> Notice | None:
    """Return a notice."""
    return rows.one(tx, notices, Notice, notices.c.id == notice_id)


def by_receipt(tx: Tx, digest: bytes) -> Notice | None:
    """Return the notice that a receipt code opens."""
    return rows.one(tx, notices, Notice, notices.c.receipt == digest)


def of_decision(tx: Tx, decision_id: str) -> list[Notice]:
    """Return a decision's notices in order."""
    return rows.every(tx, notices, Notice, notices.c.decision_id == decision_id, order=[notices.c.n])


def count(tx: Tx, decision_id: str) -> int:
    """Return how many notices a decision has."""
    wanted = select(func.count()).select_from(notices).where(notices.c.decision_id == decision_id)
    return int(tx.run(wanted).scalar_one())


def page(tx: Tx, *, after: int = 0, limit: int = 100, **equal: str | None) -> list[Notice]:
    """Return notices numbered above ``after`` that match the filters, in order."""
    where = [notices.c[name] == value for name, value in equal.items() if value is not None]
    return rows.every(tx, notices, Notice, notices.c.n > after, *where, order=[notices.c.n], limit=limit)


def delivered(tx: Tx, notice_id: str, at: Micros) -> None:
    """Note the first delivery; the time to correct runs from it."""
    once = notices.c.delivered_at.is_(None)
    tx.run(update(notices).where(notices.c.id == notice_id, once).values(delivered_at=at))
    found = correction_of(tx, notice_id)
    if found is not None and found.due_at is None:
        due = at + found.hours * 3_600_000_000
        tx.run(update(corrections).where(corrections.c.notice_id == notice_id).values(due_at=due))


def ask_correction(tx: Tx, row: Correction) -> None:
    """Keep what is to be corrected."""
    rows.add(tx, corrections, row)


def correction_of(tx: Tx, notice_id: str) -> Correction | None:
    """Return what a notice asks to correct."""
    return rows.one(tx, corrections, Correction, corrections.c.notice_id == notice_id)


def correction_judged(tx: Tx, notice_id: str, outcome: str, at: Micros, judged_by: str, reasons: str) -> None:
    """Write down whether it was corrected."""
    values = {"outcome": outcome, "outcome_at": at, "judged_by": judged_by, "reasons": reasons}
    tx.run(update(corrections).where(corrections.c.notice_id == notice_id).values(**values))


def corrections_due(tx: Tx, now: Micros, limit: int = 1_000) -> list[Correction]:
    """Return corrections whose time is over and that no person has looked at."""
    c = corrections.c
    where = (c.outcome.is_(None), c.due_at.is_not(None), c.due_at <= now)
    return rows.every(tx, corrections, Correction, *where, order=[c.due_at], limit=limit)
