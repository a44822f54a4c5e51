"""Hashtags and names written as one word: ``#capetownstorm`` is *cape town storm*.

A word of a tag is one that some claim has; where a tag can be cut in several ways, the way with
the commonest words is taken (the most probable path through a word lattice).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator

LONGEST_WORD = 16
"""Letters of a word in a tag."""

MOST_TAGS = 30
"""Tags of a text that are cut; a text of nothing but tags repeats no claim."""

_TAG = re.compile(r"[#@](\w{5,40})(?!\w)")
_PART = re.compile(r"_|(?<=[a-z])(?=[A-Z])|(?<=\D)(?=\d)|(?<=\d)(?=\D)")
_WORD = re.compile(r"[a-z]{2,}")
_UNKNOWN, _UNKNOWN_LETTER, _LETTER, _DIGITS, _SHORT, _KNOWN = -8.0, -1.5, -6.0, -1.0, -4.0, -2.0
"""Costs in the logarithm: of a word that no claim has, of each of its letters, of a single letter,
of digits, and what a word of two and of more letters costs above its rarity."""


class Tags:
    """Cuts tags by the words of claims."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._held: Counter[str] = Counter()
        many = 0
        for text in texts:
            self._held.update(set(_WORD.findall(text.lower())))
            many += 1
        self._many = max(many, 1)

    def words_in(self, text: str) -> str:
        """Return the words that stand run together in the tags of a text, parted by spaces."""
        return " ".join(word for tag in _TAG.findall(text)[:MOST_TAGS] for word in self._words(tag))

    def _words(self, tag: str) -> Iterator[str]:
        for part in _PART.split(tag):
            if len(part) > 4 and part.isascii() and part.lower() not in self._held:
                found = self.cut(part.lower())
                if len(found) > 1:
                    yield from (word for word in found if len(word) > 2)

    def cut(self, tag: str) -> list[str]:
        """Return the most probable words that make up a tag (lower case)."""
        best: list[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(tag) + 1):
            ways = (
                (best[start][0] + self._cost(tag[start:end]), start)
                for start in range(max(0, end - LONGEST_WORD), end)
            )
            best.append(max(ways, key=lambda way: (way[0], -way[1])))
        words: list[str] = []
        end = len(tag)
        while end:
            start = best[end][1]
            words.append(tag[start:end])
            end = start
        return words[::-1]

    def _cost(self, word: str) -> float:
        if word.isdigit():
            return _DIGITS
        if len(word) == 1:
            return _LETTER
        held = self._held[word]
        if not held:
            return _UNKNOWN + _UNKNOWN_LETTER * len(word)
        return math.log((held + 1) / self._many) + (_KNOWN if len(word) > 2 else _SHORT)
