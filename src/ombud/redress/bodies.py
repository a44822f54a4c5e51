"""What a person is told of public bodies that made demands about a case, through whatever door.

A demand in the register names its case; every notice of that case names the body, without
anybody having to remember it. A demand under a gag is named in a notice of its own once the
gag has ended. No demand has any weight: see ``publication.demands``.
"""

from __future__ import annotations

from ombud.base.clock import Micros
from ombud.redress.letter import plain_letter
from ombud.redress.tell import answer_of
from ombud.redress.words import say
from ombud.redress.writer import Entries, Letter, finish, write_notice
from ombud.store import Tx, decisions, demands, notices
from ombud.store.decisions import Decision
from ombud.store.demands import Demand


def named(tx: Tx, case_id: str, at: Micros, given: str | None = None) -> str | None:
    """Return the public bodies that a notice of a case must name, after what a person wrote of them.

    Args:
        tx: a transaction.
        case_id: the case.
        at: the wall clock; what a gag still covers is left out.
        given: a public body's part as the person who decides wrote it.
    """
    rows = [row for row in demands.of_case(tx, case_id) if row.gag_until is None or row.gag_until <= at]
    known = [_words(row) for row in rows]
    parts = ([given.strip()] if given and given.strip() else []) + known
    return "; ".join(parts) or None


def _words(row: Demand) -> str:
    return f"{row.body} ({row.instrument}, {row.article}; {row.id})"


def tell_lapsed(tx: Tx, now: Micros) -> int:
    """Tell everybody whose notice could not name a public body while a gag lasted; return how many.

    Telling twice writes nothing.
    """
    told = 0
    for row in demands.lapsed(tx, now):
        assert row.case_id is not None
        for decision in decisions.of_case(tx, row.case_id):
            told += _tell(tx, decision, row, now)
    return told


def _tell(tx: Tx, decision: Decision, row: Demand, now: Micros) -> int:
    letters = [each for each in notices.of_decision(tx, decision.id) if each.role == "subject"]
    if not letters or decision.salt is None or any(row.id in each.body for each in letters):
        return 0
    answer, language = answer_of(tx, decision), letters[0].language
    body = say("body.some", language, body=_words(row))
    title, text = plain_letter("body", answer, language, "open.body", body, [], date=decision.at)
    entries: Entries = []
    letter = Letter("decision", "subject", letters[0].recipient, language, title, text)
    write_notice(tx, decision.id, letter, now, entries)
    finish(tx, entries, now)
    return 1
