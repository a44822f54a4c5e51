"""From an answer and a choice to every consequence. Nothing here writes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ombud.base.clock import Micros
from ombud.base.errors import Fault
from ombud.cases import language
from ombud.cases.errors import check, refuse, text
from ombud.conduct.harms import harms
from ombud.conduct.ladder import MEASURES
from ombud.measures.choose import (
    choice_faults,
    ladder,
    needed_points,
    needs_two,
    starts_in,
)
from ombud.measures.figures import STARTING, Figures
from ombud.measures.quota import over_quota
from ombud.measures.standing import Credit, Record, free_left, longest_pause, may_close, standing
from ombud.redress.answer import checked
from ombud.redress.bodies import named
from ombud.redress.letter import decision_letter
from ombud.redress.model import Answer, Choice, Plan, Planned
from ombud.redress.standing import credits_of, records, used_today
from ombud.store import Tx, casework
from ombud.store.text import to_canonical

REASONS_LENGTH = 10_000
THIS = "(this decision)"


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a person sees after answering: standing, and what each rung would need.

    Attributes:
        points_now: before this decision; ``points_then`` with it counted.
        strikes: how many strikes there are now.
        ladder: the measures the clause allows, mildest first.
        longest_pause: days a pause in posting may last, 0 = none.
        closing: whether closing could be chosen.
        free_corrections: how many corrections this clause still forgives.
    """

    points_now: Fraction
    points_then: Fraction
    strikes: int
    ladder: tuple[str, ...]
    longest_pause: int
    closing: bool
    free_corrections: int


def consequences(tx: Tx, answer: Answer, at: Micros, figures: Figures = STARTING) -> Consequences:
    """Return what follows from an answer; it must have been given first.

    Raises:
        CaseError: ``redress/not-answered``; ``redress/nothing-follows`` unless the clause applies.
    """
    checked(tx, answer)
    if answer.verdict != "applies":
        raise refuse("redress/nothing-follows", "no measure follows, so standing stays hidden")
    before, earned = records(tx, answer.account), credits_of(tx, answer.account)
    now = standing(before, at, credits=earned, figures=figures)
    then = _counted(answer, answer.clause.severity, before, earned, at, None, figures)
    clause = answer.clause
    return Consequences(
        points_now=now.points,
        points_then=then,
        strikes=len(now.strikes),
        ladder=ladder(clause),
        longest_pause=longest_pause(then, figures),
        closing="closing" in ladder(clause) and may_close(then, clause.severity, figures),
        free_corrections=_forgiven(answer, before, at, figures),
    )


def _forgiven(answer: Answer, before: Sequence[Record], at: Micros, figures: Figures) -> int:
    if not harms()[answer.clause.harm].free_corrections:
        return 0
    return free_left(before, (answer.clause.code, answer.clause.clause), at, figures)


def _counted(
    answer: Answer,
    severity: int,
    before: Sequence[Record],
    earned: Sequence[Credit],
    at: Micros,
    correction: tuple[int, bool] | None,
    figures: Figures,
) -> Fraction:
    """Return the points with this decision counted."""
    this = Record(
        THIS,
        at,
        (answer.clause.code, answer.clause.clause),
        severity,
        frozenset(answer.incidents),
        free=correction is not None and correction[1],
        correction=None if correction is None else "open",
        hijacked=answer.hijacked,
    )
    return standing([*before, this], at, credits=earned, figures=figures).points


