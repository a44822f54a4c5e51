"""Taking a decision back without an appeal: everything of it is undone, and the person is told."""

from __future__ import annotations

from typing import Literal

from ombud.base.clock import Micros
from ombud.cases.entry import pseudonym
from ombud.measures.figures import STARTING, Figures
from ombud.redress.judge import dependent, named, tell_reporters
from ombud.redress.letter import plain_letter
from ombud.redress.outcomes import tell, tell_reversed
from ombud.redress.tell import answer_of
from ombud.redress.words import say
from ombud.redress.writer import Entries, Letter, finish, undo, write_notice
from ombud.store import Tx, appeals, cases, measures, notices, withdrawals
from ombud.store.decisions import Decision
from ombud.store.notices import Notice
from ombud.store.withdrawals import Withdrawal

Ground = Literal["cluster", "fact-check", "mended", "dispute", "own"]
_OPENINGS = {
    "cluster": "open.withdrawn",
    "fact-check": "open.fact-check",
    "mended": "open.mended",
    "dispute": "open.dispute",
    "own": "open.own",
}
_TITLES = {"dispute": "dispute", "own": "own"}


def withdraw(
    tx: Tx,
    decision: Decision,
    ground: Ground,
    reasons: str,
    *,
    at: Micros,
    by: str | None = None,
    figures: Figures = STARTING,
) -> str | None:
    """Take a decision back; return the notice that says so, or ``None`` where nothing of it stands.

    Its measures and later ones that rested on its points are undone, its points are gone,
    reporters who were told its outcome are told. Doing it twice changes nothing.

    Args:
        tx: a writing transaction.
        decision: with the answer ``applies``.
        ground: ``cluster`` (the act that it was part of is undone), ``fact-check`` (it no longer
            stands), ``mended`` (an edit took away what a rule had labelled), ``dispute`` (a body
            outside overturned it), ``own`` (somebody who had no part in it reversed it unasked).
        reasons: in the language of the decision's notice.
        at: the wall clock.
        by: who takes it back, where a person does.
        figures: thresholds and half-lives.
    """
    if not stands(tx, decision):
        return None
    notice = first_notice(tx, decision)
    rows = [row for row in measures.of_decision(tx, decision.id) if row.reversed_at is None]
    later = [] if decision.salt is None else dependent(tx, decision, figures)  # erased: nobody's standing
    entries: Entries = []
    title, body = _letter(tx, decision, notice, ground, reasons, rows, later)
    letter = Letter("lifted", "subject", notice.recipient, notice.language, title, body)
    told = write_notice(tx, decision.id, letter, at, entries)
    undo(tx, [*rows, *later], told, at, ground, entries)
    withdrawals.add(tx, Withdrawal(decision.id, told, at, ground, by))
    who = None if by is None else pseudonym(tx, decision.case_id, by)
    entries.append(
        ("decision-withdrawn", {"decision": decision.id, "notice": told, "ground": ground, "by": who})
    )
    finish(tx, entries, at)
    act = {"decision": decision.id, "ground": ground, **({} if by is None else {"person": by})}
    cases.note(tx, decision.case_id, at, "taken back", act)
    if ground == "own":
        tell_reversed(tx, decision, at)
    elif ground != "dispute":  # whoever carries a dispute out tells what it means for the rules
        tell(tx, decision, False if ground == "cluster" else None, "taken back", at)
    tell_reporters(tx, decision, at, figures)
    return told


def stands(tx: Tx, decision: Decision) -> bool:
    """Say whether a decision was neither taken back nor reversed or changed on appeal."""
    if withdrawals.of_decision(tx, decision.id) is not None:
        return False
    return all(row.outcome not in ("reversed", "changed") for row in appeals.of_decision(tx, decision.id))


def first_notice(tx: Tx, decision: Decision) -> Notice:
    """Return the notice that told the person of a decision."""
    return next(row for row in notices.of_decision(tx, decision.id) if row.role == "subject")


def _letter(
    tx: Tx,
    decision: Decision,
    notice: Notice,
    ground: Ground,
    reasons: str,
    rows: list[measures.Measure],
    later: list[measures.Measure],
) -> tuple[str, str]:
    lang, answer = notice.language, answer_of(tx, decision)
    now = [named("now.undone", rows, lang) or say("now.none_undone", lang)]
    now += [] if decision.automatic else [say("now.restored", lang)]
    now.append(named("now.dependent", later, lang))
    return plain_letter(
        _TITLES.get(ground, "undone"), answer, lang, _OPENINGS[ground], reasons, now, date=decision.at
    )
