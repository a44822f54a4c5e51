"""A hash changes when the code says or does something else, and only then."""

from __future__ import annotations

from typing import Any

import pytest

from ombud.conduct.hashing import type_name

RULE = "rules/false-promise.yaml"
CLAUSE = "clauses/1-honest-offers.md"


def test_layout_does_not_matter(garden: Any) -> None:
    """Comments, white space, the order of keys and of list entries leave the hash as it was."""
    before = garden.load()
    garden.swap("code.yaml", "# Who puts", "# Someone puts")
    garden.swap(CLAUSE, "status: enforced\nsubject: post", "subject: post\nstatus: enforced")
    garden.swap(CLAUSE, "## Examples", "\n\n## Examples  ")
    garden.swap(RULE, "AND contains_any", "  AND   contains_any").swap(RULE, ">= 3\n", ">= 3 -- three\n")
    garden.swap("lists/promises.txt", "稳赚不赔\n保证收益", "保证收益\n稳赚不赔")
    after = garden.load()
    assert after.hash == before.hash
    assert after.rules[0].hash == before.rules[0].hash


@pytest.mark.parametrize(
    ("name", "old", "new", "rule_too"),
    [
        (CLAUSE, "Do not ask for money", "Never ask for money", False),
        ("clauses/1-honest-offers.zh.md", "正常售卖", "售卖", False),
        (CLAUSE, "severity: 2", "severity: 3", False),
        ("code.yaml", "binding: terms", "binding: consent", False),
        (RULE, "en: A false promise", "en: The false promise", False),
        (RULE, "status: experimental", "status: stable", False),
        (RULE, "no risk! ({n})", "no risk? ({n})", False),
        (RULE, "INTERVAL 1 HOUR", "INTERVAL 2 HOUR", True),
        (RULE, "evidence: [post.text]", "evidence: [post.text, account.id]", True),
        ("lists/promises.txt", "稳赚不赔", "稳赚", True),
    ],
)
def test_substance_matters(garden: Any, name: str, old: str, new: str, rule_too: bool) -> None:
    """Any change of words, rules or lists changes the code; only what decides changes the rule."""
    before = garden.load()
    garden.swap(name, old, new)
    after = garden.load()
    assert after.hash != before.hash
    assert (after.rules[0].hash != before.rules[0].hash) is rule_too


def test_the_type_of_an_extra_column_is_part_of_its_rules(garden: Any) -> None:
    """A rule that reads extra.x finds other things when x is of another type."""
    garden.swap("code.yaml", "lineage: []", "columns: {extra.x: float}")
    garden.swap(RULE, ">= 3\n", ">= 3 AND extra.x IS NOT NULL\n")
    before = garden.load().rules[0].hash
    garden.swap("code.yaml", "extra.x: float", "extra.x: int")
    assert garden.load().rules[0].hash != before


def test_great_numbers_in_tests_can_be_hashed(garden: Any) -> None:
    """An integer beyond the reach of JSON does not stop the hash."""
    garden.swap(
        RULE, "  - todo:", "  - clears: many\n    account: {followers: 900719925474099200}\n  - todo:"
    )
    assert len(garden.load().hash) == 64


def test_type_names() -> None:
    """Types are named as in code.yaml."""
    assert [type_name(kind) for kind in (str, float, list[str])] == ["str", "float", "list[str]"]
