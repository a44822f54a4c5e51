"""The literals of a rule: each with what it is compared to, and whether it finds or only narrows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import GenericAlias
from typing import Literal

from ombud.expr import parse_rule
from ombud.expr.ast import (
    And,
    Cmp,
    Col,
    Expr,
    In,
    Like,
    ListHas,
    ListTest,
    Lit,
    Not,
    Or,
    Quant,
    Regex,
    Text,
    Var,
    Window,
    children,
    columns_of,
)

Kind = Literal["text", "equal", "like", "regex", "other"]


@dataclass(frozen=True, slots=True)
class Used:
    """A text in a rule.

    ``columns`` are what it is compared to; ``narrows``: it stands under a NOT and can only
    keep the rule from finding; ``list`` names the list it came from; ``fold``: a pattern that
    ignores case; ``start`` is an offset into the rule's text.
    """

    value: str
    kind: Kind
    columns: frozenset[str]
    narrows: bool
    start: int
    list: str | None = None
    fold: bool = False
    parts: tuple[str | int, ...] = ()


def tree(when: str, columns: Mapping[str, type | GenericAlias], lists: Mapping[str, Sequence[str]]) -> Expr:
    """Return the tree of a rule.

    Raises:
        RuleError: it does not parse.
    """
    return parse_rule(when, columns, lists=lists).tree


def literals(root: Expr) -> list[Used]:
    """Return every text literal of the expression, lists unfolded."""
    return list(_walk(root, narrows=False, bound={}))


def _walk(
    node: Expr, *, narrows: bool, bound: dict[str, frozenset[str]], sure: bool = True
) -> Iterator[Used]:
    """Walk down; below anything but logic it is no longer sure that a NOT only narrows."""
    if isinstance(node, Not):
        yield from _walk(node.x, narrows=sure and not narrows, bound=bound, sure=sure)
        return
    if isinstance(node, Quant):
        bound = {**bound, node.var: columns_of(node.list)}
    yield from _of(node, narrows, bound, sure)
    parts = children(node)
    if isinstance(node, Cmp) and isinstance(node.a, Window) and _at_least(node):
        parts = children(node.a)
    elif not isinstance(node, And | Or | Quant):
        sure, narrows = False, False
    for part in parts:
        if not isinstance(part, Lit):
            yield from _walk(part, narrows=narrows, bound=bound, sure=sure)


def _at_least(node: Cmp) -> bool:
    """Say whether the node asks for at least so many events of a window: fewer counted, fewer found."""
    return node.op in (">", ">=") and isinstance(node.b, Lit)


def _of(node: Expr, narrows: bool, bound: dict[str, frozenset[str]], sure: bool) -> Iterator[Used]:
    read = columns_of(node) | frozenset().union(*bound.values())
    match node:
        case In():
            for value in node.values:
                if isinstance(value, str):
                    yield Used(value, "equal", read, narrows, node.start, node.list)
        case ListTest():
            for value in node.values:
                yield Used(value, "text", read, narrows, node.start, node.list)
        case Regex():
            yield Used(node.pattern, "regex", read, narrows, node.start, fold=node.fold)
        case Like():
            spoken = "".join(part for part in node.parts if isinstance(part, str))
            yield Used(spoken, "like", read, narrows, node.start, parts=node.parts)
        case Lit():
            if isinstance(node.value, str):
                yield Used(node.value, "other", read, narrows, node.start)
        case Cmp():
            yield from _parts((node.a, node.b), "equal", read, narrows != (sure and node.op == "!="))
        case Text() | ListHas():
            kind: Kind = "text" if isinstance(node, Text) else "equal"
            yield from _parts((node.x, node.y) if isinstance(node, Text) else (node.x,), kind, read, narrows)
        case _:
            yield from _parts(children(node), "other", read, narrows)


def _parts(parts: Sequence[Expr], kind: Kind, read: frozenset[str], narrows: bool) -> Iterator[Used]:
    for part in parts:
        if isinstance(part, Lit) and isinstance(part.value, str):
            yield Used(part.value, kind, read, narrows, part.start)


def columns_compared(root: Expr) -> list[tuple[str, Expr]]:
    """Return each column that is compared with literals, with the comparing node; windows only inside."""
    found: list[tuple[str, Expr]] = []
    _compared(root, {}, found)
    return found


def _compared(node: Expr, bound: dict[str, frozenset[str]], found: list[tuple[str, Expr]]) -> None:
    if isinstance(node, Quant):
        bound = {**bound, node.var: columns_of(node.list)}
    sides: tuple[Expr, ...] = ()
    if isinstance(node, In | Like | Regex | ListTest):
        sides = (node.x,)
    elif isinstance(node, Cmp | Text):
        pair = (node.a, node.b) if isinstance(node, Cmp) else (node.x, node.y)
        sides = pair if any(isinstance(side, Lit) and side.value is not None for side in pair) else ()
    elif isinstance(node, ListHas):
        sides = (node.list, node.x)
    found += [(name, node) for side in sides for name in _direct(side, bound)]
    for part in children(node):
        _compared(part, bound, found)


def _direct(node: Expr, bound: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return the columns whose values the expression passes on; a window gives a count of its own."""
    if isinstance(node, Window):
        return frozenset()
    if isinstance(node, Col):
        return frozenset({node.name})
    if isinstance(node, Var):
        return bound.get(node.name, frozenset())
    return frozenset().union(*(_direct(part, bound) for part in children(node)))
