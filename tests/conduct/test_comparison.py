"""A diff speaks to the people bound by a code, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ombud.conduct.changewords import said
from ombud.conduct.comparison import GROUPS, compare
from ombud.conduct.versions import Change, diff

CODE = "code.yaml"
CLAUSE = "clauses/1-honest-offers.md"
CLAUSE_ZH = "clauses/1-honest-offers.zh.md"
PROCESS = "clauses/2-answers.md"
DECLINED = "clauses/3-good-taste.md"
RULE = "rules/false-promise.yaml"

SWAPS = [
    (CLAUSE, "severity: 2", "severity: 3", "harsher"),
    (CLAUSE, "severity: 2", "severity: 1", "milder"),
    (CLAUSE, "rate_limit, posting_pause]", "rate_limit, escrow, posting_pause]", "harsher"),
    (CLAUSE, "rate_limit, ", "", "milder"),
    (CLAUSE, "ceiling: posting_pause", "ceiling: closing", "harsher"),
    (CLAUSE, "correction: 48", "correction: null", "harsher"),
    (CLAUSE, "appeal: 180", "appeal: 365", "milder"),
    (CLAUSE, "subject: post", "subject: account", "new duty"),
    (CLAUSE, "Do not ask", "Never ask", "wording"),
    (CLAUSE, "12 each", "13 each", "wording"),
    (CLAUSE, "title: Honest offers only", "title: Honest offers", "wording"),
    (PROCESS, "status: process", "status: pledge", "new duty"),
    (DECLINED, "Nobody is asked", "No one is asked", "wording"),
    (CODE, "binding: terms", "binding: employment", "new duty"),
    (CODE, "applies_to: everyone", "applies_to: signatories", "milder"),
    (CODE, "No public body asked", "One public body asked", "frame"),
    (CODE, "en: The community that", "en: The people who", "frame"),
    (CODE, "en: Our code", "en: The code", "wording"),
    (RULE, "INTERVAL 1 HOUR", "INTERVAL 2 HOUR", "rules"),
    (RULE, "status: experimental", "status: stable", "rules"),
    (RULE, "wrote at least", "posted at least", "rules"),
    (RULE, "no risk! ({n})", "no risk? ({n})", "rules"),
]

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(("name", "old", "new", "group"), SWAPS)
def test_each_change_is_grouped_and_said_in_both_languages(
    garden: Any, name: str, old: str, new: str, group: str
) -> None:
    """No change comes back untranslated, and each stands in the group people look for it in."""
    before = garden.load()
    after = garden.swap(name, old, new).load()
    found = compare(before, after)
    assert all(said(change) is not None for change in diff(before, after))
    assert group in {item.group for item in found.items}
    for item in found.items:
        assert HAN.search(item.text.zh)
        assert HAN.search(item.about.zh)
        assert not HAN.search(item.text.en)


def test_harms_are_said_by_their_titles() -> None:
    """People read the harm's name and not its id."""
    words = said(Change("new duty", "major", "clause 1", "harm threat → harassment"))
    assert words is not None
    assert words.zh.startswith("所针对的危害")
    assert "_" not in words.en


def test_clauses_and_rules_that_come_and_go_are_said(garden: Any) -> None:
    """Added and removed ones name the title and the status."""
    full = garden.load()
    for name in (CLAUSE, CLAUSE_ZH, RULE, "lists/promises.txt", "lists/warnings.txt"):
        (garden.path / name).unlink()
    bare = garden.load()
    for old, new, group in ((full, bare, "milder"), (bare, full, "new duty")):
        found = compare(old, new)
        assert all(said(change) is not None for change in diff(old, new))
        assert {group, "rules", "lists"} == {item.group for item in found.items}


def test_old_and_new_words_stand_side_by_side(garden: Any) -> None:
    """The reader sees the sentence as it was and as it is, in the language that changed."""
    before = garden.load()
    after = garden.swap(CLAUSE, "Do not ask", "Never ask").load()
    (item,) = compare(before, after).of("wording")
    assert item.before is not None
    assert item.after is not None
    assert "Do not ask" in item.before.en
    assert "Never ask" in item.after.en


def test_a_changed_list_is_told_once_and_not_for_every_rule(garden: Any) -> None:
    """The list's item counts the rules that use it and names entries; the step stays minor."""
    before = garden.load()
    entries = (garden.path / "lists/promises.txt").read_text("utf-8").splitlines()
    garden.write(
        "lists/promises.txt", "\n".join([*entries[1:], *(f"new promise {n}" for n in range(12))]) + "\n"
    )
    found = compare(before, garden.load())
    assert [item.group for item in found.items] == ["lists"]
    assert found.required == "minor"
    after = found.items[0].after
    assert after is not None
    assert "… and 2 more" in after.en
    assert "rules that use it: 1" in found.items[0].text.en


def test_nothing_changed(garden: Any) -> None:
    """The same code compares empty, and its number need not rise."""
    code = garden.load()
    found = compare(code, code)
    assert (found.items, found.required, found.faults) == ((), None, ())


def test_a_major_change_needs_its_own_announcement(garden: Any) -> None:
    """The date on which the version before was announced does not serve for this one."""
    garden.swap(CODE, "version: 0.1.0", "version: 1.0.0")
    garden.swap(CODE, "effective_from: adopter", "effective_from: 2027-01-01\nannounced: 2026-12-01")
    before = garden.load()
    garden.swap(CODE, "version: 1.0.0", "version: 2.0.0").swap(CLAUSE, "severity: 2", "severity: 3")
    garden.swap(CLAUSE, "version: 1.0.0", "version: 2.0.0")
    assert [fault.code for fault in compare(before, garden.load()).faults] == ["conduct/announced-missing"]
    garden.swap(CODE, "announced: 2026-12-01", "announced: 2026-12-20")
    assert compare(before, garden.load()).faults == ()


def test_dates_are_a_group(garden: Any) -> None:
    """A code that binds from another day says so."""
    before = garden.load()
    garden.swap(CODE, "effective_from: adopter", "effective_from: 2027-01-01\nannounced: 2026-12-01")
    found = compare(before, garden.load())
    assert [(item.group, item.text.en) for item in found.items] == [
        ("dates", "the adopter’s day → 2027-01-01")
    ]
    assert found.required == "patch"


def test_two_codes_have_no_version_step(garden: Any, make_garden: Any) -> None:
    """Numbers compare versions of one code only."""
    found = compare(garden.load(), make_garden("meadow").load())
    assert found.same_code is False
    assert found.faults == ()


def test_every_group_has_words_in_both_languages() -> None:
    """Headings are there for Chinese readers too."""
    assert all(HAN.search(words.zh) and words.en for words in GROUPS.values())
