"""Krippendorff's alpha is the published one."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.measures.agreement import alpha, alpha_interval

# The worked examples of K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011.
MEG, OWEN = "0100000010", "1110010000"
BEN, GERRY = "aabbdcccedda", "babbbcccedmd".replace("m", "d")
FOUR = ("12332141 2...", "123322412 5.3", ".3332342 251.", "12332441 251.")


def of(*observers: str) -> list[list[str]]:
    """Return units from one line of values an observer; a dot is a missing value."""
    lines = [line.replace(" ", "") for line in observers]
    return [[value for value in unit if value != "."] for unit in zip(*lines, strict=True)]


@pytest.mark.parametrize(
    ("units", "published"),
    [(of(MEG, OWEN), 0.095), (of(BEN, GERRY), 0.692), (of(*FOUR), 0.743)],
    ids=["two observers, two values", "two observers, five values", "four observers, values missing"],
)
def test_worked_examples(units: Sequence[Sequence[str]], published: float) -> None:
    """The three nominal examples of the paper come out to its three digits."""
    value = alpha(units)
    assert value is not None
    assert round(value, 3) == published


def test_the_ends() -> None:
    """Agreement is 1; pure contradiction is below 0; one value everywhere, or nothing twice, is unknown."""
    assert alpha([("y", "y"), ("n", "n")]) == 1
    contradiction = alpha([("y", "n"), ("n", "y")])
    assert contradiction is not None
    assert contradiction < 0
    assert alpha([("y", "y"), ("y", "y")]) is None
    assert alpha([("y",), ()]) is None
    nothing = alpha_interval([])
    assert (nothing.value, nothing.low, nothing.high, nothing.units) == (None, None, None, 0)


@given(st.lists(st.lists(st.sampled_from("ync"), min_size=2, max_size=4), max_size=30))
def test_order_does_not_matter(units: list[list[str]]) -> None:
    """Neither the order of units nor that of observers changes it, and it is never above 1."""
    value = alpha(units)
    again = alpha([unit[::-1] for unit in units][::-1])
    if value is None:
        assert again is None
    else:
        assert again == pytest.approx(value)
        assert value <= 1


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """Of 200 samples of a known source, the interval misses the source's alpha in few."""
    chance = random.Random(7)

    def draw(size: int) -> list[tuple[str, str]]:
        truths = [chance.random() < 0.5 for _ in range(size)]
        said = [[(truth if chance.random() < 0.9 else not truth) for _ in range(2)] for truth in truths]
        return [(str(one), str(other)) for one, other in said]

    truth = 0.64  # two observers, each right 9 times in 10, even odds: 1 - 2 * .9 * .1 / .5
    found = [alpha_interval(draw(150), resamples=200) for _ in range(200)]
    missed = sum(not (each.low or 0) <= truth <= (each.high or 0) for each in found)
    assert 1 <= missed <= 24
    assert all((each.low or 0) < (each.value or 0) < (each.high or 0) for each in found)


def test_equal_units_give_an_equal_interval() -> None:
    """The draws are seeded, in whatever order the units come."""
    units = of(*FOUR)
    one = alpha_interval(units)
    assert alpha_interval(list(reversed(units))) == one
