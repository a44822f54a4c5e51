"""The town's month: the hours of a day, and what people talk about when."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from types import MappingProxyType

from ombud.base.clock import DAY, HOUR, SECOND, Micros, parse_time

START: Micros = parse_time("2025-09-01T00:00:00Z")
"""The first instant of every town, whatever its seed."""

OFFSET_HOURS = 8
"""The town's clocks are ahead of UTC by this much."""

_HOURS = (8, 4, 2, 1, 2, 8, 22, 45, 55, 46, 42, 48, 62, 55, 42, 40, 44, 54, 68, 82, 92, 88, 60, 26)
_HOUR_STEPS = tuple(accumulate(_HOURS))

STORM = (0.34, 0.40)
FESTIVAL = (0.60, 0.68)
SCANDAL = (0.45, 0.92)
"""Stretches of the month, as fractions of it."""

_EVERY_DAY: Mapping[str, float] = MappingProxyType(
    {
        "weather": 5,
        "food": 8,
        "work": 6,
        "school": 3,
        "commute": 5,
        "pets": 5,
        "football": 4,
        "music": 4,
        "garden": 3,
        "health": 3,
        "market": 3,
        "joke": 5,
        "book": 3,
        "tech": 3,
        "council": 4,
        "aid": 3,
        "lost": 2,
        "photo": 4,
        "night": 2,
        "elder": 2,
        "newcomer": 1,
    }
)

_TRAIT_TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "football": "football",
        "fan": "music",
        "parent": "school",
        "elder": "elder",
        "worker": "work",
        "gardener": "garden",
        "newcomer": "newcomer",
    }
)


@dataclass(frozen=True, slots=True)
class Talk:
    """The topics of one day, ready to draw from."""

    topics: tuple[str, ...]
    steps: tuple[float, ...]

    def draw(self, rng: Random, traits: frozenset[str]) -> str:
        """Return a topic; a third of the time one that the person cares about."""
        if traits and rng.random() < 0.35:
            own = sorted(traits & _TRAIT_TOPICS.keys())
            if own:
                return _TRAIT_TOPICS[own[int(rng.random() * len(own))]]
        return self.topics[bisect(self.steps, rng.random() * self.steps[-1])]


def talk_of(fraction: float) -> Talk:
    """Return what the town talks about at that fraction of its month."""
    weights = dict(_EVERY_DAY)
    if STORM[0] - 0.02 <= fraction <= STORM[1] + 0.05:
        weights["storm"] = 45 if fraction <= STORM[1] else 15
    if FESTIVAL[0] - 0.08 <= fraction <= FESTIVAL[1] + 0.02:
        weights["festival"] = 30 if fraction >= FESTIVAL[0] else 10
    if SCANDAL[0] <= fraction <= SCANDAL[1]:
        weights["scandal"] = 22
    return Talk(tuple(weights), tuple(accumulate(weights.values())))


def instants(rng: Random, day_start: Micros, n: int) -> list[Micros]:
    """Return ``n`` instants of a day in order, more by day than by night, on whole seconds."""
    found = []
    for _ in range(n):
        hour = (bisect(_HOUR_STEPS, rng.random() * _HOUR_STEPS[-1]) - OFFSET_HOURS) % 24
        found.append(day_start + hour * HOUR + int(rng.random() * 3600) * SECOND)
    found.sort()
    return found


def busyness(day: int) -> float:
    """Return how busy a day is relative to the mean; the sixth and seventh of each week are livelier."""
    return 1.12 if day % 7 >= 5 else 0.95


def fraction_of(start: Micros, days: int, at: Micros) -> float:
    """Return where in the month an instant lies, 0 to 1."""
    return (at - start) / (days * DAY)
