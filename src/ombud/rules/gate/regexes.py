"""What a pattern can match, roughly: the texts that it spells out, with its gaps closed.

A pattern can hide a name (``习.{0,2}平``, ``[政証]府``, ``gov(ern)?ment``). The texts
are an approximation, bounded in number; beside them the pattern is tried on the
names themselves.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from functools import cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any

import re2

from ombud.expr.patterns import regex_options

MAX_TEXTS = 400
"""Texts grown side by side."""

MAX_LENGTH = 60
"""Characters of a text, before it ends and its last :data:`OVERLAP` begin another."""

OVERLAP = 16

MAX_ALL = 20_000
"""Texts of one pattern, before it is too large to be read."""

WIDE = 12
"""A class of more characters than this is a gap, not a choice of letters."""

CLOSED = 4
"""A gap of at most this many characters is closed; a wider one separates."""

WIDE_GAP = "\n"

COVERS = 0.7
"""Share of a name that a pattern's match must cover to count as naming it."""

_CLASSES = re.compile(r"\\[pP](\{\^?\w+\}|\w)|\[\[:\^?\w+:\]\]|\\[CX]")
_CLASS_IN_CLASS = re.compile(r"\[:\^?\w+:\]|\\[pP](\{\^?\w+\}|\w)")
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|\Z)", re.DOTALL)


class TooLargeError(Exception):
    """The pattern spells out too many texts to read them."""


def spelt_out(pattern: str) -> tuple[str, ...]:
    """Return texts that the pattern spells out, its gaps closed; empty where it spells out nothing.

    Raises:
        TooLargeError: there are too many.
    """
    text = _QUOTED.sub(lambda m: re.escape(m[1]), pattern)
    tree = _parse(_CLASSES.sub(".", text)) or _parse(_CLASS_IN_CLASS.sub("", text))
    if tree is None:
        return tuple(part for part in re.split(r"[^\w\s]+", pattern) if part)
    return tuple(dict.fromkeys(text for text in _texts(list(tree), 0) if text.strip()))


def _parse(pattern: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return sre_parser.parse(_flags_first(pattern))
    except (re.error, OverflowError, RecursionError):
        return None


def _flags_first(pattern: str) -> str:
    """Drop flag groups that RE2 takes anywhere and ``re`` only at the start."""
    return re.sub(r"\(\?[imsU-]+\)", "", re.sub(r"\\z", r"\\Z", pattern))


def _texts(items: Sequence[Any], depth: int) -> list[str]:
    """Return the texts of a sequence; where they grow too many or too long, they end and begin anew."""
    done: list[str] = []
    heads = [""]
    for item in items:
        tails = _one(item, depth)
        if len(heads) * len(tails) > MAX_TEXTS or max(map(len, heads)) > MAX_LENGTH:
            done += heads
            heads = list(dict.fromkeys(head[-OVERLAP:] for head in heads)) if len(tails) == 1 else [""]
        if len(tails) > MAX_TEXTS:
            done += tails
            heads = [""]
            continue
        heads = [head + tail for head in heads for tail in tails]
        if len(done) > MAX_ALL:
            raise TooLargeError
    return [*done, *heads]


def _one(item: Any, depth: int) -> list[str]:
    op, value = item
    if depth > 60:
        return [""]
    if op is sre.LITERAL:
        return [chr(value)]
    if op is sre.IN:
        return _class(value)
    if op is sre.BRANCH:
        return [text for branch in value[1] for text in _texts(list(branch), depth + 1)]
    if op is sre.SUBPATTERN:
        return _texts(list(value[3]), depth + 1)
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        low, high, inner = value
        texts = _texts(list(inner), depth + 1)
        if texts == [""]:
            return [WIDE_GAP] if high > CLOSED else texts
        return ["", *texts] if low == 0 else [text * min(low, 3) for text in texts]
    return [""]


def _class(parts: Sequence[Any]) -> list[str]:
    signs: list[str] = []
    for op, value in parts:
        if op is sre.LITERAL:
            signs.append(chr(value))
        elif op is sre.RANGE and value[1] - value[0] < WIDE:
            signs += map(chr, range(value[0], value[1] + 1))
        else:
            return [""]
        if len(signs) > WIDE:
            return [""]
    return sorted(set(signs), key=signs.index)


class Trial:
    """Tries a pattern on names, and on other texts that show whether it means anything at all."""

    def __init__(self, names: Sequence[str], others: Sequence[str]) -> None:
        self._names = tuple(names)
        self._others = tuple(others)

    def named(self, pattern: str, *, fold: bool) -> str | None:
        """Return a name that the pattern covers and ordinary texts are not covered by, or ``None``."""
        options = regex_options(fold=fold)
        options.never_capture = False
        try:
            compiled = re2.compile(pattern, options)
        except re2.error:
            return None
        covered = [name for name in self._names if _covers(compiled, name)]
        if not covered:
            return None
        common = sum(_covers(compiled, text) for text in self._others) / max(1, len(self._others))
        return covered[0] if len(covered) / len(self._names) > 3 * common else None


def _covers(compiled: Any, text: str) -> bool:
    match = compiled.search(text)
    return match is not None and (match.end() - match.start()) >= COVERS * len(text)


@cache
def like_pattern(parts: tuple[str | int, ...]) -> str:
    """Return a LIKE pattern (texts, 0 for ``%``, 1 for ``_``) as a regular expression."""
    signs = {0: ".*", 1: "."}
    return "".join(re.escape(part) if isinstance(part, str) else signs[part] for part in parts)
