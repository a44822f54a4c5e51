"""Reads a file of register rows: everything that is wrong with it at once, each in its place.

CSV has a line of column names; JSON is a list of objects, or one object a line. The
columns ``key``, ``source``, ``valid_from``, ``valid_to`` and ``withdrawn`` belong to every
register; the others are those of its schema.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ombud.base.errors import Fault, OmbudError, UsageError, Where
from ombud.base.nearest import did_you_mean
from ombud.registers.schemas import LONGEST_KEY, SCHEMAS, Schema, bad_text, convert, time_of
from ombud.store.registers import NewRow

LARGEST_FILE = 256 * 1024 * 1024
MOST_ROWS = 2_000_000
MOST_FAULTS = 100
"""So many faults are told; a file with more is told to have more."""

DATED = ("key", "source", "valid_from", "valid_to", "withdrawn")
IGNORED = ("recorded_at",)
"""Columns of an export that an import does not take over: the store records when it learned."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One row of a file as it stands there, with its line."""

    line: int
    values: Mapping[str, Any]


def schema_of(register: str) -> Schema:
    """Return a register's schema.

    Raises:
        UsageError: ``registers/unknown``.
    """
    schema = SCHEMAS.get(register)
    if schema is None:
        hint = did_you_mean(register, SCHEMAS) or f"there are {', '.join(SCHEMAS)}"
        raise UsageError(Fault("registers/unknown", f"there is no register {register!r}", hint=hint))
    return schema


def read_rows(
    register: str, path: Path, data: bytes, *, source: str | None = None, form: str | None = None
) -> list[NewRow]:
    """Return the rows of a file.

    Args:
        register: the register they are for.
        path: the file's name, for its form and for places.
        data: its content.
        source: who says so, for rows that do not say it themselves.
        form: ``csv`` or ``json``; ``None`` tells by name and content.

    Raises:
        OmbudError: with every fault of the file (up to 100); nothing of it is to be taken then.
        UsageError: there is no such register.
    """
    checker = _Checker(schema_of(register), path, source)
    try:
        for raw in _raw_rows(path, data, form):
            checker.take(raw)
            if len(checker.faults) >= MOST_FAULTS or len(checker.rows) > MOST_ROWS:
                break
    except _Unreadable as problem:
        checker.faults.append(
            Fault("registers/unreadable", str(problem), Where(path, problem.line, problem.column))
        )
    if len(checker.rows) > MOST_ROWS:
        checker.faults.append(Fault("registers/too-many", f"more than {MOST_ROWS:,} rows", Where(path)))
    if checker.faults:
        raise OmbudError(*checker.faults)
    return checker.rows


