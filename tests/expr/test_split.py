"""Rules of which a part is announced by words, and rules that ask a signal others have measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import COLUMNS, LISTS, conditions, pool

from ombud.base.errors import RuleError
from ombud.expr import Part, RuleSet, compile_rules

ROWS = pool(60, seed=11)
PLAIN = {"kind": str, "text": str, "signal.flag.on": bool, "signal.flag.size": int, "signal.other.on": bool}
EITHER = (
    "kind = 'post' AND (contains(folded(text), 'xylophone') OR signal.flag.on) AND NOT contains(text, 'no')"
)


class Flags:
    """Live columns that note which rows they were asked about, by signal."""

    observes = False

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.columns: Mapping[str, Part] = {
            f"signal.{name}.{field}": Part(of, field)
            for name in ("flag", "other")
            for of in (self._of(name),)
            for field in ("on", "size")
        }

    def _of(self, name: str) -> Any:
        def values(row: Mapping[str, Any]) -> Mapping[str, Any]:
            self.asked.append((name, row["n"]))
            return {"on": row.get(name), "size": 1}

        return values

    def observe(self, row: Any) -> None:
        """Do nothing."""

    def held(self, row: Any, rules: Sequence[int]) -> None:
        """Do nothing."""


def flagged(rules: Mapping[str, str]) -> RuleSet:
    return compile_rules(rules, PLAIN, order=("n", "n"), common=frozenset({"kind"}), live=Flags)


def rows(*given: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"n": n, "kind": "post", **row} for n, row in enumerate(given)]


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(conditions(3), min_size=1, max_size=5))
def test_a_split_rule_finds_what_the_whole_does(rules: list[str]) -> None:
    """With every column called common, so that rules are split wherever they can be, the same holds."""
    named = {f"r{i}": rule for i, rule in enumerate(rules)}
    try:
        split = compile_rules(named, COLUMNS, lists=LISTS, order=("at", "id"), common=frozenset(COLUMNS))
    except RuleError as error:
        assume(all(fault.code != "expr/bad-regex" for fault in error.faults))
        raise
    exact = [[name for name in named if split.evaluate(row, name) is True] for row in ROWS]
    assert split.match(ROWS) == exact
    assert split.session(metrics=True).match(ROWS) == exact


def test_words_or_a_signal_make_a_split_rule_hold() -> None:
    """Either side of the OR is enough, both find once, and what is joined by AND still counts."""
    given = rows(
        {"text": "a XYLOPHONE"},
        {"text": "b", "flag": True},
        {"text": "xylophone", "flag": True},
        {"text": "no xylophone", "flag": True},
        {"text": "xylophone", "kind": "vote", "flag": True},
        {"text": "c", "flag": False},
        {"flag": True},
        {"text": None},
    )
    found = flagged({"either": EITHER}).match(given)
    assert [bool(names) for names in found] == [True, True, True, False, False, False, False, False]
    assert found[2] == ["either"]


def test_null_beside_the_signal_is_never_true() -> None:
    """An OR with NULL stays as it is, an AND with NULL never holds, split or not."""
    rules = {
        "or": "(kind = 'post' OR NULL) AND (contains(text, 'xylophone') OR signal.flag.on OR NULL)",
        "and": "kind = 'post' AND (contains(text, 'xylophone') OR (signal.flag.on AND NULL))",
    }
    assert flagged(rules).match(rows({"text": "t", "flag": True}, {"text": "xylophone"})) == [
        ["or"],
        ["or", "and"],
    ]


def test_a_signal_is_asked_early_only_where_it_is_measured_anyway() -> None:
    """Beside a rule that has it measured of the same rows, and of no row more."""
    ruleset = flagged({"either": EITHER, "free": "kind = 'post' AND signal.flag.size > 5"})
    live = Flags()
    given = rows({"text": "a"}, {"text": "no"}, {"text": "b", "kind": "vote"})
    assert ruleset.session(live=live).match(given) == [[], [], []]
    assert sorted(live.asked) == [("flag", 0), ("flag", 1)]


def test_a_signal_that_nobody_else_asks_is_asked_last() -> None:
    """A rule about other kinds, or about another signal too, has nothing measured of these rows."""
    for other in ("kind = 'vote' AND signal.flag.size > 5", "signal.other.on AND signal.flag.size > 5"):
        live = Flags()
        given = rows({"text": "a"}, {"text": "no"})
        assert flagged({"either": EITHER, "other": other}).session(live=live).match(given) == [[], []]
        assert ("flag", 1) not in live.asked


def test_fields_of_one_signal_are_asked_for_at_once() -> None:
    """Two rules that read two fields of a signal have it measured once a row."""
    live = Flags()
    ruleset = flagged({"on": "signal.flag.on", "size": "signal.flag.size > 5 OR signal.flag.on"})
    assert ruleset.session(live=live).match(rows({"flag": False}, {"flag": True})) == [[], ["on", "size"]]
    assert live.asked == [("flag", 0), ("flag", 1)]
