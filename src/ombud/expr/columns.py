"""Reads columns out of rows: whole batches where every row needs them, single values elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, Protocol, cast

from ombud.base.errors import EventError, Fault
from ombud.expr.fold import folded
from ombud.expr.live import NO_PARTS, Part
from ombud.expr.lowercase import lower
from ombud.expr.types import ELEMENT, NAN_TYPES, WORDS, Type
from ombud.expr.values import NAN, of_row

Rows = Sequence[Any]


class Values(Protocol):
    """A column of a batch: a list, or something that reads when asked."""

    def __getitem__(self, row: int, /) -> Any:
        """Return the value of one row; NULL is NaN or ``None`` by its type."""


_TEXTS: frozenset[type] = frozenset({str, type(None)})
_BOOLS: frozenset[type] = frozenset({bool, type(None)})
_READY: Mapping[Type, frozenset[type]] = {
    Type.TEXT: _TEXTS,
    Type.BOOL: _BOOLS,
    Type.INT: frozenset({int}),
    Type.TIME: frozenset({int}),
}
"""For types of columns the types of values that generated code can use as they are."""


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
        self.ready = _READY.get(kind, frozenset())
        self._strict = of_row[kind]
        self._nan = kind in NAN_TYPES
        self.null = NAN if self._nan else None
        self._lists = kind in ELEMENT

    def exact(self, row: Any) -> Any:
        """Return one row's value, ``None`` for NULL.

        Raises:
            EventError: the row holds a value of another type.
        """
        return self.checked(self.get(row))

    def checked(self, value: Any) -> Any:
        """Return a value that was read, ``None`` for NULL.

        Raises:
            EventError: it has another type than the column.
        """
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
        return self.given(self.get(row))

    def given(self, value: Any) -> Any:
        """Return a value that was read as generated code wants it: NaN for a NULL number.

        Raises:
            EventError: it has another type than the column.
        """
        if value is None:
            return self.null
        if self._lists and not value and type(value) is list:
            return value
        value = self.checked(value)
        return self.null if value is None else value

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
        exact = map(self.checked, found)
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


class LazyColumn(dict[int, Any]):
    """A column read row by row, when asked, and only once a row: from a row's number to its value."""

    __slots__ = ("_read", "_rows")

    def __init__(self, rows: Values | Rows, read: Callable[[Any], Any]) -> None:
        self._rows = rows
        self._read = read

    def __missing__(self, row: int) -> Any:
        value = self[row] = self._read(self._rows[row])
        return value


class PartColumn(dict[int, Any]):
    """A column that is one field of what ``source`` gives of a row; also read once a row, when asked."""

    __slots__ = ("_field", "_given", "_null", "_ready", "_source")

    def __init__(self, source: Values, field: str, column: Column) -> None:
        self._source = source
        self._field = field
        self._ready = column.ready
        self._given = column.given
        self._null = column.null

    def __missing__(self, row: int) -> Any:
        found = self._source[row]
        if found is NO_PARTS:
            return self._null
        value = found.get(self._field)
        if type(value) not in self._ready:
            value = self._given(value)
        self[row] = value
        return value


def in_order(values: Values, count: int) -> Iterable[Any]:
    """Return a column's values from the first row to the last; of a lazy one each as it is reached."""
    return map(values.__getitem__, range(count)) if isinstance(values, dict) else cast(Rows, values)


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


_NONE: Mapping[str, Part] = {}


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

    def batch(self, rows: Rows, reader: Reader, live: Mapping[str, Part] = _NONE) -> list[Values]:
        """Return one column a slot, those of ``reader`` already read, those of ``live`` by its functions."""
        layout = reader.layout
        if layout is None:
            layout = reader.layout = self._layout(reader)
        out: list[Any] = [None] * len(self.numbers)
        for slot, values in zip(layout.eager, reader.read(rows), strict=True):
            out[slot] = values
        sources: dict[Callable[[Any], Any], LazyColumn] = {}
        for slot, column in layout.lazy:
            part = live.get(column.name) if live else None
            if part is None:
                out[slot] = LazyColumn(rows, column.one)
            else:
                source = sources.get(part.of)
                if source is None:
                    source = sources[part.of] = LazyColumn(rows, part.of)
                out[slot] = PartColumn(source, part.field, column)
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
