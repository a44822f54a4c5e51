"""One row for each run: when, with which options and codes, and what it counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import select, update

from ombud.base.clock import Micros
from ombud.store.tables.core import runs
from ombud.store.transaction import Tx


class Run(msgspec.Struct, frozen=True):
    """A run; ``status`` is running, done, stopped (by a person), failed or died (ended without a word)."""

    id: int
    started: Micros
    ended: Micros | None
    status: str
    options: Any
    codes: Any
    register_revision: str | None
    counters: Any


def start(
    tx: Tx,
    started: Micros,
    options: Mapping[str, Any],
    codes: Mapping[str, str],
    register_revision: str | None = None,
) -> int:
    """Enter a run and return its number; runs that never ended are marked as died.

    The caller holds the store's lock, so nothing else can be running.
    """
    tx.run(update(runs).where(runs.c.status == "running").values(status="died"))
    number = tx.next_number(runs)
    row = {"id": number, "started": started, "status": "running", "counters": {}}
    row |= {"options": dict(options), "codes": dict(codes), "register_revision": register_revision}
    tx.run(runs.insert(), row)
    return number


def count(tx: Tx, run: int, counters: Mapping[str, Any]) -> None:
    """Keep what the run has counted so far (the whole of it, not the difference)."""
    tx.run(update(runs).where(runs.c.id == run).values(counters=dict(counters)))


def end(tx: Tx, run: int, ended: Micros, status: str = "done") -> None:
    """Mark a run as ended: ``done``, ``stopped`` or ``failed``."""
    if status not in ("done", "stopped", "failed"):
        raise ValueError(f"a run does not end as {status!r}")
    tx.run(update(runs).where(runs.c.id == run).values(ended=ended, status=status))


def every(tx: Tx) -> list[Run]:
    """Return all runs, the oldest first."""
    return [Run(**row._mapping) for row in tx.run(select(runs).order_by(runs.c.id))]


def get(tx: Tx, run: int) -> Run | None:
    """Return one run."""
    row = tx.run(select(runs).where(runs.c.id == run)).first()
    return None if row is None else Run(**row._mapping)
