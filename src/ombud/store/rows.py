"""Structs in and out of tables whose columns have the same names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Select, Table, UnaryExpression, select

from ombud.store.transaction import Tx

S = TypeVar("S", bound=msgspec.Struct)


def add(tx: Tx, table: Table, row: msgspec.Struct) -> None:
    """Insert a struct as a row."""
    tx.run(table.insert(), msgspec.structs.asdict(row))


def every(
    tx: Tx,
    table: Table,
    kind: type[S],
    *where: ColumnElement[bool],
    order: Sequence[ColumnElement[Any] | UnaryExpression[Any]] = (),
    limit: int | None = None,
) -> list[S]:
    """Return the rows that meet all conditions, as structs."""
    wanted = _columns(table, kind).where(*where)
    if order:
        wanted = wanted.order_by(*order)
    if limit is not None:
        wanted = wanted.limit(limit)
    return [kind(*row) for row in tx.run(wanted)]


@cache  # naming the columns anew costs as much as asking for a row
def _columns(table: Table, kind: type[msgspec.Struct]) -> Select[Any]:
    return select(*(table.c[name] for name in kind.__struct_fields__))


def one(tx: Tx, table: Table, kind: type[S], *where: ColumnElement[bool]) -> S | None:
    """Return the first row that meets all conditions, or ``None``."""
    found = every(tx, table, kind, *where, limit=1)
    return found[0] if found else None
