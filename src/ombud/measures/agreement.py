"""Krippendorff's alpha: how far people agree beyond what chance alone would give.

1 is perfect agreement, 0 what chance gives, and below 0 they contradict one another. The
author of the measure draws conclusions from .800 on, and tentative ones from .667 on.

K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", University of Pennsylvania, 2011
(nominal data, any number of observers, missing values).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

TENTATIVE = 0.667
"""Below this alpha no conclusion is drawn (Krippendorff, Content Analysis, 2004, p. 241)."""

RESAMPLES = 1_000
"""Samples drawn for an interval; its ends then move by about a hundredth from seed to seed."""

_SEED = 0x616C706861

Unit = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Alpha:
    """An alpha with the 95 % interval of a bootstrap over units, and how many units it rests on.

    All three are ``None`` where everybody always gave the same answer (chance then explains
    everything and nothing), or nobody judged anything twice.
    """

    value: float | None
    low: float | None
    high: float | None
    units: int


def alpha(units: Sequence[Sequence[Hashable]]) -> float | None:
    """Return the nominal alpha of units, each with the values that its observers gave.

    A unit with fewer than two values cannot be compared and counts for nothing. ``None``
    where all values are the same, or there is nothing to compare.
    """
    return _alpha(Counter(tuple(unit) for unit in units if len(unit) > 1))


def _alpha(units: Counter[Unit]) -> float | None:
    """Return the alpha of units with the number of times that each occurs."""
    values: Counter[Hashable] = Counter()
    disagree = 0.0
    for unit, times in units.items():
        size, counts = len(unit), Counter(unit)
        for value, count in counts.items():
            values[value] += count * times
            disagree += times * count * (size - count) / (size - 1)
    n = values.total()
    expected = n * n - sum(count * count for count in values.values())
    return None if expected == 0 else 1 - (n - 1) * disagree / expected


def alpha_interval(units: Sequence[Sequence[Hashable]], resamples: int = RESAMPLES) -> Alpha:
    """Return the alpha with its interval: units are drawn again, with putting back, so many times.

    The draws are seeded, so equal units give an equal interval. Draws in which all values are
    the same say nothing and are left out.
    """
    usable = [tuple(unit) for unit in units if len(unit) > 1]
    whole = _alpha(Counter(usable))
    if whole is None:
        return Alpha(None, None, None, len(usable))
    kinds = sorted(Counter(usable).items(), key=repr)
    names, weights = [unit for unit, _ in kinds], [times for _, times in kinds]
    chance = random.Random(_SEED)  # noqa: S311 - no secret: the same figures must give the same interval
    drawn = []
    for _ in range(resamples):
        again = _alpha(Counter(chance.choices(names, weights, k=len(usable))))
        if again is not None:
            drawn.append(again)
    drawn.sort()
    ends = round(0.025 * (len(drawn) - 1)), round(0.975 * (len(drawn) - 1))
    return Alpha(whole, min(drawn[ends[0]], whole), max(drawn[ends[1]], whole), len(usable))