class _Unreadable(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def _raw_rows(path: Path, data: bytes, form: str | None) -> Iterator[Raw]:
    if len(data) > LARGEST_FILE:
        raise _Unreadable(f"the file has {len(data):,} bytes; {LARGEST_FILE:,} are taken")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Unreadable(f"the file is not UTF-8 (byte {error.start})", line) from None
    if form is None:
        named = path.suffix.lower().removeprefix(".")
        form = named if named in ("csv", "json", "jsonl") else "json" if text.lstrip()[:1] in "[{" else "csv"
    yield from _csv(text) if form == "csv" else _json(text)


def _csv(text: str) -> Iterator[Raw]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = next(reader, None)
        if not head:
            raise _Unreadable("the file has no line of column names", 1)
        head = [name.strip() for name in head]
        twice = next((name for name in head if head.count(name) > 1), None)
        if twice is not None:
            raise _Unreadable(f"the column {twice!r} stands twice", 1)
        while True:
            line = reader.line_num + 1
            row = next(reader, None)
            if row is None:
                return
            if not row:
                continue
            if len(row) != len(head):
                raise _Unreadable(f"the row has {len(row)} cells; there are {len(head)} columns", line)
            yield Raw(line, {name: cell for name, cell in zip(head, row, strict=True) if cell != ""})
    except csv.Error as error:
        raise _Unreadable(f"this is not CSV: {error}", reader.line_num) from None


def _json(text: str) -> Iterator[Raw]:
    if text.lstrip()[:1] == "[":
        try:
            items = json.loads(text)
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", None)
            raise _Unreadable(f"this is not JSON: {error}", line, getattr(error, "colno", None)) from None
        for number, item in enumerate(items, 1):
            yield Raw(number, _object(item, number))
        return
    for number, line_text in enumerate(text.splitlines(), 1):
        if line_text.strip():
            try:
                item = json.loads(line_text)
            except (ValueError, RecursionError) as error:
                raise _Unreadable(f"this is not JSON: {error}", number) from None
            yield Raw(number, _object(item, number))


def _object(item: Any, number: int) -> Mapping[str, Any]:
    if not isinstance(item, dict):
        raise _Unreadable("a row is a JSON object", number)
    return {name: value for name, value in item.items() if value is not None}


class _Checker:
    """Takes rows one by one; what is wrong is collected, what is right becomes a row to record."""

    def __init__(self, schema: Schema, path: Path, source: str | None) -> None:
        self.schema = schema
        self.path = path
        self.source = source
        self.rows: list[NewRow] = []
        self.faults: list[Fault] = []
        self._seen: dict[tuple[str, str, int | None], int] = {}
        self._unknown: set[str] = set()

    def take(self, raw: Raw) -> None:
        """Check one row."""
        before = len(self.faults)
        self._names(raw)
        key, source = self._key(raw), self._source(raw)
        valid_from, valid_to = self._time(raw, "valid_from"), self._time(raw, "valid_to")
        if valid_from is not None and valid_to is not None and valid_to <= valid_from:
            self._fault(raw, "bad-dates", "`valid_to` is not later than `valid_from`")
        withdrawn = str(raw.values.get("withdrawn", "false")).strip().lower() in ("true", "yes", "1")
        payload = {} if withdrawn else self._payload(raw)
        place = (key, source, valid_from)
        if place in self._seen and len(self.faults) == before:
            self._fault(raw, "duplicate", f"{key!r} of {source!r} stands in line {self._seen[place]} already")
        self._seen.setdefault(place, raw.line)
        if len(self.faults) == before:
            self.rows.append(NewRow(key, source, valid_from, valid_to, withdrawn, payload))

    def _fault(self, raw: Raw, code: str, message: str, hint: str | None = None) -> None:
        self.faults.append(Fault(f"registers/{code}", message, Where(self.path, raw.line), hint))

    def _names(self, raw: Raw) -> None:
        known = (*DATED, *IGNORED, *self.schema.fields)
        for name in raw.values:
            if name not in known and name not in self._unknown:
                self._unknown.add(name)
                shown = name if len(name) <= 60 else name[:59] + "…"
                hint = did_you_mean(name[:60], known) or f"its columns are {', '.join(known)}"
                self._fault(raw, "unknown-column", f"{self.schema.name} has no column {shown!r}", hint)

    def _key(self, raw: Raw) -> str:
        value = raw.values.get("key")
        key = value.strip() if isinstance(value, str) else str(value) if isinstance(value, int) else ""
        wrong = bad_text(key, LONGEST_KEY)
        if not key or wrong is not None:
            self._fault(raw, "bad-key", f"`key` ({self.schema.key}) {wrong or 'is missing'}")
        elif not re.fullmatch(self.schema.key_form, key, re.DOTALL):
            self._fault(raw, "bad-key", f"`key` is {self.schema.key}, not {key[:60]!r}")
        return key

    def _source(self, raw: Raw) -> str:
        value = raw.values.get("source", raw.values.get("publisher", self.source))
        if not isinstance(value, str) or not value.strip():
            hint = "add a column `source`, or give --source for the whole file"
            self._fault(raw, "no-source", "the row does not say who says so (`source`)", hint)
            return ""
        wrong = bad_text(value, LONGEST_KEY)
        if wrong is not None:
            self._fault(raw, "bad-value", f"`source` {wrong}")
        return value.strip()

    def _time(self, raw: Raw, name: str) -> int | None:
        value = raw.values.get(name)
        if value is None:
            return None
        try:
            return time_of(value)
        except ValueError as error:
            self._fault(raw, "bad-value", f"`{name}` {error}")
            return None

    def _payload(self, raw: Raw) -> dict[str, Any]:
        payload: dict[str, Any] = {}
        for name, field in self.schema.fields.items():
            if name not in raw.values:
                if field.required:
                    self._fault(raw, "missing", f"`{name}` ({field.means}) is missing")
                continue
            try:
                payload[name] = convert(field, raw.values[name])
            except ValueError as error:
                self._fault(raw, "bad-value", f"`{name}` {error}")
        return payload
