"""Shows how a rule came to its answer: each sub-expression's text, value and parts."""

from __future__ import annotations

from typing import Any

import msgspec

from ombud.base.clock import to_datetime
from ombud.expr.ast import And, Case, Col, Expr, Lit, Or, Quant, Window, children
from ombud.expr.interpret import Interpreter
from ombud.expr.types import Type

MAX_TEXT = 200
"""Longest text value shown in full, in code points."""


class Explained(msgspec.Struct, frozen=True):
    """One sub-expression.

    ``value`` is the words TRUE, FALSE, UNKNOWN or NULL, or the value written out;
    ``why`` says in a sentence what decided it, where that is not plain from the parts.
    """

    text: str
    value: str
    why: str | None
    children: tuple[Explained, ...]


def explain(text: str, tree: Expr, interpreter: Interpreter) -> Explained:
    """Explain ``tree``, parsed from ``text``, over the interpreter's row.

    Raises:
        EventError: the row holds a value of another type than its column.
    """
    value = interpreter.value(tree)
    parts: tuple[Explained, ...] = ()
    if not isinstance(tree, Quant | Window):
        shown = [part for part in children(tree) if not isinstance(part, Lit)]
        parts = tuple(explain(text, part, interpreter) for part in shown)
    elif isinstance(tree, Quant):
        parts = (explain(text, tree.list, interpreter),)
    elif isinstance(tree, Window):
        parts = (explain(text, tree.key, interpreter),)
    return Explained(text[tree.start : tree.end], written(tree.type, value), _why(tree, value, parts), parts)


def written(kind: Type, value: Any) -> str:
    """Return a value in words: TRUE, FALSE, UNKNOWN, NULL, or as it is written in a rule."""
    if kind is Type.BOOL:
        return {True: "TRUE", False: "FALSE", None: "UNKNOWN"}[value]
    if value is None:
        return "NULL"
    if kind is Type.TIME and isinstance(value, int):
        try:
            return to_datetime(value).isoformat()
        except OverflowError:
            return str(value)
    if kind is Type.INTERVAL:
        return f"{value / 1_000_000:g} seconds"
    if isinstance(value, str):
        short = value if len(value) <= MAX_TEXT else value[: MAX_TEXT - 1] + "…"
        return "'" + short.replace("'", "''") + "'"
    return str(value)[:MAX_TEXT]


def _why(tree: Expr, value: Any, parts: tuple[Explained, ...]) -> str | None:
    if isinstance(tree, And | Or) and value is not isinstance(tree, And):
        return _decided(tree, value, parts)
    if isinstance(tree, Col) and value is None:
        return "the event does not say"
    if isinstance(tree, Window):
        return "the window's key is NULL" if value is None else "events in the window, this one included"
    if value is None and not isinstance(tree, Case | Lit):
        missing = [part.text for part in parts if part.value in {"NULL", "UNKNOWN"}]
        return f"{', '.join(missing)} is not known" if missing else None
    return None


def _decided(tree: And | Or, value: bool | None, parts: tuple[Explained, ...]) -> str | None:
    wanted = {True: "TRUE", False: "FALSE", None: "UNKNOWN"}[value]
    deciding = [part.text for part in parts if part.value == wanted]
    word = "and" if isinstance(tree, And) else "or"
    if not deciding:
        return None
    first = deciding[0] if len(deciding[0]) <= 80 else deciding[0][:79] + "…"
    return f"{first} is {wanted}" + (f" ({word} {len(deciding) - 1} more)" if len(deciding) > 1 else "")
