"""Who carries measures out at the platform: one executor at a time, and those that were connected before."""

from __future__ import annotations

import msgspec
from sqlalchemy import update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.outside import executors
from ombud.store.transaction import Tx


class Executor(msgspec.Struct, frozen=True):
    """An executor: ``kind`` is ``webhook`` (address = URL) or ``python`` (address = entry point)."""

    n: int
    kind: str
    address: str
    at: Micros
    connected_by: str
    ended_at: Micros | None = None


def connected(tx: Tx) -> Executor | None:
    """Return the executor that is connected now."""
    return rows.one(tx, executors, Executor, executors.c.ended_at.is_(None))


def connect(tx: Tx, kind: str, address: str, at: Micros, by: str) -> Executor:
    """Connect an executor in the place of any other; one that was connected before keeps its number."""
    tx.alone()
    e = executors.c
    before = rows.one(tx, executors, Executor, e.kind == kind, e.address == address)
    tx.run(update(executors).where(e.ended_at.is_(None)).values(ended_at=at))
    if before is None:
        row = Executor(tx.next_number(executors), kind, address, at, by)
        rows.add(tx, executors, row)
        return row
    tx.run(update(executors).where(e.n == before.n).values(at=at, connected_by=by, ended_at=None))
    return msgspec.structs.replace(before, at=at, connected_by=by, ended_at=None)


def disconnect(tx: Tx, at: Micros) -> None:
    """Connect nobody."""
    tx.run(update(executors).where(executors.c.ended_at.is_(None)).values(ended_at=at))
