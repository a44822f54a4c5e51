"""One writing for characters that stand for the same one, without moving any of them.

Both tables replace a character by exactly one character, so an offset in the result is
an offset in the original text. Sources: Unicode (NFKC, ``unicodedata.digit``), OpenCC's
single characters from traditional to simplified, and the digit words used on the phone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

SKIP = "\x00"
"""Stands where a character is not seen: joiners, variation selectors, combining marks."""

HAN_DIGITS: Mapping[str, str] = {
    "〇零○◯洞": "0",
    "一壹幺弌": "1",
    "二贰貳弍": "2",
    "三叁參叄参弎": "3",
    "四肆": "4",
    "五伍": "5",
    "六陆陸": "6",
    "七柒拐": "7",
    "八捌": "8",
    "九玖勾": "9",
}
"""Digits written as words, with those said on the phone (幺 1, 洞 0, 拐 7, 勾 9)."""

WRITTEN = "".join(HAN_DIGITS)

_BLOCKS = (
    (0x00, 0x250),
    (0x300, 0x370),
    (0x2000, 0x2800),
    (0x3000, 0x3400),
    (0x4E00, 0xA000),
    (0xFE00, 0xFE10),
    (0xFF00, 0xFFF0),
    (0x1D7CE, 0x1D800),
    (0x1F100, 0x1F10D),
    (0x1FBF0, 0x1FBFA),
)
"""Code points of ordinary Chinese and English posts and of decorated digits; others stay as they are."""


def is_digit_like(char: str) -> bool:
    """Tell whether a character other than 0-9 is read as a single digit."""
    return char in WRITTEN or (not char.isascii() and unicodedata.digit(char, None) is not None)


def plain(text: str) -> str:
    """Return the text in plain writing, each character in its place."""
    if text.isascii():
        return text
    changes, wanted = _plain_changes()
    return wanted.sub(lambda m: changes.get(m[0], m[0]), text)


def in_digits(plain_text: str) -> str:
    """Return a text in plain writing with every digit-like character as 0-9, each in its place."""
    if plain_text.isascii():
        return plain_text
    changes, wanted = _digit_changes()
    return wanted.sub(lambda m: changes.get(m[0], m[0]), plain_text)


Changes = tuple[Mapping[str, str], re.Pattern[str]]


@cache
def _plain_changes() -> Changes:
    return _pattern({char: new for char, new in _simplified().items() if new != char})


@cache
def _digit_changes() -> Changes:
    table = {}
    for low, high in _BLOCKS:
        for char in map(chr, range(low, high)):
            value = unicodedata.digit(char, None)
            if value is not None and char != str(value):
                table[char] = str(value)
    for chars, digit in HAN_DIGITS.items():
        table |= dict.fromkeys(chars, digit)
    return _pattern(table)


def _pattern(table: Mapping[str, str]) -> Changes:
    """Return a table with a pattern that finds what it changes, and some signs beyond U+FFFF besides.

    Those stand as one range: listed one by one, ``re`` would try each of them at every sign of a text.
    """
    near = re.escape("".join(sorted(char for char in table if char <= "\uffff")))
    beyond = sorted(char for char in table if char > "\uffff")
    return table, re.compile(f"[{near}{f'{beyond[0]}-{beyond[-1]}' if beyond else ''}]")


def _simplified() -> dict[str, str]:
    import opencc

    chars = [chr(code) for low, high in _BLOCKS for code in range(low, high)]
    han = [char for char in chars if "\u4e00" <= char <= "\u9fff"]
    simple = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    table = {char: _plain(char) for char in chars}
    return table | {char: new for char, new in zip(han, simple, strict=True) if len(new) == 1}


def _plain(char: str) -> str:
    if char >= "\x80" and unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return SKIP
    normal = unicodedata.normalize("NFKC", char) if "\uff00" <= char <= "\uffef" else char
    return normal if len(normal) == 1 and (normal.isalnum() or normal in "@+-_") else char
