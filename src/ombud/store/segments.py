"""Which sealed Parquet files belong to the archive; a file that is not listed does not exist."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import delete, func, select

from ombud.base.clock import Micros
from ombud.store.tables.core import segments
from ombud.store.transaction import Tx


class Segment(msgspec.Struct, frozen=True):
    """A sealed file: name below the archive's folder, events it holds, times (microseconds), hash (hex)."""

    file: str
    first_seq: int
    last_seq: int
    min_at: Micros
    max_at: Micros
    n: int
    sha256: str


def add(tx: Tx, segment: Segment) -> None:
    """List a sealed file."""
    tx.run(segments.insert(), msgspec.structs.asdict(segment))


def remove(tx: Tx, file: str) -> None:
    """Take a file off the list (the caller deletes it after the commit)."""
    tx.run(delete(segments).where(segments.c.file == file))


def between(tx: Tx, min_at: Micros | None = None, max_at: Micros | None = None) -> list[Segment]:
    """Return the files that may hold events from ``min_at`` to ``max_at``, both included, in order."""
    wanted = select(segments).order_by(segments.c.first_seq, segments.c.file)
    if min_at is not None:
        wanted = wanted.where(segments.c.max_at >= min_at)
    if max_at is not None:
        wanted = wanted.where(segments.c.min_at <= max_at)
    return [Segment(**row._mapping) for row in tx.run(wanted)]


def last_seq(tx: Tx) -> int:
    """Return the last sealed sequence number (0 for none)."""
    return int(tx.run(select(func.coalesce(func.max(segments.c.last_seq), 0))).scalar_one())


def orphans(tx: Tx, files: Iterable[str]) -> list[str]:
    """Return those of the given file names that no segment lists, sorted."""
    listed = set(tx.run(select(segments.c.file)).scalars())
    return sorted(set(files) - listed)
