"""How far each source was read: the database's word, not the broker's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ombud.base.ids import digest16
from ombud.store.tables.core import positions
from ombud.store.transaction import Tx
from ombud.store.upsert import upsert


def save(tx: Tx, source: str, position: Any) -> None:
    """Keep a source's position (any JSON value) under its identity."""
    upsert(tx, positions, {"key": digest16(source), "source": source, "position": position})


def load(tx: Tx, source: str) -> Any:
    """Return a source's position, or ``None`` when it was never read."""
    wanted = select(positions.c.position).where(positions.c.key == digest16(source))
    return tx.run(wanted).scalar_one_or_none()


def every(tx: Tx) -> dict[str, Any]:
    """Return all positions by the source's identity."""
    return {row.source: row.position for row in tx.run(select(positions).order_by(positions.c.source))}
