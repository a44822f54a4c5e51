"""What must be seen in a row before a rule can be TRUE: the ground of "cost follows the content".

``needs_of(tree)`` is a set of needs of which at least one holds whenever the tree is
TRUE (``None`` = nothing can be promised, the rule always runs). Under AND the side
least often met is taken, under OR the sides are joined, under NOT the question turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import msgspec

from ombud.expr import regex
from ombud.expr.ast import (
    And,
    Call,
    Cmp,
    Coalesce,
    Col,
    Expr,
    In,
    IsNull,
    Like,
    ListTest,
    Lit,
    Not,
    Or,
    Regex,
    Scalar,
    Text,
)
from ombud.expr.types import NAN_TYPES, Type

MAX_NEEDS = 2_000
"""A rule with more alternatives than this always runs."""

OFTEN = 0.9
"""How often a test of a common column is taken to be met."""


class TextNeed(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """One of ``literals`` (scan form) is in the column's text, or in its folded form.

    ``ascii`` is a Hyperscan pattern for pure ASCII texts; ``literals`` of ``None``
    promise nothing for other texts.
    """

    column: str
    folded: bool
    literals: tuple[str, ...] | None
    ascii: str | None = None
    caseless: bool = True


class ValueNeed(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """The column has one of these values."""

    column: str
    values: tuple[Scalar, ...]


class RangeNeed(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """The column's number is on this side of the bound."""

    column: str
    op: str
    bound: int | float


Need: TypeAlias = TextNeed | ValueNeed | RangeNeed
Needs: TypeAlias = tuple[Need, ...]
Chance = Callable[[Need], float]
"""A guess, or a measurement on a sample, of how often a need is met (0 to 1)."""

_TURNED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEVER = ValueNeed("", ())


def guess(need: Need) -> float:
    """Return how often a need is met as far as can be told without a sample."""
    if isinstance(need, TextNeed):
        if need.literals is not None:
            return min(1.0, sum(map(regex.frequency, need.literals)))
        return 0.3
    if isinstance(need, ValueNeed):
        return min(0.3, 0.02 * len(need.values)) if need.values != (True,) else 0.3
    return 0.3


def chance_with(common: frozenset[str]) -> Chance:
    """Return a guess that knows columns whose values say little, such as the kind of an event."""

    def chance(need: Need) -> float:
        known = isinstance(need, ValueNeed) and need.column in common
        return OFTEN if known else guess(need)

    return chance


def needs_of(tree: Expr, chance: Chance = guess) -> Needs | None:
    """Return the needs of a rule, ``None`` if it must always run."""
    needs = _Finder(chance).of(tree, truth=True)
    if needs is None:
        return None
    return tuple(dict.fromkeys(need for need in needs if need is not _NEVER))


class _Finder:
    def __init__(self, chance: Chance) -> None:
        self.chance = chance

    def of(self, node: Expr, *, truth: bool) -> Needs | None:
        match node:
            case And() | Or():
                parts = [self.of(arg, truth=truth) for arg in node.args]
                return self.rarest(parts) if isinstance(node, And) is truth else _joined(parts)
            case Not():
                return self.of(node.x, truth=not truth)
            case Lit():
                return None if node.value is truth else (_NEVER,)
            case Col() if node.type is Type.BOOL:
                return None if _dear(node) else (ValueNeed(node.name, (truth,)),)
            case Cmp():
                return self.compare(node, truth=truth)
            case In() if truth:
                return _values(node.x, node.values)
            case Text() if truth:
                return _text(node)
            case Like() if truth:
                return _like(node)
            case Regex() if truth:
                return _regex(node)
            case ListTest() if truth:
                return self.words(node)
            case IsNull() if not truth and isinstance(node.x, Text | Cmp | In | Regex | Like):
                return None
            case _:
                return None

    def rarest(self, parts: Iterable[Needs | None]) -> Needs | None:
        known = [part for part in parts if part is not None]
        return min(known, key=lambda part: sum(map(self.chance, part)), default=None)

    def compare(self, node: Cmp, *, truth: bool) -> Needs | None:
        op, a, b = node.op, node.a, node.b
        if isinstance(a, Lit):
            op, a, b = _MIRRORED[op], b, a  # type: ignore[assignment]
        if not truth:
            op = _TURNED[op]  # type: ignore[assignment]
        if not isinstance(b, Lit) or b.value is None:
            return None
        if b.type is Type.BOOL:
            return self.of(a, truth=bool(b.value) is (op == "="))
        if op == "=":
            if isinstance(b.value, str) and not isinstance(a, Col):
                sources = _sources(a)
                return None if sources is None or not b.value else _literal(sources, b.value)
            return _values(a, (b.value,))
        a = a.x if isinstance(a, Call) and a.fn == "double" and abs(float(b.value)) < 2**53 else a
        if op == "!=" or not isinstance(a, Col) or _dear(a) or a.type not in NAN_TYPES:
            return None
        return (RangeNeed(a.name, op, b.value),)  # type: ignore[arg-type]

    def words(self, node: ListTest) -> Needs | None:
        sources = _sources(node.x)
        if sources is None:
            return None
        parts = [_literal(sources, word) if word else None for word in node.values]
        if node.every:
            return self.rarest(parts)
        return _joined(parts) if parts else (_NEVER,)


