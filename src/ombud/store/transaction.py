"""A transaction: what every function of this room takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, Select, Table, func, select
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")

# One number for "the tail of the store": who numbers rows takes it first (PostgreSQL only).
_NUMBERING = 0x6F6D626E  # "ombn"
_AT_ONCE = 500
_WAIT = select(func.pg_advisory_xact_lock(_NUMBERING, func.hashtext(func.current_schema())))


@dataclass(frozen=True, slots=True)
class Tx:
    """An open transaction on a store.

    Attributes:
        connection: the SQLAlchemy connection underneath.
        backend: ``"sqlite"`` or ``"postgresql"``.
        salt: the store's secret of 32 bytes, from which names that go outside are made.
        repeatable: the store was made with a given secret, so that equal input gives equal
            stores; then salts of findings derive from the secret, too.
    """

    connection: Connection
    backend: str
    salt: bytes
    repeatable: bool = False

    def run(self, statement: Executable, rows: Any = None) -> CursorResult[*tuple[Any, ...]]:
        """Execute one statement, once or for each of several parameter sets."""
        return self.connection.execute(statement, rows)

    def insert(self, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert many rows by the driver's fastest way: ``executemany``, or COPY on PostgreSQL.

        The values bypass SQLAlchemy's types: text is escaped and JSON written by the caller.
        """
        if not rows:
            return
        names = ", ".join(f'"{name}"' for name in columns)
        if self.backend == "postgresql":
            _copy(self.connection, f'COPY "{table.name}" ({names}) FROM STDIN', rows)
            return
        marks = ", ".join("?" * len(columns))
        self.connection.exec_driver_sql(
            f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})',  # noqa: S608
            list(rows),
        )

    def next_number(self, table: Table) -> int:
        """Return the next free number of a table's one-column primary key, from 1.

        On PostgreSQL the transaction waits here for others that number rows, so that
        numbers have no gaps and their order is the order of the commits.
        """
        self.alone()
        return int(self.run(_last_number(table)).scalar_one()) + 1

    def alone(self) -> None:
        """Wait until no other transaction numbers rows; SQLite has one writer anyway."""
        if self.backend == "postgresql":
            self.run(_WAIT)

    def secret_digest(self, *parts: bytes, size: int = 16) -> bytes:
        """Return a digest that only this store can make: equal parts, equal digest."""
        hasher = blake2b(digest_size=size, key=self.salt)
        for part in parts:
            hasher.update(len(part).to_bytes(4, "big"))
            hasher.update(part)
        return hasher.digest()


@cache
def _last_number(table: Table) -> Select[tuple[int]]:
    (column,) = table.primary_key.columns
    return select(func.coalesce(func.max(column), 0))


def _copy(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    import psycopg

    cursor = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as problem:  # SQLAlchemy did not see it pass
        raise DBAPIError(statement, None, problem) from problem
    finally:
        cursor.close()


def chunks(items: Iterable[T], size: int = _AT_ONCE) -> Iterator[list[T]]:
    """Yield the items in lists of at most ``size``, for ``IN`` lists that no database refuses."""
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
