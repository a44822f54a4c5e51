"""Images by their perceptual hash: the same picture, cropped or edited, is a few bits away.

256 bits in sixteen parts: two hashes at most 31 bits apart agree in one part but for one
bit at most, so looking up each part and its sixteen neighbours finds every such image.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import islice

from ombud.signals.recycled.memory import Items, Keys

NEAR = 31
"""Bits of 256 within which two images are the same (PDQ's own recommendation, Facebook 2019)."""

FLAT = 64
"""A picture with fewer bits set, or unset, is blank or flat and resembles every other such."""

LOOKED_AT = 256
"""Images of a stretch of days that agree in one part that are looked at, the earliest first."""

_PARTS, _BITS = 16, 16
_FLIPS = (0, *(1 << i for i in range(_BITS)))


def read_pdq(value: str | None) -> int | None:
    """Return a hash as a number; ``None`` if it is none, or of a flat picture."""
    if value is None:
        return None
    digits = value.removeprefix("pdq:")
    if len(digits) != 64 or not digits.isascii() or not digits.isalnum():
        return None
    try:
        number = int(digits, 16)
    except ValueError:
        return None
    return number if FLAT <= number.bit_count() <= 256 - FLAT else None


class Images:
    """The images of a stretch of days; of one hash the first of each day."""

    def __init__(self) -> None:
        self.items = Items()
        self._words = array("Q")
        self._keys = Keys()
        self._today: dict[int, int] = {}
        self._day = -1

    def add(self, pdq: int, day: int, second: int, post: str, account: str) -> None:
        """Keep an image unless the very same was kept today."""
        if day != self._day:
            self._day, self._today = day, {}
        if pdq in self._today:
            return
        number = self._today[pdq] = self.items.add(second, post, account)
        for shift in (192, 128, 64, 0):
            self._words.append(pdq >> shift & 0xFFFF_FFFF_FFFF_FFFF)
        for part in range(_PARTS):
            self._keys.add(part << _BITS | (pdq >> part * _BITS & 0xFFFF), number)

    def freeze(self) -> None:
        """Add nothing from now on."""
        self._keys.freeze()
        self._today = {}

    def near(self, pdq: int) -> Iterator[int]:
        """Give the numbers of the images that are the same; each once, in no order."""
        seen: set[int] = set()
        for part in range(_PARTS):
            bits = pdq >> part * _BITS & 0xFFFF
            for flip in _FLIPS:
                seen.update(islice(self._keys.get(part << _BITS | bits ^ flip), LOOKED_AT))
        for number in seen:
            if self._distance(number, pdq) <= NEAR:
                yield number

    def _distance(self, number: int, pdq: int) -> int:
        one, two, three, four = self._words[4 * number : 4 * number + 4]
        return ((one << 192 | two << 128 | three << 64 | four) ^ pdq).bit_count()
