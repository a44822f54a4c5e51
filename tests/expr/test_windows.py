"""Windows equal a naive recount of the whole history, and forget what is out."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.expr.windows import Shape, Windows

Row = tuple[int, Hashable, Hashable, bool]  # at, key (None = NULL), value (None = NULL), where

SHAPES = [
    Shape("count", 7),
    Shape("distinct", 7),
    Shape("count", 1),
    Shape("distinct", 20),
    Shape("count", 0),
]

KEYS: list[st.SearchStrategy[Any]] = [
    st.sampled_from(["a", "b", "名", ""]),
    st.integers(-2, 3),
    st.booleans(),
    st.sampled_from([0.0, -0.0, 1.5, 1e300]),
]


def naive(history: list[Row], shape: Shape, now: int, key: Hashable) -> int:
    """Recount one window from everything observed so far."""
    inside = [row for row in history if row[1] == key and row[3] and row[0] > now - shape.micros]
    if shape.aggregate == "count":
        return len(inside)
    return len({value for _, _, value, _ in inside if value is not None})


def feed(windows: Windows, row: Row) -> None:
    """Observe one row as a session does: where TRUE, key not NULL."""
    at, key, value, where = row
    if where and key is not None:
        for i in range(len(windows.shapes)):
            windows.observer(i)(at, key, value)


@st.composite
def histories(draw: st.DrawFn) -> list[Row]:
    """Rows in time order with ties and gaps; keys and values of one type each, or NULL."""
    key = draw(st.sampled_from(KEYS)) | st.none()
    value = draw(st.sampled_from(KEYS)) | st.none()
    step = st.sampled_from([0, 0, 1, 2, 3, 7, 8, 25])
    at, rows = draw(st.integers(-(10**15), 10**15)), []
    for gap, k, v, where in draw(st.lists(st.tuples(step, key, value, st.booleans()), max_size=60)):
        at += gap
        rows.append((at, k, v, where))
    return rows


@given(histories())
def test_every_measure_equals_the_recount(rows: list[Row]) -> None:
    """After each row each window tells, for each key seen or not, what a recount of all history tells."""
    windows, history = Windows(SHAPES), []
    keys = {row[1] for row in rows if row[1] is not None} | {"never observed"}
    for row in rows:
        history.append(row)
        feed(windows, row)
        for i, shape in enumerate(SHAPES):
            for key in keys:
                assert windows.measurer(i)(row[0], key) == naive(history, shape, row[0], key)


@given(histories(), st.data())
def test_measuring_seldom_changes_nothing(rows: list[Row], data: st.DataObject) -> None:
    """A window that is measured only now and then, or advanced in between, gives the same values."""
    windows, history = Windows(SHAPES), []
    for row in rows:
        history.append(row)
        feed(windows, row)
        if data.draw(st.booleans()):
            windows.advance(row[0])
        if data.draw(st.booleans()) and row[1] is not None:
            for i, shape in enumerate(SHAPES):
                assert windows.measurer(i)(row[0], row[1]) == naive(history, shape, row[0], row[1])


@given(histories())
def test_memory_is_bounded_by_the_events_inside(rows: list[Row]) -> None:
    """Right after an instant was advanced to, a window holds at most three entries an event still inside."""
    windows = Windows(SHAPES)
    for row in rows:
        feed(windows, row)
        windows.advance(row[0])
        inside = sum(
            1 for shape in SHAPES for r in rows if r[0] <= row[0] and r[0] > row[0] - shape.micros and r[3]
        )
        assert windows.size() <= 3 * inside


def test_an_event_exactly_the_length_old_is_out() -> None:
    """The window's lower edge is open: at > now - micros."""
    windows = Windows([Shape("count", 10), Shape("distinct", 10)])
    for i in (0, 1):
        windows.observer(i)(100, "k", "v")
        assert windows.measurer(i)(109, "k") == 1
        assert windows.measurer(i)(110, "k") == 0


def test_events_of_one_instant_count_as_they_come() -> None:
    """Of several events at one instant, each sees those with a smaller id and itself."""
    windows = Windows([Shape("count", 10)])
    seen = []
    for _ in range(3):
        windows.observer(0)(5, "k", None)
        seen.append(windows.measurer(0)(5, "k"))
    assert seen == [1, 2, 3]


def test_a_null_value_is_counted_but_not_distinct() -> None:
    """distinct ignores an event whose value is NULL; count takes it."""
    windows = Windows([Shape("count", 10), Shape("distinct", 10)])
    for i in (0, 1):
        windows.observer(i)(1, "k", None)
    assert [windows.measurer(i)(1, "k") for i in (0, 1)] == [1, 0]


def test_a_value_counts_until_its_last_event_is_out() -> None:
    """A repeated value stays distinct as long as one of its events is inside."""
    windows = Windows([Shape("distinct", 10)])
    observe, measure = windows.observer(0), windows.measurer(0)
    observe(0, "k", "v")
    observe(5, "k", "v")
    observe(5, "k", "w")
    assert [measure(at, "k") for at in (9, 10, 14, 15)] == [2, 2, 2, 0]


def test_windows_of_one_set_do_not_mix() -> None:
    """An event observed in one window is not in another of the same shape."""
    windows = Windows([Shape("count", 10), Shape("count", 10)])
    windows.observer(0)(1, "k", None)
    assert [windows.measurer(i)(1, "k") for i in (0, 1)] == [1, 0]


def test_a_hundred_thousand_one_shot_accounts_leave_nothing_behind() -> None:
    """A key whose events are all out costs nothing, and while they pass only those inside are held."""
    windows = Windows([Shape("count", 50), Shape("distinct", 50)])
    for at in range(100_000):
        for i in (0, 1):
            windows.observer(i)(at, f"account-{at}", f"target-{at}")
        if at % 1000 == 0:
            assert windows.size() <= 5 * 50
    windows.advance(100_050)
    assert windows.size() == 0


def test_expiry_runs_without_measuring() -> None:
    """Observing alone lets old events go, as in a replay."""
    windows = Windows([Shape("count", 1)])
    for at in range(1000):
        windows.observer(0)(at, "k", None)
    assert windows.size() == 2  # one event, one key


def test_the_horizon_is_the_longest_window() -> None:
    """horizon tells how much history a replay needs; none without windows."""
    assert Windows(SHAPES).horizon == 20
    assert Windows([]).horizon == 0
    assert Windows([]).size() == 0


@pytest.mark.parametrize("shape", [Shape("count", -1), Shape("distinct", -1), Shape("sum", 1)])  # type: ignore[arg-type]
def test_an_impossible_shape_is_refused(shape: Shape) -> None:
    """A negative length or an unknown aggregate raises ValueError."""
    with pytest.raises(ValueError, match=r"negative|no such"):
        Windows([shape])
