"""Answering an appeal: kept, reversed or changed, by a person who had no part in the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from ombud.base.clock import Micros
from ombud.cases.entry import digest, pseudonym
from ombud.cases.errors import CaseError, refuse
from ombud.cases.roles import acting
from ombud.cases.weighing import weigh
from ombud.cases.work import act, free_to_judge
from ombud.conduct.ladder import MEASURES, rung
from ombud.measures.figures import STARTING, Figures
from ombud.measures.standing import standing
from ombud.redress.decide import agreed, write_plan
from ombud.redress.letter import decision_letter, plain_letter
from ombud.redress.model import Answer, Choice, Plan
from ombud.redress.orders import follow
from ombud.redress.outcomes import tell_appealed
from ombud.redress.plan import checked_reasons, make_plan
from ombud.redress.standing import credits_of, records
from ombud.redress.tell import answer_of, tell_reporter
from ombud.redress.words import say
from ombud.redress.writer import Entries, Letter, finish, undo, write_notice
from ombud.store import (
    Tx,
    appeals,
    cases,
    casework,
    closings,
    decisions,
    escrows,
    findings,
    ledger,
    measures,
    notices,
    reports,
)
from ombud.store.appeals import Appeal
from ombud.store.decisions import Decision
from ombud.store.measures import Measure
from ombud.store.notices import Notice

MOVED = 1_000
"""How many findings at most go with a case that is opened anew."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer did: the notice of it, the measures undone, and what took the decision's place."""

    notice: str
    undone: tuple[str, ...] = ()
    replaced_by: str | None = None
    reopened: str | None = None


def keep(
    tx: Tx, appeal_id: str, person: str, reasons: str, *, at: Micros, no_conflict: bool = False
) -> Judged:
    """Keep a decision; measures that rested go on until their first end.

    Raises:
        CaseError: ``redress/no-such-appeal``, ``redress/answered``, ``redress/own-decision``,
            ``redress/declare``, ``redress/no-reasons``, ``cases/wrong-role``.
    """
    appeal, decision, notice = _taken(tx, appeal_id, person, no_conflict)
    why = checked_reasons(reasons)
    resting = [row for row in measures.of_decision(tx, decision.id) if _rests(tx, row)]
    lang = notice.language
    now = [say("now.resumed", lang)] if resting else []
    entries: Entries = []
    told = _tell(tx, decision, notice, "open.kept", why, now, at, entries)
    for row in resting:
        measures.resume(tx, row.id, at)
        entries.append(("measure-resumed", {"measure": row.id, "notice": told}))
    follow(tx, [row.id for row in resting], at, told if notice.role == "subject" else None)
    tell_appealed(tx, decision, "kept", at)
    _answer(tx, appeal, "kept", person, why, told, at, entries)
    return Judged(told)


def reverse(
    tx: Tx,
    appeal_id: str,
    person: str,
    reasons: str,
    *,
    at: Micros,
    no_conflict: bool = False,
    figures: Figures = STARTING,
) -> Judged:
    """Reverse a decision and undo everything that followed from it.

    Every measure of it is undone, its points are gone, later measures that rested on these
    points are undone too, and reporters are told. A refused report is decided afresh by
    somebody else.

    Raises:
        CaseError: as :func:`keep`.
    """
    appeal, decision, notice = _taken(tx, appeal_id, person, no_conflict)
    why = checked_reasons(reasons)
    tell_appealed(tx, decision, "reversed", at)
    if decision.answer in (decisions.NOT, decisions.UNCLEAR):
        return _reopen(tx, appeal, decision, notice, person, why, at)
    rows = [row for row in measures.of_decision(tx, decision.id) if row.reversed_at is None]
    later = dependent(tx, decision, figures)
    lang = notice.language
    now = [named("now.undone", rows, lang) or say("now.none_undone", lang), say("now.restored", lang)]
    now.append(named("now.dependent", later, lang))
    entries: Entries = []
    told = _tell(tx, decision, notice, "open.reversed", why, now, at, entries)
    undone = undo(tx, [*rows, *later], told, at, "reversed", entries)
    _answer(tx, appeal, "reversed", person, why, told, at, entries)
    tell_reporters(tx, decision, at, figures)
    return Judged(told, tuple(undone))


