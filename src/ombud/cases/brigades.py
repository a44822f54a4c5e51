"""Which reporters of one case speak independently, and which seem to be one voice.

Each pair of reporters gets evidence, in nats, that they are not independent; each kind is
minus the logarithm of the chance that two strangers would look as alike:

* **words**: how alike their texts are (5-grams of the folded text);
* **cases**: how many other cases both reported, against what their numbers of reports and
  the size of those cases lead one to expect (Poisson);
* **birth**: how close their accounts were opened, among all reporters' accounts;
* **minute**: reports within a minute, or within ten, of each other. This alone never joins
  anybody: honest people report at once, too, what many see at once.

Pairs above ``JOIN`` + ln(pairs) become one group. Whoever then has ``LEAN`` or more with a group
of ``CORE`` or more belongs to it as well: once a group is seen, weaker ties suffice. A group
counts once. Being in a group is no offence: friends, a fan club, one newspaper's readers look
alike, and what they say may be true. All figures are starting values; what they reach and
where they break is measured by ``python -m benchmarks.reports``.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ombud.base.clock import DAY, MINUTE, Micros
from ombud.expr.fold import folded

JOIN = 6.0
LEAN = 3.0
WEAK = 3.5
WITNESSES = 2
GRAM = 5
SHORT = 12
"""Texts with fewer folded characters ("spam", "please look") say nothing about who wrote them."""
MOST_WORDS = 12.0
MOST_CASES = 14.0
MOST_BIRTH = 7.0
MOST_KEPT = 256
"""Texts whose grams are kept, as those of a case are asked for with every report on it; 80 MB at most."""
BRIGADE = 5
"""A group is pointed out to reviewers from so many members on, if it is half of a case's reporters."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One reporter's first report on a case.

    Attributes:
        reporter: who.
        at: when (event time).
        text: their words.
        born: when the account was opened, if known.
        cases: other cases that they reported.
    """

    reporter: str
    at: Micros
    text: str = ""
    born: Micros | None = None
    cases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Crowd:
    """All reports, as the background against which likeness is judged.

    Attributes:
        sizes: case -> how many people reported it.
        total: how many reports there are.
        births: when reporters' accounts were opened, sorted (a sample).
    """

    sizes: Mapping[str, int] = field(default_factory=dict)
    total: int = 0
    births: Sequence[Micros] = ()


def groups(voices: Sequence[Voice], crowd: Crowd) -> list[list[int]]:
    """Return the reporters of a case in independent groups, as positions, the largest first.

    Takes time quadratic in the number of voices; the caller bounds it.
    """
    ties = _ties(voices, crowd)
    parent = list(range(len(voices)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    near: dict[int, set[int]] = defaultdict(set)
    for i, j in ties:
        near[i].add(j)
        near[j].add(i)
    join = JOIN + math.log(max(len(voices) * (len(voices) - 1) / 2, 1.0))
    for (i, j), nats in ties.items():
        if nats >= join or len(near[i] & near[j]) >= WITNESSES:
            parent[find(i)] = find(j)
    made = _gathered(find, len(voices))
    for group in made:
        if len(group) >= BRIGADE:
            for i in _leaning(voices, group, made, crowd):
                parent[find(i)] = find(group[0])
    return sorted(_gathered(find, len(voices)), key=lambda group: (-len(group), group[0]))


def _gathered(find: Callable[[int], int], count: int) -> list[list[int]]:
    made: dict[int, list[int]] = defaultdict(list)
    for i in range(count):
        made[find(i)].append(i)
    return list(made.values())


def _leaning(
    voices: Sequence[Voice], group: Sequence[int], made: Sequence[Sequence[int]], crowd: Crowd
) -> list[int]:
    """Return who, alone or in a smaller group, is like a group as a whole."""
    born = sorted(b for i in group if (b := voices[i].born) is not None)
    if len(born) < len(group) / 2 or len(crowd.births) < 50:
        span, birth = None, 0.0
    else:
        cut = len(born) // 20
        span = born[cut], born[-1 - cut]
        inside = bisect_right(crowd.births, span[1]) - bisect_left(crowd.births, span[0])
        birth = max(0.0, -math.log((inside + 1) / (len(crowd.births) + 1)))
    often = Counter(case for i in group for case in voices[i].cases)
    own = {case for case, n in often.items() if 3 * n >= len(group) and n >= 2}
    share = sum(crowd.sizes.get(case, 1) for case in own) / max(crowd.total, 1)
    found = []
    for other in made:
        if len(other) >= len(group):
            continue
        for i in other:
            voice = voices[i]
            nats = 0.0
            if span is not None and voice.born is not None and span[0] <= voice.born <= span[1]:
                nats += birth
            same = len(voice.cases & own)
            if same:
                nats += min(MOST_CASES, max(0.0, -_log_tail(same, max(share * len(voice.cases), 1e-4))))
            if nats >= LEAN:
                found.append(i)
    return found


def is_brigade(made: Sequence[Sequence[int]]) -> bool:
    """Say whether the largest group of a case is worth a hint to its reviewer."""
    people = sum(map(len, made))
    return bool(made) and len(made[0]) >= BRIGADE and 2 * len(made[0]) >= people


def _ties(voices: Sequence[Voice], crowd: Crowd) -> dict[tuple[int, int], float]:
    grams = [_grams(voice.text) for voice in voices]
    reach = [sum(crowd.sizes.get(case, 1) for case in v.cases) / max(crowd.total, 1) for v in voices]
    ties: dict[tuple[int, int], float] = {}
    for i, one in enumerate(voices):
        for j in range(i + 1, len(voices)):
            other = voices[j]
            nats = 0.0 if grams[i].isdisjoint(grams[j]) else _words(grams[i], grams[j])
            nats += _birth(one.born, other.born, crowd.births)
            if one.cases and other.cases:
                nats += _shared(one, other, reach[i], reach[j])
            apart = abs(one.at - other.at)
            if nats and apart <= 10 * MINUTE:
                nats += 2.0 if apart <= MINUTE else 1.0
            if nats >= WEAK:
                ties[i, j] = nats
    return ties


@lru_cache(maxsize=MOST_KEPT)
def _grams(text: str) -> frozenset[str]:
    plain = "".join(filter(str.isalnum, folded(text)[:2_000]))
    if len(plain) < SHORT:
        return frozenset()
    return frozenset(plain[i : i + GRAM] for i in range(len(plain) - GRAM + 1))


def _words(one: frozenset[str], other: frozenset[str]) -> float:
    same = len(one & other)
    alike = same / (len(one) + len(other) - same)
    return MOST_WORDS * max(0.0, alike - 0.2) / 0.8


def _birth(one: Micros | None, other: Micros | None, births: Sequence[Micros]) -> float:
    if one is None or other is None or len(births) < 50:
        return 0.0
    apart = abs(one - other)
    if apart > 30 * DAY:
        return 0.0
    near = bisect_right(births, one + apart) - bisect_left(births, one - apart)
    return min(MOST_BIRTH, max(0.0, -math.log((near + 1) / (len(births) + 1))) - 2.0)


def _shared(one: Voice, other: Voice, reach_one: float, reach_other: float) -> float:
    same = len(one.cases & other.cases)
    if same < 2:
        return 0.0
    expected = max(len(other.cases) * reach_one, len(one.cases) * reach_other, 1e-4)
    return min(MOST_CASES, max(0.0, -_log_tail(same, expected)))


def _log_tail(least: int, expected: float) -> float:
    """Return ln P(X >= least) for a Poisson X, or its upper bound (Chernoff) where it is rare."""
    if least <= expected:
        return 0.0
    return least - expected - least * math.log(least / expected)
