"""Rows of registers, and the imports that brought them; both tables only grow.

``valid_from`` (inclusive) and ``valid_to`` (exclusive) are instants of the world that the
fact speaks of, ``recorded_at`` and an import's ``at`` of the wall clock. A ``withdrawn``
row ends what earlier rows of the same register, key and source said, from its start on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import func, select

from ombud.base.clock import Micros
from ombud.store.tables.registers import register_imports, register_rows
from ombud.store.text import escape, to_json
from ombud.store.transaction import Tx

_COLUMNS = ("n", "register", "key", "source", "valid_from", "valid_to", "recorded_at", "withdrawn")


class Import(msgspec.Struct, frozen=True):
    """One import: which file (name and SHA-256), what it changed, and the revision it led to."""

    n: int
    register: str
    at: Micros
    name: str
    sha256: str
    added: int
    withdrawn: int
    revision: str


class Row(msgspec.Struct, frozen=True):
    """One dated fact as it was recorded."""

    n: int
    register: str
    key: str
    source: str
    valid_from: Micros | None
    valid_to: Micros | None
    recorded_at: Micros
    withdrawn: bool
    payload: dict[str, Any]
    import_n: int


class NewRow(msgspec.Struct, frozen=True):
    """A fact to record."""

    key: str
    source: str
    valid_from: Micros | None
    valid_to: Micros | None
    withdrawn: bool
    payload: dict[str, Any]


def add(
    tx: Tx,
    register: str,
    rows: Sequence[NewRow],
    *,
    at: Micros,
    name: str,
    sha256: str,
    revision: str,
) -> Import:
    """Record the rows of one import; the caller has checked them and worked out the revision."""
    number_ = tx.next_number(register_imports)
    withdrawn = sum(row.withdrawn for row in rows)
    made = Import(number_, register, at, name, sha256, len(rows) - withdrawn, withdrawn, revision)
    tx.run(register_imports.insert(), msgspec.structs.asdict(made))
    first = tx.next_number(register_rows)
    tx.insert(
        register_rows,
        (*_COLUMNS, "payload", "import_n"),
        [
            (
                first + i,
                escape(register),
                escape(row.key),
                escape(row.source),
                row.valid_from,
                row.valid_to,
                at,
                row.withdrawn,
                to_json(row.payload),
                number_,
            )
            for i, row in enumerate(rows)
        ],
    )
    return made


def rows(tx: Tx, register: str, *, through: int | None = None) -> list[Row]:
    """Return a register's rows in the order recorded, those of imports up to number ``through``."""
    wanted = select(register_rows).where(register_rows.c.register == register).order_by(register_rows.c.n)
    if through is not None:
        wanted = wanted.where(register_rows.c.import_n <= through)
    return [Row(**row._mapping) for row in tx.run(wanted)]


def imports(tx: Tx, register: str | None = None) -> list[Import]:
    """Return the imports, the oldest first."""
    wanted = select(register_imports).order_by(register_imports.c.n)
    if register is not None:
        wanted = wanted.where(register_imports.c.register == register)
    return [Import(**row._mapping) for row in tx.run(wanted)]


def last_import(tx: Tx, register: str) -> Import | None:
    """Return the newest import of a register, ``None`` if there is none."""
    wanted = select(register_imports).where(register_imports.c.register == register)
    row = tx.run(wanted.order_by(register_imports.c.n.desc()).limit(1)).first()
    return None if row is None else Import(**row._mapping)


def names(tx: Tx) -> list[str]:
    """Return the registers that have rows."""
    found = select(register_imports.c.register, func.count()).group_by(register_imports.c.register)
    return sorted(name for name, _ in tx.run(found))