def change(
    tx: Tx,
    appeal_id: str,
    person: str,
    choice: Choice,
    *,
    at: Micros,
    no_conflict: bool = False,
    figures: Figures = STARTING,
) -> Judged:
    """Put a milder decision in the place of the first one; nothing may become harsher.

    Raises:
        CaseError: ``redress/harsher``, ``redress/cannot-change``, and those of a decision.
    """
    appeal, decision, notice = _taken(tx, appeal_id, person, no_conflict)
    if decision.answer != decisions.APPLIES:
        raise refuse("redress/cannot-change", "this can be kept or reversed only")
    plan = changed_plan(tx, decision, person, replace(choice, language=notice.language), at, figures)
    second = agreed(tx, decision.case_id, plan.digest, person, "appeal_reviewer") if plan.two else None
    rows = [row for row in measures.of_decision(tx, decision.id) if row.reversed_at is None]
    entries: Entries = []
    letter = decision_letter(plan, at, opening="open.changed", date=decision.at)
    done = write_plan(
        tx, plan, person, second, at, entries, letter=letter, kind="appeal", replaces=decision.id
    )
    assert done.notice is not None
    left = [row for row in rows if row.id not in done.undone]
    undone = [*done.undone, *undo(tx, left, done.notice, at, "changed", entries)]
    _answer(tx, appeal, "changed", person, plan.choice.reasons, done.notice, at, entries, done.decision)
    later = dependent(tx, decision, figures)
    if later:
        entries = []
        undone += undo(tx, later, done.notice, at, "changed", entries)
        finish(tx, entries, at)
    return Judged(done.notice, tuple(undone), done.decision)


def agree_to_change(
    tx: Tx, appeal_id: str, person: str, shown: str, *, at: Micros, no_conflict: bool = False
) -> int:
    """Agree, as the second appeal reviewer, to a change of severity 4; return the case's new version.

    Raises:
        CaseError: as :func:`keep`.
    """
    _, decision, _ = _taken(tx, appeal_id, person, no_conflict)
    return act(tx, decision.case_id, person, "agreed", at, {"shown": shown[:64]})


def changed_plan(
    tx: Tx, decision: Decision, person: str, choice: Choice, at: Micros, figures: Figures = STARTING
) -> Plan:
    """Return the plan of a milder decision in the place of one, for a preview or for :func:`change`.

    Raises:
        CaseError: ``redress/harsher``, and those of a decision.
    """
    answer: Answer = answer_of(tx, decision, person)
    plan = make_plan(tx, answer, choice, at, without=decision.id, figures=figures)
    _not_harsher(tx, decision, plan, at)
    return plan


def _not_harsher(tx: Tx, decision: Decision, plan: Plan, at: Micros) -> None:
    before = {row.kind: row for row in measures.of_decision(tx, decision.id)}
    top = max((rung(kind) for kind in before), default=0)
    harsher = [
        each.kind for each in plan.measures if each.kind not in before and rung(each.kind) >= max(top, 3)
    ]
    for each in plan.measures:
        row = before.get(each.kind)
        if row is not None and row.ends_at is not None and each.hours is not None:
            start = row.starts_at if each.kind != escrows.KIND else at  # what is kept stays kept meanwhile
            longer = start + each.hours * 3_600_000_000 > row.ends_at
            harsher += [each.kind] if longer else []
    if harsher or plan.severity > decision.severity:
        words = ", ".join(harsher) or "the severity"
        raise refuse("redress/harsher", f"an appeal makes nothing harsher: {words}", "choose milder measures")


def dependent(tx: Tx, decision: Decision, figures: Figures = STARTING) -> list[Measure]:
    """Return later measures that rested on points which the person did not have without this decision."""
    before = [row for row in records(tx, decision.account) if row.decision != decision.id]
    earned = credits_of(tx, decision.account)
    found = []
    for row in measures.of_account(tx, decision.account):
        if row.needs_points == 0 or row.reversed_at is not None or row.decision_id == decision.id:
            continue
        then = [each for each in before if each.at <= row.at]
        if standing(then, row.at, credits=earned, figures=figures).points < row.needs_points:
            found.append(row)
    return found


def no_such_appeal(appeal_id: str) -> CaseError:
    """Return the error for an unknown appeal."""
    return refuse("redress/no-such-appeal", f"there is no appeal {appeal_id[:40]!r}", "ombud appeal list")


def _taken(tx: Tx, appeal_id: str, person: str, no_conflict: bool) -> tuple[Appeal, Decision, Notice]:
    """Return an open appeal with its decision and notice, having checked who answers it."""
    acting(tx, person, "appeal_reviewer")
    appeal = appeals.get(tx, appeal_id)
    if appeal is None:
        raise no_such_appeal(appeal_id)
    if appeal.outcome is not None:
        raise refuse("redress/answered", f"this appeal was answered: {appeal.outcome}")
    decision, notice = decisions.get(tx, appeal.decision_id), notices.get(tx, appeal.notice_id)
    assert decision is not None
    assert notice is not None
    review = closings.of_notice(tx, notice.id)
    if person in (decision.decided_by, decision.seconded_by, review and review.reviewed_by):
        hint = "another appeal reviewer answers it"
        raise refuse("redress/own-decision", "you had a part in this decision", hint)
    free_to_judge(tx, decision.case_id, person)
    if not no_conflict:
        hint = "say that you have no conflict of interest"
        raise refuse("redress/declare", "declare whether you can judge this case freely", hint)
    return appeal, decision, notice


