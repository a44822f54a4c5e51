"""Texts by what a sketch of sixteen numbers and the numbers in them say.

The sketch is that of ``copies``, wider. A text is the same if most of the sketch agrees and
so do the numbers: today's weather and yesterday's differ in those.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from ombud.signals.copies.written import POINT, pieces_of, plain_text
from ombud.signals.recycled.memory import Items, Keys

SHORTEST = 30
"""Letters and digits from which on a text is remembered; shorter ones are said anew all the time."""

WIDTH, KEYED, NUMBERS = 12, 4, 8
"""Pieces kept of a text, pieces it is found by, and numbers kept of it."""

ALIKE = 0.45
"""Share of the pieces of both that must agree."""

LOOKED_AT = 64
"""Texts of a stretch of days with one piece that are looked at, the earliest first."""

_NUMBER = re.compile(f"[0-9][0-9{POINT}]*")


class Sketch(NamedTuple):
    """A text as it is remembered: checksums of pieces and of numbers, ascending."""

    pieces: tuple[int, ...]
    numbers: tuple[int, ...]


def sketch(text: str | None) -> Sketch | None:
    """Return how a text is remembered; ``None`` where it is too short."""
    plain = plain_text(text) if text is not None else ""
    if len(plain) < SHORTEST:
        return None
    pieces = tuple(sorted(pieces_of(plain))[:WIDTH])
    numbers = sorted({zlib.crc32(found.encode()) for found in _NUMBER.findall(plain)})
    return Sketch(pieces, tuple(numbers[:NUMBERS])) if len(pieces) >= 2 else None


def same(one: Sketch, other: Sketch) -> bool:
    """Tell whether two texts are the same but for evasive edits."""
    # Of a long text only the smallest pieces are kept: what is larger may be in both or in one.
    bound = min((text.pieces[-1] for text in (one, other) if len(text.pieces) == WIDTH), default=2**32)
    ours = {piece for piece in one.pieces if piece <= bound}
    theirs = {piece for piece in other.pieces if piece <= bound}
    if len(ours & theirs) < ALIKE * len(ours | theirs) or len(ours & theirs) < 2:
        return False
    return _numbers_agree(set(one.numbers), set(other.numbers))


def _numbers_agree(ours: set[int], theirs: set[int]) -> bool:
    """Tell whether the numbers are the same, or one text, cut off, lacks some of them."""
    return ours <= theirs or theirs <= ours


class Texts:
    """The texts of a stretch of days; of one sketch the first of each day."""

    def __init__(self) -> None:
        self.items = Items()
        self._pieces = array("I")
        self._numbers = array("I")
        self._counts = array("B")
        self._keys = Keys()
        self._today: set[Sketch] = set()
        self._day = -1

    def add(self, text: Sketch, day: int, second: int, post: str, account: str) -> None:
        """Keep a text unless the very same was kept today."""
        if day != self._day:
            self._day, self._today = day, set()
        if text in self._today:
            return
        self._today.add(text)
        number = self.items.add(second, post, account)
        self._counts.extend((len(text.pieces), len(text.numbers)))
        self._pieces.extend((*text.pieces, *(0 for _ in range(WIDTH - len(text.pieces)))))
        self._numbers.extend((*text.numbers, *(0 for _ in range(NUMBERS - len(text.numbers)))))
        for piece in text.pieces[:KEYED]:
            self._keys.add(piece, number)

    def freeze(self) -> None:
        """Add nothing from now on."""
        self._keys.freeze()
        self._today = set()

    def near(self, text: Sketch) -> Iterator[int]:
        """Give the numbers of the texts that are the same; each once, in no order."""
        seen: set[int] = set()
        for piece in text.pieces[: KEYED + 2]:
            seen.update(islice(self._keys.get(piece), LOOKED_AT))
        for number in seen:
            if same(self._sketch(number), text):
                yield number

    def _sketch(self, number: int) -> Sketch:
        pieces, numbers = self._counts[2 * number], self._counts[2 * number + 1]
        return Sketch(
            tuple(self._pieces[WIDTH * number : WIDTH * number + pieces]),
            tuple(self._numbers[NUMBERS * number : NUMBERS * number + numbers]),
        )
