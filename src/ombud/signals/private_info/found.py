"""What the detectors hand to each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ombud.signals.private_info.writing import in_digits, plain

GAP = "\x00{0,40}(?:[ \\-‐‑‒–—.·•_　/]{1,2}\x00{0,40})?"
"""What may stand between two digits of one number."""

_RUN = re.compile(r"[0-9](?:[\x00 \-‐‑‒–—.·•_　/()+]{0,84}[0-9])*+")

KINDS: tuple[str, ...] = (
    "id_number",
    "phone",
    "landline",
    "hotline",
    "bank_card",
    "email",
    "qq",
    "wechat",
    "plate",
    "passport",
    "address",
    "flight",
    "train",
    "hotel",
)
"""Every kind of private data, in the order in which ``kinds`` lists them."""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """One piece of data: code-point offsets in the original text, its kind and its plain value."""

    start: int
    end: int
    kind: str
    value: str

    def overlaps(self, other: Found) -> bool:
        """Tell whether both share a character."""
        return self.start < other.end and other.start < self.end


class Page:
    """A text in its three writings, all of one length: original, plain, and with digits as 0-9."""

    __slots__ = ("_digits", "_runs", "original", "plain")

    def __init__(self, original: str) -> None:
        self.original = original
        self.plain = plain(original)
        self._digits: str | None = None
        self._runs: list[tuple[int, int]] | None = None

    @property
    def digits(self) -> str:
        """The plain writing with every digit-like character as 0-9, made when first asked for."""
        if self._digits is None:
            self._digits = in_digits(self.plain)
        return self._digits

    @property
    def runs(self) -> list[tuple[int, int]]:
        """Where at least seven digits stand together, with a few characters of room at both ends."""
        if self._runs is None:
            found = (m.span() for m in _RUN.finditer(self.digits))
            self._runs = [(max(0, low - 4), high + 2) for low, high in found if high - low >= 7]
        return self._runs


def apart(found: list[Found]) -> list[Found]:
    """Return the pieces that do not overlap an earlier one of the list, in the order of the text."""
    kept: list[Found] = []
    taken: set[int] = set()
    for item in found:
        ground = range(item.start, item.end)
        if taken.isdisjoint(ground):
            kept.append(item)
            taken.update(ground)
    return sorted(kept)