def _tell(
    tx: Tx,
    decision: Decision,
    notice: Notice,
    opening: str,
    reasons: str,
    now: Sequence[str],
    at: Micros,
    entries: Entries,
) -> str:
    """Write the answer's notice to who appealed."""
    answer = answer_of(tx, decision)
    title, body = plain_letter("appeal", answer, notice.language, opening, reasons, now, date=decision.at)
    letter = Letter("appeal", notice.role, notice.recipient, notice.language, title, body)
    return write_notice(tx, decision.id, letter, at, entries)


def _answer(
    tx: Tx,
    appeal: Appeal,
    outcome: str,
    person: str,
    reasons: str,
    told: str,
    at: Micros,
    entries: Entries,
    replaced_by: str | None = None,
) -> None:
    """Write the answer, enter everything, and note it on the case."""
    decision = decisions.get(tx, appeal.decision_id)
    assert decision is not None
    appeals.answer(
        tx,
        appeal.id,
        outcome=outcome,
        decided_at=at,
        judged_by=person,
        reasons=reasons,
        answer_notice=told,
        replaced_by=replaced_by,
    )
    figures = {
        "appeal": appeal.id,
        "decision": appeal.decision_id,
        "outcome": outcome,
        "notice": told,
        "late": at > appeal.due_at,
        "by": pseudonym(tx, decision.case_id, person),
        "replaced_by": replaced_by,
        "digest": digest(appeal.salt or b"", {"reasons": reasons}),
    }
    entries.append(("appeal-answered", figures))
    finish(tx, entries, at)
    if decision.automatic:
        casework.close(tx, decision.case_id)  # a person has looked now
    body = {"appeal": appeal.id, "outcome": outcome}
    act(tx, decision.case_id, person, "appeal answered", at, body)


def named(key: str, rows: Sequence[Measure], language: str) -> str:
    """Return the words that name measures, or nothing where there are none."""
    names = ", ".join(MEASURES[row.kind].title[language] for row in rows)
    return say(key, language, measures=names) if names else ""


def _rests(tx: Tx, row: Measure) -> bool:
    return any(each.until is None for each in measures.suspensions_of(tx, row.id))


def tell_reporters(tx: Tx, decision: Decision, at: Micros, figures: Figures) -> None:
    """Tell those reporters who were told of a decision that it is undone."""
    told = {(n.recipient, n.language) for n in notices.of_decision(tx, decision.id) if n.role == "reporter"}
    for recipient, language in sorted(told):
        tell_reporter(tx, decision.id, recipient, language=language, at=at, undone=True, figures=figures)


def _reopen(
    tx: Tx, appeal: Appeal, decision: Decision, notice: Notice, person: str, reasons: str, at: Micros
) -> Judged:
    """Open the case anew for somebody else, and say so."""
    fresh = reopen(tx, decision, at)
    entries: Entries = []
    again = [say("outcome.reopened", notice.language)]
    told = _tell(tx, decision, notice, "open.reversed", reasons, again, at, entries)
    _answer(tx, appeal, "reversed", person, reasons, told, at, entries)
    return Judged(told, reopened=fresh)


def reopen(tx: Tx, decision: Decision, at: Micros) -> str:
    """Open a case anew for somebody else, since a refusal was wrong; return the new case's id."""
    case = cases.get(tx, decision.case_id)
    assert case is not None
    lead = cases.Lead(
        case.subject_kind,
        case.subject,
        case.code,
        case.clause,
        case.clause_version,
        case.lane,
        case.severity,
        case.last_at,
        False,
    )
    moved = findings.page(tx, case_id=case.id, limit=MOVED)
    if not moved:  # only people reported it
        lead = msgspec.structs.replace(lead, counts=0)
    fresh = cases.open_or_join(tx, [lead] * max(1, len(moved)), at)[0][0]
    findings.assign(tx, fresh, [each.key for each in moved])
    reports.move(tx, case.id, fresh)
    weigh(tx, fresh)
    casework.bar(tx, fresh, decision.decided_by, "decided it the first time", at)
    ledger.append(tx, "case-reopened", {"case": fresh, "before": case.id}, at)
    return fresh
