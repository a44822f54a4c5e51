"""A hint on headlines that promise more than they tell: a sum of a few plain features.

No rule can read it: how a headline is written is taste, and no harm (design, 3). The
weights were set on the development halves of two public sets; ``evaluate`` says what it
reaches there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from ombud.conduct.words import Words
from ombud.signals.eval import Score, proportion
from ombud.signals.sets import Sets
from ombud.signals.text.language import language_of

HINT_FROM = 2
"""Points from which the hint is given."""

LONGEST = 120
"""A first line longer than this is no headline."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a headline: its pattern, points, and what it is called."""

    pattern: re.Pattern[str]
    points: int
    name: Words


@cache
def features() -> Mapping[str, tuple[Feature, ...]]:
    """Return the features by language (``en``, ``zh``), as ``clickbait.tsv`` has them."""
    found: dict[str, list[Feature]] = {}
    text = resources.files("ombud.rules.selfcheck").joinpath("clickbait.tsv").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            lang, points, en, zh, pattern = line.split("\t")
            feature = Feature(re.compile(pattern, re.IGNORECASE), int(points), Words(en, zh))
            found.setdefault(lang, []).append(feature)
    return MappingProxyType({lang: tuple(some) for lang, some in found.items()})


@dataclass(frozen=True, slots=True)
class Hint:
    """What the scorer says of a headline: its points and the features that gave them."""

    points: int
    features: tuple[Words, ...]


def headline_of(text: str) -> str | None:
    """Return the first line of a draft if it is short enough to be a headline."""
    line = text.strip().split("\n", 1)[0].strip()
    return line if 0 < len(line) <= LONGEST else None


def score(headline: str, lang: str | None = None) -> Hint:
    """Return the points of a headline; languages other than English and Chinese have none."""
    lang = lang or language_of(headline)
    table = features().get(lang or "", ())
    held = [feature for feature in table if feature.pattern.search(headline)]
    return Hint(sum(feature.points for feature in held), tuple(feature.name for feature in held))


def evaluate(sets: Sets) -> list[Score]:
    """Return how the hint does on labelled headlines; sets that are absent are left out."""
    scores: list[Score] = []
    for lang, folder, field in (("en", "clickbait_en", "text"), ("zh", "clickbait_zh_hancd", "title")):
        rows = sets.rows(f"{folder}/dev.jsonl.gz")
        if not rows:
            continue
        pairs = [(score(row[field], lang).points >= HINT_FROM, row["label"] == 1) for row in rows]
        both = sum(said and true for said, true in pairs)
        said, true = sum(s for s, _ in pairs), sum(t for _, t in pairs)
        right = sum(s == t for s, t in pairs)
        scores += [
            proportion(f"clickbait hint on {folder}", "precision", both, said),
            proportion(f"clickbait hint on {folder}", "recall", both, true),
            proportion(f"clickbait hint on {folder}", "accuracy", right, len(pairs)),
        ]
    return scores
