"""Deciding a case: preview everything, agree where two are needed, then write it all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ombud.base.clock import Micros
from ombud.cases.errors import refuse
from ombud.cases.roles import acting, require
from ombud.cases.work import act, free_to_judge, get, holding
from ombud.measures.figures import STARTING, Figures
from ombud.redress.answer import checked
from ombud.redress.letter import decision_letter, plain_letter
from ombud.redress.looks import draw
from ombud.redress.model import Answer, Choice, Plan
from ombud.redress.plan import checked_reasons, digest_of, make_plan, notice_language, shown_kinds
from ombud.redress.similar import remember
from ombud.redress.tell import tell_all
from ombud.redress.words import say
from ombud.redress.writer import (
    Entries,
    Letter,
    finish,
    undo,
    write_correction,
    write_decision,
    write_measures,
    write_notice,
)
from ombud.store import Tx, cases, casework, decisions, measures, people, reports
from ombud.store.measures import Measure


@dataclass(frozen=True, slots=True)
class Preview:
    """What a decision will do: ``digest`` is what the decision must be confirmed with.

    ``title`` and ``body`` are the notice's exact words, with the dates of a decision made now;
    they are empty where the author is not told because nothing was and is done. ``reporters``
    is how many people who reported it are told the outcome with its reasons.
    """

    plan: Plan | None
    digest: str
    title: str
    body: str
    lifts_hold: bool
    reporters: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """What was written."""

    decision: str
    notice: str | None
    measures: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()


def preview(tx: Tx, answer: Answer, choice: Choice, at: Micros, figures: Figures = STARTING) -> Preview:
    """Return every consequence of a choice and the exact notice; nothing is written.

    Raises:
        CaseError: everything that is wrong with the choice (``redress/…``, ``measures/…``).
    """
    checked(tx, answer)
    held = provisional(tx, answer.case_id)
    _, people_told = reports.count(tx, answer.case_id)
    if answer.verdict != "applies":
        if choice.measures:
            message = "no measure follows unless the clause applies"
            raise refuse("redress/no-measure", message, "in doubt, nothing is done")
        reasons = checked_reasons(choice.reasons)
        language = notice_language(tx, answer, choice.language)
        title, body = _lifted(answer, reasons, language, held) if held else ("", "")
        digest = _plain_digest(answer, reasons, language, bool(held))
        return Preview(None, digest, title, body, bool(held), people_told)
    plan = make_plan(tx, answer, choice, at, figures=figures)
    title, body = decision_letter(plan, at)
    return Preview(plan, plan.digest, title, body, bool(held), people_told)


def agree(tx: Tx, case_id: str, person: str, shown: str, *, at: Micros, no_conflict: bool = False) -> int:
    """Agree, as the second person, to what a preview showed; return the case's new version.

    Raises:
        CaseError: ``redress/own-agreement``, ``redress/declare``, ``cases/…``.
    """
    acting(tx, person, "reviewer")
    case = get(tx, case_id)
    if case.state == cases.CLOSED:
        raise refuse("cases/closed", "this case is closed")
    free_to_judge(tx, case_id, person)
    held = casework.claim_of(tx, case_id)
    if held is not None and held.person == person:
        raise refuse("redress/own-agreement", "you hold this case", "the second person is another one")
    if not no_conflict:
        hint = "say that you have no conflict of interest"
        raise refuse("redress/declare", "declare whether you can judge this case freely", hint)
    return act(tx, case_id, person, "agreed", at, {"shown": shown[:64]})


def decide(
    tx: Tx,
    answer: Answer,
    choice: Choice,
    person: str,
    *,
    shown: str,
    at: Micros,
    figures: Figures = STARTING,
) -> Decided:
    """Decide a case: decision, notice, correction and measures in one transaction.

    Args:
        tx: a writing transaction; it commits all of it or nothing.
        answer: the case's last answer, given by ``person``.
        choice: what is done, and why.
        person: who decides; holds the case.
        shown: the digest of the preview; if anything has changed since, nothing is done.
        at: the wall clock.
        figures: thresholds, half-lives, quotas.

    Raises:
        CaseError: ``redress/stale-preview``, ``redress/needs-two``, and those of :func:`preview`.
    """
    acting(tx, person, "reviewer")
    holding(tx, answer.case_id, person)
    if answer.person != person:
        raise refuse("redress/not-answered", "another person gave this answer", "answer it yourself")
    seen = preview(tx, answer, choice, at, figures)
    if seen.digest != shown:
        message = "this is not what was shown: the case, the standing or the choice has changed"
        raise refuse("redress/stale-preview", message, "look at the preview again")
    entries: Entries = []
    if seen.plan is None:
        done = _write_plain(tx, answer, choice, person, at, seen, entries)
    else:
        second = agreed(tx, answer.case_id, seen.digest, person, "reviewer") if seen.plan.two else None
        done = write_plan(tx, seen.plan, person, second, at, entries)
    casework.close(tx, answer.case_id)
    finish(tx, entries, at)
    act(tx, answer.case_id, person, "decided", at, {"decision": done.decision, "answer": answer.verdict})
    tell_all(tx, done.decision, at=at, figures=figures)
    row = decisions.get(tx, done.decision)
    assert row is not None
    draw(tx, row, at)
    remember(tx, row, answer.clause.harm)
    return done


def agreed(tx: Tx, case_id: str, digest: str, person: str, role: str) -> str:
    """Return the other person who agreed to exactly this.

    Raises:
        CaseError: ``redress/needs-two``.
    """
    for line in reversed(cases.history(tx, case_id)):
        if line.kind != "agreed" or line.body["shown"] != digest:
            continue
        other = str(line.body["person"])
        if other != person and role in people.roles(tx, other) and not casework.barred(tx, case_id, other):
            return other
    hint = f"another reviewer looks at it and says: ombud decide {case_id} --agree {digest[:12]}…"
    raise refuse("redress/needs-two", "severity 4 and closings need two people", hint)


def write_plan(
    tx: Tx,
    plan: Plan,
    person: str,
    second: str | None,
    at: Micros,
    entries: Entries,
    *,
    letter: tuple[str, str] | None = None,
    kind: str = "decision",
    replaces: str | None = None,
) -> Decided:
    """Write a plan: the rows of a decision, its notice and its measures, in this order."""
    answer, choice = plan.answer, plan.choice
    decision = write_decision(
        tx,
        answer,
        kind="applies",
        reasons=choice.reasons,
        person=person,
        second=second,
        at=at,
        entries=entries,
        severity=plan.severity,
        considered=choice.considered,
        replaces=replaces,
    )
    title, body = decision_letter(plan, at) if letter is None else letter
    told = Letter(
        kind=kind,
        role="subject",
        recipient=answer.account,
        language=plan.language,
        title=title,
        body=body,
        announces=tuple(each.kind for each in plan.measures),
        appeal_days=plan.appeal_days,
    )
    notice = write_notice(tx, decision, told, at, entries)
    write_correction(tx, decision, notice, plan, entries)
    ids = write_measures(
        tx,
        answer,
        decision,
        notice,
        plan.measures,
        territory=choice.territory,
        at=at,
        entries=entries,
        details={"earned": choice.earned} if choice.earned else None,
    )
    assert len(ids) == len(shown_kinds(plan))
    undone = undo(tx, provisional(tx, answer.case_id), notice, at, "decided", entries)
    return Decided(decision, notice, tuple(ids), tuple(undone))


def provisional(tx: Tx, case_id: str) -> list[Measure]:
    """Return what stands until a person decides: holds and labels by a rule that were not undone.

    The end of a hold may have come already.
    """
    return [
        row
        for decision in decisions.of_case(tx, case_id)
        if decision.answer == decisions.INTERIM or decision.automatic
        for row in measures.of_decision(tx, decision.id)
        if row.reversed_at is None
    ]


def _write_plain(
    tx: Tx, answer: Answer, choice: Choice, person: str, at: Micros, seen: Preview, entries: Entries
) -> Decided:
    decision = write_decision(
        tx,
        answer,
        kind=answer.verdict,
        reasons=checked_reasons(choice.reasons),
        person=person,
        second=None,
        at=at,
        entries=entries,
    )
    if not seen.lifts_hold:
        return Decided(decision, None)
    language = notice_language(tx, answer, choice.language)
    told = Letter("lifted", "subject", answer.account, language, seen.title, seen.body)
    notice = write_notice(tx, decision, told, at, entries)
    rows = provisional(tx, answer.case_id)
    undone = undo(tx, rows, notice, at, "not found to apply", entries)
    return Decided(decision, notice, (), tuple(undone))


def _lifted(answer: Answer, reasons: str, language: str, rows: Sequence[Measure]) -> tuple[str, str]:
    now = [say("now.nothing", language), say("points.none", language)]
    if all(row.kind == "label" for row in rows):
        return plain_letter("undone", answer, language, "open.unlabelled", reasons, now)
    return plain_letter("lifted", answer, language, "open.lifted", reasons, now)


def _plain_digest(answer: Answer, reasons: str, language: str, lifts: bool) -> str:
    return digest_of([answer.case_id, answer.n, answer.person, answer.verdict, reasons, language, lifts])


def may_see(tx: Tx, person: str) -> None:
    """Check that a person may read decisions: any role but that of a code editor."""
    require(tx, person, "reviewer", "appeal_reviewer", "operator", "auditor")
