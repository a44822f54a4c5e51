"""A finding: a rule that held for an event, with the evidence it used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ombud.events.envelope import Event
from ombud.rules.bind import BoundRule
from ombud.store import findings

EVIDENCE_CHARS = 4000
"""A text kept as evidence is cut to this many characters; the whole stands in the archive."""

Readers = Mapping[str, Callable[[Event], Any]]


@dataclass(frozen=True, slots=True)
class Found:
    """One rule that was TRUE for one event: the row to keep, the rule, and whether a case follows."""

    row: findings.NewFinding
    rule: BoundRule
    opens_case: bool


def found(
    event: Event, rule: BoundRule, seq: int, readers: Readers, *, shadow: bool, hypothetical: bool
) -> Found:
    """Make the finding of ``rule`` on ``event``, the ``seq``-th event that the store accepted.

    Args:
        event: the event for which the rule was TRUE.
        rule: the rule.
        seq: the event's running number.
        readers: a function for each evidence column.
        shadow: treat the rule as experimental whatever its status.
        hypothetical: the event is older than the code's date of effect.
    """
    stable = rule.rule.status == "stable" and not shadow
    kind, subject = subject_of(event, rule)
    row = findings.NewFinding(
        key=findings.key_of(event.origin, event.id, rule.code.id, rule.rule.id, rule.rule.hash),
        event_id=event.id,
        origin=event.origin,
        event_seq=seq,
        at=event.at,
        code=rule.code.id,
        rule=rule.rule.id,
        rule_hash=rule.rule.hash,
        clause=rule.clause.id,
        clause_version=rule.clause.version,
        status=findings.STABLE if stable else findings.EXPERIMENTAL,
        hypothetical=hypothetical,
        evidence=evidence_of(event, readers),
        subject_kind=kind,
        subject=subject,
        account=event.account.id,
        post=event.post.id if event.post is not None else None,
    )
    return Found(row, rule, stable)


def subject_of(event: Event, rule: BoundRule) -> tuple[str, str]:
    """Return what the finding is about: its kind and its identifier.

    An event that names no post is its own subject where the clause is about posts.
    """
    kind = rule.clause.subject
    if kind == "post":
        return kind, (event.post.id if event.post is not None and event.post.id else event.id)
    return kind, event.account.id


def evidence_of(event: Event, readers: Readers) -> dict[str, Any]:
    """Read the evidence columns of an event, leaving out what is missing."""
    evidence: dict[str, Any] = {}
    for name, read in readers.items():
        value = read(event)
        if value is not None:
            evidence[name] = value[:EVIDENCE_CHARS] if isinstance(value, str) else value
    return evidence
