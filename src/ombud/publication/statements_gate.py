"""The gate: no words with personal data leave in a statement of reasons or an example case.

Contact data, handles, links and long numbers are looked for in every text. In words that a person
wrote, names are looked for as well (accounts and people of this store, what looks like a person's
name) and quotations of the content, since a quotation leads back to its author by any search.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ombud.signals.private_info.names import FULL_NAME_EN, FULL_NAME_ZH, NAME_EN, NAME_ZH
from ombud.signals.private_info.signal import examine
from ombud.store import Tx, erasing, people, statements

QUOTE = 16
"""So many characters in a row that the content has too are a quotation; of Chinese, half as many."""

SAID = {
    "contact": "contact or identity data ({})",
    "handle": "an account's handle",
    "link": "an address of a page",
    "number": "a number of seven digits or more",
    "account": "the name of an account or a person of this store",
    "name": "what may be a person's name",
    "quote": "words of the content itself",
}
"""What the gate finds, as a sentence says it; the trace itself is never repeated."""

_HANDLE = re.compile(r"[@＠][\w.-]{2,}")
_LINK = re.compile(
    r"(?i)\b(?:https?|ftp)://|\bwww\.|\b[a-z0-9-]{2,63}\.(?:com|org|net|cn|eu|io|me|tv|cc|info|app|social)\b"
)
_NUMBER = re.compile(r"\d(?:[ .·-]?\d){6,}")
_DATE = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")
_TOKEN = re.compile(r"[^\s,;:!?()\"'“”‘’、，。；：！？（）《》「」\[\]]+")
_NAMES = (NAME_EN, FULL_NAME_EN, NAME_ZH, FULL_NAME_ZH)
_DIGIT = re.compile(r"\d")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Known:
    """What of the store must not be named or quoted.

    ``names`` are accounts, events and people; ``ordinary`` are words that may stand although an
    account bears them, because the code of conduct uses them; ``content`` is what was decided about
    and what reporters wrote.
    """

    names: frozenset[str]
    ordinary: frozenset[str] = frozenset()
    content: tuple[str, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        """The names that are no single Latin word, and so no token of a text."""
        return tuple(name for name in self.names if len(name) > 1 and (" " in name or not name.isascii()))


def known_of(tx: Tx, cases: Collection[str], ordinary: frozenset[str]) -> Known:
    """Return what words about some cases must not name or quote.

    Args:
        tx: a transaction.
        cases: the cases: their findings, decisions and reports are content, their reporters are named.
        ordinary: words that may stand although an account bears them.
    """
    names, texts = statements.told_of(tx, cases)
    every = {*erasing.all_names(tx), *(each.id for each in people.every(tx)), *names} - {erasing.GONE, ""}
    return Known(frozenset(every), ordinary, content_of(texts))


def traces(text: str, known: Known | None = None) -> list[str]:
    """Return what makes a text unfit to leave, as words of :data:`SAID`; an empty list lets it pass.

    Args:
        text: what would be published.
        known: given for words that a person wrote: names and content to look for as well.
    """
    found = list(_patterns(text))
    if known is not None:
        found += _named(text, known)
    return list(dict.fromkeys(found))


@lru_cache(maxsize=1_024)
def _patterns(text: str) -> tuple[str, ...]:
    """Return the traces of data; the words of a clause stand in many statements and are read once."""
    plain = _DATE.sub(" ", text)
    kinds = examine(plain, ~0).values.get("kinds") or []
    found = [SAID["contact"].format(", ".join(str(kind) for kind in kinds))] if kinds else []
    for key, pattern in (("handle", _HANDLE), ("link", _LINK), ("number", _NUMBER)):
        found += [SAID[key]] if pattern.search(plain) else []
    return tuple(found)


def _named(text: str, known: Known) -> Iterator[str]:
    flat = _flat(text)
    if any(token in known.names for token in tokens(text) - known.ordinary) or any(
        _flat(name) in flat for name in known.phrases if name not in known.ordinary
    ):
        yield SAID["account"]
    if any(pattern.search(_DIGIT.sub("#", text)) for pattern in _NAMES):
        yield SAID["name"]
    if quotes(text, known.content):
        yield SAID["quote"]


def tokens(text: str) -> frozenset[str]:
    """Return every word of a text, with and without the punctuation at its ends."""
    found = set()
    for word in _TOKEN.findall(text):
        found |= {word, word.strip("._-/@#"), *re.split(r"[/@#|]", word)}
    return frozenset(found - {""})


def quotes(text: str, content: Iterable[str]) -> bool:
    """Say whether a text repeats :data:`QUOTE` characters of the content in a row, or a shorter one whole."""
    wanted, content = _flat(text), [_flat(each) for each in content]
    if any(len(each) >= QUOTE // 2 and each in wanted for each in content):
        return True
    for length in (QUOTE, QUOTE // 2):
        pieces = {piece for piece in _grams(wanted, length) if _counts(piece, length)}
        if pieces and any(piece in pieces for each in content for piece in _grams(each, length)):
            return True
    return False


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text).casefold()


def _grams(text: str, length: int) -> Iterator[str]:
    return (text[i : i + length] for i in range(len(text) - length + 1))


def _counts(piece: str, length: int) -> bool:
    """Say whether a short piece is Chinese enough to be a quotation."""
    return length == QUOTE or sum("\u3400" <= ch <= "\u9fff" for ch in piece) >= length - 2


def content_of(values: Iterable[Any]) -> tuple[str, ...]:
    """Return every text in evidence and facts, at any depth, that is long enough to be quoted."""
    found: list[str] = []
    todo = list(values)
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            todo += value.values()
        elif isinstance(value, list | tuple):
            todo += value
        elif isinstance(value, str) and len(value) >= QUOTE // 2:
            found.append(value)
    return tuple(found)
