"""Item income that was kept: refunded to those who paid only if a person decides so, paid out otherwise.

No money is held here: orders name the item and the stretch of time, and the platform moves it.
An escrow lasts 90 days at most. When it ends, or its decision is undone, the income is paid out,
and the person is told. A refund is decided by a person, seven days before the end at the latest,
with reasons and a notice that can be appealed; while an appeal waits, no money moves.
"""

from __future__ import annotations

from ombud.base.clock import Micros, format_time
from ombud.cases.entry import digest, new_salt, pseudonym
from ombud.cases.errors import refuse
from ombud.cases.roles import acting
from ombud.cases.work import act, free_to_judge
from ombud.measures.figures import STARTING, Figures
from ombud.redress.letter import appeal_right, instant, plain_letter
from ombud.redress.orders import follow
from ombud.redress.plan import checked_reasons
from ombud.redress.tell import answer_of
from ombud.redress.words import say
from ombud.redress.writer import Entries, Letter, finish, settle, write_notice
from ombud.store import Store, Tx, appeals, decisions, escrows, measures, notices
from ombud.store.decisions import Decision
from ombud.store.escrows import End
from ombud.store.measures import Measure

BATCH = 1_000


def refund(
    tx: Tx,
    measure_id: str,
    person: str,
    reasons: str,
    *,
    at: Micros,
    no_conflict: bool = False,
    figures: Figures = STARTING,
) -> str:
    """Decide that what an escrow kept goes back to those who paid when it ends; return the notice's id.

    Args:
        tx: a writing transaction.
        measure_id: an escrow that is in effect.
        person: a reviewer.
        reasons: why, in words for the person whose income it is.
        at: the wall clock.
        no_conflict: the person declares to have no conflict of interest.
        figures: how long before its end a refund must be told, and how long it can be appealed.

    Raises:
        CaseError: ``redress/no-such-escrow``, ``redress/escrow-over``, ``redress/refund-decided``,
            ``redress/refund-too-late``, ``redress/declare``, ``redress/no-reasons``, roles.
    """
    acting(tx, person, "reviewer")
    row = _running(tx, measure_id, at, figures)
    why, decision = checked_reasons(reasons), decisions.get(tx, row.decision_id)
    assert decision is not None
    free_to_judge(tx, decision.case_id, person)
    if not no_conflict:
        hint = "say that you have no conflict of interest"
        raise refuse("redress/declare", "declare whether you can judge this case freely", hint)
    entries: Entries = []
    told, salt = _tell_refund(tx, row, decision, why, at, figures, entries), new_salt()
    escrows.add(tx, End(row.id, at, person, told, why, salt))
    entries.append(
        (
            "refund-decided",
            {
                "measure": row.id,
                "decision": decision.id,
                "notice": told,
                "by": pseudonym(tx, decision.case_id, person),
                "digest": digest(salt, {"reasons": why}),
            },
        )
    )
    finish(tx, entries, at)
    act(tx, decision.case_id, person, "refund decided", at, {"measure": row.id})
    return told


def _running(tx: Tx, measure_id: str, at: Micros, figures: Figures) -> Measure:
    """Return an escrow that can still end in a refund."""
    row = measures.get(tx, measure_id)
    if row is None or row.kind != escrows.KIND or row.ends_at is None:
        message = f"no measure {measure_id[:40]!r} keeps an item's income"
        raise refuse("redress/no-such-escrow", message, "ombud escrow list")
    if row.reversed_at is not None or row.ended_at is not None or at >= row.ends_at:
        raise refuse("redress/escrow-over", "this escrow is over", "its income is paid out")
    if escrows.get(tx, row.id) is not None:
        raise refuse("redress/refund-decided", "a refund was decided already")
    if at + figures.notice_ahead > row.ends_at:
        message = f"it ends at {format_time(row.ends_at)}; a refund is told seven days ahead"
        raise refuse("redress/refund-too-late", message, "its income is paid out")
    return row


def _tell_refund(
    tx: Tx, row: Measure, decision: Decision, why: str, at: Micros, figures: Figures, entries: Entries
) -> str:
    lang, answer, ends = language_of(tx, row), answer_of(tx, decision), row.ends_at or at
    now = [say("now.refund", lang, end=instant(ends)), say("now.refund_waits", lang)]
    right = appeal_right(lang, at, figures.appeal_days)
    title, body = plain_letter("income", answer, lang, "open.refund", why, now, date=row.at, appeal=right)
    letter = Letter("decision", "subject", row.account, lang, title, body, (), figures.appeal_days)
    return write_notice(tx, decision.id, letter, at, entries)


def language_of(tx: Tx, row: Measure) -> str:
    """Return the language in which the person was told of a measure."""
    notice = notices.get(tx, row.notice_id)
    assert notice is not None
    return notice.language


def settle_due(store: Store, now: Micros) -> int:
    """Say where the income goes of escrows that have ended; return how many were settled.

    One whose refund is under an appeal waits until the appeal is answered, or late.
    """
    done, after = 0, 0
    while True:
        with store.begin() as tx:
            tx.alone()
            rows = escrows.unsettled(tx, after=after, limit=BATCH)
            if not rows:
                return done
            after = rows[-1].n
            for row in rows:
                done += _settle(tx, row, now)


def _settle(tx: Tx, row: Measure, now: Micros) -> bool:
    outcome = _outcome(tx, row)
    if outcome is None:
        return False
    entries: Entries = []
    told = row.notice_id
    decision = decisions.get(tx, row.decision_id)
    assert decision is not None
    if not escrows.another(tx, row, now) and decision.salt is not None:
        told = _tell_end(tx, row, decision, outcome, now, entries)
    settle(tx, row, outcome, told, now, entries)
    finish(tx, entries, now)
    follow(tx, [row.id], now)
    return True


def _outcome(tx: Tx, row: Measure) -> str | None:
    """Return where the income goes; ``None`` = an appeal against its refund still waits."""
    end = escrows.get(tx, row.id)
    if end is None or end.refund_at is None:
        return escrows.PAID_OUT
    for appeal in appeals.of_decision(tx, row.decision_id):
        notice = notices.get(tx, appeal.notice_id)
        if appeal.outcome is None and notice is not None and notice.role == "subject":
            return None if appeal.late_at is None else escrows.PAID_OUT
    return escrows.REFUNDED


def _tell_end(tx: Tx, row: Measure, decision: Decision, outcome: str, at: Micros, entries: Entries) -> str:
    lang, answer = language_of(tx, row), answer_of(tx, decision)
    now = [say(f"now.{outcome}", lang)]
    title, body = plain_letter("income", answer, lang, "open.escrow_over", "", now, date=row.at)
    letter = Letter("lifted", "subject", row.account, lang, title, body)
    return write_notice(tx, decision.id, letter, at, entries)
