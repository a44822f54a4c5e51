"""Holds: what must not be erased, why, and until when; two people stand behind each."""

from __future__ import annotations

import msgspec
from sqlalchemy import or_, select, update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.core import cases
from ombud.store.tables.record import holds
from ombud.store.transaction import Tx, chunks

ACCOUNT, EVENT, CASE = "account", "event", "case"


class Hold(msgspec.Struct, frozen=True):
    """A hold on an account, an event or a case (``kind``, ``scope`` its id), from ``at`` to ``ends_at``."""

    n: int
    id: str
    kind: str
    scope: str
    reason: str
    at: Micros
    ends_at: Micros
    placed_by: str
    seconded_by: str
    salt: bytes | None
    lifted_at: Micros | None = None
    lifted_by: str | None = None


def next_number(tx: Tx) -> int:
    """Return the number of the next hold."""
    return tx.next_number(holds)


def add(tx: Tx, row: Hold) -> None:
    """Keep a hold."""
    rows.add(tx, holds, row)


def get(tx: Tx, hold_id: str) -> Hold | None:
    """Return a hold."""
    return rows.one(tx, holds, Hold, holds.c.id == hold_id)


def lift(tx: Tx, hold_id: str, by: str, at: Micros) -> None:
    """End a hold before its time."""
    tx.run(update(holds).where(holds.c.id == hold_id).values(lifted_at=at, lifted_by=by))


def every(tx: Tx, now: Micros | None = None) -> list[Hold]:
    """Return the holds in order; with an instant, only those in effect then."""
    where = []
    if now is not None:
        where = [holds.c.at <= now, holds.c.ends_at > now]
        where.append(or_(holds.c.lifted_at.is_(None), holds.c.lifted_at > now))
    return rows.every(tx, holds, Hold, *where, order=[holds.c.n])


def on(tx: Tx, kind: str, scopes: set[str], now: Micros) -> list[Hold]:
    """Return the holds in effect on any of several things of one kind."""
    return [hold for hold in every(tx, now) if hold.kind == kind and hold.scope in scopes]


def known_cases(tx: Tx, ids: set[str]) -> set[str]:
    """Return which ids are cases of this store."""
    found: set[str] = set()
    for some in chunks(sorted(ids)):
        found.update(tx.run(select(cases.c.id).where(cases.c.id.in_(some))).scalars())
    return found
