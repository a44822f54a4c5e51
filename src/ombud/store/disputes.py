"""Disputes before a body outside the house (DSA Article 21): what it said, and whether we followed."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.outside import disputes
from ombud.store.transaction import Tx

TO_ANSWER = ("overturned", "settled")
"""What a body may say that waits for our answer."""


class Dispute(msgspec.Struct, frozen=True):
    """A dispute about a notice.

    ``brought_at`` and ``decided_at`` are the body's own dates; ``at`` and ``outcome_at`` say when
    they were written down here. ``implemented`` is ``None`` until somebody answered.
    """

    n: int
    id: str
    notice_id: str
    decision_id: str
    at: Micros
    brought_at: Micros
    body: str
    reference: str
    recorded_by: str
    salt: bytes | None
    outcome: str | None = None
    decided_at: Micros | None = None
    outcome_at: Micros | None = None
    outcome_by: str | None = None
    words: str | None = None
    implemented: bool | None = None
    answered_at: Micros | None = None
    answered_by: str | None = None
    reasons: str | None = None
    answer_notice: str | None = None


def next_number(tx: Tx) -> int:
    """Return the number of the next dispute."""
    return tx.next_number(disputes)


def add(tx: Tx, row: Dispute) -> None:
    """Keep a dispute."""
    rows.add(tx, disputes, row)


def get(tx: Tx, dispute_id: str) -> Dispute | None:
    """Return a dispute."""
    return rows.one(tx, disputes, Dispute, disputes.c.id == dispute_id)


def of_decision(tx: Tx, decision_id: str) -> list[Dispute]:
    """Return the disputes about a decision in order."""
    return rows.every(tx, disputes, Dispute, disputes.c.decision_id == decision_id, order=[disputes.c.n])


def waits(row: Dispute) -> bool:
    """Say whether a dispute waits for the body, or for us to carry out or decline what it said."""
    return row.outcome is None or (row.outcome in TO_ANSWER and row.implemented is None)


def page(tx: Tx, *, open_only: bool = True, limit: int = 100) -> list[Dispute]:
    """Return disputes, the newest first; ``open_only`` = those that wait for the body or for us."""
    d = disputes.c
    open_ = d.outcome.is_(None) | (d.outcome.in_(TO_ANSWER) & d.implemented.is_(None))
    return rows.every(tx, disputes, Dispute, *([open_] if open_only else []), order=[d.n.desc()], limit=limit)


def change(tx: Tx, dispute_id: str, **values: Any) -> None:
    """Write down the outcome, or the answer to it; each once."""
    tx.run(update(disputes).where(disputes.c.id == dispute_id).values(**values))
