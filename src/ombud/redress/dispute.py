"""Disputes before a body outside the house (DSA Article 21): recorded, answered, and carried out by a person.

Such a body's decision does not bind. Whoever carries it out, or says why not, had no part in
the decision or in an appeal about it; what was overturned is taken back as on an appeal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ombud.base.clock import DAY, Micros, format_time
from ombud.cases.entry import digest, name, new_salt, pseudonym
from ombud.cases.errors import refuse, text
from ombud.cases.roles import acting
from ombud.cases.work import act
from ombud.measures.figures import STARTING, Figures
from ombud.redress import outcomes
from ombud.redress.appeal import find_notice
from ombud.redress.judge import reopen
from ombud.redress.letter import plain_letter
from ombud.redress.plan import checked_reasons
from ombud.redress.reversal import check_apart
from ombud.redress.tell import answer_of
from ombud.redress.withdraw import stands, withdraw
from ombud.redress.words import say
from ombud.redress.writer import Entries, Letter, finish, write_notice
from ombud.store import Tx, decisions, disputes, ledger, notices
from ombud.store.decisions import Decision
from ombud.store.disputes import TO_ANSWER as TO_ANSWER
from ombud.store.disputes import Dispute
from ombud.store.notices import Notice

OUTCOMES = ("upheld", "overturned", "settled", "withdrawn")
"""``upheld`` = the body agrees with us."""
NAME_LENGTH, WORDS_LENGTH = 200, 4_000
NO_REFERENCE = "-"


@dataclass(frozen=True, slots=True)
class Answered:
    """What the answer to a dispute did: its notice, and the case that was opened anew, if one was."""

    notice: str
    reopened: str | None = None


def record(
    tx: Tx,
    reference: str,
    person: str,
    *,
    body: str,
    brought_at: Micros,
    at: Micros,
    body_reference: str = "",
) -> Dispute:
    """Record that somebody brought a notice before a dispute body.

    Args:
        tx: a writing transaction.
        reference: the notice's id or its receipt code.
        person: an appeal reviewer or an operator.
        body: the body's name.
        brought_at: when it was brought, as the body says.
        at: the wall clock.
        body_reference: the body's own number of it.

    Raises:
        CaseError: ``redress/no-such-notice``, ``redress/dispute-open``, ``redress/dispute-date``,
            ``redress/no-words``, ``cases/too-long``, roles.
    """
    acting(tx, person, "appeal_reviewer", "operator")
    notice = find_notice(tx, reference)
    decision = decisions.get(tx, notice.decision_id)
    assert decision is not None
    if any(
        row.notice_id == notice.id and row.outcome is None for row in disputes.of_decision(tx, decision.id)
    ):
        raise refuse("redress/dispute-open", "a dispute about this notice is open", "ombud dispute list")
    if not _in_order(notice.at, brought_at, at):
        hint = f"the notice is of {format_time(notice.at)}"
        raise refuse("redress/dispute-date", "it was brought after the notice, and not later than now", hint)
    number, salt = disputes.next_number(tx), new_salt()
    row = Dispute(
        n=number,
        id=name(tx, "dispute", str(number), notice.id),
        notice_id=notice.id,
        decision_id=decision.id,
        at=at,
        brought_at=brought_at,
        body=text(body, "the body's name", NAME_LENGTH, code="redress/no-words"),
        reference=_short(body_reference),
        recorded_by=person,
        salt=salt,
    )
    disputes.add(tx, row)
    private = {"body": row.body, "reference": row.reference}
    figures = {
        "dispute": row.id,
        "notice": notice.id,
        "decision": decision.id,
        "digest": digest(salt, private),
    }
    _enter(tx, "dispute", decision, person, figures, at)
    return row


def _in_order(earlier: Micros, date: Micros, at: Micros) -> bool:
    """Whether a body's date may be: by whole days of UTC, since bodies date their letters so."""
    return earlier // DAY * DAY <= date <= at


def _short(reference: str) -> str:
    clean = reference.strip() or NO_REFERENCE
    return text(clean, "the body's number", NAME_LENGTH, code="redress/no-words")


def note_outcome(
    tx: Tx, dispute_id: str, person: str, outcome: str, words: str, *, decided_at: Micros, at: Micros
) -> Dispute:
    """Write down what a dispute body said; what it overturned waits for a person to carry out.

    Args:
        tx: a writing transaction.
        dispute_id: an open dispute.
        person: an appeal reviewer or an operator.
        outcome: one of :data:`OUTCOMES`.
        words: what it said, in a few sentences.
        decided_at: the body's date.
        at: the wall clock.

    Raises:
        CaseError: ``redress/no-such-dispute``, ``redress/dispute-over``, ``redress/bad-outcome``,
            ``redress/dispute-date``, ``redress/no-words``, roles.
    """
    acting(tx, person, "appeal_reviewer", "operator")
    row = get(tx, dispute_id)
    if row.outcome is not None:
        raise refuse("redress/dispute-over", f"this dispute has an outcome: {row.outcome}")
    if outcome not in OUTCOMES:
        raise refuse("redress/bad-outcome", f"{outcome[:40]!r} is no outcome", ", ".join(OUTCOMES))
    if not _in_order(row.brought_at, decided_at, at):
        raise refuse("redress/dispute-date", "it was decided after it was brought, and not later than now")
    said = text(words, "what the body said", WORDS_LENGTH, code="redress/no-words")
    values: dict[str, Any] = {"outcome": outcome, "decided_at": decided_at, "outcome_at": at}
    disputes.change(tx, row.id, **values, outcome_by=person, words=said)
    decision = decisions.get(tx, row.decision_id)
    assert decision is not None
    figures = {"dispute": row.id, "outcome": outcome, "digest": digest(row.salt or b"", {"words": said})}
    _enter(tx, "dispute-outcome", decision, person, figures, at)
    return get(tx, row.id)


