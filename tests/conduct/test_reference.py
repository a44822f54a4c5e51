"""The reference pages say what the tables say."""

from __future__ import annotations

from ombud.conduct.edges import EDGES
from ombud.conduct.faults import ERRORS, WARNINGS
from ombud.conduct.harms import harms
from ombud.conduct.keys import CLAUSE_KEYS, CODE_KEYS, RULE_KEYS
from ombud.conduct.reference import faults_page, harms_page, keys_page


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


def test_every_fault_and_key_stands_on_its_page() -> None:
    """No code and no key is left out."""
    faults, keys = faults_page(), keys_page()
    for code in (*ERRORS, *WARNINGS):
        assert f"`{code}`" in faults
    for key in (*CODE_KEYS, *CLAUSE_KEYS, *RULE_KEYS):
        assert f"`{key.name}`" in keys
