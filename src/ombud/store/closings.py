"""Reviews of closed accounts, after twelve months and again after each that kept the closing."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.measures import Measure
from ombud.store.tables.life import measures
from ombud.store.tables.wider import closing_reviews
from ombud.store.transaction import Tx


class Review(msgspec.Struct, frozen=True):
    """A person looked at a closing again: ``kept`` or ``reopened``. The reasons stand in the notice."""

    n: int
    measure_id: str
    at: Micros
    reviewed_by: str
    outcome: str
    notice_id: str


def next_number(tx: Tx) -> int:
    """Return the number of the next review."""
    return tx.next_number(closing_reviews)


def add(tx: Tx, row: Review) -> None:
    """Keep a review, after its notice."""
    rows.add(tx, closing_reviews, row)


def of_measure(tx: Tx, measure_id: str) -> list[Review]:
    """Return the reviews of a closing in order."""
    c = closing_reviews.c
    return rows.every(tx, closing_reviews, Review, c.measure_id == measure_id, order=[c.n])


def of_notice(tx: Tx, notice_id: str) -> Review | None:
    """Return the review that a notice tells."""
    return rows.one(tx, closing_reviews, Review, closing_reviews.c.notice_id == notice_id)


def due(tx: Tx, before: Micros, limit: int = 1_000) -> list[Measure]:
    """Return closings that stand and were not looked at since an instant, the oldest first."""
    m, r = measures.c, closing_reviews.c
    later = select(r.measure_id).where(r.measure_id == m.id, r.at > before).exists()
    where = (m.kind == "closing", m.reversed_at.is_(None), m.at <= before, ~later)
    return rows.every(tx, measures, Measure, *where, order=[m.at, m.n], limit=limit)


def count_due(tx: Tx, before: Micros) -> int:
    """Return how many closings wait for their review."""
    m, r = measures.c, closing_reviews.c
    later = select(r.measure_id).where(r.measure_id == m.id, r.at > before).exists()
    where = (m.kind == "closing", m.reversed_at.is_(None), m.at <= before, ~later)
    return int(tx.run(select(func.count()).select_from(measures).where(*where)).scalar_one())
