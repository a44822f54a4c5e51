"""Perceptual hashes of pictures (PDQ, 256 bits), found by the bits that differ."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Generic, TypeVar

NEAR = 31
"""Bits of 256 that may differ between two copies of a picture: the threshold that PDQ's authors give
(https://github.com/facebook/ThreatExchange/tree/main/pdq)."""

LOOSE = 60
"""Bits that may differ where the account claims an office or a protected name besides: cut edges, a ring
or a badge over a corner. Of 78,480 pairs of unlike planted pictures the nearest differ in 80."""

_BANDS, _BAND = 16, 16
_NONE_OR_ONE = (0, *(1 << bit for bit in range(_BAND)))
_FAR = (256, -1)
_MASK = (1 << _BAND) - 1
_HASH = re.compile(r"(?:pdq:)?([0-9a-fA-F]{64})")
_MIRROR = int("5555" * 16, 16)
"""A mirrored picture has the sign of every second wave across it turned round: about these bits flip."""

Owner = TypeVar("Owner")


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
    """Hashes by their 16-bit bands: two that differ in at most 31 bits share a band but for one bit."""

    def __init__(self, pictures: Iterable[tuple[str, Owner]]) -> None:
        self._bands: tuple[dict[int, list[int]], ...] = tuple({} for _ in range(_BANDS))
        self._bits: list[int] = []
        self._owners: list[Owner] = []
        for text, owner in pictures:
            bits = parse(text)
            for turned in () if bits is None else (bits, bits ^ _MIRROR):
                for band, part in enumerate(_parts(turned)):
                    self._bands[band].setdefault(part, []).append(len(self._bits))
                self._bits.append(turned)
                self._owners.append(owner)

    @property
    def size(self) -> int:
        """How many hashes are held, mirrored ones counted."""
        return len(self._bits)

    def nearest(self, bits: int, *, loosely: bool = False) -> tuple[int, Owner] | None:
        """Return the nearest picture, with the number of bits that differ.

        Args:
            bits: a hash as :func:`parse` gives it.
            loosely: compare with every picture up to :data:`LOOSE` bits, not only up to :data:`NEAR`.
        """
        best = (
            min(((self._bits[i] ^ bits).bit_count(), i) for i in close)
            if (close := self._close(bits))
            else _FAR
        )
        if best[0] > NEAR and loosely and self._bits:
            apart = list(map(int.bit_count, map(bits.__xor__, self._bits)))
            least = min(apart)
            best = (least, apart.index(least))
        return (best[0], self._owners[best[1]]) if best[0] <= (LOOSE if loosely else NEAR) else None

    def _close(self, bits: int) -> set[int]:
        found: set[int] = set()
        for held, part in zip(self._bands, _parts(bits), strict=True):
            for one in _NONE_OR_ONE:
                if (part ^ one) in held:
                    found.update(held[part ^ one])
        return found


def _parts(bits: int) -> list[int]:
    return [(bits >> (_BAND * band)) & _MASK for band in range(_BANDS)]
