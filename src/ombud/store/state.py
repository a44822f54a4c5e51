"""Small facts that outlive a run, such as the watermark: a name and a JSON value."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from ombud.store.tables.core import state
from ombud.store.transaction import Tx
from ombud.store.upsert import upsert

_OWN = "store."


def save(tx: Tx, key: str, value: Any) -> None:
    """Keep a value.

    Raises:
        ValueError: names that begin with ``store.`` are the store's own.
    """
    _check(key)
    upsert(tx, state, {"key": key, "value": value})


def load(tx: Tx, key: str, default: Any = None) -> Any:
    """Return a value, or the default when there is none."""
    found = tx.run(select(state.c.value).where(state.c.key == key)).first()
    return default if found is None else found.value


def drop(tx: Tx, key: str) -> None:
    """Forget a value."""
    _check(key)
    tx.run(delete(state).where(state.c.key == key))


def _check(key: str) -> None:
    if key.startswith(_OWN):
        raise ValueError(f"names that begin with {_OWN!r} are the store's own")
