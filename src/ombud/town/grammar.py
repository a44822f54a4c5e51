"""Sentences from fragments: small files of phrases, and slots that are filled at random.

A phrase file is plain text. ``== key`` opens a list, each further line is one
phrase, ``#`` opens a comment line; ``== key [flag flag]`` gives the list flags,
which say how such a phrase is posted. In a phrase, ``{key}`` is replaced by a value
of the caller's, by what a maker makes, or by a phrase of that list (which may
have slots of its own); ``{a|b|c}`` is one of the words; ``{#2-9}`` a number;
``{?key}`` the same as ``{key}`` half of the time and nothing otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from types import MappingProxyType
from typing import TypeVar

Maker = Callable[[Random], str]
Part = str | tuple[str, ...]
Phrase = tuple[Part, ...]

_HEADING = re.compile(r"== (?P<key>[\w.]+)(?: \[(?P<flags>[^\]]+)\])?")
_SLOT = re.compile(r"\{([^{}]*)\}")
_NOTHING: Mapping[str, str] = MappingProxyType({})
_DEEPEST = 8

T = TypeVar("T")


def pick(rng: Random, items: Sequence[T]) -> T:
    """Return one of the items; draws exactly one ``random()``, so streams stay in step."""
    return items[int(rng.random() * len(items))]


def between(rng: Random, low: int, high: int) -> int:
    """Return a whole number from ``low`` to ``high``, both included."""
    return low + int(rng.random() * (high - low + 1))


class Grammar:
    """The phrases of one language."""

    __slots__ = ("_flags", "_makers", "_phrases", "lang")

    def __init__(self, lang: str, book: Book, makers: Mapping[str, Maker]) -> None:
        self.lang = lang
        self._phrases = book.phrases
        self._flags = book.flags
        self._makers = makers

    def flags(self, key: str) -> tuple[str, ...]:
        """Return the flags of a list, in the order in which they are written."""
        return self._flags.get(key, ())

    def say(self, rng: Random, key: str, values: Mapping[str, str] = _NOTHING) -> str:
        """Return one phrase of the list ``key`` with every slot filled.

        Args:
            rng: where the choices come from.
            key: the name of a list, as in ``post.food``.
            values: what to put into slots of these names instead of a random phrase.

        Raises:
            KeyError: a slot names no value, maker or list (a fault in the phrase files).
        """
        return self._fill(rng, pick(rng, self._phrases[key]), values, 0)

    def keys(self, prefix: str = "") -> list[str]:
        """Return the names of the lists that start with ``prefix``, sorted."""
        return sorted(key for key in self._phrases if key.startswith(prefix))

    def count(self, prefix: str = "") -> int:
        """Return how many phrases the lists whose name starts with ``prefix`` hold."""
        return sum(len(found) for key, found in self._phrases.items() if key.startswith(prefix))

    def has(self, key: str) -> bool:
        """Tell whether there is a list of that name."""
        return key in self._phrases

    def _fill(self, rng: Random, phrase: Phrase, values: Mapping[str, str], depth: int) -> str:
        if len(phrase) == 1 and isinstance(phrase[0], str):
            return phrase[0]
        out: list[str] = []
        for part in phrase:
            out.append(part if isinstance(part, str) else self._slot(rng, part, values, depth))
        return "".join(out)

    def _slot(self, rng: Random, slot: tuple[str, ...], values: Mapping[str, str], depth: int) -> str:
        kind = slot[0]
        if kind == "any":
            return slot[1 + int(rng.random() * (len(slot) - 1))]
        if kind == "number":
            return str(between(rng, int(slot[1]), int(slot[2])))
        key = slot[1]
        if kind == "maybe" and rng.random() < 0.5:
            return ""
        if key in values:
            return values[key]
        if key in self._makers:
            return self._makers[key](rng)
        if depth > _DEEPEST:
            raise KeyError(f"the slot {key!r} goes round in a circle")
        return self._fill(rng, pick(rng, self._phrases[key]), values, depth + 1)


@dataclass(frozen=True, slots=True)
class Book:
    """Lists of phrases and their flags, by name."""

    phrases: Mapping[str, Sequence[Phrase]]
    flags: Mapping[str, tuple[str, ...]]


def parse_phrases(text: str, phrases: dict[str, list[Phrase]], flags: dict[str, tuple[str, ...]]) -> None:
    """Read a phrase file's text into ``phrases`` and ``flags``; a list may be continued in another file.

    Raises:
        ValueError: a phrase stands before the first ``== key``, or a heading cannot be read.
    """
    current: list[Phrase] | None = None
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("== "):
            heading = _HEADING.fullmatch(line)
            if heading is None:
                raise ValueError(f"no heading of a list: {line!r}")
            current = phrases.setdefault(heading["key"], [])
            if heading["flags"]:
                flags[heading["key"]] = tuple(heading["flags"].split())
        elif current is None:
            raise ValueError(f"a phrase before the first list: {line!r}")
        else:
            current.append(_compile(line))


def _compile(line: str) -> Phrase:
    parts: list[Part] = []
    for i, piece in enumerate(_SLOT.split(line)):
        if i % 2 == 0:
            if piece:
                parts.append(piece)
        elif "|" in piece:
            parts.append(("any", *piece.split("|")))
        elif piece.startswith("#"):
            low, high = piece[1:].split("-")
            parts.append(("number", low, high))
        elif piece.startswith("?"):
            parts.append(("maybe", piece[1:]))
        else:
            parts.append(("list", piece))
    return tuple(parts)


WORDINGS = ("first", "second", "third")
"""Ways in which the same things are planted; all but the first lie in ``texts/<wording>.*.txt``.

The third is held out: it was written without a rule in view, and no rule is to be written
with it in view, so that what rules find in it tells what they are worth on new words.
"""


@cache
def read_phrases(lang: str, wording: str = "first") -> Book:
    """Return every list of the bundled files ``texts/*.<lang>.txt``.

    Args:
        lang: ``en`` or ``zh``.
        wording: one of :data:`WORDINGS`; with another than the first, a list that the file
            ``<wording>.<lang>.txt`` has is taken from there.
    """
    phrases: dict[str, list[Phrase]] = {}
    flags: dict[str, tuple[str, ...]] = {}
    folder = files("ombud.town").joinpath("texts")
    others = {f"{other}.{lang}.txt" for other in WORDINGS[1:]}
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(f".{lang}.txt") and entry.name not in others:
            parse_phrases(entry.read_text(encoding="utf-8"), phrases, flags)
    if wording != WORDINGS[0]:
        changed: dict[str, list[Phrase]] = {}
        text = folder.joinpath(f"{wording}.{lang}.txt").read_text(encoding="utf-8")
        parse_phrases(text, changed, flags)
        phrases.update(changed)
    return Book(
        MappingProxyType({key: tuple(found) for key, found in phrases.items()}), MappingProxyType(flags)
    )
