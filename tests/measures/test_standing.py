"""Points, decay, corrections: standing is a function of decisions and time."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ombud.base.clock import DAY
from ombud.measures.standing import (
    Credit,
    Record,
    free_left,
    longest_pause,
    may_close,
    standing,
)

A = ("cc", "4.4")


def record(name: str, day: int, severity: int = 3, **more: object) -> Record:
    """Return a decision made on a day, about an incident of its own."""
    given = {"incidents": frozenset({name}), **more}
    return Record(name, day * DAY, A, severity, **given)  # type: ignore[arg-type]


records = st.lists(
    st.builds(
        Record,
        decision=st.uuids().map(str),
        at=st.integers(0, 2_000).map(lambda day: day * DAY),
        clause=st.just(A),
        severity=st.integers(1, 4),
        incidents=st.frozensets(st.sampled_from("abcdefgh"), max_size=2),
        free=st.booleans(),
        correction=st.sampled_from([None, "open", "done", "missed"]),
        reversed=st.booleans(),
        hijacked=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda r: r.decision,
)
credits_ = st.lists(
    st.builds(Credit, at=st.integers(0, 2_000).map(lambda d: d * DAY), points=st.integers(1, 3))
)
days = st.integers(0, 4_000).map(lambda day: day * DAY)


def test_points_by_severity() -> None:
    """A strike of severity 1, 2, 3, 4 is 1, 2, 4, 8 points."""
    assert [standing([record("a", 0, s)], 0).points for s in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert standing([], 5).points == 0


def test_halving() -> None:
    """Points halve after 90, 90, 180 and 365 days without a breach, and again after as long."""
    for severity, full, half in ((1, 1, 90), (2, 2, 90), (3, 4, 180), (4, 8, 365)):
        one = [record("a", 0, severity)]
        assert standing(one, half * DAY - 1).points == full
        assert standing(one, half * DAY).points == Fraction(full, 2)
        assert standing(one, 2 * half * DAY).points == Fraction(full, 4)


def test_a_breach_starts_the_stretch_anew() -> None:
    """A later breach resets the waiting, and takes nothing back that was halved before."""
    two = [record("a", 0), record("b", 200)]
    assert standing(two, 200 * DAY).points == 2 + 4
    assert standing(two, 379 * DAY).points == 2 + 4
    assert standing(two, 380 * DAY).points == 1 + 2


def test_one_incident_is_one_strike() -> None:
    """Two clauses broken by one post are one strike, that of the graver; chains join too."""
    a = record("a", 0, 1, incidents=frozenset({"p1"}))
    b = record("b", 1, 3, incidents=frozenset({"p1", "p2"}))
    c = record("c", 2, 2, incidents=frozenset({"p2"}))
    assert standing([a, b, c], 3 * DAY).points == 4
    assert standing([a, c], 3 * DAY).points == 3


def test_what_is_no_strike() -> None:
    """Corrected in time, still to be corrected, reversed, hijacked: no points; missed: points."""
    free = {"free": True}
    for more in ({**free, "correction": "done"}, {**free, "correction": "open"}, {"reversed": True}):
        assert standing([record("a", 0, **more)], DAY).points == 0
    assert standing([record("a", 0, hijacked=True)], DAY).points == 0
    assert standing([record("a", 0, free=True, correction="missed")], DAY).points == 4
    assert standing([record("a", 0, free=False, correction="done")], DAY).points == 4


def test_training_earns_back_what_was_there() -> None:
    """Training lessens earlier strikes, by no more than there is, and no later strike."""
    both = [record("a", 0), record("b", 20)]
    assert standing(both, 20 * DAY, credits=[Credit(10 * DAY, 1)]).points == 3 + 4
    assert standing(both, 20 * DAY, credits=[Credit(10 * DAY, 99)]).points == 4
    assert standing(both, 20 * DAY, credits=[Credit(0, 1), Credit(21 * DAY, 9)]).points == 7


def test_free_corrections() -> None:
    """Two corrections a clause are forgiven in 90 days; missed and reversed ones use none up."""
    used = [record("a", 0, free=True, correction="done"), record("b", 1, free=True, correction="open")]
    assert free_left([], A, 0) == 2
    assert free_left(used, A, DAY) == 0
    assert free_left(used, ("cc", "4.5"), DAY) == 2
    assert free_left(used, A, 90 * DAY) == 1
    assert free_left([record("a", 0, free=True, correction="missed")], A, DAY) == 2
    assert free_left([record("a", 0, free=True, correction="done", reversed=True)], A, DAY) == 2


def test_thresholds() -> None:
    """Pauses of 1, 3, 7, 30 days from 4, 6, 8, 10 points; closing from 12, or for severity 4."""
    found = [longest_pause(Fraction(p)) for p in (3, 4, 5, 6, 8, 10, 50)]
    assert found == [0, 1, 1, 3, 7, 30, 30]
    assert longest_pause(Fraction(799, 100)) == 3
    assert may_close(Fraction(12), 1)
    assert may_close(Fraction(0), 4)
    assert not may_close(Fraction(1199, 100), 3)


@given(records, credits_, days, st.randoms())
def test_order_does_not_matter(rows: list[Record], earned: list[Credit], now: int, rng: object) -> None:
    """Standing depends on the set of decisions, not on the order in which they are read."""
    expected = standing(rows, now, credits=earned)
    rng.shuffle(rows)  # type: ignore[attr-defined]
    rng.shuffle(earned)  # type: ignore[attr-defined]
    assert standing(rows, now, credits=earned) == expected


@given(records, credits_, days, days)
def test_points_only_fall_without_a_breach(
    rows: list[Record], earned: list[Credit], one: int, other: int
) -> None:
    """Between two breaches points never rise and are never negative."""
    first, later = sorted((one, other))
    rows = [row for row in rows if row.at <= first]
    before, after = (standing(rows, t, credits=earned).points for t in (first, later))
    assert 0 <= after <= before


@given(records, credits_, days)
def test_a_reversed_decision_never_was(rows: list[Record], earned: list[Credit], now: int) -> None:
    """Standing with a reversed decision is exactly the standing without it."""
    kept = [row for row in rows if not row.reversed]
    assert standing(rows, now, credits=earned) == standing(kept, now, credits=earned)


@given(records, days)
def test_points_are_bounded_by_the_incidents(rows: list[Record], now: int) -> None:
    """No more strikes than decisions, no more points than the gravest each, later ones unseen."""
    found = standing(rows, now)
    counted = [row for row in rows if row.counts and row.at <= now]
    assert len(found.strikes) <= len(counted)
    assert sorted(d for s in found.strikes for d in s.decisions) == sorted(r.decision for r in counted)
    assert all(s.points <= 8 for s in found.strikes)
