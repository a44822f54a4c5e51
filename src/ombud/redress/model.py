"""What passes between the steps of a decision: the answer, the choice, the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from ombud.base.clock import Micros
from ombud.measures.choose import Chosen
from ombud.store.clauses import ClauseVersion

Verdict = Literal["applies", "does_not_apply", "cannot_tell"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to the first question: does the clause apply? Only with it can consequences be seen.

    Attributes:
        case_id: the case.
        n: the line of the case's history that holds it; it makes the answer one that was given.
        person: who answered.
        verdict: yes, no, or cannot tell.
        account: whose doing it is about.
        clause: the version in force at ``breach_at``, or a milder later one.
        breach_at: when it happened (event time); ``None`` where the clause does not apply.
        facts: what the answer relies on: findings and plain words.
        incidents: keys of what happened.
        rules: names of the rules whose findings it relies on.
        excerpt: the content, as far as it may be shown again.
        hijacked: somebody else had taken the account.
        danger: a person may be in danger.
    """

    case_id: str
    n: int
    person: str
    verdict: str
    account: str
    subject_kind: str
    subject: str
    clause: ClauseVersion
    breach_at: Micros | None
    facts: tuple[Mapping[str, Any], ...]
    incidents: tuple[str, ...]
    rules: tuple[str, ...]
    excerpt: str | None
    hijacked: bool
    danger: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chooses to do, and why.

    Attributes:
        reasons: why, in words for the person concerned.
        measures: from the clause's ladder.
        considered: milder measures, each with why it fails.
        severity: of this breach, at most the clause's; ``None`` = the clause's.
        earned: what the breach earned, where it earned money.
        correction_hours: time to correct (24 to 72); ``None`` = the clause's.
        territory: where the measures hold; empty = everywhere.
        language: of the notice; ``None`` = the content's.
        law: a law that the decision rests on beside the code.
        public_body: a public body's part, named in the notice; it carries no weight.
    """

    reasons: str
    measures: tuple[Chosen, ...] = ()
    considered: Mapping[str, str] = field(default_factory=dict)
    severity: int | None = None
    earned: str | None = None
    correction_hours: int | None = None
    territory: str = ""
    language: str | None = None
    law: str | None = None
    public_body: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A measure as it will be: when it starts after the notice, how long it lasts, what it rests on."""

    kind: str
    hours: int | None
    starts_in: Micros
    needs_points: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Every consequence of a choice; ``digest`` stands for all of it and for the notice's words.

    ``correction`` is (hours, forgiven). ``two`` = two people must agree.
    """

    answer: Answer
    choice: Choice
    language: str
    severity: int
    measures: tuple[Planned, ...]
    correction: tuple[int, bool] | None
    points_before: Fraction
    points_after: Fraction
    appeal_days: int
    two: bool
    digest: str = ""
