"""One form for many spellings: so that writing a name differently does not hide it.

Undone are: full width, invisible and traditional characters and case (``folded``),
accents, look-alike letters of other alphabets, digits for letters, signs or spaces
between the letters, and Latin readings of Chinese words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from ombud.expr.fold import folded
from ombud.rules.gate.names import readings

_LEET = str.maketrans("013457@$!|+€", "oieastasilte")
_LEET_L = str.maketrans("1!|", "lll")
_WORD = re.compile(r"\w+")
_SPACED = re.compile(r"(?<!\w)\w(?:[\W_]{1,3}\w(?!\w)){2,}")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff])[^\u3400-\u9fff\n]+(?=[\u3400-\u9fff])")
"""What stands between two Chinese characters; a line end is a gap that stays (see ``regexes``)."""
_MIXED = re.compile(r"(?=.*[\u3400-\u9fff])(?=.*[a-z])", re.DOTALL)


def plain(text: str) -> str:
    """Return the text folded, without accents and with look-alike letters made Latin."""
    base = unicodedata.normalize("NFD", folded(text))
    bare = "".join(sign for sign in base if not "\u0300" <= sign <= "\u036f")
    return unicodedata.normalize("NFC", bare)


@cache
def _scripts() -> dict[int, int | None]:
    return {ord(a): ord(b) for a, b in _PAIRS if a != b}


_PAIRS = tuple(
    zip(
        "аеорсухкмтнвігԁјѕһԛԝьзпАВαοερτυικβνηωχγ",
        "aeopcyxkmthbirdjshqwb3nabaoeptuikbvnwxy",
        strict=True,
    )
)
"""Cyrillic and Greek letters and the Latin letters they look like."""


def latin(text: str) -> str:
    """Return :func:`plain` text with Cyrillic and Greek look-alikes as Latin letters."""
    return plain(text).translate(_scripts())


def forms(text: str) -> tuple[str, ...]:
    """Return the readings of a literal that the gate compares with its names, each once.

    The first is the plain one; the others undo one camouflage each.
    """
    base = plain(text)
    bare = latin(text)
    found = [base, bare]
    for table in (_LEET, _LEET_L):
        if any(sign.isdigit() or not sign.isalnum() for sign in bare) and any(s.isalpha() for s in bare):
            found.append(bare.translate(table) if table is _LEET else bare.translate(table).translate(_LEET))
    found += [_SPACED.sub(lambda m: squeezed(m[0]), form) for form in tuple(found)]
    found.append(_HAN_GAP.sub("", base))
    if _MIXED.match(base):
        found.append(spelt(base))
    return tuple(dict.fromkeys(found))


def squeezed(text: str) -> str:
    """Return only the letters and digits."""
    return "".join(sign for sign in text if sign.isalnum())


def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a text in a script that separates them."""
    return tuple(_WORD.findall(text))


def is_han(text: str) -> bool:
    """Say whether the text has a Chinese character."""
    return any("\u3400" <= sign <= "\u9fff" for sign in text)


def reading(name: str) -> str:
    """Return the Latin reading of a Chinese name without spaces, or ``""``."""
    return "".join(readings().get(name, ()))


def initials(name: str) -> str:
    """Return the first letters of the syllables of a Chinese name, or ``""``."""
    return "".join(syllable[0] for syllable in readings().get(name, ()))


@cache
def _syllables() -> dict[str, str]:
    """Return the reading of each character that occurs in the gate's names."""
    found: dict[str, str] = {}
    for name, parts in readings().items():
        if len(parts) == len(name):
            for sign, syllable in zip(name, parts, strict=True):
                found.setdefault(sign, syllable)
    return found


def spelt(text: str) -> str:
    """Return the text with the Chinese characters that are in the gate's names written by their reading."""
    table = _syllables()
    return "".join(table.get(sign, sign) for sign in text)
