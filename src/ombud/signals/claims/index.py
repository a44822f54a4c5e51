"""Finding checks by words: a gate that ordinary posts do not pass, then BM25.

All of it is plain Python: every install finds the same, and so does every process, since numbers
that come in no order are added up without rounding (``math.fsum``). Measured on 10,375 and 13,824
published checks it ranks better than the same formula over a search library's own word forms, and
is fast enough (see ``docs/quality.md``). :mod:`ombud.signals.claims.rank` orders what is found here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

K1, B = 1.2, 0.5
"""The constants of BM25 (Robertson and Zaragoza 2009)."""

RARE = 0.01
"""Share of texts up to which a word is rare: only rare words open the gate."""

COMMON = 0.015
"""Share of texts from which on a word is common: it ranks what others found, and finds nothing itself."""

ALWAYS_RARE = 12
"""Texts that a word may stand in and be rare however few texts there are."""

KEPT = 120
"""Texts that were found, of which the common words rank."""

GATE = 0.97
"""What a claim's rarer words in a post must weigh, times the root of the share of the claim that
they are, in units of a word never seen. At this value at most 3 % of ordinary posts pass
(measured; see ``docs/quality.md``)."""

SHORT = 3.0
"""A claim of few words is met by chance: its weight counts as at least this many rare words'."""


SMALL = 100
"""A register of fewer texts weighs words as if it had so many: two publishers' rows on one claim
would else make each of its words look common."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A text found: its number and its BM25 score."""

    number: int
    score: float


class Index:
    """Texts by their words. Each text has forms: the claim in its own words, its title, a translation."""

    def __init__(self, texts: Sequence[Sequence[Sequence[str]]]) -> None:
        bags = [Counter(word for form in forms for word in form) for forms in texts]
        lengths = [sum(bag.values()) for bag in bags]
        mean = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
        many = max(len(texts), SMALL)
        held = Counter(word for bag in bags for word in bag)
        rare, finding = (max(ALWAYS_RARE, int(share * len(texts))) for share in (RARE, COMMON))
        self._unseen = math.log(1 + (many + 0.5) / 0.5)
        self.rarity = {word: math.log(1 + (many - n + 0.5) / (n + 0.5)) for word, n in held.items()}
        self._finding: dict[str, dict[int, float]] = {}
        self._common: dict[str, dict[int, float]] = {}
        for number, (bag, length) in enumerate(zip(bags, lengths, strict=True)):
            for word, n in bag.items():
                weight = self.rarity[word] * n * (K1 + 1) / (n + K1 * (1 - B + B * length / mean))
                kind = self._finding if held[word] <= finding else self._common
                kind.setdefault(word, {})[number] = weight
        self._rare = {word for word in self._finding if held[word] <= rare}
        least = SHORT * self._unseen
        self._forms = [
            [(frozenset(form), max(self._total(form), least)) for form in forms if form] for forms in texts
        ]
        self._whole = [max(self._total(bag), least) for bag in bags]
        self._least = min(self._whole, default=least)

    def _total(self, form: Iterable[str]) -> float:
        return math.fsum(self.rarity[word] for word in set(form))

    def passes(self, words: Sequence[str]) -> bool:
        """Tell whether some claim may be in a post: enough of its rarer words stand there."""
        rare = sorted(self._rare.intersection(words))
        whole, gate = self._whole, (GATE * self._unseen) ** 2
        if math.fsum(map(self.rarity.__getitem__, rare)) ** 3 < gate * self._least:
            return False  # not even all of them together
        found: dict[int, float] = {}
        for word in rare:
            _add(found, dict.fromkeys(self._finding[word], self.rarity[word]))
        least = (gate * self._least) ** (1 / 3) * 0.999  # what no claim can do with less than
        return any(weight**3 >= gate * whole[n] for n, weight in found.items() if weight > least)

    def search(self, words: Sequence[str], most: int = 20) -> list[Hit]:
        """Return the texts that fit best, the best first; ties go to the lower number."""
        scores: dict[int, float] = {}
        common: list[tuple[dict[int, float], float]] = []
        for word, n in Counter(words).items():
            often = 1 + 0.3 * (n - 1)
            found = self._finding.get(word)
            if found is not None:
                _add(scores, found if n == 1 else {number: w * often for number, w in found.items()})
            elif word in self._common:
                common.append((self._common[word], often))
        if len(scores) > KEPT:
            least = sorted(scores.values())[-KEPT]
            kept = [(number, score) for number, score in scores.items() if score >= least]
        else:
            kept = list(scores.items())
        ranked = sorted(
            (-score - sum([held.get(number, 0.0) * often for held, often in common]), number)
            for number, score in kept
        )
        return [Hit(number, -score) for score, number in ranked[:most]]

    def covered(self, number: int, said: frozenset[str]) -> float:
        """Return the share of a text's weight that stands in a post: of the form that fits best."""
        rarity = self.rarity
        return max(
            (math.fsum(rarity[word] for word in form & said) / total for form, total in self._forms[number]),
            default=0.0,
        )


def _add(scores: dict[int, float], more: dict[int, float]) -> None:
    """Add numbers to numbers; few stand in both, so the rest goes in C loops."""
    both = {number: scores[number] + more[number] for number in scores.keys() & more.keys()}
    scores.update(more)
    scores.update(both)
