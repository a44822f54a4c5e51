"""``folded(text)``: one form for spellings that look or mean the same.

NFKC, invisible characters out, traditional to simplified Chinese (OpenCC ``t2s``),
case folded, and all of it again until nothing changes. The function is versioned:
findings name rules whose literals were folded with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import cast

FOLD_VERSION = 1
"""Goes up whenever ``folded`` gives another result for some text."""

SHORT = 2_000
"""Signs of a text whose folded form is remembered for a while: of 1,024 texts, at most some 16 MB."""

MAX_ROUNDS = 8
"""No known text needs more than three; the bound keeps the cost linear."""

_SURROGATES = re.compile("[\ud800-\udfff]")

# Control characters except TAB LF VT FF CR and NEL; format characters (general category Cf)
# and everything with the property Default_Ignorable_Code_Point of Unicode 14.0, which has
# the Hangul fillers, the grapheme joiner, variation selectors, tags and musical marks.
_BASIC = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb"
)
_INVISIBLE = re.compile(
    f"[{_BASIC}\U000110bd\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_MAYBE_INVISIBLE = re.compile(f"[{_BASIC}\U00010000-\U0010ffff]").search  # one range: quick to test


# Signs that OpenCC 1.4 changes only inside some phrase of TSPhrases, as 沈 in 深沈; dumped with its
# own opencc_dict, keeping the signs that differ between a phrase and its simplified form.
_IN_PHRASES = "哩坏沈甦瞭藉衹覆"
_IDEOGRAPHS = ((0x3400, 0xA000), (0xF900, 0xFB00))
_MORE_IDEOGRAPHS = "\U00020000-\U0003ffff"


@cache
def _to_simplified() -> tuple[Callable[[str], object], Callable[[str], str]]:
    """Return a search for signs that the conversion may change, and the conversion."""
    import opencc

    convert = cast(Callable[[str], str], opencc.OpenCC("t2s").convert)
    signs = [chr(at) for first, end in _IDEOGRAPHS for at in range(first, end)]
    simple = convert("\n".join(signs)).split("\n")
    changing = "".join(a for a, b in zip(signs, simple, strict=True) if a != b)
    return re.compile(f"[{changing}{_IN_PHRASES}{_MORE_IDEOGRAPHS}]").search, convert


def folded(text: str) -> str:
    """Return the folded form of ``text``; folding it again changes nothing.

    A lone surrogate stays as it is. The cost is linear in the length of the text.
    """
    if text.isascii():
        return (text if text.isprintable() else _INVISIBLE.sub("", text)).lower()
    if _SURROGATES.search(text):
        return "".join(
            part if "\ud800" <= part[:1] <= "\udfff" else _fold(part)
            for part in re.split("([\ud800-\udfff])", text)
            if part
        )
    return _fold(text) if len(text) > SHORT else _fold_again(text)


@lru_cache(maxsize=1024)
def _fold_again(text: str) -> str:
    """Fold a text that several rules and signals are likely to ask about."""
    return _fold(text)


def _fold(text: str) -> str:
    traditional, convert = _to_simplified()
    for _ in range(MAX_ROUNDS):
        once = text
        if not unicodedata.is_normalized("NFKC", once):
            once = unicodedata.normalize("NFKC", once)
        if _MAYBE_INVISIBLE(once):
            once = _INVISIBLE.sub("", once)
        if traditional(once):
            once = convert(once)
        once = once.casefold()
        if once == text:
            break
        text = once
    return text