def make_plan(
    tx: Tx,
    answer: Answer,
    choice: Choice,
    at: Micros,
    *,
    without: str | None = None,
    figures: Figures = STARTING,
) -> Plan:
    """Return every consequence of a choice, or everything that is wrong with it.

    Args:
        tx: a transaction; nothing is written.
        answer: with the verdict ``applies``.
        choice: what the person wants to do, and why.
        at: the wall clock.
        without: a decision that this one takes the place of: it is not counted.
        figures: thresholds, half-lives, quotas.

    Raises:
        CaseError: ``redress/…``, ``measures/…``, all faults at once.
    """
    before = [row for row in records(tx, answer.account) if row.decision != without]
    earned = credits_of(tx, answer.account)
    severity, faults = _severity(answer, choice)
    correction, more = _correction(answer, choice, _forgiven(answer, before, at, figures))
    points = _counted(answer, severity, before, earned, at, correction, figures)
    faults += more + choice_faults(
        answer.clause,
        choice.measures,
        severity=severity,
        points=points,
        correcting=correction is not None and correction[1],
        earned=bool((choice.earned or "").strip()),
        considered=choice.considered,
        figures=figures,
    )
    kinds = [each.kind for each in choice.measures]
    faults += over_quota(used_today(tx, answer.rules, at), kinds, answer.rules, figures=figures)
    body = named(tx, answer.case_id, at, choice.public_body)
    choice = replace(choice, reasons=checked_reasons(choice.reasons), public_body=body)
    check(faults)
    plan = Plan(
        answer=answer,
        choice=choice,
        language=notice_language(tx, answer, choice.language),
        severity=severity,
        measures=tuple(
            Planned(m.kind, m.hours, starts_in(m.kind, figures), needed_points(m, severity, figures))
            for m in choice.measures
        ),
        correction=correction,
        points_before=standing(before, at, credits=earned, figures=figures).points,
        points_after=points,
        appeal_days=max(figures.appeal_days, answer.clause.appeal or 0),
        two=needs_two(choice.measures, severity),
    )
    return replace(plan, digest=_digest(plan))


def checked_reasons(reasons: str) -> str:
    """Return reasons that are neither empty nor too long."""
    return text(reasons, "the statement of reasons", REASONS_LENGTH, code="redress/no-reasons")


def _severity(answer: Answer, choice: Choice) -> tuple[int, list[Fault]]:
    most = answer.clause.severity
    if choice.severity is None:
        return most, []
    if not 1 <= choice.severity <= most:
        hint = "a breach can be milder than the clause says, never graver"
        return most, [Fault("redress/severity", f"severity is 1 to {most} under this clause", None, hint)]
    return choice.severity, []


def _correction(answer: Answer, choice: Choice, forgiven: int) -> tuple[tuple[int, bool] | None, list[Fault]]:
    asked = any(each.kind == "notice" for each in choice.measures)
    hours = choice.correction_hours
    if not asked:
        if hours is not None:
            hint = "choose the measure notice"
            return None, [Fault("redress/correction", "time to correct comes with a notice", None, hint)]
        return None, []
    if not harms()[answer.clause.harm].free_corrections:
        return None, []  # the ladder refuses the measure itself
    if hours is None:
        hours = min(72, max(24, answer.clause.correction or 24))
    if not 24 <= hours <= 72:
        return None, [Fault("redress/correction", "time to correct is 24 to 72 hours")]
    return (hours, forgiven > 0 and not answer.hijacked), []


def notice_language(tx: Tx, answer: Answer, wanted: str | None) -> str:
    """Return the language of a notice: as wanted, or the content's, or English.

    Raises:
        CaseError: ``redress/language``.
    """
    if wanted is not None:
        if wanted not in ("en", "zh"):
            raise refuse("redress/language", "notices are written in en or zh")
        return wanted
    waiting = casework.waiting(tx, answer.case_id)
    known = waiting.language if waiting is not None else None
    return known or language.guess([answer.excerpt or ""]) or "en"


def _digest(plan: Plan) -> str:
    """Return what stands for a plan: the notice's words with all instants counted from zero, and the rest."""
    title, body = decision_letter(plan, 0)
    rest = [[m.kind, m.hours, m.starts_in, m.needs_points] for m in plan.measures]
    whole = [plan.answer.case_id, plan.answer.n, plan.answer.person, title, body, rest, plan.severity]
    whole += [plan.choice.territory, plan.choice.earned, plan.language, list(plan.correction or ())]
    return digest_of(whole)


def digest_of(whole: Any) -> str:
    """Return the SHA-256 (hex) of a JSON value."""
    return hashlib.sha256(to_canonical(whole)).hexdigest()


def shown_kinds(plan: Plan) -> list[str]:
    """Return the kinds of a plan's measures that restrict something (hints and plain notices do not)."""
    return [each.kind for each in plan.measures if MEASURES[each.kind].family != "none"]
