"""Perceptual hashes of pictures (PDQ, 256 bits), found by the bits that differ."""

from __future__ import annotations

import re
from array import array
from collections.abc import Hashable, Iterable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

NEAR = 31
"""Bits of 256 that may differ between two copies of a picture: the threshold that PDQ's authors give
(https://github.com/facebook/ThreatExchange/tree/main/pdq)."""

LOOSE = 60
"""Bits that may differ where the account claims an office or a protected name besides: cut edges, a ring
or a badge over a corner. Of 78,480 pairs of unlike planted pictures the nearest differ in 80."""

_BANDS, _BAND = 16, 16
_PARTS = 1 << _BAND
_NONE_OR_ONE = (0, *(1 << bit for bit in range(_BAND)))
_HASH = re.compile(r"(?:pdq:)?([0-9a-fA-F]{64})")
_MIRROR = int("5555" * 16, 16)
"""A mirrored picture has the sign of every second wave across it turned round: about these bits flip."""

Owner = TypeVar("Owner", bound=Hashable)


def parse(text: str | None) -> int | None:
    """Return the bits of ``pdq:<64 hex digits>``, or ``None`` for what is not one or says nothing.

    A hash of nearly all zeros or ones comes from a plain surface and is left out.
    """
    found = _HASH.fullmatch(text.strip()) if text is not None and len(text) < 200 else None
    if found is None:
        return None
    bits = int(found[1], 16)
    return bits if 64 <= bits.bit_count() <= 192 else None


class Avatars(Generic[Owner]):
    """Hashes by their 16-bit bands: two that differ in at most 31 bits share a band but for one bit.

    The bands are put in order when the first picture is asked about: about 2 kB and
    0.2 ms a picture.
    """

    def __init__(self, pictures: Iterable[tuple[str, Owner]]) -> None:
        self._held: dict[int, Owner] = {}
        self._of: dict[Owner, list[int]] = {}
        for text, owner in pictures:
            bits = parse(text)
            for turned in () if bits is None else (bits, bits ^ _MIRROR):
                if turned not in self._held:
                    self._held[turned] = owner
                    self._of.setdefault(owner, []).append(turned)
        self._bits = [*self._held]
        self._bands: list[tuple[array[int], array[int]]] | None = None

    @property
    def size(self) -> int:
        """How many hashes are held, mirrored ones counted."""
        return len(self._bits)

    def nearest(self, bits: int) -> tuple[int, Owner] | None:
        """Return the nearest picture within :data:`NEAR` bits, with the number of bits that differ.

        Args:
            bits: a hash as :func:`parse` gives it.
        """
        if self._bands is None:
            self._bands = [_band(self._bits, band) for band in range(_BANDS)]
        held, rest, best, which = self._bits, bits, NEAR + 1, 0
        for starts, numbers in self._bands:
            part = rest & (_PARTS - 1)
            rest >>= _BAND
            for at in range(starts[part], starts[part + 1]):
                apart = (held[numbers[at]] ^ bits).bit_count()
                if apart < best:
                    best, which = apart, numbers[at]
        return (best, self._held[held[which]]) if best <= NEAR else None

    def like(self, bits: int, owner: Owner | None = None) -> tuple[int, Owner] | None:
        """Return the nearest picture within :data:`LOOSE` bits, of one owner or (slowly) of all."""
        held = self._bits if owner is None else self._of.get(owner, [])
        apart = list(map(int.bit_count, map(bits.__xor__, held)))
        least = min(apart, default=LOOSE + 1)
        return (least, self._held[held[apart.index(least)]]) if least <= LOOSE else None


def _band(held: Sequence[int], band: int) -> tuple[array[int], array[int]]:
    """Return where the numbers of hashes near each value of a band begin, and those numbers in order."""
    values = [bits >> _BAND * band & (_PARTS - 1) for bits in held]
    counts = array("I", bytes(array("I").itemsize * (_PARTS + 1)))
    for value in values:
        for flip in _NONE_OR_ONE:
            counts[(value ^ flip) + 1] += 1
    starts = array("I", accumulate(counts))
    free, numbers = starts[:], array("I", bytes(starts.itemsize * starts[-1]))
    for number, value in enumerate(values):
        for flip in _NONE_OR_ONE:
            at = free[value ^ flip]
            numbers[at] = number
            free[value ^ flip] = at + 1
    return starts, numbers
