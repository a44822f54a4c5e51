"""What must be seen in a row before a rule can be TRUE: the ground of "cost follows the content".

``needs_of(tree)`` is a set of needs of which at least one holds whenever the tree is
TRUE (``None`` = nothing can be promised, the rule always runs). Under AND the side
least often met is taken, under OR the sides are joined, under NOT the question turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

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
from ombud.expr.hyper import Form
from ombud.expr.scanform import scan_form
from ombud.expr.types import NAN_TYPES, SEARCHED, Type

MAX_NEEDS = 2_000
"""A rule with more alternatives than this always runs."""

OFTEN = 0.9
"""How often a test of a common column is taken to be met."""


class TextNeed(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """One of ``literals`` (scan form) is in the column's text, or in its folded form.

    ``even`` are literals for texts whose runs of space were made one space sign.
    ``ascii`` and ``wide`` are whole patterns for pure ASCII and for other texts; literals
    of ``None`` promise nothing where there is no whole pattern. ``exact``: in an ASCII text
    the test is TRUE wherever the whole pattern, or without one a literal, is seen.
    """

    column: str
    folded: bool
    literals: tuple[str, ...] | None
    even: tuple[str, ...] | None = None
    ascii: Form | None = None
    wide: Form | None = None
    exact: bool = False


class ValueNeed(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """The column has one of these values."""

    column: str
    values: tuple[Scalar, ...]


class RangeNeed(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """The column's number is on this side of the bound."""

    column: str
    op: str
    bound: int | float


PATTERN = 0.05
"""The share of texts in which a whole pattern is taken to be found."""

Need: TypeAlias = TextNeed | ValueNeed | RangeNeed
Needs: TypeAlias = tuple[Need, ...]
Chance = Callable[[Need], float]
"""A guess, or a measurement on a sample, of how often a need is met (0 to 1)."""

_TURNED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEVER = ValueNeed("", ())


def literal_chance(need: TextNeed) -> float:
    """Return how often one of a text need's literals is met, as a guess."""
    return min(_chance(need.literals), _chance(need.even))


def _chance(literals: tuple[str, ...] | None) -> float:
    return 1.0 if literals is None else min(1.0, sum(map(regex.frequency, literals)))


def even_gain(need: TextNeed) -> float:
    """Return how many candidates a text evening the texts saves, as a guess."""
    return max(0.0, _chance(need.literals) - _chance(need.even))


def guess(need: Need) -> float:
    """Return how often a need is met as far as can be told without a sample."""
    if isinstance(need, TextNeed):
        return min(literal_chance(need), PATTERN) if need.ascii is not None else literal_chance(need)
    if isinstance(need, ValueNeed):
        return min(0.3, 0.02 * len(need.values)) if need.values != (True,) else 0.3
    return 0.3


def chance_with(common: frozenset[str]) -> Chance:
    """Return a guess that knows columns whose values say little, such as the kind of an event."""

    def chance(need: Need) -> float:
        known = isinstance(need, ValueNeed) and need.column in common
        return OFTEN if known else guess(need)

    return chance


class Choice(NamedTuple):
    """A rule's needs (``None``: it must always run), and what is left to ask where they are exact.

    ``rest`` is the rule without the condition that the needs come from: in an ASCII text in
    which a need was seen the rule is TRUE exactly if ``rest`` is. ``None``: ask the whole rule.
    """

    needs: Needs | None
    rest: Expr | None


def choose(tree: Expr, chance: Chance = guess) -> Choice:
    """Choose the condition of a rule by which to look for it."""
    finder = _Finder(chance)
    args = tree.args if isinstance(tree, And) else (tree,)
    found = [(needs, arg) for arg in args if (needs := finder.of(arg, truth=True)) is not None]
    if not found:
        return Choice(None, None)
    best, chosen = min(found, key=lambda pair: sum(map(chance, pair[0])))
    needs = tuple(dict.fromkeys(need for need in best if need is not _NEVER))
    if not _direct(chosen) or not all(isinstance(need, TextNeed) and need.exact for need in needs):
        return Choice(needs, None)
    others = tuple(arg for arg in args if arg is not chosen)
    if not others:
        return Choice(needs, Lit(0, 0, Type.BOOL, 1, True))
    if len(others) == 1:
        return Choice(needs, others[0])
    return Choice(needs, And(tree.start, tree.end, Type.BOOL, tree.height, others))


def needs_of(tree: Expr, chance: Chance = guess) -> Needs | None:
    """Return needs of which one is met wherever a condition is TRUE, ``None`` if nothing can be promised."""
    found = _Finder(chance).of(tree, truth=True)
    return None if found is None else tuple(need for need in found if need is not _NEVER)


def choose_columns(tree: Expr, chance: Chance) -> Needs | None:
    """Choose again by a sample: the rarest needs on plain columns, ``None`` if there are none."""
    finder = _Finder(chance)
    args = tree.args if isinstance(tree, And) else (tree,)
    found = [needs for arg in args if (needs := finder.of(arg, truth=True)) is not None]
    best = min(found, key=lambda needs: sum(map(chance, needs)), default=())
    if not best or any(isinstance(need, TextNeed) for need in best):
        return None
    return tuple(dict.fromkeys(need for need in best if need is not _NEVER))


