"""Demands by public bodies, through whatever door, and the answers to them. Nothing here is in the queue."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.record import demand_answers, demands
from ombud.store.transaction import Tx


class Demand(msgspec.Struct, frozen=True):
    """A demand: who asks (``body``), through which ``door``, for what, under which law, until when silent."""

    n: int
    id: str
    at: Micros
    body: str
    door: str
    asks: str
    instrument: str
    article: str
    scope: str
    territory: str
    case_id: str | None
    gag_until: Micros | None
    gag_law: str | None
    recorded_by: str
    salt: bytes


class Answer(msgspec.Struct, frozen=True):
    """An answer; a demand that is followed names the clause of our own code that carries it."""

    demand_id: str
    n: int
    at: Micros
    answer: str
    reasons: str
    code: str | None
    clause: str | None
    answered_by: str
    salt: bytes


def next_number(tx: Tx) -> int:
    """Return the number of the next demand."""
    return tx.next_number(demands)


def add(tx: Tx, row: Demand) -> None:
    """Keep a demand."""
    rows.add(tx, demands, row)


def get(tx: Tx, demand_id: str) -> Demand | None:
    """Return a demand."""
    return rows.one(tx, demands, Demand, demands.c.id == demand_id)


def every(tx: Tx) -> list[Demand]:
    """Return all demands in order."""
    return rows.every(tx, demands, Demand, order=[demands.c.n])


def of_case(tx: Tx, case_id: str) -> list[Demand]:
    """Return the demands that a case's notice has to name."""
    return rows.every(tx, demands, Demand, demands.c.case_id == case_id, order=[demands.c.n])


def lapsed(tx: Tx, now: Micros) -> list[Demand]:
    """Return the demands about a case whose gag has ended."""
    d = demands.c
    return rows.every(tx, demands, Demand, d.case_id.is_not(None), d.gag_until <= now, order=[d.n])


def answer(tx: Tx, row: Answer) -> None:
    """Keep an answer (``n`` from :func:`next_answer`)."""
    rows.add(tx, demand_answers, row)


def next_answer(tx: Tx, demand_id: str) -> int:
    """Return the number of a demand's next answer."""
    last = select(func.coalesce(func.max(demand_answers.c.n), 0))
    return int(tx.run(last.where(demand_answers.c.demand_id == demand_id)).scalar_one()) + 1


def answers(tx: Tx) -> dict[str, list[Answer]]:
    """Return all answers in order, by demand."""
    found: dict[str, list[Answer]] = {}
    a = demand_answers.c
    for row in rows.every(tx, demand_answers, Answer, order=[a.demand_id, a.n]):
        found.setdefault(row.demand_id, []).append(row)
    return found
