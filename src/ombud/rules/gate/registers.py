"""The dated facts that the protected corpus is read with.

A gate without registers would never see the rules at work that compare with one: every
signal that reads a register is NULL without rows. So the names of the gate's own lists are
protected here, claims about the corpus's subjects are checked, licences are shown by
somebody else, and a picture is known to be old (``registers.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from ombud.expr import folded
from ombud.rules.gate.names import groups, load, words
from ombud.rules.testing import given
from ombud.signals.base import Registers

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "parties": "body",
        "governments": "body",
        "offices": "body",
        "titles": "title",
        "officials": "person",
        "leaders": "person",
        "companies": "company",
        "media": "media",
        "places": "division",
    }
)
"""Group of names -> what the register says bears them; religions and peoples bear no protected name."""

PUBLISHERS = ("First Desk", "Second Desk")


@cache
def registers() -> Registers:
    """Return the gate's registers; always the same object."""
    facts = load("registers.yaml")
    claims = facts.pop("claims")
    return given({**facts, "fact_checks": [*_checks(claims)], "protected_names": [*_protected()]})


def _protected() -> Iterator[dict[str, Any]]:
    spoken = {folded(word.text) for word in words()}
    for group in groups():
        for name in group.all if group.id in KINDS else ():
            if folded(name) in spoken:
                continue  # a word that accounts may bear alone cannot be somebody's name here
            yield {"key": name, "kind": KINDS[group.id], "account_id": f"holder of {name}"}


def _checks(claims: list[dict[str, list[str]]]) -> Iterator[dict[str, Any]]:
    for number, claim in enumerate(claims):
        for publisher, en, zh in zip(PUBLISHERS, claim["en"], claim["zh"], strict=True):
            yield {
                "key": f"claim-{number}",
                "claim_en": en,
                "claim_zh": zh,
                "publisher": publisher,
                "kind": "check",
                "method_published": True,
                "rating": "false",
                "verdict": "false",
                "url": f"https://checks.example/{number}",
            }
