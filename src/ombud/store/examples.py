"""Example cases: written by one person, published by another."""

from __future__ import annotations

import msgspec
from sqlalchemy import update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.published import examples
from ombud.store.transaction import Tx


class Example(msgspec.Struct, frozen=True):
    """An example in both languages; ``outcome`` is ``stood`` or ``reversed``.

    ``stands_for`` is how many decided cases it stands for, counted when it was published.
    """

    n: int
    id: str
    at: Micros
    code: str
    clause: str
    outcome: str
    en: str
    zh: str
    written_by: str
    salt: bytes | None
    published_at: Micros | None = None
    published_by: str | None = None
    stands_for: int | None = None
    withdrawn_at: Micros | None = None
    withdrawn_by: str | None = None


def next_number(tx: Tx) -> int:
    """Return the number of the next example."""
    return tx.next_number(examples)


def add(tx: Tx, row: Example) -> None:
    """Keep an example."""
    rows.add(tx, examples, row)


def get(tx: Tx, example_id: str) -> Example | None:
    """Return an example."""
    return rows.one(tx, examples, Example, examples.c.id == example_id)


def every(tx: Tx, *, public: bool = False) -> list[Example]:
    """Return all examples in order, or those that are public now."""
    e = examples.c
    where = (e.published_at.is_not(None), e.withdrawn_at.is_(None)) if public else ()
    return rows.every(tx, examples, Example, *where, order=[e.n])


def publish(tx: Tx, example_id: str, at: Micros, by: str, stands_for: int) -> None:
    """Make an example public."""
    still = (examples.c.id == example_id) & examples.c.published_at.is_(None)
    tx.run(update(examples).where(still).values(published_at=at, published_by=by, stands_for=stands_for))


def withdraw(tx: Tx, example_id: str, at: Micros, by: str) -> None:
    """Take an example back."""
    still = (examples.c.id == example_id) & examples.c.withdrawn_at.is_(None)
    tx.run(update(examples).where(still).values(withdrawn_at=at, withdrawn_by=by))


def empty(tx: Tx, example_id: str, gone: str) -> None:
    """Take an example's words away."""
    tx.run(update(examples).where(examples.c.id == example_id).values(en=gone, zh=gone, salt=None))
