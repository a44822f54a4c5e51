"""What a person does with reports: say under which clause they fall, and look at a random sample."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ombud.base.clock import Micros
from ombud.base.nearest import did_you_mean
from ombud.cases.errors import refuse
from ombud.cases.reports import DECLINED, SEALED, ClauseBook
from ombud.cases.roles import acting, require
from ombud.cases.weighing import weigh
from ombud.cases.work import act
from ombud.store import Tx, cases, casework, reports
from ombud.store.casework import Waiting
from ombud.store.clauses import ClauseVersion
from ombud.store.reports import Report

MOST = 10_000
"""Unsorted reports on one thing that are sorted at once."""
AUDIT = 13
"""Of 256: one reported case in twenty is drawn for the audit; a starting value."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """The case to which reports came, and how many."""

    case: str
    reports: int


def sort(tx: Tx, report_id: str, clause: str, person: str, *, at: Micros) -> Sorted:
    """Say under which clause a report falls; all unsorted reports on the same thing go with it.

    That the clause does not apply, too, is decided on the case: the reporter learns why and can appeal.

    Raises:
        CaseError: ``reports/no-such-report``, ``reports/sorted``, ``reports/no-such-clause``,
            ``reports/several-clauses``, ``reports/declined-clause``, ``reports/not-in-force``,
            ``cases/wrong-role``.
    """
    acting(tx, person, "reviewer")
    row = get(tx, report_id)
    if row.case_id is not None or row.no_case is not None:
        where = f"it is on case {row.case_id}" if row.case_id else f"no case follows from it: {row.no_case}"
        raise refuse("reports/sorted", "this report needs no sorting", where)
    book = ClauseBook(tx)
    known = clause_of(book, clause)
    if not book.in_force(known, row.at):
        hint = "it binds from a later date; nothing binds backwards"
        raise refuse("reports/not-in-force", "the clause was not in force when this was reported", hint)
    subject = _under(row, known, book)
    some = [
        each
        for each in reports.unsorted(tx, subject=(row.subject_kind, row.subject), limit=MOST)
        if _under(each, known, book) == subject and book.in_force(known, each.at)
    ]
    leads = [_lead(each, known, book, subject) for each in some]
    case = cases.open_or_join(tx, leads, at)[0][0]
    ids = [each.id for each in some]
    reports.assign(tx, ids, case, known.code, known.clause, subject, sealed=known.harm in SEALED)
    weigh(tx, case)
    act(tx, case, person, "reports sorted", at, {"reports": len(ids)})
    return Sorted(case, len(ids))


def _under(row: Report, known: ClauseVersion, book: ClauseBook) -> tuple[str, str]:
    return book.subject(known, row.account, row.subject if row.subject_kind == "post" else None)


def _lead(row: Report, known: ClauseVersion, book: ClauseBook, subject: tuple[str, str]) -> cases.Lead:
    under = {"code": known.code, "clause": known.clause, "subject_kind": subject[0], "subject": subject[1]}
    return book.lead(msgspec.structs.replace(row, **under), hypothetical=False)


def clause_of(book: ClauseBook, named: str) -> ClauseVersion:
    """Return the clause that a person names.

    Raises:
        CaseError: ``reports/no-such-clause``, ``reports/several-clauses``, ``reports/declined-clause``.
    """
    found = book.find(named)
    if isinstance(found, ClauseVersion):
        return found
    if found == DECLINED:
        raise refuse("reports/declined-clause", f"clause {named[:40]} forbids nothing here")
    if found is not None:
        choices = ", ".join(each for each in book.names() if each.endswith("/" + named.strip()))
        raise refuse("reports/several-clauses", f"several codes have a clause {named[:40]}", choices)
    hint = did_you_mean(named, book.names()) or "ombud code show"
    raise refuse("reports/no-such-clause", f"no clause {named[:40]!r} is in force here", hint)


def get(tx: Tx, report_id: str) -> Report:
    """Return a report.

    Raises:
        CaseError: ``reports/no-such-report``.
    """
    row = reports.get(tx, report_id)
    if row is None:
        raise refuse("reports/no-such-report", f"there is no report {report_id[:40]!r}", "ombud report list")
    return row


def audit(tx: Tx, person: str, *, limit: int = 50) -> list[Waiting]:
    """Return open cases drawn at random from those that people alone reported, the oldest first.

    Their place in the queue does not count, so that newcomers, whose reports weigh little, are
    heard, and so that the decisions say how reliable reports are that nobody believes. Which
    cases are drawn depends on the store's secret: no reporter can aim at it.

    Raises:
        CaseError: ``cases/wrong-role``, ``cases/no-such-person``.
    """
    require(tx, person, "reviewer", "operator", "auditor")
    found: list[Waiting] = []
    after = 0
    while some := reports.only_reported(tx, after=after):
        after = some[-1][0]
        for _, case in some:
            if tx.secret_digest(b"audit", case.encode())[0] < AUDIT:
                row = casework.waiting(tx, case)
                assert row is not None
                found.append(row)
                if len(found) == limit:
                    return found
    return found
