"""Opens or joins the case of each finding and report: one open case a subject and clause."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ombud.base.clock import Micros
from ombud.conduct.harms import harms
from ombud.rules.finding import Found
from ombud.store import Tx, cases
from ombud.store.findings import NewFinding


def open_cases(
    tx: Tx, findings: Sequence[Found], now: Micros, reported: Sequence[tuple[int, cases.Lead]] = ()
) -> tuple[list[NewFinding], list[str], int]:
    """Give each finding that may open a case, and each report, its case.

    Cases are opened in the order of the events, so that their numbers do not depend on how
    the stream was cut into batches.

    Args:
        tx: the transaction in which findings and reports will be kept too.
        findings: new findings, in the order of their events.
        now: the wall clock's instant, for the case's history.
        reported: the event's number and the lead of each new report, in order.

    Returns:
        the findings' rows, with the case filled in where there is one; the case of each
        report; and how many cases were opened.
    """
    found = [(item.row.event_seq, 0, i, _lead(item)) for i, item in enumerate(findings) if item.opens_case]
    found += [(seq, 1, i, lead) for i, (seq, lead) in enumerate(reported)]
    found.sort(key=lambda each: each[:3])
    places = cases.open_or_join(tx, [lead for *_, lead in found], now)
    at = {each[1:3]: case for each, (case, _) in zip(found, places, strict=True)}
    rows = [msgspec.structs.replace(item.row, case_id=at.get((0, i))) for i, item in enumerate(findings)]
    return rows, [at[1, i] for i in range(len(reported))], len({case for case, new in places if new})


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
