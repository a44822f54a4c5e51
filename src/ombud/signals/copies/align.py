"""Two texts laid side by side: where they agree, and the gaps between.

Linear in the length of the texts: both are walked together, and where they part the next
place is sought at which a few characters agree again.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

ANCHOR = 3
"""Characters that must agree for the texts to meet again."""

AHEAD = 60
"""Characters of the second text searched for the next meeting place."""

MOST_GAPS = 120
"""Gaps after which two texts are not versions of one."""


class Gap(NamedTuple):
    """A place where two texts differ: ``first[start:end]`` stands where the second has ``there``."""

    start: int
    end: int
    begin: int
    stop: int


class Aligned(NamedTuple):
    """The gaps of two texts, and how many characters agree."""

    gaps: tuple[Gap, ...]
    matched: int


@lru_cache(maxsize=1024)
def _places(text: str) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for i in range(len(text) - ANCHOR + 1):
        gram = text[i : i + ANCHOR]
        found[gram] = (*found[gram], i) if gram in found and len(found[gram]) < 8 else found.get(gram, (i,))
    return found


def _common(first: str, i: int, second: str, j: int) -> int:
    """Return how many characters agree from these places on."""
    size, total = 32, 0
    while True:
        a, b = first[i : i + size], second[j : j + size]
        if a == b and a:
            i, j, total, size = i + len(a), j + len(a), total + len(a), size * 2
            continue
        for x, y in zip(a, b, strict=False):
            if x != y:
                return total
            total += 1
        return total


# One replaced, one dropped, one added, two swapped: by far the most frequent.
_NEAR = ((1, 1), (1, 0), (0, 1), (2, 2), (2, 0), (0, 2), (2, 1), (1, 2))


def _meet(first: str, i: int, second: str, j: int) -> tuple[int, int]:
    """Return the next places from which the texts agree again; their ends if they never do."""
    for di, dj in _NEAR:
        gram = first[i + di : i + di + ANCHOR]
        if len(gram) == ANCHOR and gram == second[j + dj : j + dj + ANCHOR]:
            return i + di, j + dj
    places = _places(first)
    best, where = len(first) + len(second), (len(first), len(second))
    for at in range(j, min(j + AHEAD, len(second) - ANCHOR + 1)):
        if at - j >= best:
            break
        for place in places.get(second[at : at + ANCHOR], ()):
            if place >= i and place - i + at - j < best:
                best, where = place - i + at - j, (place, at)
                break
    return where


def align(first: str, second: str, least: float = 0.0) -> Aligned | None:
    """Lay two texts side by side.

    Returns ``None`` if they differ in too many places, or as soon as less than ``least`` of the
    shorter one can agree.
    """
    least *= min(len(first), len(second))
    i = j = matched = 0
    gaps: list[Gap] = []
    while True:
        same = _common(first, i, second, j)
        i, j, matched = i + same, j + same, matched + same
        if i == len(first) and j == len(second):
            return Aligned(tuple(gaps), matched)
        if len(gaps) == MOST_GAPS or matched + min(len(first) - i, len(second) - j) < least:
            return None
        start, begin = i, j
        i, j = _meet(first, i, second, j)
        gaps.append(Gap(start, i, begin, j))
