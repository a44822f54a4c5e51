"""Telling reporters what came of their report; a refusal can be appealed like any decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ombud.base.clock import Micros
from ombud.cases.errors import refuse
from ombud.measures.figures import STARTING, Figures
from ombud.redress.letter import appeal_right, plain_letter
from ombud.redress.model import Answer
from ombud.redress.words import say
from ombud.redress.writer import Entries, Letter, finish, write_notice
from ombud.store import Tx, cases, casework, clauses, decisions, notices, reports
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
        undone: the decision was reversed, or taken back.
        figures: how long a refusal can be appealed.

    Raises:
        CaseError: ``redress/no-such-decision``, ``redress/not-final``, ``redress/language``.
    """
    if language not in ("en", "zh"):
        raise refuse("redress/language", "notices are written in en or zh")
    decision = _decision(tx, decision_id)
    key = "outcome.reopened" if reopened else "outcome.reversed" if undone else f"outcome.{decision.answer}"
    return _tell(tx, decision, [(recipient, language)], key, at, figures)[0]


def tell_all(tx: Tx, decision_id: str, *, at: Micros, figures: Figures = STARTING) -> list[str]:
    """Write everybody who reported a case what came of it, once, in their language; return the notices' ids.

    Args:
        tx: the transaction that decides the case.
        decision_id: the decision.
        at: the wall clock.
        figures: how long a refusal can be appealed.
    """
    decision = _decision(tx, decision_id)
    people = reports.reporters_of(tx, decision.case_id)
    if not people:
        return []
    waiting = casework.waiting(tx, decision.case_id)
    other = (waiting.language if waiting is not None else None) or "en"
    told = [(who, language or other) for who, language in people]
    return _tell(tx, decision, told, f"outcome.{decision.answer}", at, figures)


def _tell(
    tx: Tx, decision: Decision, people: Sequence[tuple[str, str]], key: str, at: Micros, figures: Figures
) -> list[str]:
    """Write each of some people one letter, unless they have it."""
    answer = answer_of(tx, decision)
    before = [n for n in notices.of_decision(tx, decision.id) if n.role == "reporter"]
    letters: dict[str, tuple[str, Letter]] = {}
    entries: Entries = []
    ids = []
    for recipient, language in people:
        if language not in letters:
            letters[language] = _letter(decision, answer, language, key, at, figures)
        words, letter = letters[language]
        has = next((n.id for n in before if n.recipient == recipient and words in n.body), None)
        if has is None:
            has = write_notice(tx, decision.id, replace(letter, recipient=recipient), at, entries)
        ids.append(has)
    finish(tx, entries, at)
    return ids


def _letter(
    decision: Decision, answer: Answer, language: str, key: str, at: Micros, figures: Figures
) -> tuple[str, Letter]:
    """Return the words that say what came of it, and the letter with them."""
    again = key in ("outcome.reopened", "outcome.reversed")
    body = answer.clause.body["title"][language]
    words = say(key, language, clause=answer.clause.clause, title=body)
    refused = decision.answer != decisions.APPLIES and key != "outcome.reopened"
    days = figures.appeal_days if refused or key == "outcome.reversed" else None
    right = appeal_right(language, at, days) if days is not None else []
    reasons = "" if again else decision.reasons
    title, text = plain_letter("outcome", answer, language, "open.outcome", reasons, [words], appeal=right)
    return words, Letter("outcome", "reporter", "", language, title, text, (), days)


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
        facts=tuple(decision.facts or ()),
        incidents=tuple(decision.incidents),
        rules=tuple(decision.rules),
        excerpt="",
        hijacked=decision.hijacked,
        danger=decision.danger,
    )
