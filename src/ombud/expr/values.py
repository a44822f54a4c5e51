"""Arithmetic behind the fence: 64-bit integers, finite doubles, and NULL for everything else.

Numbers, times and intervals carry NULL as NaN here: a comparison with NaN is FALSE,
so code that asks only "is it TRUE" needs no test for NULL. ``of_row`` reads one
value of an event and refuses what has another type than its column.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ombud.expr.types import ELEMENT, INT_MAX, INT_MIN, Type

NAN = math.nan
INF = math.inf


def keep_int(x: Any) -> Any:
    """Return the integer, or NaN outside 64 bits."""
    return x if INT_MIN <= x <= INT_MAX else NAN


def keep_double(x: Any) -> Any:
    """Return the double, or NaN if it is not finite."""
    return x if -INF < x < INF else NAN


def to_double(x: Any) -> Any:
    """Return an integer as a double; NaN stays NaN."""
    try:
        return float(x)
    except OverflowError:
        return NAN


def divide(a: Any, b: Any) -> Any:
    """Return a / b as a double; division by zero is NaN."""
    return keep_double(a / b) if b else NAN


def int_divide(a: Any, b: Any) -> Any:
    """Return the integer quotient, cut towards zero."""
    if a != a or b != b or b == 0:
        return NAN
    quotient = abs(a) // abs(b)
    return keep_int(quotient if (a < 0) == (b < 0) else -quotient)


def int_remainder(a: Any, b: Any) -> Any:
    """Return the remainder with the sign of ``a``."""
    if a != a or b != b or b == 0:
        return NAN
    rest = abs(a) % abs(b)
    return -rest if a < 0 else rest


def double_remainder(a: Any, b: Any) -> Any:
    """Return the remainder with the sign of ``a``, as C's ``fmod``."""
    return math.fmod(a, b) if b else NAN


def and3(values: Iterable[bool | None]) -> bool | None:
    """Return AND in three-valued logic."""
    result: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def or3(values: Iterable[bool | None]) -> bool | None:
    """Return OR in three-valued logic."""
    result: bool | None = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def not3(value: bool | None) -> bool | None:
    """Return NOT in three-valued logic."""
    return None if value is None else not value


def same3(a: bool | None, b: bool | None) -> bool | None:
    """Return a = b for truth values."""
    return None if a is None or b is None else a is b


def numbers(items: Iterable[Any]) -> list[Any]:
    """Return a list's elements with NULL as NaN."""
    return [NAN if item is None else item for item in items]


def _number(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, int | float):
        raise TypeError
    return value if value == value else None


def _double(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, int | float):
        raise TypeError
    try:
        exact = float(value)
    except OverflowError:
        return None
    return exact if -INF < exact < INF else None


def _plain(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if value is not None and not isinstance(value, kind):
            raise TypeError
        return value

    return read


def _list(element: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, list | tuple):
            raise TypeError
        return [element(item) for item in value]

    return read


_SCALARS: Mapping[Type, Callable[[Any], Any]] = {
    Type.INT: _number,
    Type.TIME: _number,
    Type.DOUBLE: _double,
    Type.TEXT: _plain(str),
    Type.BOOL: _plain(bool),
}

of_row: Mapping[Type, Callable[[Any], Any]] = {
    **_SCALARS,
    **{kind: _list(_SCALARS[element]) for kind, element in ELEMENT.items()},
}
"""For each column type: a function from a row's value to the rule's value, ``None`` for NULL.

It raises ``TypeError`` for a value of another type. NaN and infinities are NULL; an
integer beyond 64 bits compares as it is, and arithmetic with it is NULL.
"""
