"""A session gives the same answers whatever the batches, the order of rules and what else is asked."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from strategies import COLUMNS, LISTS, WINDOWS, conditions, pool

from ombud.base.errors import EventError, RuleError, UsageError
from ombud.expr import RuleSet, compile_rules
from ombud.expr import matcher as matching

ROWS = pool(90, seed=7)
SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))
ORDER = ("at", "id")

rule_sets = st.lists(
    st.one_of(
        conditions(2),
        st.tuples(st.sampled_from(WINDOWS), st.integers(0, 3), conditions(1)).map(
            lambda p: f"{p[0]} > {p[1]} AND ({p[2]})"
        ),
    ),
    min_size=2,
    max_size=6,
)


def compiled(rules: dict[str, str]) -> RuleSet:
    """The rules, unless a random pattern among them is beyond RE2."""
    try:
        return compile_rules(rules, COLUMNS, lists=LISTS, order=ORDER)
    except RuleError as error:
        assume(all(fault.code != "expr/bad-regex" for fault in error.faults))
        raise


@settings(SLOW, max_examples=60)
@given(rule_sets, st.lists(st.integers(1, 30), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_batches_rule_order_and_metrics_change_nothing(
    rules: list[str], sizes: list[int], rng: random.Random
) -> None:
    """One batch, many batches, single rows, rules shuffled, and counting all find the same."""
    named = {f"r{i}": rule for i, rule in enumerate(rules)}
    expected = compiled(named).match(ROWS)
    session = compiled(named).session()
    found: list[list[str]] = []
    while len(found) < len(ROWS):
        size = sizes[len(found) % len(sizes)]
        found.extend(session.match(ROWS[len(found) : len(found) + size]))
    assert found == expected
    names = list(named)
    rng.shuffle(names)
    shuffled = compiled({name: named[name] for name in names}).match(ROWS)
    assert [sorted(row) for row in shuffled] == [sorted(row) for row in expected]
    counting = compiled(named).session(metrics=True)
    assert counting.match(ROWS) == expected
    assert counting.metrics is not None
    for name, metric in counting.metrics.items():
        assert metric.rows == len(ROWS) >= metric.candidates >= metric.findings
        assert metric.findings == sum(name in row for row in expected)


@settings(SLOW, max_examples=40)
@given(rule_sets, st.integers(0, len(ROWS)))
def test_replay_by_observe_equals_having_matched(rules: list[str], cut: int) -> None:
    """A session that only observed the past finds in the present what one that matched it finds."""
    named = {f"r{i}": rule for i, rule in enumerate(rules)}
    whole = compiled(named).match(ROWS)
    session = compiled(named).session()
    session.observe(ROWS[:cut])
    assert session.match(ROWS[cut:]) == whole[cut:]


@settings(SLOW, max_examples=40)
@given(st.lists(conditions(2), min_size=3, max_size=8))
@example(["n IS NULL", "contains(post.text, post.text)", "(ok OR NOT (TRUE))"])
def test_the_index_finds_what_the_loop_finds(rules: list[str]) -> None:
    """Looked up through the index, and again after it learned from a sample, rules find the same."""
    named = {f"r{i}": rule for i, rule in enumerate(rules)}
    expected = compiled(named).match(ROWS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "INLINE", 0)
        patch.setattr(matching, "SAMPLE", 10)
        indexed = compiled(named)
        assert indexed.match(ROWS) == expected
        assert indexed.match(ROWS) == expected


def test_many_numeric_rules_go_through_the_index() -> None:
    """Hundreds of bounds and memberships, more than the loop takes, find exactly what they say."""
    ops = ("<", "<=", ">", ">=", "=")
    rules = {f"n{i}{op}": f"n {op} {i} AND x > 0.5" for i in range(60) for op in ops}
    rules |= {f"s{i}": f"name IN ('a{i}', 'b{i % 7}') AND n >= 0" for i in range(60)}
    rules |= {f"b{i}": f"ok AND n > {i} AND m != {i}" for i in range(60)}
    rows = [
        {
            "n": n % 61 if n % 9 else None,
            "x": n % 3 / 2,
            "name": f"{'ab'[n % 2]}{n % 8}",
            "ok": n % 5 > 0,
            "m": n,
        }
        for n in range(150)
    ]
    ruleset = compile_rules(rules, COLUMNS)
    session = ruleset.session()
    for _ in range(2):
        for row, names in zip(rows, session.match(rows), strict=True):
            assert names == [name for name in rules if ruleset.evaluate(row, name) is True]


def test_windows_count_the_current_event_and_forget_old_ones() -> None:
    """A window holds this event, ties before it by id, and nothing as old as the interval."""
    rules = compile_rules(
        {"three": "count_within(INTERVAL 10 SECOND, per => who) >= 3"},
        {"at": datetime, "id": str, "who": str},
        order=("at", "id"),
    )
    second = 1_000_000
    rows = [{"at": at * second, "id": str(n), "who": "a"} for n, at in enumerate([0, 1, 1, 10, 11, 12])]
    assert rules.horizon == 10 * second
    assert rules.match(rows) == [[], [], ["three"], ["three"], [], ["three"]]
    assert rules.match(rows) == rules.match(rows)
    assert rules.match([{"at": None, "id": "x", "who": "a"}]) == [[]]


def test_looking_without_observing_leaves_windows_alone() -> None:
    """``match(..., observe=False)`` answers from the windows and does not feed them."""
    rules = compile_rules(
        {"any": "count_within(INTERVAL 1 HOUR, per => who) >= 1"},
        {"at": datetime, "id": str, "who": str},
        order=("at", "id"),
    )
    row = {"at": 1, "id": "1", "who": "a"}
    session = rules.session()
    assert session.match([row], observe=False) == [[]]
    assert session.match([row], observe=False) == [[]]
    assert session.match([row]) == [["any"]]


def test_equal_windows_are_shared_whatever_their_place() -> None:
    """Two rules that ask the same question have one window."""
    window = "count_within(INTERVAL 1 HOUR, per => name, where => ok)"
    rules = compile_rules({"a": f"{window} > 1", "b": f"own AND   {window} > 3"}, COLUMNS, order=ORDER)
    assert len(rules._plan.windows) == 1
    assert rules.reads("b") == {"own", "name", "ok"}


def test_a_value_of_another_type_is_a_located_fault() -> None:
    """A row whose value has another type than its column raises, naming column and type."""
    columns: dict[str, Any] = {"n": int, "x": float, "t": str, "ok": bool, "l": list[str], "at": datetime}
    rules = compile_rules(
        {
            "r": "n > 1 OR x > 1.0 OR t = 'a' OR ok OR contains(t, 'b') OR 'a' = ANY(l) "
            "OR at > TIMESTAMP '2020-01-01'"
        },
        columns,
    )
    for name, value in {"n": "5", "x": "5", "t": 5, "ok": "yes", "l": "abc", "at": "2020"}.items():
        for rows in ([{name: value}], [{}, {name: value}]):
            with pytest.raises(EventError) as caught:
                rules.match(rows)
            assert caught.value.code == "expr/row-type"
            assert repr(name) in str(caught.value)


def test_numbers_that_are_not_numbers_are_null() -> None:
    """NaN and infinities in a row are NULL, in loops, single rows and the plain evaluator."""
    rules = compile_rules({"a": "x > 0.5", "b": "NOT x > 0.5", "c": "x IS NULL"}, {"x": float})
    rows = [{"x": float("nan")}, {"x": float("inf")}, {"x": 10**400}, {"x": None}, {}, {"x": 1}, {"x": 0}]
    expected = [["c"]] * 5 + [["a"], ["b"]]
    assert rules.match(rows) == expected
    assert [rules.match([row])[0] for row in rows] == expected
    assert [[n for n in rules.names if rules.evaluate(row, n)] for row in rows] == expected


def test_costly_signals_are_read_only_where_the_rest_holds() -> None:
    """A ``signal`` column is asked for only in rows where the cheap conditions hold, and once."""
    asked: list[str] = []

    class Row(dict[str, Any]):
        def signal(self) -> bool:
            asked.append(self["t"])
            return True

    rules = compile_rules(
        {
            "a": "signal.x AND contains(t, 'word')",
            "b": "signal.x AND n > 5",
            "c": "contains(t, 'word') AND signal.x",
        },
        {"t": str, "n": int, "signal.x": bool},
        accessors={"t": "row['t']", "n": "row['n']", "signal.x": "row.signal()"},
    )
    rows = [Row(t="a word", n=1), Row(t="nothing", n=2), Row(t="none", n=6), Row(t="last word", n=9)]
    assert rules.match(rows) == [["a", "c"], [], ["b"], ["a", "b", "c"]]
    assert sorted(asked) == ["a word", "last word", "none"]


def test_a_guard_is_what_a_top_level_condition_allows() -> None:
    """``guard`` reads IN, = and their (… OR NULL) form; anything else restricts nothing."""
    rules = compile_rules(
        {
            "in": "name IN ('a', 'b') AND ok",
            "equal": "'a' = name AND n > 1",
            "null": "(name IN ('a', 'b') OR NULL) AND name IN ('b', 'c')",
            "or": "name = 'a' OR ok",
            "not": "NOT name = 'a'",
        },
        COLUMNS,
    )
    assert rules.guard("in", "name") == {"a", "b"}
    assert rules.guard("equal", "name") == {"a"}
    assert rules.guard("null", "name") == {"b"}
    assert rules.guard("or", "name") is None
    assert rules.guard("not", "name") is None
    assert rules.guard("in", "post.text") is None
    with pytest.raises(UsageError):
        rules.guard("im", "name")


def test_a_binding_in_front_of_a_rule_leaves_its_words_to_be_looked_for() -> None:
    """``(audience IN (...) OR NULL) AND kind IN (...) AND <when>`` is still found by its text."""
    rules = compile_rules(
        {"r": "(name IN ('public') OR NULL) AND id IN ('e1') AND contains(lower(post.text), 'free money')"},
        COLUMNS,
    )
    counting = rules.session(metrics=True)
    rows = [{"name": "public", "id": "e1", "post.text": text} for text in ("Free Money", "nothing", None)]
    assert counting.match(rows) == [["r"], [], []]
    assert counting.metrics is not None
    assert counting.metrics["r"].candidates == 1
    assert counting.metrics["r"].unknown == 1
    assert rules.evaluate({"name": None, "id": "e1", "post.text": "free money"}, "r") is None


def test_objects_are_read_through_accessors() -> None:
    """Rows may be objects; a column without an accessor is NULL."""

    class Post:
        text = "hello"

    rules = compile_rules(
        {"a": "contains(post.text, 'ell')", "b": "name IS NULL"},
        COLUMNS,
        accessors={"post.text": "(row.text if row is not None else None)"},
    )
    assert rules.match([Post(), None]) == [["a", "b"], ["b"]]


def test_lone_surrogates_do_no_harm() -> None:
    """A text with half a surrogate pair is matched around it; RE2 sees U+FFFD in its place."""
    rules = compile_rules(
        {
            "c": "contains(lower(t), 'free')",
            "f": "contains(folded(t), '軟體')",
            "r": r"regexp_matches(t, 'a\x{fffd}b')",
            "l": "length(t) = 3",
        },
        {"t": str},
    )
    rows = [{"t": "\ud800FREE"}, {"t": "\udfff软体\ud800"}, {"t": "a\udc00b"}]
    assert rules.match(rows) == [["c"], ["f"], ["r", "l"]]


def test_hostile_texts_cost_no_more_than_their_length() -> None:
    """A megabyte against patterns that ruin backtracking engines is matched all the same."""
    rules = compile_rules(
        {
            "nested": "regexp_matches(t, '(a+)+$')",
            "alt": "regexp_matches(t, '(a|aa)+b', 'i')",
            "like": "t LIKE '%a%a%a%a%a%a%a%a%b'",
            "fold": "contains(folded(t), 'aaab')",
        },
        {"t": str},
    )
    text = "a" * 1_000_000
    assert rules.match([{"t": text}, {"t": text + "é"}]) == [["nested"], []]
    assert rules.match([{"t": text + "B"}]) == [["alt", "fold"]]


def test_nothing_and_no_rules() -> None:
    """No rows and no rules are no error."""
    rules = compile_rules({}, COLUMNS)
    assert rules.match([{}, {}]) == [[], []]
    assert rules.match([]) == []
    assert compile_rules({"t": "TRUE", "f": "ok AND FALSE", "n": "NULL"}, COLUMNS).match([{"ok": True}]) == [
        ["t"]
    ]
