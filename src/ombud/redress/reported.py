"""What became of a report, told to whoever holds its receipt code."""

from __future__ import annotations

from dataclasses import dataclass

from ombud.base.clock import Micros
from ombud.cases.errors import refuse
from ombud.cases.receipts import receipt_key
from ombud.redress.words import RECEIPT_MARK
from ombud.store import Tx, appeals, cases, casework, notices, reports
from ombud.store.appeals import Appeal
from ombud.store.notices import Notice
from ombud.store.reports import Report

STATES = ("unsorted", "waiting", "in_review", "decided", "no_case")
"""A person is to say which clause it is · it waits · somebody works on it · decided · nothing can follow."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A report as its reporter sees it.

    Attributes:
        report: what they told.
        state: one of :data:`STATES`.
        answers: the letters to them, the oldest first.
        appeal: their appeal against the last letter that can be appealed.
        appeal_until: until when they can appeal; ``None`` where there is nothing to appeal (any more).
    """

    report: Report
    state: str
    answers: tuple[Notice, ...]
    appeal: Appeal | None
    appeal_until: Micros | None


def follow(tx: Tx, code: str, now: Micros) -> Followed:
    """Return what became of the report that a receipt code opens.

    Raises:
        CaseError: ``reports/no-such-receipt``.
    """
    row = reports.by_receipt(tx, receipt_key(tx, code[:100]))
    if row is None:
        hint = "the receipt code was given when the report was filed, like ABCD-EFGH-IJKL-MNOP"
        raise refuse("reports/no-such-receipt", "no report has this receipt code", hint)
    letters = notices.page(tx, recipient=row.reporter, role="reporter", limit=1_000)
    open_to = [each for each in letters if each.appeal_until is not None]
    filed = appeals.of_notice(tx, open_to[-1].id) if open_to else None
    until = open_to[-1].appeal_until if open_to else None
    ends = until if filed is None and until is not None and until >= now else None
    return Followed(row, _state(tx, row), tuple(letters), filed, ends)


def _state(tx: Tx, row: Report) -> str:
    if row.no_case is not None:
        return "no_case"
    if row.case_id is None:
        return "unsorted"
    case = cases.get(tx, row.case_id)
    assert case is not None
    if case.state == cases.CLOSED:
        return "decided"
    return "waiting" if casework.claim_of(tx, row.case_id) is None else "in_review"


def readable(letter: Notice, code: str) -> str:
    """Return a letter's words for who holds the report's receipt code, which opens the letter too."""
    return letter.body.replace(RECEIPT_MARK, code)
