"""Events that the house itself tells: outcomes of decisions, reports filed at its own door.

Whoever decides or files puts the event here in the same transaction (:func:`put`). The next
run, or the one that is at work between two batches, moves it into the archive through the
inbox and settles it with its place there (:func:`settle`); the encoded line is then emptied
here, for the archive has it. What stays is the list of the archive's numbers that are the
house's own (:func:`numbers`): these events are facts to be read, and no rule's window and no
signal ever takes them in. See ``ombud.flow.told`` for why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
from sqlalchemy import func, select, update

from ombud.base.clock import Micros
from ombud.base.ids import digest16
from ombud.store import rows
from ombud.store.tables.second import filed
from ombud.store.transaction import Tx

KNOWN = 0
"""The place of an event that turned out to be in the archive already, or to contradict it."""


class Filed(msgspec.Struct, frozen=True):
    """An event that waits for the archive: its number, and the encoded line."""

    n: int
    payload: bytes


class _Named(msgspec.Struct, frozen=True):
    """What of an encoded event says which it is."""

    id: str
    origin: str | None = None


_named = msgspec.json.Decoder(_Named).decode


def put(tx: Tx, encoded: bytes, at: Micros) -> bool:
    """Keep an event for the archive; return whether it was new. Telling it twice changes nothing.

    Args:
        tx: a writing transaction: that of the act the event tells of.
        encoded: the event as ``ombud.events.decode.encode`` writes it. Its id must be one that
            equal acts give again (``ombud.cases.entry.name``).
        at: the wall clock.
    """
    event = _named(encoded)
    key = digest16("" if event.origin is None else "=" + event.origin, event.id)
    tx.alone()
    if tx.run(select(filed.c.n).where(filed.c.key == key)).first() is not None:
        return False
    row = {"n": tx.next_number(filed), "key": key, "at": at, "payload": encoded, "seq": None}
    tx.run(filed.insert(), row)
    return True


def waiting(tx: Tx, limit: int) -> list[Filed]:
    """Return the first events that wait for the archive, in the order in which they were told."""
    return rows.every(tx, filed, Filed, filed.c.seq.is_(None), order=[filed.c.n], limit=limit)


def settle(tx: Tx, places: Mapping[int, int]) -> None:
    """Write down where events went: number here -> number in the archive, or :data:`KNOWN`."""
    for n, seq in places.items():
        tx.run(update(filed).where(filed.c.n == n).values(seq=seq, payload=b""))


def numbers(tx: Tx, first: int | None = None, last: int | None = None) -> list[int]:
    """Return the archive's numbers that are the house's own, in order, from ``first`` to ``last``."""
    wanted = select(filed.c.seq).where(filed.c.seq > KNOWN)
    if first is not None:
        wanted = wanted.where(filed.c.seq >= first)
    if last is not None:
        wanted = wanted.where(filed.c.seq <= last)
    return [int(seq) for seq in tx.run(wanted.order_by(filed.c.seq)).scalars()]


def count(tx: Tx) -> tuple[int, int]:
    """Return how many events were told, and how many of them wait for the archive."""
    wanted = select(func.count(), func.count(filed.c.seq))
    told, settled = tx.run(wanted.select_from(filed)).one()
    return int(told), int(told) - int(settled)


def rewrite(tx: Tx, change: Callable[[bytes], bytes]) -> int:
    """Rewrite the lines that still wait, for an erasure; return how many changed."""
    done = 0
    last = 0
    while page := rows.every(
        tx, filed, Filed, filed.c.seq.is_(None), filed.c.n > last, order=[filed.c.n], limit=1000
    ):
        done += sum(_rewritten(tx, row, change) for row in page)
        last = page[-1].n
    return done


def _rewritten(tx: Tx, row: Filed, change: Callable[[bytes], bytes]) -> bool:
    fresh = change(bytes(row.payload))
    if fresh == bytes(row.payload):
        return False
    tx.run(update(filed).where(filed.c.n == row.n).values(payload=fresh))
    return True


def payloads(tx: Tx) -> Sequence[bytes]:
    """Return the lines that still wait."""
    found = tx.run(select(filed.c.payload).where(filed.c.seq.is_(None)).order_by(filed.c.n))
    return [bytes(line) for line in found.scalars()]
