"""Looking at a closed account again, twelve months after its closing and after each review that kept it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ombud.base.clock import DAY, Micros
from ombud.cases.entry import pseudonym
from ombud.cases.errors import refuse
from ombud.cases.roles import acting
from ombud.cases.work import act, free_to_judge
from ombud.measures.figures import STARTING, Figures
from ombud.redress.letter import appeal_right, instant, plain_letter
from ombud.redress.plan import checked_reasons
from ombud.redress.tell import answer_of
from ombud.redress.withdraw import first_notice
from ombud.redress.words import say
from ombud.redress.writer import Entries, Letter, finish, undo, write_notice
from ombud.store import Tx, closings, decisions, measures
from ombud.store.closings import Review
from ombud.store.measures import Measure

EVERY: Micros = 365 * DAY
"""A closing is looked at again after twelve months (design, section 8)."""

Outcome = Literal["kept", "reopened"]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review did: its notice, with the exact words."""

    notice: str
    title: str
    body: str


def review_closing(
    tx: Tx,
    measure_id: str,
    person: str,
    outcome: Outcome,
    reasons: str,
    *,
    at: Micros,
    no_conflict: bool = False,
    figures: Figures = STARTING,
) -> Reviewed:
    """Keep an account closed for another year, or open it again; the person is told, with reasons.

    A closing may be looked at before its year is over. Opening again undoes the closing alone:
    the decision stands. What is kept can be appealed like any decision.

    Raises:
        CaseError: ``redress/no-such-closing``, ``redress/not-closed`` (it was undone already),
            ``redress/own-decision``, ``redress/declare``, ``redress/no-reasons``, ``cases/…``.
    """
    acting(tx, person, "reviewer", "appeal_reviewer")
    row = _closing(tx, measure_id)
    decision = decisions.get(tx, row.decision_id)
    assert decision is not None
    if person in (decision.decided_by, decision.seconded_by):
        raise refuse("redress/own-decision", "you had a part in this decision", "another person looks again")
    free_to_judge(tx, decision.case_id, person)
    if not no_conflict:
        hint = "say that you have no conflict of interest"
        raise refuse("redress/declare", "declare whether you can judge this case freely", hint)
    why = checked_reasons(reasons)
    told, lang = first_notice(tx, decision), first_notice(tx, decision).language
    kept = outcome == "kept"
    days = figures.appeal_days if kept else None
    now = say("now.kept_closed", lang, next=instant(at + EVERY)[:10]) if kept else say("now.reopened", lang)
    right = appeal_right(lang, at, days) if days is not None else []
    answer = answer_of(tx, decision)
    title, body = plain_letter(
        "review", answer, lang, "open.review", why, [now], date=decision.at, appeal=right
    )
    entries: Entries = []
    kind = "decision" if kept else "lifted"
    letter = Letter(kind, "subject", told.recipient, lang, title, body, (), days)
    notice = write_notice(tx, decision.id, letter, at, entries)
    if not kept:
        undo(tx, [row], notice, at, "reviewed", entries)
    closings.add(tx, Review(closings.next_number(tx), row.id, at, person, outcome, notice))
    by = pseudonym(tx, decision.case_id, person)
    entries.append(("closing-reviewed", {"measure": row.id, "notice": notice, "outcome": outcome, "by": by}))
    finish(tx, entries, at)
    act(tx, decision.case_id, person, "closing reviewed", at, {"outcome": outcome, "notice": notice})
    return Reviewed(notice, title, body)


def due(tx: Tx, now: Micros) -> list[Measure]:
    """Return the closings whose year is over, the oldest first."""
    return closings.due(tx, now - EVERY)


def _closing(tx: Tx, measure_id: str) -> Measure:
    row = measures.get(tx, measure_id)
    if row is None or row.kind != "closing":
        hint = "ombud case review lists those that are due"
        raise refuse("redress/no-such-closing", f"there is no closing {measure_id[:40]!r}", hint)
    if row.reversed_at is not None:
        raise refuse("redress/not-closed", "this account is open again", "nothing is left to review")
    return row
