"""Evaluates one tree over one row, plainly: the reference for the compiler and the ground of ``explain``."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from ombud.expr import values
from ombud.expr.ast import (
    And,
    Arith,
    Call,
    Case,
    Cmp,
    Coalesce,
    Col,
    Expr,
    In,
    IsNull,
    Like,
    ListHas,
    ListTest,
    Lit,
    Neg,
    Not,
    Or,
    Quant,
    Regex,
    Text,
    Var,
    Window,
)
from ombud.expr.fold import folded
from ombud.expr.lowercase import lower
from ombud.expr.patterns import Test
from ombud.expr.types import NAN_TYPES, Type
from ombud.expr.values import and3, not3, or3

Reader = Callable[[str], Any]
"""From a column's name to its value in the row at hand, ``None`` for NULL."""

Measurer = Callable[[Window, Hashable], int | None]
"""From a window and a key to the window's value now."""

Tester = Callable[[Like | Regex], Test]
"""From a LIKE or regular expression to its exact test."""


class Interpreter:
    """Evaluates expressions over the row behind ``read``; NULL is ``None``."""

    def __init__(self, read: Reader, measure: Measurer, tester: Tester) -> None:
        self.read = read
        self.measure = measure
        self.tester = tester
        self.vars: dict[str, Any] = {}

    def value(self, node: Expr) -> Any:
        """Return the node's value: a scalar, a list, TRUE, FALSE, or ``None`` for NULL."""
        match node:
            case Lit():
                return node.value
            case Col():
                return self.read(node.name)
            case Var():
                return self.vars[node.name]
            case And():
                return and3(map(self.value, node.args))
            case Or():
                return or3(map(self.value, node.args))
            case Not():
                return not3(self.value(node.x))
            case IsNull():
                return self.value(node.x) is None
            case Cmp():
                return compare(node.op, self.value(node.a), self.value(node.b))
            case Arith():
                return arithmetic(node, self.value(node.a), self.value(node.b))
            case Coalesce():
                return next((v for v in map(self.value, node.args) if v is not None), None)
            case Case():
                return self._case(node)
            case Quant():
                return self._quant(node)
            case Window():
                key = self.value(node.key)
                return None if key is None else self.measure(node, key)
            case _:
                return self._of_one(node)

    def _of_one(self, node: Expr) -> Any:
        if isinstance(node, ListHas):
            return list_has(self.value(node.list), self.value(node.x))
        if isinstance(node, Text):
            return text_test(node.fn, self.value(node.x), self.value(node.y))
        x = self.value(node.x)  # type: ignore[union-attr]
        if x is None:
            return None
        match node:
            case In():
                return True if x in node.values else None if node.has_null else False
            case Like() | Regex():
                return self.tester(node)(x)
            case ListTest():
                return (all if node.every else any)(word in x for word in node.values)
            case Neg():
                return _null(values.keep_int(-x) if node.type is not Type.DOUBLE else -x)
            case Call():
                return _CALLS[node.fn](x)
        raise AssertionError(node)

    def _case(self, node: Case) -> Any:
        for condition, result in node.whens:
            if self.value(condition) is True:
                return self.value(result)
        return self.value(node.default)

    def _quant(self, node: Quant) -> bool | None:
        items = self.value(node.list)
        if items is None:
            return None
        outer = dict(self.vars)
        answers: list[bool | None] = []
        for item in items:
            self.vars[node.var] = item
            answers.append(self.value(node.body))
        self.vars = outer
        return (and3 if node.every else or3)(answers)


def _null(x: Any) -> Any:
    return None if x != x else x


def compare(op: str, a: Any, b: Any) -> bool | None:
    """Return ``a op b``, ``None`` if either is NULL."""
    if a is None or b is None:
        return None
    match op:
        case "=":
            return bool(a == b)
        case "!=":
            return bool(a != b)
        case "<":
            return bool(a < b)
        case "<=":
            return bool(a <= b)
        case ">":
            return bool(a > b)
        case _:
            return bool(a >= b)


def text_test(fn: str, x: str | None, y: str | None) -> bool | None:
    """Return contains / starts_with / ends_with."""
    if x is None or y is None:
        return None
    if fn == "contains":
        return y in x
    return x.startswith(y) if fn == "starts_with" else x.endswith(y)


def list_has(items: Any, x: Any) -> bool | None:
    """Return list_contains; NULL elements do not count, and an empty list contains nothing."""
    if not items:
        return None if items is None else False
    if x is None:
        return None
    return x in items


def arithmetic(node: Arith, a: Any, b: Any) -> Any:
    """Return ``a op b`` behind the fence, ``None`` for NULL."""
    if a is None or b is None or node.type not in NAN_TYPES:
        return None
    return _null(OPERATIONS[node.op, node.type is Type.DOUBLE](a, b))


OPERATIONS: Mapping[tuple[str, bool], Callable[[Any, Any], Any]] = {
    ("+", False): lambda a, b: values.keep_int(a + b),
    ("-", False): lambda a, b: values.keep_int(a - b),
    ("*", False): lambda a, b: values.keep_int(a * b),
    ("//", False): values.int_divide,
    ("%", False): values.int_remainder,
    ("+", True): lambda a, b: values.keep_double(a + b),
    ("-", True): lambda a, b: values.keep_double(a - b),
    ("*", True): lambda a, b: values.keep_double(a * b),
    ("/", True): values.divide,
    ("%", True): values.double_remainder,
}
"""Each operation on integers (False) and doubles (True), NaN for NULL."""

_CALLS: Mapping[str, Callable[[Any], Any]] = {
    "lower": lower,
    "folded": folded,
    "length": len,
    "double": lambda x: _null(values.to_double(x)),
}
