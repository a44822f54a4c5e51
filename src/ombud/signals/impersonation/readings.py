"""How Chinese characters are read: from a compact table, so that no package is needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ombud.expr import folded
from ombud.signals.impersonation.skeleton import lines
from ombud.signals.impersonation.writing import form, joined

_DIGITS = dict(
    zip("0123456789", ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"), strict=True)
)


@cache
def readings() -> Mapping[str, tuple[str, ...]]:
    """Return character → its syllables with the number of the tone, the usual one first."""
    first: dict[str, list[str]] = {}
    other: dict[str, list[str]] = {}
    for line in lines("readings.txt"):
        syllable, signs = line.split(" ")
        usual, rare = signs.split("|")
        for sign in usual:
            first.setdefault(sign, []).append(syllable)
        for sign in rare:
            other.setdefault(sign, []).append(syllable)
    return {sign: (*first.get(sign, ()), *other.get(sign, ())) for sign in {**first, **other}}


@cache
def _plain() -> Mapping[int, str]:
    """Return the form of a character → the form of its usual syllable; the commonest wins."""
    found: dict[int, str] = {ord(digit): form(said) for digit, said in _DIGITS.items()}
    for sign, said in readings().items():
        made = form(sign)
        if len(made) == 1 and (made == sign or ord(made) not in found):
            found[ord(made)] = form(said[0].rstrip("12345"))
    return found


def sound(name_form: str) -> str:
    """Return how a name's form is read aloud, as a form without tones and gaps."""
    return joined(name_form.translate(_plain()))


def spelt(text: str) -> str:
    """Return the form of a name written out in pinyin."""
    said = readings()
    return form(" ".join(said[sign][0][:-1] if sign in said else sign for sign in folded(text)))


@cache
def _by_form() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for sign, said in readings().items():
        made = form(sign)
        found[made] = (*found.get(made, ()), *said)
    return found


def same_sound(a: str, b: str) -> int:
    """Return 2 if two characters' forms share a syllable and tone, 1 a syllable only, 0 neither."""
    one, two = set(_by_form().get(a, ())), set(_by_form().get(b, ()))
    if one & two:
        return 2
    return 1 if {said[:-1] for said in one} & {said[:-1] for said in two} else 0
