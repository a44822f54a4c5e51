"""Insert a row, or update the one with the same primary key; both databases spell it alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from ombud.store.transaction import Tx


def upsert(tx: Tx, table: Table, row: Mapping[str, Any]) -> None:
    """Write a whole row under its primary key."""
    insert = postgresql.insert(table) if tx.backend == "postgresql" else sqlite.insert(table)
    keys = [column.name for column in table.primary_key.columns]
    changed = {name: insert.excluded[name] for name in row if name not in keys}
    tx.run(insert.on_conflict_do_update(index_elements=keys, set_=changed), dict(row))
