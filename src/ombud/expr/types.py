"""The types a rule's values can have, and how Python's types name them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import GenericAlias, MappingProxyType


class Type(StrEnum):
    """What a value is. Every value may also be NULL.

    ``INT`` is a signed 64-bit integer, ``DOUBLE`` a finite IEEE double, ``TIME`` an
    instant and ``INTERVAL`` a span (both int microseconds). ``NULL`` is the type of
    the bare literal; ``ANY`` stands where a fault was already reported.
    """

    INT = "int"
    DOUBLE = "float"
    TEXT = "str"
    BOOL = "bool"
    TIME = "datetime"
    INTERVAL = "interval"
    TEXTS = "list[str]"
    INTS = "list[int]"
    DOUBLES = "list[float]"
    NULL = "NULL"
    ANY = "any"


NUMERIC = frozenset({Type.INT, Type.DOUBLE})
"""Types with arithmetic."""

NAN_TYPES = frozenset({Type.INT, Type.DOUBLE, Type.TIME, Type.INTERVAL})
"""Types whose NULL is carried as NaN inside generated code (NaN compares FALSE with everything)."""

ELEMENT: Mapping[Type, Type] = MappingProxyType(
    {Type.TEXTS: Type.TEXT, Type.INTS: Type.INT, Type.DOUBLES: Type.DOUBLE}
)
"""The element type of each list type."""

WORDS: Mapping[Type, str] = MappingProxyType(
    {
        Type.INT: "a whole number",
        Type.DOUBLE: "a number",
        Type.TEXT: "a text",
        Type.BOOL: "true or false",
        Type.TIME: "a time",
        Type.INTERVAL: "an interval",
        Type.TEXTS: "a list of texts",
        Type.INTS: "a list of whole numbers",
        Type.DOUBLES: "a list of numbers",
        Type.NULL: "NULL",
        Type.ANY: "anything",
    }
)
"""Each type in words, for messages."""

_PYTHON: Mapping[object, Type] = MappingProxyType(
    {
        int: Type.INT,
        float: Type.DOUBLE,
        str: Type.TEXT,
        bool: Type.BOOL,
        datetime: Type.TIME,
    }
)

_LISTS: Mapping[str, Type] = MappingProxyType(
    {"list[str]": Type.TEXTS, "list[int]": Type.INTS, "list[float]": Type.DOUBLES}
)

INT_MIN = -(2**63)
INT_MAX = 2**63 - 1


def of_python(declared: type | GenericAlias) -> Type | None:
    """Return the rule type of a declared Python type, or ``None`` if there is none."""
    if isinstance(declared, GenericAlias):
        return _LISTS.get(str(declared))
    return _PYTHON.get(declared)


SEARCHED = frozenset({"signal.text.canonical"})
"""Measured columns that are cheap and depend on their row alone: they may be searched in every
row, as the text itself is, and windows may read them."""
