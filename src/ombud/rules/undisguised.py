"""Text rules also look at what a text says once camouflage is undone.

Where a rule reads ``folded(post.text)``, the engine asks the same condition of
``signal.text.canonical``, for texts in which signs of camouflage are seen and something is
undone. So no rule has to be written twice, and an ordinary text costs one search.
"""

from __future__ import annotations

import re
from functools import cache

from ombud.expr import folded
from ombud.signals.text.canonical import spellings_of
from ombud.signals.text.marks import CIRCLED, LOOKALIKES, NUMBER_WORDS

CANONICAL = "signal.text.canonical"

_LAZY = f"CASE WHEN post.text IS NOT NULL THEN {CANONICAL} END"
"""The same value, which the engine does not search beforehand: it would undo every text for that."""

_FOLDED = re.compile(r"\bfolded\(\s*post\.text\s*\)", re.IGNORECASE)
_WINDOW = re.compile(r"_within\s*\(", re.IGNORECASE)

_COMMON = (
    "的我你他她了是一不在人有个号家去来到这那就"
    "要钱元打死给加转看说会能和大上下手机电话卡粉赞评论先付费账户房间住"
)
"""Characters common enough that one of them stands in nearly every spaced-out stretch of four."""

_LETTERS = "tenrshldumpgcwybfkoai"
_BETWEEN = "*·._|~♥★❤☆"
_BESIDE = "♥★❤☆"
_APART = "的我你他了是不在人有个号家去到这就要打给加转说会大上下手付费tenrhldumpgwybfk"
"""Signs that stand alone between two spaces only where words are spaced out."""

_NUMERALS = "〇零一二三四五六七八九幺"
_STROKES = "\u0300\u0301\u0305\u0321\u0332\u0334\u0335\u0336\u0337\u0338\u20d0\u20d2\u20e0\u0489"


@cache
def signs() -> tuple[str, ...]:
    """Return the pieces of text of which camouflage leaves at least one, folded."""
    found = [f"{gap}{sign}{gap}" for gap in _BETWEEN for sign in _COMMON + _LETTERS]
    found += [f"{mark}{sign}" for mark in _BESIDE for sign in _COMMON]
    found += [f"{sign}{mark}" for mark in _BESIDE for sign in _COMMON]
    found += [f" {sign} " for sign in _APART]
    found += [*LOOKALIKES, *map(chr, CIRCLED), *_STROKES]
    found += [one + other for one in _NUMERALS for other in _NUMERALS]
    found += [f"{one} {other}" for one in NUMBER_WORDS for other in NUMBER_WORDS]
    found += [folded(other) for others in spellings_of().values() for other in others]
    return tuple(dict.fromkeys(found))


@cache
def _pattern() -> str:
    """Return the signs as one pattern: it is asked once a text, however many rules ask."""
    return "|".join(re.sub(r"([*.|+?^$\\()\[\]{}])", r"\\\1", sign) for sign in signs())


def undisguised(when: str) -> str | None:
    """Return a rule's condition on the canonical text; ``None`` where the engine asks none.

    A rule with windows is left as written: what was counted is the text as it was. One that
    reads the canonical text itself says itself what it wants of it.
    """
    if CANONICAL in when or _WINDOW.search(when):
        return None
    also, replaced = _FOLDED.subn(CANONICAL, when)
    return also if replaced else None


def on_both(when: str) -> str:
    """Return a rule's condition as it is asked: of the text, or of what it says undisguised."""
    also = undisguised(when)
    if also is None:
        return when
    seen = f"regexp_matches(folded(post.text), '{_pattern()}') AND {_LAZY} <> folded(post.text)"
    return f"(\n{when}\n) OR ({seen} AND (\n{also.replace(CANONICAL, _LAZY)}\n))"
