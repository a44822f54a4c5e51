"""Raw events that are committed and not yet sealed into the archive, one blob a micro-batch.

Every event has a sequence number, its place in the archive's order. A batch holds those
from ``first_seq`` on, without a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec
from sqlalchemy import delete, func, select, update

from ombud.base.clock import Micros
from ombud.store import blobs
from ombud.store.tables.core import pending
from ombud.store.transaction import Tx


class Batch(msgspec.Struct, frozen=True):
    """A micro-batch: its first sequence number, its lines, and the times (microseconds) they span."""

    first_seq: int
    payloads: list[bytes]
    min_at: Micros
    max_at: Micros

    @property
    def last_seq(self) -> int:
        """The last event's sequence number."""
        return self.first_seq + len(self.payloads) - 1


def add(tx: Tx, first_seq: int, payloads: Sequence[bytes], min_at: Micros, max_at: Micros) -> None:
    """Keep a micro-batch of encoded events (no batch is kept for no events)."""
    if payloads:
        row = (first_seq, len(payloads), min_at, max_at, blobs.pack(payloads))
        tx.insert(pending, ("first_seq", "count", "min_at", "max_at", "blob"), [row])


def read(tx: Tx, min_at: Micros | None = None, through_seq: int | None = None) -> Iterator[Batch]:
    """Yield the batches in order, those that may hold events at or after ``min_at`` only.

    An event that was erased is an empty payload.
    """
    wanted = select(pending).order_by(pending.c.first_seq)
    if min_at is not None:
        wanted = wanted.where(pending.c.max_at >= min_at)
    if through_seq is not None:
        wanted = wanted.where(pending.c.first_seq <= through_seq)
    for row in tx.run(wanted.execution_options(yield_per=1)):
        yield Batch(row.first_seq, blobs.unpack(bytes(row.blob)), row.min_at, row.max_at)


def extent(tx: Tx) -> tuple[int, int]:
    """Return how many events are pending and the last sequence number (0 and 0 for none)."""
    last = func.max(pending.c.first_seq + pending.c.count - 1)
    row = tx.run(select(func.coalesce(func.sum(pending.c.count), 0), func.coalesce(last, 0))).one()
    return int(row[0]), int(row[1])


def clear(tx: Tx, through_seq: int) -> int:
    """Drop the batches that end at or before a sequence number and return how many events went."""
    ended = pending.c.first_seq + pending.c.count - 1 <= through_seq
    events = tx.run(select(func.coalesce(func.sum(pending.c.count), 0)).where(ended)).scalar_one()
    tx.run(delete(pending).where(ended))
    return int(events)


def rewrite(tx: Tx, first_seq: int, change: Callable[[int, bytes], bytes | None]) -> int:
    """Rewrite one batch and return how many of its events changed.

    Args:
        tx: a writing transaction.
        first_seq: names the batch.
        change: given sequence number and payload, returns the new payload; ``None`` erases it
            (the place stays, empty, so that no other event changes its number).
    """
    blob = tx.run(select(pending.c.blob).where(pending.c.first_seq == first_seq)).scalar_one_or_none()
    if blob is None:
        return 0
    old = blobs.unpack(bytes(blob))
    new = [change(first_seq + i, payload) or b"" for i, payload in enumerate(old)]
    changed = sum(a != b for a, b in zip(old, new, strict=True))
    if changed:
        tx.run(update(pending).where(pending.c.first_seq == first_seq).values(blob=blobs.pack(new)))
    return changed
