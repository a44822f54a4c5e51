"""Reads columns out of rows: whole batches where every row needs them, single values elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

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
        self.plain = accessor is None
        self.expression = f"row.get({name!r})" if accessor is None else accessor
        self.get: Callable[[Any], Any] = eval(f"lambda row: {self.expression}", {})  # noqa: S307
        self._strict = of_row[kind]
        self._nan = kind in NAN_TYPES

    def exact(self, row: Any) -> Any:
        """Return one row's value, ``None`` for NULL.

        Raises:
            EventError: the row holds a value of another type.
        """
        return self._exact(self.get(row))

    def _exact(self, value: Any) -> Any:
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
        value = self._exact(self.get(row))
        return NAN if value is None and self._nan else value

    def reading(self, get: Callable[[Any], Any], *, exact: bool = False) -> Callable[[Any], Any]:
        """Return :meth:`one` (or :meth:`exact`) with another function in the place of the accessor."""

        def read(row: Any) -> Any:
            value = self._exact(get(row))
            return NAN if value is None and self._nan and not exact else value

        return read

    def clean(self, found: Sequence[Any]) -> Sequence[Any]:
        """Return read values as generated code wants them; values without NULL pass in C loops.

        Raises:
            EventError: a value has another type.
        """
        if self.kind in _NUMBERS:
            try:
                total = sum(found)
                if self.kind is not Type.DOUBLE:
                    return found
                if math.isfinite(total):
                    return list(map(float, found))
            except (TypeError, OverflowError):
                pass
        elif self.kind is Type.TEXT:
            if _TEXTS.issuperset(map(type, found)):
                return found
        elif self.kind is Type.BOOL and _BOOLS.issuperset(map(type, found)):
            return found
        exact = map(self._exact, found)
        return [NAN if value is None else value for value in exact] if self._nan else list(exact)


_NUMBERS = frozenset({Type.INT, Type.TIME, Type.DOUBLE})


_GROUPS = ((Type.INT, Type.TIME), (Type.DOUBLE,), (Type.TEXT,), (Type.BOOL,))


class Layout(NamedTuple):
    """Which slot of a batch is filled how: read beforehand, when asked, or made of another."""

    eager: list[int]
    lazy: list[tuple[int, Column]]
    forms: list[tuple[int, int, str]]


class Reader:
    """Reads several columns of a batch in one go, row by row (a row's values lie together in memory)."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.layout: Layout | None = None
        order = {kind: group for group, kinds in enumerate(_GROUPS) for kind in kinds}
        self.columns = sorted(columns, key=lambda column: order.get(column.kind, len(_GROUPS)))
        ranks = [order.get(column.kind, len(_GROUPS)) for column in self.columns]
        self._cuts = [sum(rank <= group for rank in ranks) for group in range(len(_GROUPS))]
        names = [column.name for column in self.columns]
        self._quick: Callable[[Any], tuple[Any, ...]] | None = None
        if len(names) > 1 and all(column.plain for column in columns):
            self._quick = itemgetter(*names)
        parts = "".join(f"({column.expression}), " for column in self.columns)
        self._all: Callable[[Rows], list[tuple[Any, ...]]] = eval(  # noqa: S307
            f"lambda rows: [({parts}) for row in rows]", {}
        )

    def read(self, rows: Rows) -> list[Sequence[Any]]:
        """Return each column's values as generated code wants them, in the order of ``columns``.

        Raises:
            EventError: a row holds a value of another type than its column.
        """
        if not self.columns:
            return []
        found = self._tuples(rows)
        if len(found) == 1 and self._clean(found[0]):
            ints, doubles, *_ = self._cuts
            out: list[Sequence[Any]] = list(zip(found[0], strict=True))
            for at in range(ints, doubles):
                out[at] = (float(found[0][at]),)
            return out
        columns = zip(self.columns, zip(*found, strict=True), strict=True)
        return [column.clean(values) for column, values in columns]

    def _clean(self, row: tuple[Any, ...]) -> bool:
        """Tell whether one row's values can be used as they are."""
        _, doubles, texts, bools = self._cuts
        try:
            numbers = math.isfinite(sum(row[:doubles]))
        except (TypeError, OverflowError):
            return False
        return (
            numbers
            and len(row) == bools
            and _TEXTS.issuperset(map(type, row[doubles:texts]))
            and _BOOLS.issuperset(map(type, row[texts:bools]))
        )

    def _tuples(self, rows: Rows) -> Sequence[tuple[Any, ...]]:
        if self._quick is not None and set(map(type, rows)) == {dict}:
            try:
                return list(map(self._quick, rows))
            except KeyError:
                pass
        return self._all(rows)


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

    def __iter__(self) -> Iterator[Any]:
        rows: Any = self._rows
        return (self[row] for row in range(len(rows)))


def _lower(text: str | None) -> str | None:
    return None if text is None else lower(text)


class _Folds:
    """``folded`` of a text, remembered per text within a batch (posts repeat)."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def __call__(self, text: str | None) -> str | None:
        if text is None:
            return None
        found = self._seen.get(text)
        if found is None:
            found = self._seen[text] = folded(text)
        return found


_NONE: Mapping[str, Callable[[Any], Any]] = {}


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

    def batch(
        self, rows: Rows, reader: Reader, live: Mapping[str, Callable[[Any], Any]] = _NONE
    ) -> list[Values]:
        """Return one column a slot, those of ``reader`` already read, those of ``live`` by its functions."""
        layout = reader.layout
        if layout is None:
            layout = reader.layout = self._layout(reader)
        out: list[Any] = [None] * len(self.numbers)
        for slot, values in zip(layout.eager, reader.read(rows), strict=True):
            out[slot] = values
        for slot, column in layout.lazy:
            get = live.get(column.name) if live else None
            out[slot] = LazyColumn(rows, column.one if get is None else column.reading(get))
        for slot, base, form in layout.forms:
            out[slot] = LazyColumn(out[base], _Folds() if form == "folded" else _lower)
        return out

    def _layout(self, reader: Reader) -> Layout:
        eager = [self.numbers[column.name, ""] for column in reader.columns]
        lazy = [
            (slot, self.columns[name])
            for (name, form), slot in self.numbers.items()
            if not form and slot not in eager
        ]
        forms = [(slot, self.numbers[name, ""], form) for (name, form), slot in self.numbers.items() if form]
        return Layout(eager, lazy, forms)
