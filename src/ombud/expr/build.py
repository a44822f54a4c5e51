"""Makes typed nodes: checks the types of their parts and notes every fault it sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast

import re2

from ombud.base.nearest import did_you_mean
from ombud.expr.ast import (
    And,
    Arith,
    Call,
    Case,
    Cmp,
    Coalesce,
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
from ombud.expr.fold import folded
from ombud.expr.lowercase import lower
from ombud.expr.patterns import regex_options, split_like
from ombud.expr.tokens import RefusedError
from ombud.expr.types import ELEMENT, NUMERIC, WORDS, Type

MAX_DEPTH = 100
"""Deepest nesting of an expression, in levels."""

_LOOSE = frozenset({Type.NULL, Type.ANY})
CmpOp = Literal["=", "!=", "<", "<=", ">", ">="]


class Builder:
    """Makes the nodes of one rule; ``faults`` gathers (code, message, offset, hint)."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self.lists = lists
        self.faults: list[tuple[str, str, int, str | None]] = []

    def fault(self, code: str, message: str, start: int, hint: str | None = None) -> None:
        """Note a fault; parsing goes on."""
        self.faults.append((code, message, start, hint))

    def need(self, node: Expr, types: frozenset[Type], what: str) -> None:
        """Note a fault unless the node has one of the types (or is NULL)."""
        if node.type not in types and node.type not in _LOOSE:
            self.fault(
                "expr/type-mismatch",
                f"{what} must be {' or '.join(WORDS[t] for t in sorted(types))}, not {WORDS[node.type]}",
                node.start,
                _type_hint(node.type, types),
            )

    @staticmethod
    def height(start: int, *parts: Expr) -> int:
        """Return the height of a node over ``parts``; refuse what is too deep."""
        tallest = 1 + max((part.height for part in parts), default=0)
        if tallest > MAX_DEPTH:
            raise too_deep(start)
        return tallest

    # -- logic ---------------------------------------------------------------

    def logic(self, word: str, args: list[Expr]) -> Expr:
        """AND / OR of two or more conditions; nested ones of the same kind are joined."""
        kind = And if word == "AND" else Or
        flat: list[Expr] = []
        for arg in args:
            self.need(arg, frozenset({Type.BOOL}), f"each side of {word}")
            flat.extend(arg.args if isinstance(arg, kind) else (arg,))
        return kind(args[0].start, args[-1].end, Type.BOOL, self.height(args[0].start, *flat), tuple(flat))

    def negate(self, x: Expr, start: int, end: int | None = None) -> Expr:
        """NOT x."""
        self.need(x, frozenset({Type.BOOL}), "what follows NOT")
        return Not(start, x.end if end is None else end, Type.BOOL, self.height(start, x), x)

    def is_null(self, x: Expr, end: int) -> Expr:
        """x IS NULL."""
        return IsNull(x.start, end, Type.BOOL, self.height(x.start, x), x)

    # -- comparison ----------------------------------------------------------

    def unify(self, a: Expr, b: Expr, what: str) -> tuple[Expr, Expr]:
        """Bring two values to one type: an integer beside a double becomes a double."""
        if a.type == b.type or a.type in _LOOSE or b.type in _LOOSE:
            return self.fold_literal(a, b)
        if a.type in NUMERIC and b.type in NUMERIC:
            return self.double(a), self.double(b)
        self.fault(
            "expr/type-mismatch",
            f"{what}: {WORDS[a.type]} and {WORDS[b.type]} cannot be put together",
            b.start,
            _pair_hint(a.type, b.type),
        )
        return a, b

    def fold_literal(self, a: Expr, b: Expr) -> tuple[Expr, Expr]:
        """Fold a text literal that stands beside ``folded(...)``."""
        if is_folded(a) and isinstance(b, Lit) and isinstance(b.value, str):
            return a, Lit(b.start, b.end, b.type, b.height, folded(b.value))
        if is_folded(b) and isinstance(a, Lit) and isinstance(a.value, str):
            return Lit(a.start, a.end, a.type, a.height, folded(a.value)), b
        return a, b

    def double(self, x: Expr) -> Expr:
        """The value as a double."""
        if x.type is Type.DOUBLE or x.type in _LOOSE:
            return x
        if isinstance(x, Lit) and isinstance(x.value, int):
            return Lit(x.start, x.end, Type.DOUBLE, x.height, float(x.value))
        return Call(x.start, x.end, Type.DOUBLE, self.height(x.start, x), "double", x)

    def compare(self, op: str, a: Expr, b: Expr) -> Expr:
        """a <op> b."""
        op = {"<>": "!=", "==": "="}.get(op, op)
        a, b = self.unify(a, b, f"{op!r}")
        kind = b.type if a.type in _LOOSE else a.type
        if kind in ELEMENT:
            self.fault(
                "expr/type-mismatch",
                "lists are not compared as a whole",
                a.start,
                "use list_contains(list, value) or any(list, u -> ...)",
            )
        elif kind is Type.BOOL and op not in {"=", "!="}:
            self.fault("expr/type-mismatch", f"true and false have no order for {op!r}", a.start)
        return Cmp(a.start, b.end, Type.BOOL, self.height(a.start, a, b), cast(CmpOp, op), a, b)

    def member(self, x: Expr, items: list[Lit], end: int) -> Expr:
        """x IN (literals)."""
        if x.type in ELEMENT:
            self.fault(
                "expr/type-mismatch",
                "IN asks about one value, not a list",
                x.start,
                "use any(list, u -> u IN (...))",
            )
        values: list[Scalar] = []
        for item in items:
            if item.value is None:
                continue
            unified, literal = self.unify(x, item, "IN")
            x = unified if unified.type is not x.type else x
            values.append(literal.value if isinstance(literal, Lit) else item.value)
        has_null = any(item.value is None for item in items)
        if x.type is Type.DOUBLE:
            values = [float(v) if isinstance(v, int) else v for v in values]
        return In(x.start, end, Type.BOOL, self.height(x.start, x), x, tuple(values), has_null, None)

    def between(self, x: Expr, low: Expr, high: Expr) -> Expr:
        """x BETWEEN low AND high, as two comparisons."""
        return self.logic("AND", [self.compare(">=", x, low), self.compare("<=", x, high)])

    # -- text ----------------------------------------------------------------

    def text_test(self, fn: str, x: Expr, y: Expr, start: int, end: int) -> Expr:
        """contains / starts_with / ends_with."""
        hint = "use list_contains(list, value)" if x.type in ELEMENT else None
        if hint:
            self.fault("expr/type-mismatch", f"{fn} looks into a text, not a list", x.start, hint)
        else:
            self.need(x, frozenset({Type.TEXT}), f"the first argument of {fn}")
        self.need(y, frozenset({Type.TEXT}), f"the second argument of {fn}")
        x, y = self.fold_literal(x, y)
        name = cast(Literal["contains", "starts_with", "ends_with"], fn)
        return Text(start, end, Type.BOOL, self.height(start, x, y), name, x, y)

    def like(self, x: Expr, pattern: Expr, escape: str | None, *, fold: bool) -> Expr:
        """x [I]LIKE 'pattern' [ESCAPE 'c']."""
        self.need(x, frozenset({Type.TEXT}), "the left side of LIKE")
        if not isinstance(pattern, Lit) or not isinstance(pattern.value, str):
            self.fault("expr/bad-literal", "LIKE takes a literal pattern", pattern.start)
            return Lit(x.start, pattern.end, Type.ANY, 1, None)
        try:
            parts = split_like(pattern.value, escape)
        except ValueError as wrong:
            self.fault("expr/bad-literal", str(wrong), pattern.start)
            parts = ()
        if is_folded(x):
            parts = tuple(folded(p) if isinstance(p, str) else p for p in parts)
        elif fold:
            parts = tuple(lower(p) if isinstance(p, str) else p for p in parts)
            x = self.call("lower", x, x.start, x.end)
        return Like(x.start, pattern.end, Type.BOOL, self.height(x.start, x), x, parts)

    def regex(self, x: Expr, pattern: Expr, flags: Expr | None, start: int, end: int) -> Expr:
        """regexp_matches(x, 'pattern'[, 'i'])."""
        self.need(x, frozenset({Type.TEXT}), "the first argument of regexp_matches")
        if not isinstance(pattern, Lit) or not isinstance(pattern.value, str):
            self.fault("expr/bad-literal", "regexp_matches takes a literal pattern", pattern.start)
            return Lit(start, end, Type.ANY, 1, None)
        fold = False
        if flags is not None:
            fold = isinstance(flags, Lit) and flags.value == "i"
            if not fold:
                self.fault("expr/bad-literal", "the only option of regexp_matches is 'i'", flags.start)
        try:
            re2.compile(pattern.value.encode(), regex_options(fold=fold))
        except re2.error as wrong:
            words = wrong.args[0] if wrong.args else "cannot be compiled"
            words = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
            self.fault(
                "expr/bad-regex",
                f"the pattern is refused: {words[:200]}",
                pattern.start,
                "RE2 has no look-around and no back-references",
            )
        return Regex(start, end, Type.BOOL, self.height(start, x), x, pattern.value, fold)

    def call(self, fn: str, x: Expr, start: int, end: int) -> Expr:
        """lower / folded / length."""
        self.need(x, frozenset({Type.TEXT}), f"the argument of {fn}")
        name = cast(Literal["lower", "folded", "length"], fn)
        kind = Type.INT if fn == "length" else Type.TEXT
        return Call(start, end, kind, self.height(start, x), name, x)

    # -- lists ---------------------------------------------------------------

    def words(self, name: Expr) -> tuple[str, tuple[str, ...]]:
        """Return a named list's name and words."""
        if not isinstance(name, Lit) or not isinstance(name.value, str):
            self.fault("expr/bad-literal", "the name of a list is a literal text", name.start)
            return "", ()
        words = self.lists.get(name.value)
        if words is None:
            hint = did_you_mean(name.value, self.lists) or "lists lie in the folder `lists/`"
            self.fault("expr/unknown-list", f"there is no list named {name.value!r}", name.start, hint)
            return name.value, ()
        return name.value, tuple(dict.fromkeys(words))

    def in_list(self, x: Expr, name: Expr, start: int, end: int) -> Expr:
        """in_list(x, 'name')."""
        self.need(x, frozenset({Type.TEXT}), "the first argument of in_list")
        known, words = self.words(name)
        values = tuple(folded(w) for w in words) if is_folded(x) else words
        return In(start, end, Type.BOOL, self.height(start, x), x, values, False, known)

    def list_test(self, x: Expr, name: Expr, start: int, end: int, *, every: bool) -> Expr:
        """contains_any / contains_all (x, 'name')."""
        self.need(x, frozenset({Type.TEXT}), "the first argument")
        known, words = self.words(name)
        values = tuple(dict.fromkeys(folded(w) for w in words)) if is_folded(x) else words
        return ListTest(start, end, Type.BOOL, self.height(start, x), every, x, known, values)

    def any_of(self, items: Expr, x: Expr, start: int, end: int) -> Expr:
        """x = ANY(items): OR over the elements, as any(items, u -> u = x)."""
        self.need(items, frozenset(ELEMENT), "the list")
        element = Var(items.start, items.end, ELEMENT.get(items.type, Type.ANY), 1, "")
        return self.quant(items, "", self.compare("=", element, x), start, end, every=False)

    def list_has(self, items: Expr, x: Expr, start: int, end: int) -> Expr:
        """list_contains(items, x)."""
        self.need(items, frozenset(ELEMENT), "the list")
        element = ELEMENT.get(items.type)
        if element is Type.DOUBLE and x.type is Type.INT:
            x = self.double(x)
        elif element is not None:
            self.need(x, frozenset({element}), "the value sought in the list")
        return ListHas(start, end, Type.BOOL, self.height(start, items, x), items, x)

    def quant(self, items: Expr, var: str, body: Expr, start: int, end: int, *, every: bool) -> Expr:
        """any / all (items, var -> body)."""
        self.need(body, frozenset({Type.BOOL}), "what follows ->")
        return Quant(start, end, Type.BOOL, self.height(start, items, body), every, items, var, body)

    # -- arithmetic and choice -------------------------------------------------

    def arith(self, op: str, a: Expr, b: Expr) -> Expr:
        """a <op> b on numbers, times and intervals."""
        kind: Type | None
        if a.type in (NUMERIC | _LOOSE) and b.type in (NUMERIC | _LOOSE):
            kind, a, b = self._numbers(op, a, b)
        else:
            kind = _TIMES.get((op, a.type, b.type))
        if kind is None:
            self.fault(
                "expr/type-mismatch",
                f"{op!r} does not join {WORDS[a.type]} and {WORDS[b.type]}",
                b.start,
            )
            kind = Type.ANY
        name = cast(Literal["+", "-", "*", "/", "//", "%"], op)
        return Arith(a.start, b.end, kind, self.height(a.start, a, b), name, a, b)

    def _numbers(self, op: str, a: Expr, b: Expr) -> tuple[Type | None, Expr, Expr]:
        if Type.ANY in (a.type, b.type):
            return Type.ANY, a, b
        if op == "/":
            return Type.DOUBLE, self.double(a), self.double(b)
        if Type.DOUBLE not in (a.type, b.type):
            return Type.INT, a, b
        return (None if op == "//" else Type.DOUBLE), self.double(a), self.double(b)

    def minus(self, x: Expr, start: int) -> Expr:
        """-x; the minus of a literal belongs to it."""
        self.need(x, NUMERIC | {Type.INTERVAL}, "what follows -")
        if isinstance(x, Lit) and isinstance(x.value, int | float) and x.start == start + 1:
            return Lit(start, x.end, x.type, 1, -x.value)
        kind = Type.INT if x.type is Type.NULL else x.type
        return Neg(start, x.end, kind, self.height(start, x), x)

    def common(self, parts: list[Expr], what: str) -> tuple[Type, list[Expr]]:
        """Bring several values to one type; return it and the values."""
        kind = next((part.type for part in parts if part.type not in _LOOSE), Type.NULL)
        if {part.type for part in parts} >= NUMERIC:
            kind = Type.DOUBLE
        for part in parts:
            if part.type is not kind and not (kind is Type.DOUBLE and part.type in NUMERIC):
                self.need(part, frozenset({kind}), what)
        return kind, [self.double(part) if kind is Type.DOUBLE else part for part in parts]

    def coalesce(self, args: list[Expr], start: int, end: int) -> Expr:
        """coalesce(a, b, ...)."""
        kind, same = self.common(args, "each argument of coalesce")
        return Coalesce(start, end, kind, self.height(start, *same), tuple(same))

    def case(self, whens: list[tuple[Expr, Expr]], default: Expr, start: int, end: int) -> Expr:
        """CASE WHEN c THEN v ... ELSE d END."""
        for condition, _ in whens:
            self.need(condition, frozenset({Type.BOOL}), "what follows WHEN")
        kind, same = self.common([*(value for _, value in whens), default], "each result of CASE")
        pairs = tuple((c, v) for (c, _), v in zip(whens, same[:-1], strict=True))
        tallest = self.height(start, *(c for c, _ in pairs), *same)
        return Case(start, end, kind, tallest, pairs, same[-1])

    def window(
        self, micros: int, key: Expr, where: Expr | None, value: Expr | None, start: int, end: int
    ) -> Expr:
        """count_within / distinct_within; looks at no signal and no other window."""
        aggregate: Literal["count", "distinct"] = "count" if value is None else "distinct"
        parts = [part for part in (value, key, where) if part is not None]
        return Window(start, end, Type.INT, self.height(start, *parts), aggregate, micros, key, where, value)


