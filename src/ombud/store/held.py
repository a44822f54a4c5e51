"""Events that were read and wait in the reorder buffer when a transaction commits.

They are kept in numbered chunks, so that a caller replaces only what changed: a chunk
is written when its events are read, and dropped when the last of them has left.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import delete, select

from ombud.store import blobs
from ombud.store.tables.core import held
from ombud.store.transaction import Tx, chunks


class Held(msgspec.Struct, frozen=True, array_like=True):
    """One waiting event: the identity of its source, its line there, and its raw bytes."""

    source: str
    line: int | None
    raw: bytes


def put(tx: Tx, chunk: int, rows: Sequence[Held]) -> None:
    """Write a chunk, in place of what it held; without rows it is dropped."""
    tx.run(delete(held).where(held.c.chunk == chunk))
    if rows:
        tx.insert(held, ("chunk", "count", "blob"), [(chunk, len(rows), blobs.pack_any(rows))])


def drop(tx: Tx, numbers: Sequence[int]) -> None:
    """Drop chunks."""
    for some in chunks(numbers):
        tx.run(delete(held).where(held.c.chunk.in_(some)))


def replace(tx: Tx, rows: Sequence[Held]) -> None:
    """Replace everything that is held by these rows, as chunk 0."""
    tx.run(delete(held))
    put(tx, 0, rows)


def read(tx: Tx) -> dict[int, list[Held]]:
    """Return what is held, by chunk, in the order it was given."""
    rows = tx.run(select(held.c.chunk, held.c.blob).order_by(held.c.chunk)).all()
    return {row.chunk: blobs.unpack_any(bytes(row.blob), list[Held]) for row in rows}
