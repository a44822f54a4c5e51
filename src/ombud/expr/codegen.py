"""Turns trees into Python source that asks "is it TRUE" in plain two-valued logic.

Numbers, times and intervals carry NULL as NaN, texts, truth values and lists as
``None``. ``true(node)`` is code that holds exactly if the node is TRUE, ``false(node)``
exactly if it is FALSE; UNKNOWN is neither, so no code for it runs. Each part is
generated once for each of the two questions, so the source stays linear in the tree.
No text of a rule enters the source: literals are named ``k0, k1, ...``.
"""

from __future__ import annotations

from collections.abc import Callable
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
    Scalar,
    Text,
    Var,
    Window,
)
from ombud.expr.cost import cost
from ombud.expr.fold import folded
from ombud.expr.lowercase import lower
from ombud.expr.patterns import any_of
from ombud.expr.types import ELEMENT, NAN_TYPES, Type

RUNTIME: dict[str, Any] = {
    "NAN": values.NAN,
    "keep_int": values.keep_int,
    "keep_double": values.keep_double,
    "to_double": values.to_double,
    "divide": values.divide,
    "int_divide": values.int_divide,
    "int_remainder": values.int_remainder,
    "double_remainder": values.double_remainder,
    "same3": values.same3,
    "not3": values.not3,
    "and3": values.and3,
    "or3": values.or3,
    "numbers": values.numbers,
    "lower": lower,
    "folded": folded,
}
"""The names generated code may use besides its own."""

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_EXACT = 2**53
_FEW_WORDS = 8