def _joined(parts: list[Needs | None]) -> Needs | None:
    joined: list[Need] = []
    for part in parts:
        if part is None or len(joined) > MAX_NEEDS:
            return None
        joined.extend(part)
    return tuple(joined)


def _dear(node: Col) -> bool:
    return node.name.startswith("signal.")


def _values(x: Expr, values: tuple[Scalar, ...]) -> Needs | None:
    if not values:
        return (_NEVER,)
    if not isinstance(x, Col) or _dear(x):
        return None
    return (ValueNeed(x.name, values),)


def _sources(x: Expr) -> list[tuple[str, bool]] | None:
    """Return the columns a text comes from, each with "folded", or ``None``."""
    match x:
        case Col():
            return None if _dear(x) else [(x.name, False)]
        case Call(fn="lower"):
            return _sources(x.x)
        case Call(fn="folded") if isinstance(x.x, Col):
            return None if _dear(x.x) else [(x.x.name, True)]
        case Call(fn="folded") if isinstance(x.x, Coalesce):
            parts = [_sources(arg) for arg in x.x.args]
            if any(part is None or any(fold for _, fold in part) for part in parts):
                return None
            return [(name, True) for part in parts if part is not None for name, _ in part]
        case Coalesce():
            parts = [_sources(arg) for arg in x.args]
            return None if None in parts else [source for part in parts for source in part or ()]
        case _:
            return None


def _literal(sources: list[tuple[str, bool]], word: str) -> Needs | None:
    form = _usable((regex.scan_form(word),))
    return None if form is None else tuple(TextNeed(name, fold, form) for name, fold in sources)


def _usable(literals: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Cut literals to what Hyperscan can take: it reads them up to a NUL."""
    if literals is None or not any("\x00" in literal for literal in literals):
        return literals
    cut = tuple(dict.fromkeys(max(literal.split("\x00"), key=len) for literal in literals))
    return cut if all(cut) else None


def _text(node: Text) -> Needs | None:
    sources = _sources(node.x)
    if sources is None or not isinstance(node.y, Lit) or not node.y.value:
        return None
    return _literal(sources, str(node.y.value))


def _like(node: Like) -> Needs | None:
    sources = _sources(node.x)
    words = [part for part in node.parts if isinstance(part, str)]
    if sources is None or not words:
        return None
    return _literal(sources, min(words, key=lambda w: (regex.frequency(w), w)))


def _regex(node: Regex) -> Needs | None:
    if not isinstance(node.x, Col | Call | Coalesce):
        return None
    sources = _sources(node.x)
    if sources is None:
        return None
    found = regex.needs(node.pattern, fold=node.fold)
    plain = isinstance(node.x, Col)
    form = found.ascii if plain else None
    literals = _usable(found.literals)
    if literals is None and form is None:
        return None
    return tuple(TextNeed(name, fold, literals, form, found.caseless) for name, fold in sources)
