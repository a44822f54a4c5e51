"""How well a signal does on labelled data: scores with 95 % intervals, held against floors.

Each signal has a module ``ombud.signals.quality.<name>`` with
``def evaluate(sets: Sets) -> list[Score]``. Intervals are Wilson's for proportions and
by bootstrap over items otherwise; where items share a template, give the bootstrap one
list a template, so that copies of one sentence do not count as many observations.
"""

from __future__ import annotations

import importlib
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ombud.base.errors import Fault, UsageError
from ombud.base.nearest import did_you_mean
from ombud.signals.registry import installed
from ombud.signals.sets import Sets

T = TypeVar("T")

Z95 = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True)
class Score:
    """One measured number.

    Attributes:
        task: what was measured, and on which data.
        n: items measured.
        metric: precision, recall, F1, AP, posts per CPU-second and so on.
        value: the number, with the ends ``low`` and ``high`` of its 95 % interval
            (``None`` where an interval makes no sense, as for speed).
        floor: the least it is to be; ``None`` for a number that is only told.
    """

    task: str
    n: int
    metric: str
    value: float
    low: float | None = None
    high: float | None = None
    floor: float | None = None

    @property
    def holds(self) -> bool:
        """Tell whether the value is not under its floor."""
        return self.floor is None or self.value >= self.floor


def wilson(hits: int, n: int) -> tuple[float, float, float]:
    """Return a proportion and the ends of its 95 % interval (Wilson's score interval)."""
    if n == 0:
        return math.nan, 0.0, 1.0
    p, z2 = hits / n, Z95 * Z95
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return p, max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half))


def proportion(task: str, metric: str, hits: int, n: int, floor: float | None = None) -> Score:
    """Return the score of ``hits`` out of ``n``."""
    value, low, high = wilson(hits, n)
    return Score(task, n, metric, value, low, high, floor)


def precision_recall(
    task: str, *, true: int, false: int, missed: int, floors: tuple[float | None, float | None] = (None, None)
) -> list[Score]:
    """Return precision and recall from counts of right findings, wrong findings and misses."""
    return [
        proportion(task, "precision", true, true + false, floors[0]),
        proportion(task, "recall", true, true + missed, floors[1]),
    ]


def bootstrap(
    task: str,
    metric: str,
    groups: Sequence[Sequence[T]],
    measure: Callable[[Sequence[T]], float],
    floor: float | None = None,
    *,
    rounds: int = 400,
    seed: int = 7,
) -> Score:
    """Return the score of ``measure`` over all items, with a percentile interval over groups."""
    chance = random.Random(seed)  # noqa: S311 - statistics
    everything = [item for group in groups for item in group]
    drawn = []
    for _ in range(rounds):
        some = [item for _ in groups for item in groups[chance.randrange(len(groups))]]
        value = measure(some)
        if not math.isnan(value):
            drawn.append(value)
    drawn.sort()
    low = drawn[int(0.025 * len(drawn))] if drawn else None
    high = drawn[min(len(drawn) - 1, int(0.975 * len(drawn)))] if drawn else None
    return Score(task, len(everything), metric, measure(everything), low, high, floor)


def evaluate(name: str, sets: Sets) -> list[Score]:
    """Measure a signal on labelled data.

    Args:
        name: an installed signal that has a module of its own for this.
        sets: the labelled sets; tasks whose set is absent are left out, and ``sets.absent`` names it.

    Raises:
        UsageError: no such signal, or nothing to measure it with.
    """
    signals = installed().signals
    if name not in signals:
        hint = did_you_mean(name, signals) or f"installed: {', '.join(signals) or 'none'}"
        raise UsageError(Fault("signals/unknown", f"there is no signal {name!r}", hint=hint))
    try:
        module = importlib.import_module(f"ombud.signals.quality.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"ombud.signals.quality.{name}":
            raise
        message = f"nobody has written how to measure the signal {name!r}"
        raise UsageError(Fault("signals/no-evaluation", message)) from error
    found: list[Score] = module.evaluate(sets)
    return found
