"""Lines that could not be taken, with the reason and the place, until someone settles them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import func, select, update

from ombud.base.clock import Micros
from ombud.base.ids import digest16
from ombud.store.tables.core import quarantine
from ombud.store.text import escape
from ombud.store.transaction import Tx, chunks

WAITING, RETRIED, DROPPED = "waiting", "retried", "dropped"

_COLUMNS = ("n", "key", "code", "message", "source", "line", "offset", "raw", "at", "status", "run")


class Bad(msgspec.Struct, frozen=True):
    """What to quarantine: permanent code, words, source identity, line, byte offset, raw bytes, instant."""

    code: str
    message: str
    source: str
    line: int | None
    raw: bytes
    at: Micros
    offset: int | None = None


class Quarantined(msgspec.Struct, frozen=True):
    """A quarantined line; ``n`` numbers it, ``status`` is waiting, retried or dropped."""

    n: int
    code: str
    message: str
    source: str
    line: int | None
    offset: int | None
    raw: bytes
    at: Micros
    status: str
    run: int | None


_SHOWN = [quarantine.c[name] for name in Quarantined.__struct_fields__]


def add(tx: Tx, rows: Sequence[Bad], run: int | None = None) -> int:
    """Keep bad lines and return how many were not there yet.

    A line is known by source identity, line, offset and code, so reading it again changes nothing.
    """
    if not rows:
        return 0
    keyed = {digest16(row.source, str(row.line), str(row.offset), row.code): row for row in rows}
    for some in chunks(list(keyed)):
        for key in tx.run(select(quarantine.c.key).where(quarantine.c.key.in_(some))).scalars():
            del keyed[bytes(key)]
    if not keyed:
        return 0
    first = tx.next_number(quarantine)
    values = [
        (
            *(first + i, key, escape(bad.code), escape(bad.message), escape(bad.source)),
            *(bad.line, bad.offset, bad.raw, bad.at, WAITING, run),
        )
        for i, (key, bad) in enumerate(keyed.items())
    ]
    tx.insert(quarantine, _COLUMNS, values)
    return len(values)


def page(
    tx: Tx,
    *,
    status: str | None = None,
    code: str | None = None,
    source: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Quarantined]:
    """Return quarantined lines in order, those numbered above ``after`` that match the filters."""
    wanted = select(*_SHOWN).where(quarantine.c.n > after).order_by(quarantine.c.n).limit(limit)
    for column, value in (
        (quarantine.c.status, status),
        (quarantine.c.code, code),
        (quarantine.c.source, source),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    return [Quarantined(**row._mapping) for row in tx.run(wanted)]


def count(tx: Tx, status: str = WAITING) -> dict[str, int]:
    """Return how many lines have a status, by code."""
    wanted = select(quarantine.c.code, func.count()).where(quarantine.c.status == status)
    rows = tx.run(wanted.group_by(quarantine.c.code).order_by(quarantine.c.code))
    return {str(row[0]): int(row[1]) for row in rows}


def settle(tx: Tx, numbers: Sequence[int], status: str) -> int:
    """Mark waiting lines as ``retried`` or ``dropped`` and return how many were waiting."""
    if status not in (RETRIED, DROPPED):
        raise ValueError(f"a quarantined line is not settled as {status!r}")
    done = 0
    for some in chunks(numbers):
        lines = quarantine.c.n.in_(some) & (quarantine.c.status == WAITING)
        done += tx.run(update(quarantine).where(lines).values(status=status)).rowcount
    return done