_TIMES: Mapping[tuple[str, Type, Type], Type] = {
    ("-", Type.TIME, Type.TIME): Type.INTERVAL,
    ("-", Type.TIME, Type.INTERVAL): Type.TIME,
    ("+", Type.TIME, Type.INTERVAL): Type.TIME,
    ("+", Type.INTERVAL, Type.TIME): Type.TIME,
    ("+", Type.INTERVAL, Type.INTERVAL): Type.INTERVAL,
    ("-", Type.INTERVAL, Type.INTERVAL): Type.INTERVAL,
}


def too_deep(start: int) -> RefusedError:
    """Return the refusal of an expression nested beyond ``MAX_DEPTH``."""
    return RefusedError(
        "expr/too-deep",
        f"the expression is nested more than {MAX_DEPTH} levels deep",
        start,
        "split it into several rules or use a named list",
    )


def is_folded(node: Expr) -> bool:
    """Tell whether the node is ``folded(...)``."""
    return isinstance(node, Call) and node.fn == "folded"


def _type_hint(found: Type, wanted: frozenset[Type]) -> str | None:
    if found in ELEMENT:
        return "use any(list, u -> ...) to ask about the list's elements"
    if wanted == {Type.BOOL}:
        return "compare the value with something"
    return None


def _pair_hint(a: Type, b: Type) -> str | None:
    if {a, b} == {Type.TIME, Type.TEXT}:
        return "write TIMESTAMP '2026-01-31 00:00:00'"
    if Type.INTERVAL in {a, b}:
        return "write INTERVAL 1 HOUR"
    if Type.TEXT in {a, b} and {a, b} & NUMERIC:
        return "numbers stand without quotes, texts in single quotes"
    return None
