"""The nearest name: what a misspelt word was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Return the known name closest to ``word``, or ``None`` when nothing is close.

    Only the first 80 characters of ``word`` are compared, so hostile input costs little.
    """
    found = get_close_matches(word[:80], list(names), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, names: Iterable[str]) -> str | None:
    """Return a hint sentence naming the nearest known name, or ``None``."""
    name = nearest(word, names)
    return f"did you mean {name!r}?" if name else None
