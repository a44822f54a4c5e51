"""Emergency disclosures: what was told to whom to save a life or a child, and when the person is told."""

from __future__ import annotations

import msgspec
from sqlalchemy import update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.record import disclosures
from ombud.store.transaction import Tx


class Disclosure(msgspec.Struct, frozen=True):
    """A disclosure; ``data`` maps each kind of data to why it was needed, ``tell_by`` ends the silence."""

    n: int
    id: str
    at: Micros
    ground: str
    law: str
    recipient: str
    data: dict[str, str]
    why: str
    territory: str
    account: str
    tell_by: Micros
    recorded_by: str
    seconded_by: str
    salt: bytes | None
    told_at: Micros | None = None


def next_number(tx: Tx) -> int:
    """Return the number of the next disclosure."""
    return tx.next_number(disclosures)


def add(tx: Tx, row: Disclosure) -> None:
    """Keep a disclosure."""
    rows.add(tx, disclosures, row)


def get(tx: Tx, disclosure_id: str) -> Disclosure | None:
    """Return a disclosure."""
    return rows.one(tx, disclosures, Disclosure, disclosures.c.id == disclosure_id)


def every(tx: Tx) -> list[Disclosure]:
    """Return all disclosures in order."""
    return rows.every(tx, disclosures, Disclosure, order=[disclosures.c.n])


def overdue(tx: Tx, now: Micros) -> list[Disclosure]:
    """Return the disclosures whose person should have been told by now."""
    d = disclosures.c
    return rows.every(tx, disclosures, Disclosure, d.told_at.is_(None), d.tell_by <= now, order=[d.n])


def told(tx: Tx, disclosure_id: str, at: Micros) -> None:
    """Write down that the person was told."""
    tx.run(update(disclosures).where(disclosures.c.id == disclosure_id).values(told_at=at))
