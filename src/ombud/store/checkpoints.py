"""Tree heads that were signed: which sizes of the ledger somebody outside may hold against us."""

from __future__ import annotations

import msgspec

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.record import checkpoints
from ombud.store.transaction import Tx


class Signed(msgspec.Struct, frozen=True):
    """A signed tree head: size, key (``name+id``), root, the whole note, and when it was signed."""

    size: int
    key: str
    root: bytes
    note: str
    at: Micros


def add(tx: Tx, row: Signed) -> None:
    """Keep a signed tree head; it is never changed or dropped."""
    rows.add(tx, checkpoints, row)


def every(tx: Tx, key: str | None = None) -> list[Signed]:
    """Return the signed tree heads, those of one key if one is named, the smallest first."""
    where = () if key is None else (checkpoints.c.key == key,)
    return rows.every(tx, checkpoints, Signed, *where, order=[checkpoints.c.size, checkpoints.c.key])


def at_size(tx: Tx, size: int, key: str) -> Signed | None:
    """Return the head that a key signed at a size."""
    return rows.one(tx, checkpoints, Signed, checkpoints.c.size == size, checkpoints.c.key == key)
