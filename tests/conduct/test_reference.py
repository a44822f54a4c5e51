"""The reference pages say what the tables say."""

from __future__ import annotations

import pytest

from ombud.conduct.edges import EDGES
from ombud.conduct.faults import ERRORS, USAGE, WARNINGS
from ombud.conduct.harms import harms
from ombud.conduct.keys import CLAUSE_KEYS, CODE_KEYS, RULE_KEYS, TEST_KEYS
from ombud.conduct.reference import Language, faults_page, harms_page, keys_page


def test_every_harm_stands_on_the_page_in_both_languages() -> None:
    """Definition, what is not covered and every edge."""
    english, chinese = harms_page("en"), harms_page("zh")
    for harm in harms().values():
        assert harm.definition.en in english
        assert harm.does_not_cover.en in english
        assert harm.definition.zh in chinese
    for edge in EDGES:
        assert edge.text.en in english
        assert edge.text.zh in chinese


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_fault_and_key_stands_on_its_page(language: Language) -> None:
    """No code and no key is left out, whichever language the page is in."""
    faults, keys = faults_page(language), keys_page(language)
    for code, means in {**ERRORS, **WARNINGS, **USAGE}.items():
        assert f"| `{code}` | {means[language]} |" in faults
    for key in (*CODE_KEYS, *CLAUSE_KEYS, *RULE_KEYS, *TEST_KEYS):
        assert f"| `{key.name}` | " in keys
        assert key.means[language] in keys


def test_keys_of_a_table_and_choices_are_told() -> None:
    """A key below another stands with its path; choices are told where the meaning does not name them."""
    page = keys_page("en")
    assert "| `source.title` | yes | its title |" in page
    assert "| `subject` |  | what a decision under it is about (post, account, group) |" in page
    assert "| `status` | yes | draft, experimental or stable |" in page
    assert "决定的对象（post、account、group） |" in keys_page("zh")


def test_pages_link_to_each_other() -> None:
    """Each page names its twin in the other language."""
    for name, page in (("harms", harms_page), ("code-faults", faults_page), ("code-files", keys_page)):
        assert f"[中文]({name}.zh.md)" in page("en")
        assert f"[English]({name}.md)" in page("zh")
