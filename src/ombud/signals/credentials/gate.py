"""One linear pass that says whether a text names a licensed profession at all: most name none.

It may say so in vain and is not to miss one; a test compares it with taking every step.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import hyperscan

from ombud.signals.credentials.titles import PROFESSIONS

_OTHERS = r"科的|门诊天天|基金从业|证券|投顾|practi[sc]ed (?:law|medicine|dentistry)"
"""Claims that name a ward, a licence or a practice instead of the title."""

_AHEAD = re.compile(r"\(\?!.*?\)")


@cache
def _database() -> Any:
    titles = [_AHEAD.sub("", f"{zh}|{en}") for _, zh, en in PROFESSIONS]
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_CASELESS
    expressions = [f"(?:{each})".encode() for each in (*titles, _OTHERS)]
    database.compile(
        expressions=expressions,
        ids=[1] * len(expressions),
        elements=len(expressions),
        flags=[flags] * len(expressions),
    )
    return database


def _note(number: int, start: int, end: int, flags: int, found: list[int]) -> None:  # noqa: ARG001 - Hyperscan's
    found.append(number)


def names_title(text: str) -> bool:
    """Tell whether a folded text may hold a profession's name or what stands for it."""
    found: list[int] = []
    _database().scan(text.encode("utf-8", "replace"), match_event_handler=_note, context=found)
    return bool(found)
