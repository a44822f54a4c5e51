"""One linear pass that says whether a text names a licensed profession at all: most name none.

It may say so in vain and is not to miss one; a test compares it with taking every step.
"""

from __future__ import annotations

import re
from functools import cache

from ombud.signals.credentials.titles import PROFESSIONS
from ombud.signals.scan import CASELESS, ONCE, Pattern, Scan

_OTHERS = r"科的|门诊天天|基金从业|证券|投顾|practi[sc]ed (?:law|medicine|dentistry)"
"""Claims that name a ward, a licence or a practice instead of the title."""

_AHEAD = re.compile(r"\(\?!.*?\)")


@cache
def _scan() -> Scan:
    titles = [_AHEAD.sub("", f"{zh}|{en}") for _, zh, en in PROFESSIONS]
    return Scan([Pattern(1, f"(?:{each})", ONCE | CASELESS) for each in (*titles, _OTHERS)])


def names_title(text: str) -> bool:
    """Tell whether a folded text may hold a profession's name or what stands for it."""
    return bool(_scan().numbers(text.encode("utf-8", "replace")))