class Generator:
    """Generates code for one function.

    Args:
        column: from a column (or ``lower(column)``, ``folded(column)``) to code for its
            value, or ``None`` if that form has no place of its own.
        window: from a window to code for its value.
        constant: keeps a value and returns its name.
        pattern: keeps the exact test of a LIKE or regular expression and returns its name.
    """

    def __init__(
        self,
        column: Callable[[str, str], str | None],
        window: Callable[[Window], str],
        constant: Callable[[Any], str],
        pattern: Callable[[Like | Regex], str],
    ) -> None:
        self.column = column
        self.window = window
        self.constant = constant
        self.pattern = pattern
        self.temps = 0
        self.vars: dict[str, str] = {}
        self.anyway: frozenset[str] = frozenset()
        """Signals that are measured whatever the condition says: cheap to ask."""

    def _cost(self, node: Expr) -> int:
        return cost(node, self.anyway)

    def temp(self) -> str:
        """Return a fresh local name."""
        self.temps += 1
        return f"t{self.temps}"

    # -- is it TRUE ------------------------------------------------------------

    def true(self, node: Expr) -> str:
        """Return code that holds exactly if the node is TRUE."""
        return self._asked(node, truth=True)

    def false(self, node: Expr) -> str:
        """Return code that holds exactly if the node is FALSE."""
        return self._asked(node, truth=False)

    def _asked(self, node: Expr, *, truth: bool) -> str:
        match node:
            case And() | Or():
                word = " and " if isinstance(node, And) is truth else " or "
                args = sorted(node.args, key=self._cost)
                return "(" + word.join(self._asked(arg, truth=truth) for arg in args) + ")"
            case Not():
                return self._asked(node.x, truth=not truth)
            case Lit():
                return "True" if node.value is truth else "False"
            case IsNull():
                return self._is_null(node.x, truth=truth)
            case Cmp():
                return self._compare(node, truth=truth)
            case In():
                return self._in(node, truth=truth)
            case Text():
                return self._text(node, truth=truth)
            case Like() | Regex():
                x = self.temp()
                test = f"{self.pattern(node)}({x})"
                asked = test if truth else f"not {test}"
                return f"(({x} := {self.value(node.x)}) is not None and {asked})"
            case ListTest():
                return self._list_test(node, truth=truth)
            case ListHas():
                return self._list_has(node, truth=truth)
            case Quant():
                return self._quant(node, truth=truth)
            case _:
                return f"({self.value(node)} is {truth})"

    def _is_null(self, x: Expr, *, truth: bool) -> str:
        if x.type in NAN_TYPES:
            t = self.temp()
            return f"(({t} := {self.value(x)}) {'!=' if truth else '=='} {t})"
        return f"({self.value(x)} is {'' if truth else 'not '}None)"

    def _compare(self, node: Cmp, *, truth: bool) -> str:
        kind = node.b.type if node.a.type is Type.NULL else node.a.type
        if Type.NULL in (node.a.type, node.b.type):
            return "False"
        if kind is Type.BOOL:
            return self._same(node, truth=truth)
        op = node.op if truth else _OPPOSITE.get(node.op) or ("!=" if node.op == "=" else "=")
        if kind in NAN_TYPES:
            a, b = self._bare(node.a, node.b), self._bare(node.b, node.a)
            if op == "!=":
                s, t = self.temp(), self.temp()
                return f"(({s} := {a}) < ({t} := {b}) or {s} > {t})"
            return f"({a} {'==' if op == '=' else op} {b})"
        return self._compare_texts(node, op)

    def _compare_texts(self, node: Cmp, op: str) -> str:
        if isinstance(node.b, Lit) and op == "=":
            return f"({self.value(node.a)} == {self.value(node.b)})"
        s, t = self.temp(), self.temp()
        sign = "==" if op == "=" else op
        return (
            f"(({s} := {self.value(node.a)}) is not None and ({t} := {self.value(node.b)}) is not None"
            f" and {s} {sign} {t})"
        )

    def _same(self, node: Cmp, *, truth: bool) -> str:
        equal = truth is (node.op == "=")
        for x, y in ((node.a, node.b), (node.b, node.a)):
            if isinstance(y, Lit):
                return self._asked(x, truth=equal is bool(y.value))
        return f"(same3({self.value(node.a)}, {self.value(node.b)}) is {equal})"

    def _bare(self, node: Expr, other: Expr) -> str:
        """A number beside another: an integer needs no conversion beside a small double literal."""
        small = isinstance(other, Lit) and isinstance(other.value, float) and abs(other.value) < _EXACT
        if small and isinstance(node, Call) and node.fn == "double":
            return self.value(node.x)
        return self.value(node)

    def _in(self, node: In, *, truth: bool) -> str:
        if not truth and node.has_null:
            return "False"
        known = self.constant(frozenset(node.values))
        x = self.value(node.x)
        if truth:
            return f"({x} in {known})"
        t = self.temp()
        there = f"== {t}" if node.x.type in NAN_TYPES else "is not None"
        return f"(({t} := {x}) {there} and {t} not in {known})"

    def _text(self, node: Text, *, truth: bool) -> str:
        s = self.temp()
        code = f"(({s} := {self.value(node.x)}) is not None and "
        y = self.value(node.y)
        if not isinstance(node.y, Lit):
            t = self.temp()
            code += f"({t} := {y}) is not None and "
            y = t
        if node.fn == "contains":
            return f"{code}{y} {'' if truth else 'not '}in {s})"
        method = "startswith" if node.fn == "starts_with" else "endswith"
        return f"{code}{'' if truth else 'not '}{s}.{method}({y}))"

    def _list_test(self, node: ListTest, *, truth: bool) -> str:
        s = self.temp()
        if not node.every and len(node.values) > _FEW_WORDS:
            test = self.constant(any_of(node.values))
            return f"(({s} := {self.value(node.x)}) is not None and {'' if truth else 'not '}{test}({s}))"
        words = self.constant(node.values)
        quantifier = "all" if node.every else "any"
        return (
            f"(({s} := {self.value(node.x)}) is not None and "
            f"{'' if truth else 'not '}{quantifier}(w in {s} for w in {words}))"
        )

    def _list_has(self, node: ListHas, *, truth: bool) -> str:
        s, t = self.temp(), self.temp()
        there = f"== {t}" if node.x.type in NAN_TYPES else "is not None"
        code = f"(({s} := {self.value(node.list)}) is not None and "
        known = f"({t} := {self.value(node.x)}) {there}"
        if truth:
            return f"{code}{known} and {t} in {s})"
        return f"{code}(not {s} or {known} and {t} not in {s}))"

    def _quant(self, node: Quant, *, truth: bool) -> str:
        s = self.temp()
        items = f"numbers({s})" if ELEMENT.get(node.list.type) in NAN_TYPES else s
        name = f"e{len(self.vars)}"
        source = self.value(node.list)
        sought = _sought(node)
        if truth and sought is not None:
            return f"(({s} := {source}) is not None and {self.constant(sought)} in {s})"
        outer = dict(self.vars)
        self.vars[node.var] = name
        body = self._asked(node.body, truth=truth)
        self.vars = outer
        if node.every is truth:
            return f"(({s} := {source}) is not None and all({body} for {name} in {items}))"
        return f"(True if ({s} := {source}) and any({body} for {name} in {items}) else False)"

    # -- what is its value -----------------------------------------------------

    def value(self, node: Expr) -> str:
        """Return code for the node's value; NULL is NaN or ``None`` by its type."""
        match node:
            case Lit():
                if node.value is None:
                    return "None"
                return self.constant(node.value)
            case Var():
                return self.vars[node.name]
            case Col():
                code = self.column(node.name, "")
                assert code is not None
                return code
            case Window():
                return self.window(node)
            case Call():
                return self._call(node)
            case Neg():
                x = self.value(node.x)
                return f"(-{x})" if node.type is Type.DOUBLE else f"keep_int(-{x})"
            case Arith():
                return self._arith(node)
            case Coalesce():
                return self._coalesce(node)
            case Case():
                return self._case(node)
            case _:
                return self._truth_value(node)

    def _typed(self, node: Expr, kind: Type) -> str:
        """The value, with a NULL literal in the form its neighbours have."""
        if node.type is Type.NULL and kind in NAN_TYPES:
            return "NAN"
        return self.value(node)

    def _call(self, node: Call) -> str:
        if node.fn == "double":
            return f"to_double({self._typed(node.x, Type.INT)})"
        if isinstance(node.x, Col) and node.fn != "length":
            own = self.column(node.x.name, node.fn)
            if own is not None:
                return own
        t = self.temp()
        name = "len" if node.fn == "length" else node.fn
        null = "NAN" if node.fn == "length" else "None"
        return f"({name}({t}) if ({t} := {self.value(node.x)}) is not None else {null})"

    def _arith(self, node: Arith) -> str:
        if Type.NULL in (node.a.type, node.b.type):
            return "NAN"
        a, b = self.value(node.a), self.value(node.b)
        double = node.type is Type.DOUBLE
        if node.op in "+-*":
            return f"{'keep_double' if double else 'keep_int'}({a} {node.op} {b})"
        if node.op == "/":
            return f"divide({a}, {b})"
        if node.op == "//":
            return f"int_divide({a}, {b})"
        return f"{'double' if double else 'int'}_remainder({a}, {b})"

    def _coalesce(self, node: Coalesce) -> str:
        code = ""
        for arg in node.args[:-1]:
            t = self.temp()
            there = f"== {t}" if node.type in NAN_TYPES else "is not None"
            code += f"{t} if ({t} := {self._typed(arg, node.type)}) {there} else "
        return f"({code}{self._typed(node.args[-1], node.type)})"

    def _case(self, node: Case) -> str:
        code = "".join(
            f"{self._typed(result, node.type)} if {self.true(condition)} else "
            for condition, result in node.whens
        )
        return f"({code}{self._typed(node.default, node.type)})"

    def _truth_value(self, node: Expr) -> str:
        """TRUE, FALSE or NULL as a Python value; parts are generated once for each question."""
        match node:
            case And() | Or():
                stop = isinstance(node, Or)
                temps = [(self.temp(), self.value(arg)) for arg in sorted(node.args, key=self._cost)]
                code = "".join(f"{stop} if ({t} := {v}) is {stop} else " for t, v in temps)
                known = " and ".join(f"{t} is not None" for t, _ in temps)
                return f"({code}{not stop} if {known} else None)"
            case Not():
                return f"not3({self.value(node.x)})"
            case Cmp() if node.a.type is Type.BOOL and node.b.type is Type.BOOL:
                code = f"same3({self.value(node.a)}, {self.value(node.b)})"
                return code if node.op == "=" else f"not3({code})"
            case Quant():
                return self._quant_value(node)
            case _:
                return f"(True if {self.true(node)} else False if {self.false(node)} else None)"

    def _quant_value(self, node: Quant) -> str:
        s = self.temp()
        items = f"numbers({s})" if ELEMENT.get(node.list.type) in NAN_TYPES else s
        name = f"e{len(self.vars)}"
        source = self.value(node.list)
        outer = dict(self.vars)
        self.vars[node.var] = name
        body = self.value(node.body)
        self.vars = outer
        join = "and3" if node.every else "or3"
        return f"({join}({body} for {name} in {items}) if ({s} := {source}) is not None else None)"


def _sought(node: Quant) -> Scalar:
    """Return the literal of ``literal = ANY(list)``, ``None`` if the node asks something else."""
    body = node.body
    if node.every or not isinstance(body, Cmp) or body.op != "=" or not isinstance(body.b, Lit):
        return None
    return body.b.value if isinstance(body.a, Var) and body.a.name == node.var else None
