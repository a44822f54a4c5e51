"""Which near misses cover which thresholds of a rule."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ombud.conduct.exprtext import Threshold


def covers(near: str, threshold: Threshold) -> bool:
    """Say whether a near miss means the threshold.

    ``near`` may be the number (``30``), the comparison as in the rule
    (``account.followers < 10``, in any spacing), a part of it that ends with the number
    (``> 30``), or a text that holds the comparison.
    """
    said, number, whole = _plain(near), _plain(threshold.number), _plain(threshold.text)
    if said in (number, _plain(f"interval {threshold.number}")):
        return True
    if re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])", said) is None:
        return False
    return said in whole or whole in said


def uncovered(thresholds: Sequence[Threshold], nears: Sequence[str]) -> list[Threshold]:
    """Return the thresholds that no near miss is left for, when each serves one threshold."""
    owner: dict[int, int] = {}  # near miss -> threshold

    def place(index: int, tried: set[int]) -> bool:
        for other, near in enumerate(nears):
            if other in tried or not covers(near, thresholds[index]):
                continue
            tried.add(other)
            if other not in owner or place(owner[other], tried):
                owner[other] = index
                return True
        return False

    return [threshold for index, threshold in enumerate(thresholds) if not place(index, set())]


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()
