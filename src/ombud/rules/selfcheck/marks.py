"""Where in a draft a rule found what it found: the parts of its condition that speak of the text.

A condition on the folded or canonical text is looked for in that form and led back to
the text as written. What stands under NOT is what the rule does not want, and marks
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import re2

from ombud.expr.ast import (
    And,
    Call,
    Case,
    Coalesce,
    Col,
    Expr,
    Like,
    ListTest,
    Lit,
    Not,
    Or,
    Regex,
    Text,
    Window,
    children,
)
from ombud.signals.text.canonical import traced, traced_folded

MOST = 20
"""Marks shown for one rule at most."""

Place = tuple[int, int]
Traced = tuple[str, list[Place]]


class Forms:
    """The forms of one text, each worked out once, with the places its signs come from."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[str, Traced] = {}

    def get(self, node: Expr) -> Traced | None:
        """Return the form of the text that a condition looks at, ``None`` if it looks elsewhere."""
        name = _form(node)
        if name is None:
            return None
        if name not in self._known:
            self._known[name] = _MAKE[name](self._text)
        return self._known[name]


def _as_written(text: str) -> Traced:
    return text, [(i, i + 1) for i in range(len(text))]


def _lower(text: str) -> Traced:
    made = text.lower()
    return (made, [(i, i + 1) for i in range(len(text))]) if len(made) == len(text) else traced_folded(text)


_MAKE: dict[str, Callable[[str], Traced]] = {
    "": _as_written,
    "lower": _lower,
    "folded": traced_folded,
    "canonical": traced,
}


def _form(node: Expr) -> str | None:
    match node:
        case Col(name="post.text"):
            return ""
        case Col(name="signal.text.canonical"):
            return "canonical"
        case Call(fn="lower" | "folded" as fn):
            inner = _form(node.x)
            return None if inner is None else inner or fn
        case Coalesce():
            return next((form for arg in node.args if (form := _form(arg)) is not None), None)
        case _:
            return None


def marks(tree: Expr, text: str) -> list[Place]:
    """Return the stretches of ``text`` that conditions of the rule speak of, in order, apart."""
    forms = Forms(text)
    found: list[Place] = []
    for node in _wanted(tree, truth=True):
        form = forms.get(node.x)
        if form is None:
            continue
        made, places = form
        for start, end in _spots(node, made):
            if start < end <= len(places):
                found.append((places[start][0], places[end - 1][1]))
    return _apart(found)[:MOST]


def _wanted(node: Expr, *, truth: bool) -> Iterator[Any]:
    """Yield the text conditions that stand for the rule, not those it excludes."""
    match node:
        case Not():
            yield from _wanted(node.x, truth=not truth)
        case And() | Or():
            for arg in node.args:
                yield from _wanted(arg, truth=truth)
        case Text() | Like() | Regex() | ListTest():
            if truth:
                yield node
        case Window() | Case():
            return
        case _:
            for child in children(node):
                yield from _wanted(child, truth=truth)


def _spots(node: Text | Like | Regex | ListTest, made: str) -> Iterator[Place]:
    if isinstance(node, Regex):
        yield from _pattern_spots(node, made)
        return
    words: Sequence[Any]
    if isinstance(node, ListTest):
        words = node.values
    elif isinstance(node, Text):
        words = [node.y.value] if isinstance(node.y, Lit) else []
    else:
        words = [part for part in node.parts if isinstance(part, str)]
    for word in words:
        if isinstance(word, str) and word:
            at = made.find(word)
            while at >= 0:
                yield at, at + len(word)
                at = made.find(word, at + len(word))


def _pattern_spots(node: Regex, made: str) -> Iterator[Place]:
    try:
        pattern = re2.compile(f"(?i){node.pattern}" if node.fold else node.pattern)
    except re2.error:
        return
    for number, match in enumerate(pattern.finditer(made)):
        if number >= MOST:
            return
        yield match.span()


def _apart(found: list[Place]) -> list[Place]:
    joined: list[Place] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
