"""Telling reporters what came of their report; a refusal can be appealed like any decision."""

from __future__ import annotations

from ombud.base.clock import Micros
from ombud.cases.errors import refuse
from ombud.measures.figures import STARTING, Figures
from ombud.redress.letter import appeal_right, plain_letter
from ombud.redress.model import Answer
from ombud.redress.words import say
from ombud.redress.writer import Entries, Letter, finish, write_notice
from ombud.store import Tx, cases, clauses, decisions, notices
from ombud.store.decisions import Decision


def tell_reporter(
    tx: Tx,
    decision_id: str,
    recipient: str,
    *,
    language: str,
    at: Micros,
    reopened: bool = False,
    undone: bool = False,
    figures: Figures = STARTING,
) -> str:
    """Write a reporter the outcome of their report with its reasons; return the notice's id.

    Telling the same outcome of one decision to one reporter twice writes one notice.

    Args:
        tx: a writing transaction.
        decision_id: a final decision.
        recipient: the reporter; their identity is not shown to the author.
        language: ``en`` or ``zh``.
        at: the wall clock.
        reopened: their appeal was right, and another person will decide afresh.
        undone: the decision was reversed on the author's appeal.
        figures: how long a refusal can be appealed.

    Raises:
        CaseError: ``redress/no-such-decision``, ``redress/not-final``, ``redress/language``.
    """
    decision = _decision(tx, decision_id)
    if language not in ("en", "zh"):
        raise refuse("redress/language", "notices are written in en or zh")
    answer = answer_of(tx, decision)
    key = "outcome.reopened" if reopened else "outcome.reversed" if undone else f"outcome.{decision.answer}"
    body = answer.clause.body["title"][language]
    words = say(key, language, clause=answer.clause.clause, title=body)
    refused = decision.answer != decisions.APPLIES and not reopened
    days = figures.appeal_days if refused or undone else None
    right = appeal_right(language, at, days) if days is not None else []
    reasons = "" if reopened or undone else decision.reasons
    title, text = plain_letter("outcome", answer, language, "open.outcome", reasons, [words], appeal=right)
    for told in notices.of_decision(tx, decision_id):
        if told.role == "reporter" and told.recipient == recipient and words in told.body:
            return told.id
    entries: Entries = []
    letter = Letter("outcome", "reporter", recipient, language, title, text, (), days)
    notice = write_notice(tx, decision_id, letter, at, entries)
    finish(tx, entries, at)
    return notice


def _decision(tx: Tx, decision_id: str) -> Decision:
    found = decisions.get(tx, decision_id)
    if found is None:
        raise refuse("redress/no-such-decision", f"there is no decision {decision_id[:40]!r}")
    if found.answer == decisions.INTERIM:
        raise refuse("redress/not-final", "this is an interim decision", "tell reporters of the final one")
    return found


def answer_of(tx: Tx, decision: Decision, person: str | None = None) -> Answer:
    """Return the answer that a decision rests on, for words about it or for a decision in its place."""
    case = cases.get(tx, decision.case_id)
    clause = clauses.get(tx, decision.clause_id)
    assert case is not None
    assert clause is not None
    return Answer(
        case_id=decision.case_id,
        n=0,
        person=person or decision.decided_by,
        verdict="applies" if decision.answer == decisions.INTERIM else decision.answer,
        account=decision.account,
        subject_kind=case.subject_kind,
        subject=case.subject,
        clause=clause,
        breach_at=decision.breach_at,
        facts=tuple(decision.facts),
        incidents=tuple(decision.incidents),
        rules=tuple(decision.rules),
        excerpt="",
        hijacked=decision.hijacked,
        danger=decision.danger,
    )
