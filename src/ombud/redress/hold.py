"""Holding an item until the decision: at most 72 hours, told at once, nothing counted."""

from __future__ import annotations

from ombud.base.clock import HOUR, Micros, format_time
from ombud.cases.errors import check, refuse
from ombud.cases.roles import acting
from ombud.cases.work import act, holding
from ombud.conduct.harms import harms
from ombud.measures.effect import Span
from ombud.measures.figures import STARTING, Figures
from ombud.measures.quota import over_quota
from ombud.redress.answer import checked
from ombud.redress.bodies import named
from ombud.redress.decide import Decided
from ombud.redress.letter import hold_letter
from ombud.redress.model import Answer, Planned
from ombud.redress.plan import checked_reasons, notice_language
from ombud.redress.standing import used_today
from ombud.redress.writer import Entries, Letter, finish, write_decision, write_measures, write_notice
from ombud.store import Tx, decisions, measures

LONGEST = 72


def hold(
    tx: Tx,
    answer: Answer,
    person: str,
    *,
    reasons: str,
    at: Micros,
    hours: int = LONGEST,
    language: str | None = None,
    figures: Figures = STARTING,
) -> Decided:
    """Hold an item while its case is decided; the case stays open.

    All holds of one case together last 72 hours at most. The answer says that the clause
    seems to apply; the decision answers anew.

    Args:
        tx: a writing transaction.
        answer: the case's last answer, with the verdict ``applies``.
        person: who holds the case and gave the answer.
        reasons: why it cannot wait.
        at: the wall clock.
        hours: how long.
        language: of the notice; ``None`` = the content's.
        figures: quotas.

    Raises:
        CaseError: ``redress/no-hold`` (the clause knows no hold), ``redress/held-long-enough``,
            ``measures/quota``, ``redress/no-reasons``, ``cases/…``.
    """
    acting(tx, person, "reviewer")
    holding(tx, answer.case_id, person)
    checked(tx, answer)
    if answer.verdict != "applies" or answer.person != person:
        raise refuse("redress/not-answered", "a hold rests on your own answer that the clause applies")
    _allowed(answer, hours)
    if at + hours * HOUR > _first_hold(tx, answer.case_id, at) + LONGEST * HOUR:
        message = f"a case holds its item for {LONGEST} hours at most, counted from the first hold"
        raise refuse("redress/held-long-enough", message, "decide")
    check(over_quota(used_today(tx, answer.rules, at), ["hold"], (), figures=figures))
    why, lang = checked_reasons(reasons), notice_language(tx, answer, language)
    entries: Entries = []
    decision = write_decision(
        tx, answer, kind=decisions.INTERIM, reasons=why, person=person, second=None, at=at, entries=entries
    )
    title, body = hold_letter(answer, why, hours, lang, at, named(tx, answer.case_id, at))
    told = Letter("hold", "subject", answer.account, lang, title, body, ("hold",), figures.appeal_days)
    notice = write_notice(tx, decision, told, at, entries)
    planned = [Planned("hold", hours, 0, 0)]
    ids = write_measures(tx, answer, decision, notice, planned, territory="", at=at, entries=entries)
    finish(tx, entries, at)
    act(
        tx,
        answer.case_id,
        person,
        "held",
        at,
        {"decision": decision, "until": format_time(at + hours * HOUR)},
    )
    return Decided(decision, notice, tuple(ids))


def _allowed(answer: Answer, hours: int) -> None:
    clause = answer.clause
    if "hold" not in clause.rungs or "hold" not in harms()[clause.harm].rungs:
        raise refuse("redress/no-hold", f"clause {clause.clause} knows no hold", "decide the case")
    if not 1 <= hours <= LONGEST:
        raise refuse("measures/too-long", f"a hold lasts 1 to {LONGEST} hours")


def _first_hold(tx: Tx, case_id: str, at: Micros) -> Micros:
    """Return when the case's first hold began (now, if there was none)."""
    starts = [
        row.starts_at
        for decision in decisions.of_case(tx, case_id)
        if decision.answer == decisions.INTERIM
        for row in measures.of_decision(tx, decision.id)
    ]
    return min([at, *starts])


def span_of(tx: Tx, row: measures.Measure) -> Span:
    """Return when a measure holds, with the stretches in which it rests."""
    rests = tuple((each.since, each.until) for each in measures.suspensions_of(tx, row.id))
    return Span(row.starts_at, row.ends_at, row.reversed_at, rests)
