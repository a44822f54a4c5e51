"""Choosing measures: from the clause's rungs, weighed, bounded."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.clock import DAY
from ombud.conduct.harms import enforceable, harms
from ombud.conduct.ladder import MEASURES, rung
from ombud.measures.choose import (
    Chosen,
    appeal_suspends,
    choice_faults,
    ladder,
    needed_points,
    needs_two,
    starts_in,
)
from ombud.measures.standing import longest_pause
from ombud.store.clauses import ClauseVersion

RUNGS = ",hint,notice,hold,disable,rate_limit,escrow,product_links_off,posting_pause,closing,"
CLAUSE = ClauseVersion(
    "k", "cc", "4.4", "1", 1, 0, "private_information", 3, RUNGS, "closing", 24, 180, "never", {}
)


def faults(*chosen: Chosen, **more: Any) -> list[str]:
    """Return the codes of what is wrong with a choice."""
    given: dict[str, Any] = {
        "severity": 3, "points": Fraction(4), "correcting": False, "earned": False,
        "considered": {"notice": "it was up for days"}, **more,
    }  # fmt: skip
    clause = given.pop("clause", CLAUSE)
    return [fault.code for fault in choice_faults(clause, chosen, **given)]


def test_the_ladder_of_a_clause() -> None:
    """It is the clause's rungs up to its ceiling, mildest first, without the hold."""
    assert ladder(CLAUSE)[:3] == ("hint", "notice", "disable")
    assert "hold" not in ladder(CLAUSE)
    capped = msgspec.structs.replace(CLAUSE, ceiling="disable")
    assert ladder(capped) == ("hint", "notice", "disable")
    odd = msgspec.structs.replace(CLAUSE, measures=",label,disable,", harm="checked_false_claim")
    assert ladder(odd) == ("label",)


@pytest.mark.parametrize(
    ("chosen", "more", "expected"),
    [
        ([Chosen("disable")], {}, []),
        ([Chosen("disable"), Chosen("disable")], {}, ["measures/twice"]),
        ([Chosen("disabel")], {}, ["measures/not-on-the-ladder"]),
        ([Chosen("label")], {}, ["measures/not-on-the-ladder"]),
        ([Chosen("hold", 5)], {}, ["measures/hold-is-apart"]),
        ([Chosen("disable", 5)], {}, ["measures/no-end"]),
        ([Chosen("rate_limit")], {}, ["measures/end-missing"]),
        ([Chosen("rate_limit", 721)], {}, ["measures/too-long"]),
        ([Chosen("rate_limit", 0)], {}, ["measures/too-long"]),
        ([Chosen("escrow", 24)], {}, ["measures/nothing-earned"]),
        ([Chosen("escrow", 24)], {"earned": True}, []),
        ([Chosen("posting_pause", 24)], {}, []),
        ([Chosen("posting_pause", 25)], {}, ["measures/too-long"]),
        ([Chosen("posting_pause", 24)], {"points": Fraction(3)}, ["measures/too-few-points"]),
        ([Chosen("posting_pause", 24)], {"correcting": True}, ["measures/correction-first"]),
        ([Chosen("closing")], {}, ["measures/too-few-points"]),
        ([Chosen("closing")], {"points": Fraction(12)}, []),
        ([Chosen("closing")], {"severity": 4}, []),
        ([Chosen("disable")], {"considered": {}}, ["measures/milder-not-considered"]),
        ([Chosen("disable")], {"considered": {"closing": "x"}}, ["measures/not-milder"]),
        ([Chosen("disable")], {"considered": {"notice": " "}}, ["measures/no-reason"]),
        ([Chosen("notice")], {"considered": {}}, []),
        ([], {"considered": {}}, []),
    ],
)
def test_faults(chosen: list[Chosen], more: dict[str, Any], expected: list[str]) -> None:
    """Each fault has its code; what is right has none."""
    assert faults(*chosen, **more) == expected


def test_all_at_once() -> None:
    """Everything that is wrong is said at once."""
    assert len(faults(Chosen("escrow"), Chosen("closing"), Chosen("x"), considered={})) == 5


def test_two_people() -> None:
    """Severity 4 and closings need two."""
    assert needs_two([Chosen("closing")], 1)
    assert needs_two([], 4)
    assert not needs_two([Chosen("disable")], 3)


def test_what_an_appeal_suspends() -> None:
    """Rung 6 is announced a week ahead, and an appeal suspends it except in fraud."""
    assert starts_in("product_links_off") == 7 * DAY
    assert starts_in("disable") == 0
    assert appeal_suspends("product_links_off", "sexual_content")
    assert not appeal_suspends("product_links_off", "deceptive_solicitation")
    assert not appeal_suspends("disable", "sexual_content")


@given(st.integers(1, 30))
def test_needed_points_are_what_allows_the_pause(days: int) -> None:
    """The points on record for a pause are the least that allow it."""
    least = needed_points(Chosen("posting_pause", 24 * days), 3)
    assert longest_pause(Fraction(least)) >= days
    assert longest_pause(Fraction(least) - Fraction(1, 100)) < days


@given(st.sampled_from(sorted(enforceable())), st.sampled_from(sorted(MEASURES)), st.integers(1, 4))
def test_no_harm_is_exceeded(harm: str, kind: str, severity: int) -> None:
    """Whatever a clause lists, no measure beyond the harm's own rungs and ceiling passes."""
    all_of_them = "," + ",".join(MEASURES) + ","
    clause = msgspec.structs.replace(CLAUSE, harm=harm, measures=all_of_them)
    found = faults(
        Chosen(kind, MEASURES[kind].longest), clause=clause, points=Fraction(99), earned=True,
        severity=severity, considered={},
    )  # fmt: skip
    if kind not in harms()[harm].rungs or rung(kind) > rung(harms()[harm].ceiling):
        assert "measures/not-on-the-ladder" in found or "measures/hold-is-apart" in found
