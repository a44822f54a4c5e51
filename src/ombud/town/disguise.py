"""Camouflage: the ways people write around a filter."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from types import MappingProxyType

from ombud.town.grammar import pick

_FULL = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_LOOKALIKE = str.maketrans("aceopxyiABEHKMOPTX", "асеорхуіАВЕНКМОРТХ")
_DIGIT_ZH = str.maketrans("0123456789", "〇一二三四五六七八九")
_CIRCLED = str.maketrans("123456789", "①②③④⑤⑥⑦⑧⑨")
LINK = re.compile(r"(https://\w+\.example/\w+)", re.ASCII)
"""A link as the town makes them."""

_ZERO_WIDTH = "\u200b"


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def spaced(rng: Random, text: str) -> str:
    """Put a blank or a dot between the characters of one or two stretches."""
    gap = pick(rng, (" ", "·", ".", "*"))
    if any(_is_han(c) for c in text):
        start = int(rng.random() * max(1, len(text) - 12))
        piece = text[start : start + 12]
        return text[:start] + gap.join(piece) + text[start + 12 :]
    words = text.split(" ")
    for _ in range(3):
        i = int(rng.random() * len(words))
        if len(words[i]) > 3 and words[i].isalpha():
            words[i] = gap.join(words[i])
    return " ".join(words)


def full_width(_rng: Random, text: str) -> str:
    """Write Latin letters and digits in their full-width forms."""
    return text.translate(_FULL)


def homoglyphs(rng: Random, text: str) -> str:
    """Swap Latin letters for Cyrillic ones that look the same, in about every second word."""
    return " ".join(w.translate(_LOOKALIKE) if rng.random() < 0.5 else w for w in text.split(" "))


def zero_width(rng: Random, text: str) -> str:
    """Put invisible characters between the visible ones."""
    return "".join(c + _ZERO_WIDTH if rng.random() < 0.3 and c.isalnum() else c for c in text)


def digit_words(rng: Random, text: str) -> str:
    """Write digits as Chinese numerals or in circles."""
    return text.translate(_DIGIT_ZH if rng.random() < 0.6 else _CIRCLED)


def shouted(_rng: Random, text: str) -> str:
    """Write everything in capitals."""
    return text.upper()


@cache
def _to_traditional() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("s2t").convert
    return convert


def traditional(_rng: Random, text: str) -> str:
    """Write simplified Chinese in traditional characters."""
    return _to_traditional()(text)


Disguise = Callable[[Random, str], str]

DISGUISES: Mapping[str, Mapping[str, Disguise]] = MappingProxyType(
    {
        "zh": MappingProxyType(
            {
                "spaced": spaced,
                "full-width": full_width,
                "traditional": traditional,
                "zero-width": zero_width,
                "digit-words": digit_words,
            }
        ),
        "en": MappingProxyType(
            {
                "spaced": spaced,
                "full-width": full_width,
                "homoglyphs": homoglyphs,
                "zero-width": zero_width,
                "capitals": shouted,
            }
        ),
    }
)


def disguise(rng: Random, lang: str, text: str) -> tuple[str, str]:
    """Return the text under a random camouflage of the language, and the camouflage's name.

    Links stay as they are: who hides the words still wants the link to work.
    """
    table = DISGUISES[lang]
    name = pick(rng, tuple(table))
    pieces = LINK.split(text)
    return "".join(table[name](rng, p) if p and not LINK.fullmatch(p) else p for p in pieces), name