def _direct(node: Expr) -> bool:
    """Tell whether the node is TRUE exactly if one of its needs is, given that they are exact."""
    if isinstance(node, Or):
        return all(map(_direct, node.args))
    return isinstance(node, Text | Regex) or (isinstance(node, ListTest) and not node.every)


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
                return _literal(a, b.value)
            return _values(a, (b.value,))
        a = a.x if isinstance(a, Call) and a.fn == "double" and abs(float(b.value)) < 2**53 else a
        if op == "!=" or not isinstance(a, Col) or _dear(a) or a.type not in NAN_TYPES:
            return None
        return (RangeNeed(a.name, op, b.value),)  # type: ignore[arg-type]

    def words(self, node: ListTest) -> Needs | None:
        parts = [_literal(node.x, word, contains=True) for word in node.values]
        if node.every:
            return self.rarest(parts)
        if None in parts:
            return None
        together: dict[tuple[str, bool], list[TextNeed]] = {}
        for need in (need for part in parts for need in part or ()):
            if isinstance(need, TextNeed):
                together.setdefault((need.column, need.folded), []).append(need)
        return tuple(map(_one_of, together.values())) or (_NEVER,)


def _one_of(needs: list[TextNeed]) -> TextNeed:
    """Return one need for any of some words in the same text."""
    literals = dict.fromkeys(word for need in needs for word in need.literals or ())
    exact = all(need.exact for need in needs)
    return TextNeed(needs[0].column, needs[0].folded, tuple(literals), exact=exact)


def _joined(parts: list[Needs | None]) -> Needs | None:
    joined: list[Need] = []
    for part in parts:
        if part is None or len(joined) > MAX_NEEDS:
            return None
        joined.extend(part)
    return tuple(joined)


def _dear(node: Col) -> bool:
    return node.name.startswith("signal.") and node.name not in SEARCHED


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
            names = [arg.name for arg in x.x.args if isinstance(arg, Col) and not _dear(arg)]
            return [(name, True) for name in names] if len(names) == len(x.x.args) else None
        case Coalesce():
            parts = [_sources(arg) for arg in x.args]
            return None if None in parts else [source for part in parts for source in part or ()]
        case _:
            return None


def _literal(x: Expr, word: str, *, contains: bool = False) -> Needs | None:
    """Return the needs of a text ``x`` that must hold ``word`` (``contains``: and no more is asked)."""
    sources = _sources(x)
    form = _usable((scan_form(word),))
    if sources is None or form is None or not word:
        return None
    exact = contains and _says_all(x, word)
    return tuple(TextNeed(name, fold, form, exact=exact) for name, fold in sources)


def _says_all(x: Expr, word: str) -> bool:
    """Tell whether seeing ``word``, whatever its case, in an ASCII text means that ``x`` contains it."""
    if not word.isascii() or "\x00" in word:
        return False
    if isinstance(x, Call) and isinstance(x.x, Col):
        return word == word.lower() and (x.fn == "lower" or word.isprintable())
    return isinstance(x, Col) and word.lower() == word.upper()


def _usable(literals: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Cut literals to what Hyperscan can take: it reads them up to a NUL."""
    if literals is None or not any("\x00" in literal for literal in literals):
        return literals
    cut = tuple(dict.fromkeys(max(literal.split("\x00"), key=len) for literal in literals))
    return cut if all(cut) else None


def _text(node: Text) -> Needs | None:
    if not isinstance(node.y, Lit) or not node.y.value:
        return None
    return _literal(node.x, str(node.y.value), contains=node.fn == "contains")


def _like(node: Like) -> Needs | None:
    words = [part for part in node.parts if isinstance(part, str)]
    if not words:
        return None
    return _literal(node.x, min(words, key=lambda w: (regex.frequency(w), w)))


def _regex(node: Regex) -> Needs | None:
    if not isinstance(node.x, Col | Call | Coalesce):
        return None
    sources = _sources(node.x)
    if sources is None:
        return None
    found = regex.needs(node.pattern, fold=node.fold)
    literals, evened = _usable(found.literals), _usable(found.even)
    made = []
    for name, fold in sources:
        plain, wide = _forms(node.x, found, fold=fold)
        if literals is None and (plain is None or wide is None):
            return None
        exact = plain is not None and plain.exact and not isinstance(node.x, Coalesce)
        made.append(TextNeed(name, fold, literals, evened, plain, wide, exact and len(sources) == 1))
    return tuple(made)


def _forms(x: Expr, found: regex.RegexNeeds, *, fold: bool) -> tuple[Form | None, Form | None]:
    """Return the whole forms for a column's text as it stands (folded beyond ASCII, if ``fold``)."""
    if fold:  # in ASCII folded(x) is lower(x); beyond, the folded text itself is scanned
        inner = x.x if isinstance(x, Call) and x.fn == "lower" else x
        return (found.lower_ascii, found.wide) if inner is x else (None, None)
    if isinstance(x, Call):
        return found.lower_ascii, found.lower_wide
    plain = isinstance(x, Col) or (isinstance(x, Coalesce) and all(isinstance(arg, Col) for arg in x.args))
    return (found.ascii, found.wide) if plain else (None, None)