def implement(
    tx: Tx,
    dispute_id: str,
    person: str,
    reasons: str,
    *,
    at: Micros,
    no_conflict: bool = False,
    figures: Figures = STARTING,
) -> Answered:
    """Carry out what a dispute body overturned (or what was settled): the decision is taken back.

    Its measures are undone, its points gone, the person and the reporters told. A refused
    report is decided afresh by somebody else.

    Raises:
        CaseError: ``redress/no-such-dispute``, ``redress/nothing-to-implement``,
            ``redress/dispute-answered``, ``redress/appeal-first``, ``redress/already-undone``,
            ``redress/own-decision``, ``redress/declare``, ``redress/no-reasons``, roles.
    """
    row, decision, notice, why = _taken(tx, dispute_id, person, reasons, no_conflict)
    fresh = None
    refused = decision.answer in (decisions.NOT, decisions.UNCLEAR)
    if refused or notice.role == "reporter":
        outcomes.tell(tx, decision, None, f"dispute {row.id}", at)
        fresh = reopen(tx, decision, at)
        now = [say("outcome.disputed", notice.language)]
        told: str | None = _tell(tx, decision, notice, "open.dispute", why, now, at)
    else:
        if not stands(tx, decision):
            raise refuse("redress/already-undone", "this decision was taken back or reversed already")
        outcomes.tell(tx, decision, False, f"dispute {row.id}", at)
        told = withdraw(tx, decision, "dispute", why, at=at, by=person, figures=figures)
    assert told is not None
    _answer(tx, row, decision, person, why, told, at, implemented=True)
    return Answered(told, fresh)


def decline(
    tx: Tx, dispute_id: str, person: str, reasons: str, *, at: Micros, no_conflict: bool = False
) -> Answered:
    """Say why a dispute body's decision is not followed; the person is told, and it is counted.

    Raises:
        CaseError: as :func:`implement`.
    """
    row, decision, notice, why = _taken(tx, dispute_id, person, reasons, no_conflict)
    told = _tell(tx, decision, notice, "open.dispute_declined", why, [], at)
    _answer(tx, row, decision, person, why, told, at, implemented=False)
    return Answered(told)


def get(tx: Tx, dispute_id: str) -> Dispute:
    """Return a dispute.

    Raises:
        CaseError: ``redress/no-such-dispute``.
    """
    row = disputes.get(tx, dispute_id)
    if row is None:
        raise refuse(
            "redress/no-such-dispute", f"there is no dispute {dispute_id[:40]!r}", "ombud dispute list"
        )
    return row


def _taken(
    tx: Tx, dispute_id: str, person: str, reasons: str, no_conflict: bool
) -> tuple[Dispute, Decision, Notice, str]:
    """Return a dispute that can be answered, having checked who answers it."""
    acting(tx, person, "appeal_reviewer")
    row = get(tx, dispute_id)
    if row.outcome not in TO_ANSWER:
        message = f"this dispute is {row.outcome or 'open'}: there is nothing to carry out"
        raise refuse("redress/nothing-to-implement", message, "ombud dispute outcome")
    if row.implemented is not None:
        raise refuse("redress/dispute-answered", "this dispute was answered already")
    decision, notice = decisions.get(tx, row.decision_id), notices.get(tx, row.notice_id)
    assert decision is not None
    assert notice is not None
    check_apart(tx, decision, person, no_conflict)
    return row, decision, notice, checked_reasons(reasons)


def _tell(
    tx: Tx, decision: Decision, notice: Notice, opening: str, why: str, now: list[str], at: Micros
) -> str:
    """Write to who brought the dispute."""
    answer, entries = answer_of(tx, decision), Entries()
    title, body = plain_letter("dispute", answer, notice.language, opening, why, now, date=decision.at)
    letter = Letter("appeal", notice.role, notice.recipient, notice.language, title, body)
    told = write_notice(tx, decision.id, letter, at, entries)
    finish(tx, entries, at)
    return told


def _answer(
    tx: Tx,
    row: Dispute,
    decision: Decision,
    person: str,
    why: str,
    told: str,
    at: Micros,
    *,
    implemented: bool,
) -> None:
    values = {"implemented": implemented, "answered_at": at, "answered_by": person}
    disputes.change(tx, row.id, **values, reasons=why, answer_notice=told)
    figures = {
        "dispute": row.id,
        "implemented": implemented,
        "notice": told,
        "digest": digest(row.salt or b"", {"reasons": why}),
    }
    _enter(tx, "dispute-answered", decision, person, figures, at)


def _enter(tx: Tx, kind: str, decision: Decision, person: str, figures: dict[str, Any], at: Micros) -> None:
    """Enter it in the ledger, and in the history of its case."""
    ledger.append(tx, kind, {**figures, "by": pseudonym(tx, decision.case_id, person)}, at)
    body = {name: value for name, value in figures.items() if name in ("dispute", "outcome", "implemented")}
    act(tx, decision.case_id, person, kind.replace("-", " "), at, body)
