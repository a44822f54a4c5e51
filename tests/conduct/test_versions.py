"""What a new version means for the people bound."""

from __future__ import annotations

from typing import Any

import pytest

from ombud.conduct.versions import diff, required_bump, version_faults

CODE = "code.yaml"
CLAUSE = "clauses/1-honest-offers.md"
PROCESS = "clauses/2-answers.md"
DECLINED = "clauses/3-good-taste.md"
RULE = "rules/false-promise.yaml"

CHANGES = [
    (CLAUSE, "severity: 2", "severity: 3", "harsher", "major"),
    (CLAUSE, "severity: 2", "severity: 1", "milder", "minor"),
    (CLAUSE, "rate_limit, posting_pause]", "rate_limit, escrow, posting_pause]", "harsher", "major"),
    (CLAUSE, "rate_limit, ", "", "milder", "minor"),
    (CLAUSE, "ceiling: posting_pause", "ceiling: closing", "harsher", "major"),
    (CLAUSE, "correction: 48", "correction: 24", "harsher", "major"),
    (CLAUSE, "correction: 48", "correction: 72", "milder", "minor"),
    (CLAUSE, "correction: 48", "correction: null", "harsher", "major"),
    (CLAUSE, "appeal: 180", "appeal: 365", "milder", "minor"),
    (CLAUSE, "subject: post", "subject: account", "new duty", "major"),
    (CLAUSE, "Do not ask", "Never ask", "wording", "minor"),
    (CLAUSE, "12 each", "13 each", "wording", "patch"),
    (CLAUSE, "title: Honest offers only", "title: Honest offers", "wording", "patch"),
    (PROCESS, "status: process", "status: pledge", "new duty", "major"),
    (DECLINED, "Nobody is asked", "No one is asked", "wording", "patch"),
    (CODE, "binding: terms", "binding: employment", "new duty", "major"),
    (CODE, "applies_to: everyone", "applies_to: signatories", "milder", "minor"),
    (CODE, "No public body asked", "One public body asked", "frame", "minor"),
    (CODE, "en: Our code", "en: The code", "wording", "patch"),
    (RULE, "INTERVAL 1 HOUR", "INTERVAL 2 HOUR", "finding", "minor"),
    (RULE, "status: experimental", "status: stable", "finding", "minor"),
    (RULE, "wrote at least", "posted at least", "wording", "patch"),
    (RULE, "no risk! ({n})", "no risk? ({n})", "wording", "patch"),
]


@pytest.mark.parametrize(("name", "old", "new", "kind", "bump"), CHANGES)
def test_each_change_has_its_weight(garden: Any, name: str, old: str, new: str, kind: str, bump: str) -> None:
    """New duties and harsher measures are major, milder ones minor, words at least a patch."""
    before = garden.load()
    garden.swap(name, old, new)
    changes = diff(before, garden.load())
    assert [(change.kind, change.bump) for change in changes] == [(kind, bump)]
    assert required_bump(changes) == bump


def test_nothing_changed(garden: Any) -> None:
    """The same code needs no new version."""
    code = garden.load()
    assert diff(code, code) == []
    assert required_bump([]) is None
    assert version_faults(code, code) == []


def test_a_wider_circle_is_a_new_duty(garden: Any) -> None:
    """Roles may only shrink without a major version."""
    garden.swap(CODE, "applies_to: everyone", "applies_to: {roles: [host]}")
    narrow = garden.load()
    garden.swap(CODE, "[host]", "[host, seller]")
    wide = garden.load()
    assert required_bump(diff(narrow, wide)) == "major"
    assert required_bump(diff(wide, narrow)) == "minor"


def test_clauses_that_come_and_go(garden: Any) -> None:
    """A new enforceable clause is a duty; a process that goes is a right that goes."""
    full = garden.load()
    (garden.path / PROCESS).unlink()
    (garden.path / PROCESS.replace(".md", ".zh.md")).unlink()
    without_process = garden.load()
    assert required_bump(diff(full, without_process)) == "major"
    assert required_bump(diff(without_process, full)) == "minor"
    for name in (CLAUSE, CLAUSE.replace(".md", ".zh.md"), RULE, "lists/promises.txt", "lists/warnings.txt"):
        (garden.path / name).unlink()
    bare = garden.load()
    assert required_bump(diff(without_process, bare)) == "minor"
    assert {change.kind for change in diff(bare, without_process)} == {"new duty", "finding"}


@pytest.mark.parametrize(
    ("old", "new", "clause", "codes"),
    [
        ("1.0.0", "2.0.0", "2.0.0", []),
        ("1.0.0", "1.1.0", "2.0.0", ["conduct/version-step"]),
        ("1.0.0", "2.0.0", "1.0.1", ["conduct/version-step"]),
        ("1.0.0", "1.0.0", "1.0.0", ["conduct/version-step"] * 2),
        ("0.1.0", "0.2.0", "2.0.0", []),
        ("0.1.0", "0.1.1", "2.0.0", ["conduct/version-step"]),
    ],
)
def test_the_number_must_rise_enough(garden: Any, old: str, new: str, clause: str, codes: list[str]) -> None:
    """A harsher clause needs a major step of the code and of the clause; before 1.0.0 a minor step serves."""
    garden.swap(CODE, "version: 0.1.0", f"version: {old}")
    before = garden.load()
    garden.swap(CODE, f"version: {old}", f"version: {new}")
    garden.swap(CLAUSE, "severity: 2", "severity: 3").swap(CLAUSE, "version: 1.0.0", f"version: {clause}")
    assert [fault.code for fault in version_faults(before, garden.load())] == codes
