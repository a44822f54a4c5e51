"""Cuts a rule's text into tokens; anything outside the alphabet of the language is a located fault.

Why not sqlglot's parser: it nests some 20 calls a level and gives up (``RecursionError``)
at 45 parentheses, reads ``any(list, u -> a OR b)`` as a JSON path, and keeps places for
leaves only. Our grammar is small; DuckDB and sqlglot check it in the tests.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_LENGTH = 65_536
"""Longest expression, in code points."""

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>--|/\*)
  | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_.]))
  | (?P<text>'(?:[^']|'')*')
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?!'))
  | (?P<op><=|>=|<>|!=|==|=>|->|//|[-+*/%<>=().,;])
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """One token: its kind (``word number text op end``), its text and its offsets."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        """The token as a keyword; empty for literals."""
        return self.text.upper() if self.kind == "word" else ""


class RefusedError(Exception):
    """A syntax fault at one place; parsing of this rule stops here."""

    def __init__(self, code: str, message: str, start: int, hint: str | None = None) -> None:
        self.code, self.message, self.start, self.hint = code, message, start, hint
        super().__init__(message)


def tokenize(text: str) -> list[Token]:
    """Return the tokens of ``text``, ended by one of kind ``end``.

    Raises:
        RefusedError: at the first character that cannot begin a token.
    """
    if len(text) > MAX_LENGTH:
        raise RefusedError(
            "expr/too-long",
            f"the expression has {len(text)} characters; at most {MAX_LENGTH} are read",
            0,
            "put long series of words into a named list",
        )
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup == "comment":
            raise _strange(text, position)
        kind = str(match.lastgroup)
        if kind != "space":
            tokens.append(Token(kind, match.group(), position, match.end()))
        position = match.end()
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def _strange(text: str, at: int) -> RefusedError:
    here = text[at]
    if text.startswith(("--", "/*"), at):
        return RefusedError(
            "expr/comment", "a rule's expression has no comments", at, "put the words under `explains:`"
        )
    if here == "'":
        return RefusedError(
            "expr/syntax", "this text has no closing quote", at, "write '' for a quote inside"
        )
    if here == '"':
        return RefusedError("expr/syntax", "texts stand in single quotes", at, "write 'text', not \"text\"")
    if here.isalnum() or here == "_":
        return RefusedError("expr/syntax", f"{text[at : at + 20]!r} is neither a number nor a name", at)
    return RefusedError("expr/syntax", f"{here!r} has no meaning here", at)


def unquote(token: Token) -> str:
    """Return the text that a text token means."""
    return token.text[1:-1].replace("''", "'")


def is_unicode(text: str) -> bool:
    """Tell whether the text has no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def expected(what: str, found: Token) -> RefusedError:
    """Return the refusal of a token where something else must stand."""
    name = "the end" if found.kind == "end" else repr(found.text[:40])
    return RefusedError("expr/syntax", f"expected {what}, found {name}", found.start)
