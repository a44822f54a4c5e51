"""The calls of the language: which arguments each function takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ombud.base.nearest import did_you_mean
from ombud.expr.ast import Col, Expr, Lit, Window, walk
from ombud.expr.tokens import RefusedError, Token
from ombud.expr.types import ELEMENT, SEARCHED, Type

if TYPE_CHECKING:
    from ombud.expr.parse import Parser

FUNCTIONS = (
    "contains", "starts_with", "ends_with", "regexp_matches", "lower", "length", "coalesce", "folded",
    "any", "all", "list_contains", "in_list", "contains_any", "contains_all", "count_within",
    "distinct_within",
)  # fmt: skip
"""Every function of the language."""

_ARITY = {
    "contains": (2, 2),
    "starts_with": (2, 2),
    "ends_with": (2, 2),
    "regexp_matches": (2, 3),
    "lower": (1, 1),
    "length": (1, 1),
    "folded": (1, 1),
    "coalesce": (1, 1000),
    "list_contains": (2, 2),
    "in_list": (2, 2),
    "contains_any": (2, 2),
    "contains_all": (2, 2),
}


def call(parser: Parser, token: Token) -> Expr:
    """Parse the call whose name was just taken.

    Raises:
        RefusedError: no such function, or its arguments do not parse.
    """
    name = token.text.lower()
    if name not in FUNCTIONS:
        raise RefusedError(
            "expr/unknown-function",
            f"there is no function {token.text!r}",
            token.start,
            did_you_mean(name, FUNCTIONS) or f"the functions are {', '.join(FUNCTIONS)}",
        )
    parser.expect("(", f"after {name}")
    if name in {"any", "all"}:
        return _quant(parser, token, every=name == "all")
    if name in {"count_within", "distinct_within"}:
        return _window(parser, token, distinct=name == "distinct_within")
    args = _arguments(parser, name)
    low, high = _ARITY[name]
    if not low <= len(args) <= high:
        count = str(low) if low == high else f"{low} to {high}"
        parser.build.fault("expr/arguments", f"{name} takes {count} arguments, not {len(args)}", token.start)
        return Lit(token.start, parser.last_end, Type.ANY, 1, None)
    return _build(parser, name, args, token.start, parser.last_end)


def _arguments(parser: Parser, name: str) -> list[Expr]:
    args: list[Expr] = []
    if parser.accept(")"):
        return args
    while True:
        args.append(parser.expression(0))
        if not parser.accept(","):
            break
    parser.expect(")", f"to close {name}(")
    return args


def _build(parser: Parser, name: str, args: list[Expr], start: int, end: int) -> Expr:
    build = parser.build
    match name:
        case "contains" | "starts_with" | "ends_with":
            return build.text_test(name, args[0], args[1], start, end)
        case "regexp_matches":
            return build.regex(args[0], args[1], args[2] if len(args) > 2 else None, start, end)
        case "coalesce":
            return build.coalesce(args, start, end)
        case "list_contains":
            return build.list_has(args[0], args[1], start, end)
        case "in_list":
            return build.in_list(args[0], args[1], start, end)
        case "contains_any" | "contains_all":
            return build.list_test(args[0], args[1], start, end, every=name == "contains_all")
        case _:
            return build.call(name, args[0], start, end)


def _quant(parser: Parser, token: Token, *, every: bool) -> Expr:
    """any(list, u -> condition): TRUE if it holds for one element, as OR over the elements."""
    name = token.text.lower()
    items = parser.expression(0)
    parser.build.need(items, frozenset(ELEMENT), f"the first argument of {name}")
    parser.expect(",", f"after the list of {name}")
    var = parser.take()
    if var.kind != "word":
        raise RefusedError("expr/syntax", f"expected a name and -> in {name}(list, u -> ...)", var.start)
    parser.expect("->", f"after {var.text!r}")
    outer = dict(parser.scope)
    parser.scope[var.text] = ELEMENT.get(items.type, Type.ANY)
    body = parser.expression(0)
    parser.scope = outer
    parser.expect(")", f"to close {name}(")
    return parser.build.quant(items, var.text, body, token.start, parser.last_end, every=every)


def _window(parser: Parser, token: Token, *, distinct: bool) -> Expr:
    """count_within(INTERVAL .., per => key [, where => cond]); distinct_within(value, INTERVAL .., ..)."""
    name = token.text.lower()
    build = parser.build
    value: Expr | None = None
    if distinct:
        value = parser.expression(0)
        parser.expect(",", f"after the value of {name}")
    word = parser.token
    span = parser.expression(0)
    micros = span.value if isinstance(span, Lit) and span.type is Type.INTERVAL else None
    if not isinstance(micros, int) or micros <= 0:
        build.fault("expr/bad-window", f"{name} takes an interval, as INTERVAL 1 HOUR", word.start)
        micros = 1
    named = _named(parser, name)
    key = named.get("per")
    if key is None:
        build.fault("expr/bad-window", f"{name} needs `per => column`: whose events it counts", token.start)
        key = Lit(token.start, token.start, Type.ANY, 1, None)
    where = named.get("where")
    if where is not None:
        build.need(where, frozenset({Type.BOOL}), "`where`")
    for part in (value, key, where):
        _check_part(parser, part, name)
    return build.window(micros, key, where, value, token.start, parser.last_end)


def _named(parser: Parser, name: str) -> dict[str, Expr]:
    named: dict[str, Expr] = {}
    while parser.accept(","):
        word = parser.take()
        key = word.text.lower()
        if key not in {"per", "where"} or key in named:
            raise RefusedError(
                "expr/bad-window", f"{name} takes `per =>` and `where =>`, each once", word.start
            )
        parser.expect("=>", f"after {key}")
        named[key] = parser.expression(0)
    parser.expect(")", f"to close {name}(")
    return named


def _check_part(parser: Parser, part: Expr | None, name: str) -> None:
    if part is None:
        return
    wrong = _forbidden(part)
    if wrong is not None:
        parser.build.fault(
            "expr/bad-window",
            f"{name} reads no signals but signal.text.canonical, and no other windows",
            wrong.start,
        )
    if part.type in ELEMENT:
        parser.build.fault("expr/bad-window", f"{name} takes single values, not lists", part.start)


def _forbidden(node: Expr) -> Expr | None:
    """Return the first signal or window inside an argument of a window, if any."""
    for part in walk(node):
        measured = isinstance(part, Col) and part.name.startswith("signal.") and part.name not in SEARCHED
        if isinstance(part, Window) or measured:
            return part
    return None
