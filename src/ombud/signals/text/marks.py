"""Tables of signs: letters that look alike, signs in circles, number words, separators."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType


def _circled() -> dict[int, str]:
    """Return signs in filled circles and squares, which Unicode gives no plain form."""
    found: dict[int, str] = {}
    for first in (0x2776, 0x2780, 0x278A):
        found.update({first + i: str(i + 1) for i in range(10)})
    for first in (0x1F150, 0x1F170):
        found.update({first + i: chr(ord("a") + i) for i in range(26)})
    found.update({0x24EB + i: str(11 + i) for i in range(10)})
    found.update({0x24FF: "0", 0x1F10B: "0", 0x1F10C: "0"})
    return found


def _digits() -> dict[int, str]:
    """Return the decimal digits of all scripts but ASCII."""
    return {
        code: str(unicodedata.decimal(chr(code)))
        for code in range(0x80, 0x1FC00)
        if unicodedata.category(chr(code)) == "Nd"
    }


CIRCLED: Mapping[int, str] = MappingProxyType(_circled())
"""Sign → what it stands for, everywhere."""

DIGITS: Mapping[int, str] = MappingProxyType(_digits())
"""Digit of another script → digit, beside other digits (alone it is part of a face: ๑)."""

LOOKALIKES: Mapping[str, str] = MappingProxyType(
    dict(
        zip(
            "авеёзкмнорстухьіїјѕԁԛԝһӏοανρτυχικεηωγɑɡɩʏ",
            "abeezkmhopctyxbiijsdqwhloavptuxiknwyagiy",
            strict=False,
        )
    )
)
"""Cyrillic, Greek and phonetic small letters → the Latin letter they look like."""

LEET: Mapping[str, str] = MappingProxyType(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "$": "s"}
)
"""Signs that stand for a letter between two letters."""

NUMERALS: Mapping[str, str] = MappingProxyType(
    dict(
        zip(
            "〇零一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖貳參陸弌弍弎",
            "0012345678912123456789236123",
            strict=True,
        )
    )
)
"""Chinese number signs → digits."""

NUMBER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "zero": "0",
        "oh": "0",
        "one": "1",
        "two": "2",
        "three": "3",
        "four": "4",
        "five": "5",
        "six": "6",
        "seven": "7",
        "eight": "8",
        "nine": "9",
        "niner": "9",
    }
)
"""English number words → digits."""

LOOSE = r" .·•∙・_\-~*+|/\\^=♥❤♡★☆✿●◆■▲→"
"""Signs put between the letters of a word (the inside of a character class)."""

INSERTED = r"♥❤♡★☆✿❀●○◆◇■□▲△▼▽※→←↑↓^*_|\\•∙♪♫✨💕💖💗💓❣🌹🔥👉👈"
"""Signs put between two Chinese characters that no text has there."""
