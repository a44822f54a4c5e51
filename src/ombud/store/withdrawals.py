"""Decisions that were taken back without an appeal.

With their cluster, a fact-check or the finding; after a dispute outside, or by the house itself.
"""

from __future__ import annotations

import msgspec

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.wider import withdrawals
from ombud.store.transaction import Tx


class Withdrawal(msgspec.Struct, frozen=True):
    """A decision was taken back, by ``withdrawn_by``, or (``None``) by a withdrawn fact-check or an edit."""

    decision_id: str
    notice_id: str
    at: Micros
    ground: str
    withdrawn_by: str | None


def add(tx: Tx, row: Withdrawal) -> None:
    """Keep that a decision was taken back, after the notice that says so."""
    rows.add(tx, withdrawals, row)


def of_decision(tx: Tx, decision_id: str) -> Withdrawal | None:
    """Return the withdrawal of a decision."""
    return rows.one(tx, withdrawals, Withdrawal, withdrawals.c.decision_id == decision_id)
