"""Which language a case is in, so that it reaches somebody who reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ombud.store import Tx, casework, findings

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z]")
ENOUGH = 2  # Han characters that outweigh a Latin word, since each is a word of its own


def guess(texts: Iterable[str]) -> str | None:
    """Return ``zh`` or ``en`` by the characters of a text, or ``None`` where neither is there."""
    joined = "\n".join(texts)
    han, latin = len(_HAN.findall(joined)), len(_LATIN.findall(joined))
    if not han and not latin:
        return None
    return "zh" if han * ENOUGH >= latin else "en"


def route(tx: Tx, limit: int = 500) -> int:
    """Set the language of open cases that have none, from their evidence; return how many were set."""
    done = 0
    for case_id in casework.without_language(tx, limit):
        found = findings.page(tx, case_id=case_id, limit=5)
        language = guess(each for item in found for each in _texts(item.evidence))
        if language is not None:
            casework.triage(tx, case_id, language=language)
            done += 1
    return done


def _texts(evidence: Any) -> list[str]:
    if not isinstance(evidence, dict):
        return []
    return [
        value for key, value in evidence.items() if isinstance(value, str) and key.endswith((".text", ".bio"))
    ]
