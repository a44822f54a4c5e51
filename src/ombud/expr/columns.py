"""Reads columns out of rows: whole batches where every row needs them, single values elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from ombud.base.errors import EventError, Fault
from ombud.expr.fold import folded
from ombud.expr.lowercase import lower
from ombud.expr.types import NAN_TYPES, WORDS, Type
from ombud.expr.values import NAN, of_row

Rows = Sequence[Any]


class Values(Protocol):
    """A column of a batch: a list, or something that reads when asked."""

    def __getitem__(self, row: int, /) -> Any:
        """Return the value of one row; NULL is NaN or ``None`` by its type."""


_FORMS: Mapping[str, Callable[[str], str]] = {"lower": lower, "folded": folded}

_TEXTS = frozenset({str, type(None)})
_BOOLS = frozenset({bool, type(None)})


class Column:
    """One declared column: how to get its value from a row, and its type.

    Args:
        name: the column's name.
        kind: its type.
        accessor: a Python expression over ``row``, trusted (it comes from this program).
    """

    def __init__(self, name: str, kind: Type, accessor: str | None) -> None:
        self.name = name
        self.kind = kind
        expression = f"row.get({name!r})" if accessor is None else accessor
        self.get: Callable[[Any], Any] = eval(f"lambda row: {expression}", {})  # noqa: S307
        self._all: Callable[[Rows], list[Any]] = eval(f"lambda rows: [{expression} for row in rows]", {})  # noqa: S307
        self._strict = of_row[kind]
        self._nan = kind in NAN_TYPES

    def exact(self, row: Any) -> Any:
        """Return one row's value, ``None`` for NULL.

        Raises:
            EventError: the row holds a value of another type.
        """
        value = self.get(row)
        try:
            return self._strict(value)
        except TypeError:
            raise EventError(
                Fault(
                    "expr/row-type",
                    f"column {self.name!r} is {WORDS[self.kind]}; the row has {type(value).__name__}",
                )
            ) from None

    def one(self, row: Any) -> Any:
        """Return one row's value as generated code wants it: NaN for a NULL number."""
        value = self.exact(row)
        return NAN if value is None and self._nan else value

    def batch(self, rows: Rows) -> list[Any]:
        """Return all rows' values as generated code wants them."""
        found = self._all(rows)
        if self._clean(found):
            return found if self.kind is not Type.DOUBLE else list(map(float, found))
        return list(map(self.one, rows))

    def _clean(self, found: list[Any]) -> bool:
        """Tell whether the values can be used as they are; C loops only."""
        if self.kind in {Type.INT, Type.TIME, Type.DOUBLE}:
            try:
                total = sum(found)
                return self.kind is not Type.DOUBLE or math.isfinite(total)
            except (TypeError, OverflowError):
                return False
        if self.kind is Type.TEXT:
            return _TEXTS.issuperset(map(type, found))
        return self.kind is Type.BOOL and _BOOLS.issuperset(map(type, found))


class LazyColumn:
    """A column read row by row, when asked, and only once a row."""

    __slots__ = ("_read", "_rows", "_seen")

    def __init__(self, rows: Values | Rows, read: Callable[[Any], Any]) -> None:
        self._rows = rows
        self._read = read
        self._seen: dict[int, Any] = {}

    def __getitem__(self, row: int) -> Any:
        try:
            return self._seen[row]
        except KeyError:
            value = self._seen[row] = self._read(self._rows[row])
            return value


class _Form:
    """``lower`` or ``folded`` of a text, remembered per text within a batch (posts repeat)."""

    __slots__ = ("_make", "_seen")

    def __init__(self, make: Callable[[str], str]) -> None:
        self._make = make
        self._seen: dict[str, str] = {}

    def __call__(self, text: str | None) -> str | None:
        if text is None:
            return None
        found = self._seen.get(text)
        if found is None:
            found = self._seen[text] = self._make(text)
        return found


class Slots:
    """Numbers the columns, and forms of columns, that rules read.

    A form is ``(column, "")``, ``(column, "lower")`` or ``(column, "folded")``.
    """

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self.columns = columns
        self.numbers: dict[tuple[str, str], int] = {}

    def number(self, name: str, form: str = "") -> int:
        """Return the slot of a form, making it on first use."""
        if form:
            self.number(name)
        return self.numbers.setdefault((name, form), len(self.numbers))

    def batch(self, rows: Rows, eager: frozenset[str]) -> list[Values]:
        """Return one column a slot, those named in ``eager`` already read."""
        out: list[Values] = []
        for name, form in self.numbers:
            if form:
                base = out[self.numbers[name, ""]]
                out.append(LazyColumn(base, _Form(_FORMS[form])))
            elif name in eager:
                out.append(self.columns[name].batch(rows))
            else:
                out.append(LazyColumn(rows, self.columns[name].one))
        return out


def columns_used(names: Iterable[str], columns: Mapping[str, Column]) -> dict[str, Column]:
    """Return the columns of these names."""
    return {name: columns[name] for name in names}
