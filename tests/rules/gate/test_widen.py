"""A widened rule finds all that the rule can find, whatever extra, place, day and language say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.expr import compile_rules
from ombud.rules.gate.literals import literals, tree
from ombud.rules.gate.widen import widen

COLUMNS: dict[str, type] = {
    "post.text": str,
    "extra.s": float,
    "extra.b": bool,
    "event.origin": str,
    "post.lang": str,
    "account.followers": int,
}


@pytest.mark.parametrize(
    ("when", "wide"),
    [
        ("extra.s > 1 AND contains(post.text, 'x')", "(1 = 1) AND contains(post.text, 'x')"),
        ("contains(post.text, 'x') AND NOT extra.b", "contains(post.text, 'x') AND (1 = 1)"),
        ("NOT (extra.s > 1 OR contains(post.text, 'x'))", "NOT ((1 = 0) OR contains(post.text, 'x'))"),
        ("extra.s BETWEEN 1 AND 2 AND contains(post.text, 'x')", "(1 = 1) AND contains(post.text, 'x')"),
        ("contains(post.text, 'x')", "contains(post.text, 'x')"),
    ],
)
def test_conditions_on_extra_are_fulfilled(when: str, wide: str) -> None:
    """The condition becomes TRUE, or FALSE where it stands under a NOT."""
    assert widen(when, tree(when, COLUMNS, {})) == wide


ATOMS = st.sampled_from(
    [
        "extra.s > 0.5",
        "extra.b",
        "extra.s IS NULL",
        "event.origin = 'o'",
        "post.lang IN ('zh', 'en')",
        "contains(post.text, 'x')",
        "account.followers < 10",
        "post.text IS NULL",
        "extra.s BETWEEN 0 AND 1",
    ]
)
RULES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} AND {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
        inner.map(lambda one: f"(NOT {one})"),
    ),
    max_leaves=8,
)
ROWS = st.fixed_dictionaries(
    {
        "post.text": st.sampled_from([None, "x", "y"]),
        "extra.s": st.sampled_from([None, 0.0, 0.7, 2.0]),
        "extra.b": st.sampled_from([None, True, False]),
        "event.origin": st.sampled_from([None, "o", "p"]),
        "post.lang": st.sampled_from([None, "zh", "ug"]),
        "account.followers": st.sampled_from([None, 1, 100]),
    }
)


@given(RULES, st.lists(ROWS, min_size=1, max_size=4))
def test_widening_never_loses_a_finding(when: str, rows: list[dict[str, object]]) -> None:
    """What the rule finds, the widened rule finds."""
    wide = widen(when, tree(when, COLUMNS, {}))
    found = compile_rules({"rule": when, "wide": wide}, COLUMNS, accessors=None).match(
        [{**row, "event.at": 0, "event.id": "e"} for row in rows]
    )
    assert all("wide" in names for names in found if "rule" in names)


@given(RULES, ROWS, ROWS)
def test_a_widened_rule_does_not_ask_what_was_widened(
    when: str, row: dict[str, object], other: dict[str, object]
) -> None:
    """Rows that differ only in such columns get the same answer."""
    wide = widen(when, tree(when, COLUMNS, {}))
    mixed = {**row, **{name: other[name] for name in ("extra.s", "extra.b", "event.origin", "post.lang")}}
    first, second = compile_rules({"wide": wide}, COLUMNS).match([row, mixed])
    assert first == second


@pytest.mark.parametrize(
    ("when", "narrows"),
    [
        ("NOT contains(post.text, 'w')", True),
        ("account.followers < 3 AND NOT (contains(post.text, 'w') OR extra.b)", True),
        ("NOT NOT contains(post.text, 'w')", False),
        ("(NOT contains(post.text, 'w')) = FALSE", False),
        ("CASE WHEN NOT contains(post.text, 'w') THEN FALSE ELSE TRUE END", False),
        ("coalesce(NOT contains(post.text, 'w'), TRUE) = FALSE", False),
        ("(post.text <> 'w') = FALSE", False),
        ("contains(post.text, 'w')", False),
        ("post.text <> 'w'", True),
    ],
)
def test_only_a_plain_not_narrows(when: str, narrows: bool) -> None:
    """A literal under a NOT narrows; hidden in a CASE or a comparison it counts as finding."""
    (used,) = literals(tree(when, COLUMNS, {}))
    assert used.narrows is narrows
