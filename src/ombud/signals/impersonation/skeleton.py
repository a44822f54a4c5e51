"""Unicode's look-alikes: the table of UTS #39 and the skeleton made with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""Code points with the property Default_Ignorable_Code_Point (Unicode 17)."""


def lines(name: str) -> list[str]:
    """Return the lines of a data file of this package, without comments and empty ones."""
    text = (files(__package__) / "data" / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def prototypes() -> Mapping[int, str]:
    """Return the table: code point → the text it is counted as."""
    table: dict[int, str] = {}
    for line in lines("confusables.txt"):
        target, sources = line.split(": ")
        text = "".join(chr(int(code, 16)) for code in target.split("+"))
        table.update((int(code, 16), text) for code in sources.split())
    return table


def skeleton(text: str) -> str:
    """Return the skeleton of UTS #39, section 4: texts with the same one look alike.

    The same as ``SpoofChecker.getSkeleton`` of ICU with the table of the same Unicode version.
    """
    plain = IGNORABLE.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFD", plain.translate(prototypes()))
