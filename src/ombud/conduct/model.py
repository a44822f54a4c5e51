"""A code of conduct, as frozen data.

Instants are microseconds since the epoch (UTC); ``None`` in ``effective_from``
means: from the day on which somebody adopts the code. Every collection is
read-only. Hashes are SHA-256 in hex over normalised content (see ``hashing``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import GenericAlias
from typing import Any, Literal

from ombud.base.clock import Micros
from ombud.base.errors import Where
from ombud.conduct.words import Words

Binding = Literal["consent", "terms", "employment"]
Status = Literal["enforced", "label", "hint", "people", "pledge", "process", "declined"]
Subject = Literal["post", "account", "group"]
Automation = Literal["never", "label"]
RuleStatus = Literal["draft", "experimental", "stable"]
TestKind = Literal["matches", "clears", "unknown", "todo"]
ColumnType = type | GenericAlias

BINDINGS: tuple[Binding, ...] = ("consent", "terms", "employment")
STATUSES: tuple[Status, ...] = ("enforced", "label", "hint", "people", "pledge", "process", "declined")
ENFORCEABLE: tuple[Status, ...] = ("enforced", "label", "people")
WITH_RULES: tuple[Status, ...] = ("enforced", "label", "hint")
SUBJECTS: tuple[Subject, ...] = ("post", "account", "group")
AUTOMATIONS: tuple[Automation, ...] = ("never", "label")
RULE_STATUSES: tuple[RuleStatus, ...] = ("draft", "experimental", "stable")
TEST_KINDS: tuple[TestKind, ...] = ("matches", "clears", "unknown", "todo")


@dataclass(frozen=True, slots=True)
class AppliesTo:
    """Whom the code binds; ``roles`` is filled only where ``who`` is ``roles``."""

    who: Literal["everyone", "signatories", "roles"]
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A code this one descends from."""

    code: str
    version: str
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The document that a code puts into its own words."""

    title: Words
    publisher: Words | None = None
    date: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a clause in one language; ``breaks`` tells on which side it stands."""

    breaks: bool
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """A clause's plain words in one language: the Markdown as written, and its parts."""

    markdown: str
    asks: str
    does_not_forbid: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered duty. ``correction`` is in hours, ``appeal`` in days; ``None`` where there is none.

    ``harm``, ``severity`` and ``ceiling`` are ``None`` in clauses that cannot be enforced.
    """

    id: str
    title: str
    title_zh: str
    status: Status
    subject: Subject
    harm: str | None
    severity: int | None
    measures: tuple[str, ...]
    ceiling: str | None
    automation: Automation
    correction: int | None
    appeal: int | None
    declined_because: Words | None
    body_en: Body
    body_zh: Body
    version: str
    effective_from: Micros | None
    announced: Micros | None
    path: str

    @property
    def titles(self) -> Words:
        """Return the title in both languages."""
        return Words(self.title, self.title_zh)


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A test of a rule: what happens, and what the rule must say of the LAST event.

    ``events`` are partial, as written (see ``tests.expand``); ``registers`` are rows by register.
    ``where`` is the place in the file and takes no part in comparisons.
    """

    kind: TestKind
    name: str
    near: str | None
    events: tuple[Mapping[str, Any], ...]
    registers: Mapping[str, Any]
    where: Where = field(compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """A named condition over events, with its explanation and its tests.

    ``when_where`` is the place of the expression's first character; ``reads`` are the columns
    that the expression names; ``lists`` are the names of the lists it uses.
    """

    id: str
    clause: str
    title: Words
    status: RuleStatus
    when: str
    when_where: Where
    explains: Words
    does_not_mean: tuple[Words, ...]
    evidence: tuple[str, ...]
    tests: tuple[RuleTest, ...]
    reads: frozenset[str]
    lists: tuple[str, ...]
    hash: str
    path: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code of conduct: who is bound, what is asked, how it is found."""

    id: str
    version: str
    titles: Words
    binding: Binding
    state_involvement: Words
    applies_to: AppliesTo
    effective_from: Micros | None
    announced: Micros | None
    promulgated_by: Words
    source: Source | None
    lineage: tuple[Ancestor, ...]
    clauses: tuple[Clause, ...]
    rules: tuple[Rule, ...]
    lists: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, ColumnType]
    hash: str
    path: Path

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the roles that are bound, or ``()`` where the code does not go by roles."""
        return self.applies_to.roles

    def clause(self, clause_id: str) -> Clause:
        """Return the clause with this id.

        Raises:
            KeyError: there is none.
        """
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise KeyError(clause_id)

    def rule(self, rule_id: str) -> Rule:
        """Return the rule with this id.

        Raises:
            KeyError: there is none.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)
