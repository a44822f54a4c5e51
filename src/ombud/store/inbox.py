"""Which events were seen: the one place that makes a repeat a no-op.

A row is the event's day (days since 1970-01-01 UTC), a 16-byte digest of (origin, id),
and a short digest of its content. The same key with the same content is a duplicate;
with other content it is a conflict, which the caller quarantines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import repeat

from sqlalchemy import delete, func, select

from ombud.store.tables.core import inbox
from ombud.store.transaction import Tx, chunks

NEW, DUPLICATE, CONFLICT = 0, 1, 2

InboxRow = tuple[int, bytes, bytes]
"""(day, key of 16 bytes, digest of the content)"""

_SQLITE = "INSERT INTO inbox (day, key, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_POSTGRES = (
    "INSERT INTO inbox (day, key, content)"
    " SELECT * FROM unnest(%s::int[], %s::bytea[], %s::bytea[])"
    " ON CONFLICT DO NOTHING"
)
_POSTGRES_LOOK = (
    "SELECT day, key, content FROM inbox JOIN unnest(%s::int[], %s::bytea[]) AS t(day, key) USING (day, key)"
)


def take(tx: Tx, rows: Sequence[InboxRow]) -> list[int]:
    """Enter events and say of each, in order, whether it is NEW, a DUPLICATE or a CONFLICT.

    Of equal keys within one call the first is new. The usual case, all new, costs one
    statement; only when fewer rows went in than were given are the others looked up.
    """
    if not rows:
        return []
    savepoint = tx.connection.begin_nested()
    if _insert(tx, rows) == len(rows):
        savepoint.commit()
        return list(repeat(NEW, len(rows)))
    savepoint.rollback()
    return _sort_out(tx, rows)


def _insert(tx: Tx, rows: Sequence[InboxRow]) -> int:
    if tx.backend == "sqlite":
        return tx.connection.exec_driver_sql(_SQLITE, list(rows)).rowcount
    # in one order, so that workers with the same events wait for each other and never in a ring
    days, keys, contents = (list(column) for column in zip(*sorted(rows), strict=True))
    return tx.connection.exec_driver_sql(_POSTGRES, (days, keys, contents)).rowcount


def look(tx: Tx, rows: Sequence[InboxRow]) -> list[int]:
    """Say of each event what :func:`take` would, one by one, without entering any."""
    known = _known(tx, rows)
    contents = (known.get(row[:2]) for row in rows)
    return [_outcome(content, row) for content, row in zip(contents, rows, strict=True)]


def _outcome(content: bytes | None, row: InboxRow) -> int:
    if content is None:
        return NEW
    return DUPLICATE if content == row[2] else CONFLICT


def _sort_out(tx: Tx, rows: Sequence[InboxRow]) -> list[int]:
    while True:
        known = _known(tx, rows)
        outcomes, fresh = [], []
        for row in rows:
            outcomes.append(_outcome(known.get(row[:2]), row))
            if outcomes[-1] == NEW:
                known[row[:2]] = row[2]
                fresh.append(row)
        if not fresh:
            return outcomes
        savepoint = tx.connection.begin_nested()
        if _insert(tx, fresh) == len(fresh):
            savepoint.commit()
            return outcomes
        savepoint.rollback()  # another worker committed one of them meanwhile: look again


def _known(tx: Tx, rows: Sequence[InboxRow]) -> dict[tuple[int, bytes], bytes]:
    if tx.backend == "postgresql":
        days, keys = [row[0] for row in rows], [row[1] for row in rows]
        found = tx.connection.exec_driver_sql(_POSTGRES_LOOK, (days, keys))
        return {(day, bytes(key)): bytes(content) for day, key, content in found}
    by_day: dict[int, set[bytes]] = defaultdict(set)
    for day, key, _ in rows:
        by_day[day].add(key)
    known: dict[tuple[int, bytes], bytes] = {}
    for day, names in by_day.items():
        for some in chunks(sorted(names)):
            wanted = select(inbox.c.key, inbox.c.content).where(inbox.c.day == day, inbox.c.key.in_(some))
            known.update(((day, key), content) for key, content in tx.run(wanted))
    return known


def forget(tx: Tx, before_day: int) -> int:
    """Drop the days before a day and return how many rows went."""
    return tx.run(delete(inbox).where(inbox.c.day < before_day)).rowcount


def count(tx: Tx) -> int:
    """Return the number of events that the inbox remembers."""
    return int(tx.run(select(func.count()).select_from(inbox)).scalar_one())
