"""What can be told from a rule's text alone, by its tokens: its normal form, thresholds, lists.

This is no parser: whether the text is a rule is for ``ombud.expr`` to say. Here
only white space, comments, comparisons with a number and names of lists matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<skip>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<text>'(?:[^']|'')*(?:'|\Z))
    | (?P<name>"(?:[^"]|"")*(?:"|\Z)|[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*)
    | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)
    | (?P<sign><=|>=|<>|!=|=>|->|\|\||.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ORDER = ("<", "<=", ">", ">=")
_LIST_CALLS = ("in_list", "contains_any", "contains_all")
_UNITS = re.compile(r"(second|minute|hour|day|week|month|year)s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A token: ``kind`` is text, name, number or sign; ``start`` counts characters from 0."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Threshold:
    """A comparison by order with a number or an interval, as ``account.followers < 10``."""

    number: str
    text: str


def tokens(text: str) -> list[Token]:
    """Return the tokens; comments and white space are left out."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "sign"
        if kind != "skip":
            word = match[0]
            found.append(Token(kind, re.sub(r"\s+", "", word) if kind == "name" else word, match.start()))
    return found


def normal_form(text: str) -> str:
    """Return the text without comments, with one space between tokens; names' case is kept."""
    return " ".join(token.text for token in tokens(text))


def lists_used(text: str) -> list[Token]:
    """Return the texts that name a list: the last argument of ``in_list`` and its kin, quotes kept."""
    found: list[Token] = []
    stack: list[bool] = []
    all_tokens = tokens(text)
    for index, token in enumerate(all_tokens):
        if token.text == "(":
            before = all_tokens[index - 1].text.lower() if index else ""
            stack.append(before in _LIST_CALLS)
        elif token.text == ")" and stack and stack.pop():
            last = all_tokens[index - 1]
            if last.kind == "text":
                found.append(last)
    return found


def unquoted(token: Token) -> str:
    """Return the value of a text token."""
    return token.text[1:-1].replace("''", "'")


def thresholds(text: str) -> list[Threshold]:
    """Return each comparison by order with a number or an interval: ``<  <=  >  >=  BETWEEN``.

    One that stands in the rule twice, as outside and inside a window, is returned once.
    """
    all_tokens = tokens(text)
    found: list[Threshold] = []
    for index, token in enumerate(all_tokens):
        if token.text in _ORDER:
            after = _number_at(all_tokens, index + 1)
            before = _number_before(all_tokens, index)
            if after is not None:
                found.append(_threshold(all_tokens, _operand_start(all_tokens, index), after))
            elif before is not None:
                found.append(_threshold(all_tokens, before, (index, all_tokens[before].text)))
        elif token.kind == "name" and token.text.upper() == "BETWEEN":
            found.extend(_between(all_tokens, index))
    return list(dict.fromkeys(found))


def _threshold(all_tokens: list[Token], start: int, end: tuple[int, str]) -> Threshold:
    last, number = end
    return Threshold(number, " ".join(token.text for token in all_tokens[start : last + 1]))


def _between(all_tokens: list[Token], index: int) -> list[Threshold]:
    low = _number_at(all_tokens, index + 1)
    if low is None or low[0] + 1 >= len(all_tokens) or all_tokens[low[0] + 1].text.upper() != "AND":
        return []
    start = _operand_start(all_tokens, index)
    high = _number_at(all_tokens, low[0] + 2)
    found = [_threshold(all_tokens, start, low)]
    return [*found, _threshold(all_tokens, start, high)] if high is not None else found


def _number_at(all_tokens: list[Token], index: int) -> tuple[int, str] | None:
    """Return the index of the last token of a number or interval that begins here, and the number."""
    words = [token.text.upper() for token in all_tokens[index : index + 3]]
    if words and words[0] == "-" and index + 1 < len(all_tokens) and all_tokens[index + 1].kind == "number":
        return index + 1, "-" + all_tokens[index + 1].text
    if words and all_tokens[index].kind == "number":
        return index, all_tokens[index].text
    if len(words) == 3 and words[0] == "INTERVAL":
        number = all_tokens[index + 1]
        if number.kind in ("number", "text") and _UNITS.fullmatch(words[2]):
            return index + 2, f"{number.text.strip(chr(39))} {words[2]}"
    return None


def _number_before(all_tokens: list[Token], index: int) -> int | None:
    if index and all_tokens[index - 1].kind == "number":
        return index - 1
    return None


def _operand_start(all_tokens: list[Token], index: int) -> int:
    """Return where the operand left of ``index`` begins: a name, or a call with its brackets."""
    at = index - 1
    if at >= 0 and all_tokens[at].text == ")":
        depth = 0
        while at >= 0:
            depth += {")": 1, "(": -1}.get(all_tokens[at].text, 0)
            if depth == 0:
                break
            at -= 1
        if at > 0 and all_tokens[at - 1].kind == "name":
            at -= 1
    return max(at, 0)
