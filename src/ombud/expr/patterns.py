"""Exact text tests: RE2 patterns and LIKE patterns, remembered for the text at hand."""

from __future__ import annotations

import re
from collections.abc import Callable

import re2

from ombud.expr.build import regex_options

Test = Callable[[str], bool]


def encode(text: str) -> bytes:
    """Return the text as UTF-8; RE2 and Hyperscan see a lone surrogate as U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return re.sub("[\ud800-\udfff]", "\ufffd", text).encode()


def regex_test(pattern: str, *, fold: bool) -> Test:
    """Return a test whether RE2 finds ``pattern`` anywhere in a text.

    The answer for the last text is remembered, so rules with the same pattern ask once a row.
    """
    search = re2.compile(pattern.encode(), regex_options(fold=fold)).search
    last_text: str | None = None
    last_answer = False

    def test(text: str) -> bool:
        nonlocal last_text, last_answer
        if text is not last_text:
            last_answer = search(encode(text)) is not None
            last_text = text
        return last_answer

    return test


def like_test(parts: tuple[str | int, ...]) -> Test:
    """Return a test whether a whole text fits a split LIKE pattern."""
    match parts:
        case ():
            return lambda text: text == ""
        case (0,):
            return lambda text: True
        case (str(word),):
            return lambda text: text == word
        case (str(word), 0):
            return lambda text: text.startswith(word)
        case (0, str(word)):
            return lambda text: text.endswith(word)
        case (0, str(word), 0):
            return lambda text: word in text
        case _:
            body = "".join(
                ".*" if part == 0 else "." if part == 1 else re2.escape(str(part)) for part in parts
            )
            return regex_test(rf"(?s)\A{body}\z", fold=False)
