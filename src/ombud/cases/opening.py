"""Opens or joins the case of each finding: one open case a subject and clause."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ombud.base.clock import Micros
from ombud.conduct.harms import harms
from ombud.rules.finding import Found
from ombud.store import Tx, cases
from ombud.store.findings import NewFinding


def open_cases(tx: Tx, findings: Sequence[Found], now: Micros) -> tuple[list[NewFinding], int]:
    """Give each finding that may open a case its case.

    Args:
        tx: the transaction in which the findings will be kept too.
        findings: new findings, in the order of their events.
        now: the wall clock's instant, for the case's history.

    Returns:
        the findings' rows, with the case filled in where there is one, and how
        many cases were opened.
    """
    leads = [_lead(item) for item in findings if item.opens_case]
    places = iter(cases.open_or_join(tx, leads, now))
    rows: list[NewFinding] = []
    opened: set[str] = set()
    for item in findings:
        if not item.opens_case:
            rows.append(item.row)
            continue
        case_id, new = next(places)
        if new:
            opened.add(case_id)
        rows.append(msgspec.structs.replace(item.row, case_id=case_id))
    return rows, len(opened)


def _lead(item: Found) -> cases.Lead:
    clause, row = item.rule.clause, item.row
    harm = harms().get(clause.harm or "")
    return cases.Lead(
        subject_kind=row.subject_kind,
        subject=row.subject,
        code=row.code,
        clause=row.clause,
        clause_version=row.clause_version,
        lane=0 if harm is not None and harm.lane_zero else 1,
        severity=clause.severity or 1,
        at=row.at,
        hypothetical=row.hypothetical,
    )
