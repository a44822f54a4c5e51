"""Names of a platform's own features that no rule may read: measures of opinion, belief, identity, worth."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from ombud.rules.gate.finder import finder
from ombud.rules.gate.names import load


@dataclass(frozen=True, slots=True)
class _Parts:
    stems: tuple[str, ...]
    words: frozenset[str]
    harmless: frozenset[tuple[str, str]]


@cache
def _parts() -> _Parts:
    entry = load("features.yaml")
    pairs = frozenset((first, second) for first, second in entry["harmless"])
    return _Parts(tuple(entry["stems"]), frozenset(entry["words"]), pairs)


def measures_people(column: str) -> bool:
    """Say whether the name of a feature, as ``extra.political_score``, tells that it measures such."""
    known = _parts()
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", column)
    parts = [part.casefold() for part in re.findall(r"[^\W\d_]+", spaced)]
    parts = [part for part in parts if part != "extra"]
    harmless = any(pair in known.harmless for pair in pairwise(parts))
    return (
        any(part.startswith(known.stems) for part in (*parts, "".join(parts)))
        or (not harmless and any(part in known.words for part in parts))
        or finder().find(" ".join(parts)) is not None
    )
