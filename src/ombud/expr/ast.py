"""The small typed tree that an expression becomes; every node knows its place in the text.

Nodes are frozen and serialise to msgpack, so a compiled plan can keep them. Places
(``start``, ``end``) are offsets in code points into the rule's text; ``height`` is
the number of levels below and including the node, bounded by the parser.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from ombud.expr.types import Type

Scalar: TypeAlias = str | int | float | bool | None


class Node(msgspec.Struct, frozen=True, tag=True, tag_field="node", array_like=True):
    """What every node has."""

    start: int
    end: int
    type: Type
    height: int


class Lit(Node, frozen=True, tag=True, array_like=True):
    """A literal; times and intervals are int microseconds."""

    value: Scalar


class Col(Node, frozen=True, tag=True, array_like=True):
    """A declared column."""

    name: str


class Var(Node, frozen=True, tag=True, array_like=True):
    """The element named by a lambda, as ``u`` in ``any(urls, u -> ...)``."""

    name: str


class And(Node, frozen=True, tag=True, array_like=True):
    """Two or more conditions that must all hold."""

    args: tuple[Expr, ...]


class Or(Node, frozen=True, tag=True, array_like=True):
    """Two or more conditions of which one must hold."""

    args: tuple[Expr, ...]


class Not(Node, frozen=True, tag=True, array_like=True):
    """Negation."""

    x: Expr


class Cmp(Node, frozen=True, tag=True, array_like=True):
    """A comparison of two values of one type."""

    op: Literal["=", "!=", "<", "<=", ">", ">="]
    a: Expr
    b: Expr


class In(Node, frozen=True, tag=True, array_like=True):
    """Membership in literals or in a named list."""

    x: Expr
    values: tuple[Scalar, ...]
    has_null: bool
    list: str | None


class IsNull(Node, frozen=True, tag=True, array_like=True):
    """``x IS NULL``."""

    x: Expr


class Text(Node, frozen=True, tag=True, array_like=True):
    """``contains``, ``starts_with``, ``ends_with``."""

    fn: Literal["contains", "starts_with", "ends_with"]
    x: Expr
    y: Expr


class Like(Node, frozen=True, tag=True, array_like=True):
    """LIKE with a literal pattern, split: texts, 0 for ``%`` and 1 for ``_``."""

    x: Expr
    parts: tuple[str | int, ...]


class Regex(Node, frozen=True, tag=True, array_like=True):
    """``regexp_matches`` with a literal RE2 pattern."""

    x: Expr
    pattern: str
    fold: bool


class Call(Node, frozen=True, tag=True, array_like=True):
    """A one-argument function."""

    fn: Literal["lower", "folded", "length", "double"]
    x: Expr


class Coalesce(Node, frozen=True, tag=True, array_like=True):
    """The first argument that is not NULL."""

    args: tuple[Expr, ...]


class Case(Node, frozen=True, tag=True, array_like=True):
    """``CASE WHEN ... THEN ... ELSE ... END``."""

    whens: tuple[tuple[Expr, Expr], ...]
    default: Expr


class Neg(Node, frozen=True, tag=True, array_like=True):
    """Unary minus."""

    x: Expr


class Arith(Node, frozen=True, tag=True, array_like=True):
    """Arithmetic on numbers, times and intervals; ``type`` says which."""

    op: Literal["+", "-", "*", "/", "//", "%"]
    a: Expr
    b: Expr


class Quant(Node, frozen=True, tag=True, array_like=True):
    """``any`` / ``all`` of a list's elements."""

    every: bool
    list: Expr
    var: str
    body: Expr


class ListHas(Node, frozen=True, tag=True, array_like=True):
    """``list_contains(list, x)``; NULL elements do not count."""

    list: Expr
    x: Expr


class ListTest(Node, frozen=True, tag=True, array_like=True):
    """``contains_any`` / ``contains_all`` over a named list of words."""

    every: bool
    x: Expr
    list: str
    values: tuple[str, ...]


class Window(Node, frozen=True, tag=True, array_like=True):
    """``count_within`` / ``distinct_within`` over history."""

    aggregate: Literal["count", "distinct"]
    micros: int
    key: Expr
    where: Expr | None
    value: Expr | None


Expr: TypeAlias = (
    Lit
    | Col
    | Var
    | And
    | Or
    | Not
    | Cmp
    | In
    | IsNull
    | Text
    | Like
    | Regex
    | Call
    | Coalesce
    | Case
    | Neg
    | Arith
    | Quant
    | ListHas
    | ListTest
    | Window
)


def children(node: Expr) -> tuple[Expr, ...]:
    """Return the direct sub-expressions, in the order they stand in the text."""
    match node:
        case And() | Or() | Coalesce():
            return node.args
        case Cmp() | Arith():
            return (node.a, node.b)
        case Text():
            return (node.x, node.y)
        case Case():
            return (*(part for pair in node.whens for part in pair), node.default)
        case Quant():
            return (node.list, node.body)
        case ListHas():
            return (node.list, node.x)
        case Window():
            return tuple(part for part in (node.value, node.key, node.where) if part is not None)
        case Lit() | Col() | Var():
            return ()
        case _:
            return (node.x,)


def walk(node: Expr) -> list[Expr]:
    """Return the node and everything below it, parents first; it does not recurse."""
    found: list[Expr] = []
    todo = [node]
    while todo:
        current = todo.pop()
        found.append(current)
        todo.extend(reversed(children(current)))
    return found


def columns_of(node: Expr) -> frozenset[str]:
    """Return the names of all columns the expression reads, inside windows too."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Col))


def strip(node: Expr) -> Expr:
    """Return the node with every place set to 0, so that equal questions are equal values."""
    fields = {"start": 0, "end": 0}
    for name in node.__struct_fields__[4:]:
        value = getattr(node, name)
        if isinstance(value, Node):
            fields[name] = strip(value)  # type: ignore[arg-type, assignment]
        elif isinstance(value, tuple) and value and isinstance(value[0], Node):
            fields[name] = tuple(strip(part) for part in value)  # type: ignore[assignment]
        elif isinstance(value, tuple) and value and isinstance(value[0], tuple):
            fields[name] = tuple(tuple(strip(p) for p in pair) for pair in value)  # type: ignore[assignment]
    return msgspec.structs.replace(node, **fields)
