"""Parquet: dotted columns or nested structs; a position is a row number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ombud.base.errors import EventError, UsageError
from ombud.events.envelope import Event
from ombud.events.refusals import refusal
from ombud.events.source import (
    Chunk,
    Position,
    Source,
    check_same,
    identify,
    reject_of,
    usage,
)

DictDecoder = Callable[[dict[str, Any]], Event]
_Rows = Iterator[tuple[dict[str, Any], EventError | None]]
DictMaker = Callable[[list[str], Source], DictDecoder]


class ParquetRows(Source):
    """A source of Parquet rows.

    Args:
        path: the file.
        make: gets the columns' dotted names and this source; returns what reads a row.
    """

    def __init__(self, path: Path, make: DictMaker) -> None:
        super().__init__()
        self.path = path
        try:
            self.identity = identify(path)
            self._file = pq.ParquetFile(path)
        except (OSError, pa.ArrowException) as error:
            raise usage("unreadable", f"not a Parquet file that can be read: {error}", path) from error
        self.size = path.stat().st_size
        self._row = 0
        self._rows: _Rows = iter(())
        try:
            self._decode = make(_names(self._file.schema_arrow), self)
        except UsageError:
            self.close()
            raise
        self._total: int = self._file.metadata.num_rows

    @property
    def position(self) -> Position:
        """The next row: ``offset`` rows were read."""
        return Position(self.identity, self._row, self._row + 1)

    def read(self, position: Position | None = None, limit: int = 4096) -> Chunk:
        """Return the next rows; see :meth:`Source.read`."""
        if position is not None and position.offset != self._row:
            self._seek(position)
        start = self.position
        chunk = Chunk([], [], start, start, False, [], [])
        ends: list[int] = []
        for _ in range(limit):
            row, wrong = self._next()
            if row is None:
                chunk.end = True
                break
            try:
                if wrong is not None:
                    raise wrong
                chunk.records.append(self._decode(row))
                ends.append(self._row)
            except EventError as error:
                raw = str(row).encode("utf-8", "backslashreplace")
                chunk.rejects.append(reject_of(error, self.identity.name, self._row, raw, self._row - 1))
        chunk.position, chunk.ends, chunk.lines = self.position, ends, ends
        self.consumed = self.size * self._row // self._total if self.size and self._total else 0
        return chunk

    def _seek(self, position: Position) -> None:
        check_same(self.path, position.source)
        if position.offset > self._total:
            raise usage("source-shrunk", f"the file now has {self._total} rows", self.path)
        self._row = position.offset
        self._rows = iter(())

    def _next(self) -> tuple[dict[str, Any] | None, EventError | None]:
        item = next(self._rows, None)
        if item is None:
            if self._row >= self._total:
                return None, None
            try:
                self._rows = self._load()
            except (OSError, pa.ArrowException) as error:
                raise usage("unreadable", f"the Parquet file is damaged: {error}", self.path) from error
            item = next(self._rows)
        self._row += 1
        return item

    def _load(self) -> _Rows:
        """Read the rows from the present one to the end of its row group."""
        first = 0
        for group in range(self._file.num_row_groups):
            count: int = self._file.metadata.row_group(group).num_rows
            if self._row < first + count:
                table = self._file.read_row_group(group, use_threads=False).slice(self._row - first)
                return _rows(_typed(table))
            first += count
        raise OSError("fewer rows than its footer says")

    def close(self) -> None:
        """Give the file back."""
        self._file.close()


def _names(schema: pa.Schema) -> list[str]:
    names: list[str] = []
    for field in schema:
        names += _leaves(field.name, field.type)
    return names


def _leaves(name: str, kind: pa.DataType) -> list[str]:
    if pa.types.is_struct(kind) and name != "extra":
        return [leaf for child in kind for leaf in _leaves(f"{name}.{child.name}", child.type)]
    return [name]


def _typed(table: pa.Table) -> pa.Table:
    """Times in microseconds, so that none has more digits than a ``datetime`` holds."""
    for i, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
            column = table.column(i).cast(pa.timestamp("us", field.type.tz), safe=False)
            table = table.set_column(i, field.name, column)
    return table


def _rows(table: pa.Table) -> _Rows:
    for batch in table.to_batches(max_chunksize=4096):
        try:
            rows: list[dict[str, Any]] = batch.to_pylist()
        except (UnicodeDecodeError, ValueError, OverflowError):
            yield from (_careful(batch.slice(i, 1)) for i in range(len(batch)))
        else:
            for row in rows:
                yield _flat(row), None


def _careful(batch: pa.RecordBatch) -> tuple[dict[str, Any], EventError | None]:
    """Read one row of a batch in which some value cannot be read."""
    row: dict[str, Any] = {}
    wrong: EventError | None = None
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            row[name] = column[0].as_py()
        except UnicodeDecodeError:
            wrong = refusal("invalid-utf8", f"{name} is not UTF-8")
        except (ValueError, OverflowError) as error:
            wrong = refusal("wrong-type", f"{name}: {error}")
    return _flat(row), wrong


def _flat(row: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict) and prefix + name != "extra":
            flat.update(_flat(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat
