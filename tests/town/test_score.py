"""Findings are scored by incident for recall and by event for precision."""

from __future__ import annotations

import pytest

from ombud.town import HARMS, Town, Truth, score


def _truth(
    incident: int, *, breach: bool = True, harm: str = "threat", also: tuple[Truth, ...] = ()
) -> Truth:
    return Truth(harm, breach, not breach, "", incident, "en", "", also)


SHEET = {
    "a": _truth(1),
    "b": _truth(1),
    "c": _truth(2),
    "d": _truth(3, breach=False),
    "e": _truth(4, breach=False, harm="harassment", also=(_truth(5),)),
}


def test_an_incident_is_found_once_by_any_of_its_events() -> None:
    """Two findings on one incident make one found incident and two right events."""
    got = score([("a", "threat"), ("b", "threat")], SHEET, ["threat"])["threat"]
    assert (got.planted, got.found, got.missed, got.right, got.false) == (3, 1, 2, 2, 0)
    assert got.recall == pytest.approx(1 / 3)
    assert got.precision == 1.0


def test_near_misses_and_ordinary_events_are_false_one_by_one() -> None:
    """A finding on a near miss, on an ordinary event, or of another harm than planted is false."""
    findings = [("d", "threat"), ("ordinary", "threat"), ("c", "exploitation"), ("c", "exploitation")]
    got = score(findings, SHEET, ["threat", "exploitation"])
    assert (got["threat"].false, got["threat"].near_misses_found) == (2, 1)
    assert got["threat"].precision == 0.0
    assert got["exploitation"].false == 1


def test_a_finding_that_a_fair_reviewer_could_share_is_left_out() -> None:
    """A threat that is also found as harassment is neither right nor false there."""
    got = score([("a", "harassment"), ("d", "harassment")], SHEET, ["harassment"])["harassment"]
    assert (got.shared, got.false, got.right) == (1, 1, 0)


def test_a_second_harm_of_one_event_counts() -> None:
    """An event that is a breach under a further harm is right under that harm."""
    got = score([("e", "threat"), ("e", "harassment")], SHEET, ["threat", "harassment"])
    assert (got["threat"].found, got["threat"].false) == (1, 0)
    assert (got["harassment"].found, got["harassment"].false) == (0, 1)


def test_status_says_who_finds() -> None:
    """A harm with rules, one for people only and one not yet found are told apart."""
    got = score([("a", "threat")], SHEET)
    assert got["threat"].status == "rules"
    assert got["misidentification"].status == "people"
    assert got["recycled_media"].status == "not yet"
    assert score([], SHEET, with_rules=["recycled_media"])["recycled_media"].status == "rules"
    assert score([], SHEET)["threat"].precision is None


def test_what_no_code_reaches_is_not_missed() -> None:
    """Incidents in audiences that nobody is bound in are told apart, and their events stay in breach."""
    sheet = {
        "p": Truth("vote_buying", True, False, "", 1, "en"),
        "o": Truth("vote_buying", True, False, "", 2, "en", audience="organisation"),
    }
    reach = {"vote_buying": ["organisation"]}
    got = score([("o", "vote_buying")], sheet, ["vote_buying"], reach=reach)["vote_buying"]
    assert (got.planted, got.found, got.missed, got.out_of_reach, got.recall) == (1, 1, 0, 1, 1.0)
    assert score([("p", "vote_buying")], sheet, ["vote_buying"], reach=reach)["vote_buying"].false == 0


def test_a_perfect_finder_scores_one(full: Town) -> None:
    """Findings made from the answer sheet itself give precision and recall 1 for every harm."""
    findings = [(i, one.harm) for i, t in full.truth.items() for one in t.all() if one.breach]
    for harm, got in score(findings, full.truth).items():
        assert harm in HARMS
        assert (got.recall, got.precision, got.near_misses_found) == (1.0, 1.0, 0)
