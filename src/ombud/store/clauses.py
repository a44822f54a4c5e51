"""Clauses as they were adopted: what decisions cite, kept when the folder has long changed."""

from __future__ import annotations

from typing import Any

import msgspec

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.life import clause_versions as table
from ombud.store.transaction import Tx


class ClauseVersion(msgspec.Struct, frozen=True):
    """An enforceable clause as adopted.

    ``ordinal`` names the code's pin; ``measures`` is ``,hint,notice,`` (commas at both ends);
    ``correction`` is in hours, ``appeal`` in days; ``body`` holds words for notices.
    """

    id: str
    code: str
    clause: str
    version: str
    ordinal: int
    in_force_from: Micros
    harm: str
    severity: int
    measures: str
    ceiling: str
    correction: int | None
    appeal: int | None
    automation: str
    body: Any

    @property
    def rungs(self) -> tuple[str, ...]:
        """Return the names of the clause's measures, as the clause lists them."""
        return tuple(name for name in self.measures.split(",") if name)


def put(tx: Tx, row: ClauseVersion) -> bool:
    """Keep a clause version; return whether it was new."""
    if get(tx, row.id) is not None:
        return False
    rows.add(tx, table, row)
    return True


def get(tx: Tx, clause_id: str) -> ClauseVersion | None:
    """Return a clause version by its id."""
    return rows.one(tx, table, ClauseVersion, table.c.id == clause_id)


def every(tx: Tx) -> list[ClauseVersion]:
    """Return all versions of all clauses, the earliest in force first."""
    return rows.every(tx, table, ClauseVersion, order=[table.c.in_force_from, table.c.ordinal])


def versions(tx: Tx, code: str, clause: str) -> list[ClauseVersion]:
    """Return a clause's versions, the earliest in force first."""
    order = [table.c.in_force_from, table.c.ordinal]
    return rows.every(tx, table, ClauseVersion, table.c.code == code, table.c.clause == clause, order=order)
