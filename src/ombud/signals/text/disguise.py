"""Camouflage, made: ways in which people write around a filter, for tests and measurements."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from ombud.signals.text.canonical import spellings_of

_FULL = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_ALIKE = str.maketrans("aceopxyi", "асеорхуі")
_ZH_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
_FILLED = str.maketrans("123456789", "❶❷❸❹❺❻❼❽❾")
_EN_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_HAN_RUN = re.compile("[\u4e00-\u9fff]{4,}")
_HAN_PAIR = re.compile("(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])")


def spaced_characters(rng: Random, text: str) -> str:
    """Put one sign between the characters of Chinese stretches, or the letters of English words."""
    gap = rng.choice((" ", "·", ".", "*", "♥"))
    if _HAN_RUN.search(text):
        return _HAN_RUN.sub(lambda m: gap.join(m[0]), text)
    words = text.split(" ")
    return " ".join(gap.join(w) if len(w) > 3 and w.isalpha() and rng.random() < 0.6 else w for w in words)


def inserted_symbols(rng: Random, text: str) -> str:
    """Put a heart or a star between some Chinese characters, or invisible signs elsewhere."""
    if not _HAN_RUN.search(text):
        return "".join(c + "\u200b" if c.isalpha() and rng.random() < 0.3 else c for c in text)
    sign = rng.choice("♥★❤☆")
    return _HAN_PAIR.sub(lambda _: sign if rng.random() < 0.4 else "", text)


def digit_signs(rng: Random, text: str) -> str:
    """Write digits as Chinese numerals, in circles, or as words."""
    table = rng.choice((_ZH_DIGITS, _CIRCLED, _FILLED))
    if _HAN_RUN.search(text):
        return text.translate(table)
    return re.sub(r"[0-9]{5,}", lambda m: " ".join(_EN_DIGITS[int(d)] for d in m[0]), text)


def full_width(_rng: Random, text: str) -> str:
    """Write Latin letters and digits in their full-width forms."""
    return text.translate(_FULL)


def lookalikes(_rng: Random, text: str) -> str:
    """Write Latin letters as Cyrillic ones that look the same."""
    return text.translate(_ALIKE)


def stacked(rng: Random, text: str) -> str:
    """Stack accents on letters."""
    return "".join(c + "\u0335\u0321" if c.isalpha() and rng.random() < 0.5 else c for c in text)


def spellings(rng: Random, text: str) -> str:
    """Write words that are hidden often by another sign of the same look or sound."""
    for word, others in spellings_of().items():
        if word in text:
            text = text.replace(word, rng.choice(others))
    return text


Disguise = Callable[[Random, str], str]

DISGUISES: Mapping[str, Disguise] = MappingProxyType(
    {
        "spaced characters": spaced_characters,
        "inserted symbols": inserted_symbols,
        "digits in signs": digit_signs,
        "full width": full_width,
        "look-alike letters": lookalikes,
        "stacked accents": stacked,
        "other spellings": spellings,
    }
)
"""Each way by name; a way that has nothing to do in a text leaves it as it is."""
