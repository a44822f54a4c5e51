"""One form for names that read as the same: case, width, script, look-alikes, ornaments, doublings.

The form is made sign by sign, so the place of every sign in the original stays known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from ombud.expr import folded
from ombud.signals.impersonation.skeleton import lines, prototypes

LONGEST_READ = 20_000
"""Signs of a name that are read; nothing that long is a name."""

LONGEST = 96
"""Signs of a name's form that are compared; longer ones resemble nothing."""

_MOST_KEPT = 60_000
_DOUBLED = re.compile(r"([^\d])\1+")
_NO_LETTER = frozenset("PSZCM")
_ORNAMENT_LETTERS = frozenset("丶丿丨亅灬氵冫彡乀乁")
_CIRCLED = ((0x1F150, 0x1F169), (0x1F170, 0x1F189))
_SMALL = re.compile(r"LATIN (?:LETTER SMALL CAPITAL|SMALL LETTER|CAPITAL LETTER) ([A-Z])(?: WITH .+)?")
_RIGHT_TO_LEFT = re.compile("[\u202e\u2067]")
_LEET: dict[int, str] = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s"}
)
_LEET_WORD = re.compile(r"[^\W\d_][@$\d]|[@$\d][^\W\d_]")


def is_han(sign: str) -> bool:
    """Say whether a sign is a Chinese character of the common blocks."""
    return "\u3400" <= sign <= "\u9fff" or "\U00020000" <= sign <= "\U0003ffff"


class _Forms(dict[int, str]):
    """Code point → form; filled as signs are met, up to a bound."""

    def __missing__(self, code: int) -> str:
        form = _form(chr(code))
        if len(self) < _MOST_KEPT:
            self[code] = form
        return form


@cache
def _same_shape() -> Mapping[str, str]:
    """Return Chinese character → the first of those that can hardly be told from it."""
    found: dict[str, str] = {}
    for line in lines("lookalikes.txt"):
        if line.startswith("="):
            first, *others = line[1:].split()
            found.update((other, first) for other in others)
    return found


@cache
def less_alike() -> frozenset[tuple[str, str]]:
    """Return pairs of forms of Chinese characters that are mixed up when read in passing."""
    pairs: set[tuple[str, str]] = set()
    for line in lines("lookalikes.txt"):
        if line.startswith("~"):
            signs = [_FORMS[ord(sign)] for sign in line[1:].split()]
            pairs.update((a, b) for a in signs for b in signs if a != b)
    return frozenset(pairs)


def _form(sign: str) -> str:
    code = ord(sign)
    for first, last in _CIRCLED:
        if first <= code <= last:
            return _letter(chr(ord("A") + code - first))
    if sign in _ORNAMENT_LETTERS or 0xD800 <= code <= 0xDFFF:
        return ""
    return "".join(_piece(part) for part in unicodedata.normalize("NFKD", sign))


def _piece(sign: str) -> str:
    category = unicodedata.category(sign)
    if category[0] in _NO_LETTER:
        looks = prototypes().get(ord(sign), "") if category in ("So", "Sm") and ord(sign) > 0x2FF else ""
        return _letter(looks) if looks.isalpha() and looks.isascii() else ""
    if category == "Nd":
        return str(unicodedata.digit(sign))
    return _letter(sign)


def _letter(sign: str) -> str:
    if len(sign) == 1 and (is_han(sign) or sign in _same_shape()):
        simple = folded(sign)
        return _same_shape().get(simple, simple)
    table = prototypes()
    looks = "".join(part if part == "I" else table.get(ord(part), part) for part in sign).casefold()
    looks = "".join(table.get(ord(part), part) for part in looks).casefold()
    looks = "".join(part for part in unicodedata.normalize("NFKD", looks) if part.isalnum())
    return "".join(_last(part) for part in looks)


def _last(sign: str) -> str:
    if not sign.isascii():
        if is_han(sign):
            return _same_shape().get(sign, sign)
        found = _SMALL.fullmatch(unicodedata.name(sign, ""))
        sign = found[1].lower() if found else sign
    return sign


_FORMS = _Forms()


def pieces(text: str) -> list[str]:
    """Return the form of every sign of a text; ornaments and invisible ones give ``""``."""
    return [_FORMS[ord(sign)] for sign in text]


def _once(doubled: re.Match[str]) -> str:
    return doubled[1]


def joined(form: str) -> str:
    """Close up the form of a text: pairs of letters that read as one, doublings, ``l`` for ``I``."""
    form = form.replace("rn", "m").replace("vv", "w").replace("cl", "d")
    return _DOUBLED.sub(_once, form.replace("l", "i"))


def form(text: str) -> str:
    """Return the form of a text; texts with the same one read as the same name."""
    return joined(text[:LONGEST_READ].translate(_FORMS))


def other_forms(text: str) -> list[str]:
    """Return further readings of a name: digits for letters, and turned from right to left."""
    found = []
    if len(text) <= LONGEST_READ:
        if _LEET_WORD.search(text):
            found.append(form(text.translate(_LEET)))
        if _RIGHT_TO_LEFT.search(text):
            found.append(form(text[::-1]))
    return found
