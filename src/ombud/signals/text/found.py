"""Mentions, links and hashtags of a text, as people write them in Chinese and in English."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST = 1_000
"""So many of each are kept; who names ten thousand accounts is seen to name a thousand."""

_MENTION = re.compile(r"(?<![\w.+-])[@＠]([\w\-]{1,60})")
_LINK = re.compile(
    r"(?:https?://|(?<![\w.@])www\.)[^\s<>\"'\u3000-\u303f\u3400-\u9fff\uff00-\uffef]{1,2000}", re.IGNORECASE
)
_TAG_ZH = re.compile(r"[#＃]([^#＃\s][^#＃\n]{0,78}?)[#＃]")
_TAG = re.compile(r"(?<![\w&#＃/])[#＃]([^\W_][\w]{0,99})")


def mentions(text: str) -> list[str]:
    """Return the names mentioned with @, each once, in the order written."""
    return _first(m[1] for m in _MENTION.finditer(text)) if "@" in text or "＠" in text else []


def links(text: str) -> list[str]:
    """Return the web addresses, each once, without the punctuation that follows them."""
    if "://" not in text and "www." not in text.lower():
        return []
    return _first(m[0].rstrip(".,;:!?)]}") for m in _LINK.finditer(text))


def hashtags(text: str) -> list[str]:
    """Return the tags (#…# or #word), each once."""
    if "#" not in text and "＃" not in text:
        return []
    spots = [(m.start(), m.end(), m[1].strip()) for m in _TAG_ZH.finditer(text)]
    inside = [(start, end) for start, end, _ in spots]
    rest = _TAG_ZH.sub(lambda m: " " * len(m[0]), text) if inside else text
    spots += [(m.start(), m.end(), m[1]) for m in _TAG.finditer(rest) if not m[1].isdigit()]
    return _first(tag for _, _, tag in sorted(spots))


def _first(found: Iterable[str]) -> list[str]:
    kept: dict[str, None] = {}
    for one in found:
        kept.setdefault(one)
        if len(kept) >= MOST:
            break
    return list(kept)
