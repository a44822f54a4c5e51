"""People who work on cases, the languages they read, and the roles they were given or lost."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.life import people, role_acts
from ombud.store.transaction import Tx
from ombud.store.upsert import upsert


class Person(msgspec.Struct, frozen=True):
    """Somebody who acts: an id that stays inside, and languages (``en``, ``zh``) for routing."""

    id: str
    languages: list[str]
    at: Micros


class RoleAct(msgspec.Struct, frozen=True):
    """A role was given to somebody or taken back."""

    n: int
    at: Micros
    person: str
    role: str
    granted: bool
    granted_by: str


def save(tx: Tx, person: str, languages: list[str], at: Micros) -> None:
    """Add a person, or change their languages."""
    upsert(tx, people, {"id": person, "languages": languages, "at": at})


def get(tx: Tx, person: str) -> Person | None:
    """Return a person."""
    return rows.one(tx, people, Person, people.c.id == person)


def every(tx: Tx) -> list[Person]:
    """Return all people by id."""
    return rows.every(tx, people, Person, order=[people.c.id])


def act(tx: Tx, person: str, role: str, granted: bool, granted_by: str, at: Micros) -> None:
    """Write down that a role was given or taken back."""
    rows.add(tx, role_acts, RoleAct(tx.next_number(role_acts), at, person, role, granted, granted_by))


def roles(tx: Tx, person: str) -> frozenset[str]:
    """Return the roles that somebody has: those whose last act gave them."""
    acts = rows.every(tx, role_acts, RoleAct, role_acts.c.person == person, order=[role_acts.c.n])
    last = {each.role: each.granted for each in acts}
    return frozenset(role for role, granted in last.items() if granted)


def any_roles(tx: Tx) -> bool:
    """Return whether any role was ever given."""
    return bool(tx.run(select(func.count()).select_from(role_acts)).scalar_one())
