"""Scores: intervals are sound, floors are held."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from ombud.signals.eval import Score, bootstrap, precision_recall, proportion, wilson


@given(st.integers(0, 500), st.integers(0, 500))
def test_wilsons_interval_holds_the_proportion(hits: int, misses: int) -> None:
    """The interval lies in 0 to 1 and around the value."""
    n = hits + misses
    value, low, high = wilson(hits, n)
    if n == 0:
        assert math.isnan(value)
        assert (low, high) == (0.0, 1.0)
    else:
        assert 0.0 <= low <= value <= high <= 1.0


def test_wilson_on_a_known_case() -> None:
    """81 of 263 gives .2551 to .3662 (Newcombe 1998, table I)."""
    _, low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_floors() -> None:
    """A score holds if it is not under its floor; without one it is only told."""
    assert proportion("t", "precision", 98, 100, 0.98).holds
    assert not proportion("t", "precision", 97, 100, 0.98).holds
    assert Score("t", 1, "speed", 0.0).holds
    precision, recall = precision_recall("t", true=8, false=2, missed=8)
    assert (precision.value, recall.value) == (0.8, 0.5)


def test_bootstrap_over_groups() -> None:
    """Copies of one template widen the interval: they are one observation."""

    def mean(items):  # type: ignore[no-untyped-def]
        return sum(items) / len(items)

    alone = bootstrap("t", "mean", [[x] for x in [0, 1] * 50], mean)
    grouped = bootstrap("t", "mean", [[0] * 50, [1] * 50], mean)
    assert alone.value == grouped.value == 0.5
    assert alone.low is not None and grouped.low is not None
    assert grouped.low < alone.low
