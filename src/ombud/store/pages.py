"""Calls to the people on duty for cases in the first lane, until somebody takes them."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.people import Person
from ombud.store.tables.core import cases
from ombud.store.tables.life import claims, people
from ombud.store.tables.wider import on_call, pages
from ombud.store.transaction import Tx
from ombud.store.upsert import upsert


class Page(msgspec.Struct, frozen=True):
    """How often the people on duty were called for a case; ``rounds`` 0 = not yet with success."""

    case_id: str
    rounds: int
    first_at: Micros | None
    last_at: Micros | None
    next_at: Micros
    error: str | None = None


class Urgent(msgspec.Struct, frozen=True):
    """An open case of the first lane that nobody holds, with what was done to call somebody."""

    id: str
    code: str
    clause: str
    severity: int
    opened_at: Micros
    rounds: int
    next_at: Micros
    error: str | None


def set_on_call(tx: Tx, person: str, set_by: str, at: Micros) -> None:
    """Put somebody on duty."""
    upsert(tx, on_call, {"person": person, "since": at, "set_by": set_by})


def take_off(tx: Tx, person: str) -> bool:
    """Take somebody off duty; return whether they were on."""
    return tx.run(on_call.delete().where(on_call.c.person == person)).rowcount > 0


def on_duty(tx: Tx) -> list[Person]:
    """Return the people on duty."""
    wanted = select(people.c.id, people.c.languages, people.c.at)
    found = tx.run(wanted.join_from(people, on_call, on_call.c.person == people.c.id).order_by(people.c.id))
    return [Person(*row) for row in found]


def get(tx: Tx, case_id: str) -> Page | None:
    """Return what was done to call somebody for a case."""
    return rows.one(tx, pages, Page, pages.c.case_id == case_id)


def save(tx: Tx, page: Page) -> None:
    """Write down a call."""
    upsert(tx, pages, msgspec.structs.asdict(page))


def urgent(tx: Tx, limit: int) -> list[Urgent]:
    """Return cases of the first lane that are open and that nobody holds, the longest waiting first."""
    c, p = cases.c, pages.c
    told = (func.coalesce(p.rounds, 0), func.coalesce(p.next_at, 0), p.error)
    wanted = (
        select(c.id, c.code, c.clause, c.severity, c.opened_at, *told)
        .join_from(cases, claims, claims.c.case_id == c.id, isouter=True)
        .join(pages, p.case_id == c.id, isouter=True)
        .where(c.state == "open", c.lane == 0, ~c.hypothetical, claims.c.case_id.is_(None))
        .order_by(c.opened_at, c.n)
        .limit(limit)
    )
    return [Urgent(*row) for row in tx.run(wanted)]


def of_cases(tx: Tx, ids: list[str]) -> dict[str, Page]:
    """Return the calls for some cases."""
    return (
        {each.case_id: each for each in rows.every(tx, pages, Page, pages.c.case_id.in_(ids))} if ids else {}
    )
