"""The bundled codes: every provision stands in them, and every rule does what its tests say."""

from __future__ import annotations

from functools import cache

import pytest

from ombud.conduct.faults import is_warning
from ombud.conduct.loader import lint, load_code
from ombud.conduct.model import Code
from ombud.events.envelope import COLUMNS
from ombud.rules.testing import run_tests
from ombud.signals.catalogue import signal_columns

CODES = ("clear-culture", "seven-minimums", "eight-red-lines", "personal-media-2023", "creator-pledge")

# The provision table of the design, section 3: clause id -> status and harm.
PROVISIONS: dict[str, str] = {
    "clear-culture": """
        0 declined | 1a declined | 1b process | 2a process | 2b enforced metric_manipulation | 2c declined
        | 3 declined | 4.1a enforced private_information | 4.1b people intimate_image
        | 4.1c label checked_false_claim | 4.1d declined | 4.2 enforced harassment | 4.3 declined
        | 4.4 enforced private_information
        | 4.5 enforced deceptive_solicitation | 4.6a enforced report_abuse | 4.6b declined
        | 4.6c enforced threat | 5 process | 6a process | 6b declined | 6c process""",
    "seven-minimums": """
        1a declined | 1b process | 1c people illegal_content | 2 declined | 3 declined
        | 4a enforced private_information | 4b enforced harassment | 4c people misidentification | 4d declined
        | 5a enforced threat | 5b people incitement_to_violence | 5c declined | 6 declined
        | 7 label checked_false_claim | 8a pledge | 8b pledge""",
    "eight-red-lines": """
        1 declined | 2a enforced sexual_content | 2b declined | 3a label checked_false_claim | 3b declined
        | 4 enforced improper_payment | 5 enforced vote_buying | 6a declined | 6b people confidential_leak
        | 7a declined | 7b enforced undisclosed_commerce | 8 declined | 9a declined | 9b declined""",
    "personal-media-2023": """
        1a label checked_false_claim | 1b label recycled_media | 1c label checked_false_claim
        | 1d people misidentification | 1e declined | 1f declined | 1g declined | 1h declined | 1i declined
        | 1j declined | 1k declined | 2a enforced coordinated_flooding | 2b hint
        | 2c label checked_false_claim | 3a enforced impersonation | 3b people impersonation | 3c declined
        | 4 enforced unqualified_advice
        | 5a enforced disaster_profiteering | 5b enforced exploitation | 5c enforced harassment
        | 5d people child_safety | 6a process | 6b declined | 6c process | 6d declined | 6e process
        | 6f declined | 6g process | 6h process""",
    "creator-pledge": """
        1 pledge | 2 pledge | 3 pledge | 4 declined | 5 declined | 6 declined | 7 process | 8 process""",
}


@cache
def bundled(name: str) -> Code:
    """Return a bundled code, read once."""
    return load_code(name, {**COLUMNS, **signal_columns()})


@pytest.mark.parametrize("name", CODES)
def test_a_bundled_code_has_no_faults(name: str) -> None:
    """Every bundled code loads without an error or a warning."""
    faults = lint(name, {**COLUMNS, **signal_columns()})
    assert [fault for fault in faults if not is_warning(fault)] == []
    assert [fault.message for fault in faults] == []


@pytest.mark.parametrize("name", CODES)
def test_every_provision_is_a_clause_with_its_status(name: str) -> None:
    """Each row of the provision table is a clause with the status and the harm of the table."""
    wanted = [tuple(row.split()) for row in PROVISIONS[name].split("|")]
    found = [
        (clause.id, clause.status, *((clause.harm,) if clause.harm else ()))
        for clause in bundled(name).clauses
    ]
    assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize("name", CODES)
def test_a_bundled_code_says_who_stands_behind_it(name: str) -> None:
    """Binding, source and the part of public bodies are told, and it binds from the adopter's date."""
    code = bundled(name)
    assert code.effective_from is None
    assert code.source is not None and code.source.publisher is not None and code.source.date is not None
    assert "No public body drafted" in code.state_involvement.en
    assert (code.binding == "employment") == (name == "eight-red-lines")


@pytest.mark.parametrize("name", CODES)
def test_every_rule_does_what_its_tests_say(name: str) -> None:
    """Every test that stands beside a rule passes, or waits for a signal."""
    results = run_tests([bundled(name)])
    assert [(r.rule, r.kind, r.name, r.message) for r in results if r.passed is False] == []


@pytest.mark.parametrize("name", CODES)
def test_texts_stand_in_both_languages(name: str) -> None:
    """A Chinese text holds Chinese, an English one is not it again, and neither is a stub."""
    for clause in bundled(name).clauses:
        for text in (clause.title_zh, clause.body_zh.asks):
            assert any("\u4e00" <= char <= "\u9fff" for char in text), clause.id
        assert not any("\u4e00" <= char <= "\u9fff" for char in clause.title), clause.id
        assert len(clause.body_en.asks) > 30 and len(clause.body_zh.asks) > 8, clause.id


def test_a_code_carries_only_its_own_lists() -> None:
    """Each code carries the lists that its own rules use, and no other."""
    for name in CODES:
        code = bundled(name)
        assert set(code.lists) == {used for rule in code.rules for used in rule.lists}
