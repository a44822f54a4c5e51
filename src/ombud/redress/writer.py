"""The one place that writes a decision, its notice, its place in the outbox and its measures.

All of it goes into the caller's transaction, each with one entry in the ledger: figures and
salted digests only. The database refuses any of these rows without the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ombud.base.clock import DAY, HOUR, Micros, format_time
from ombud.cases.entry import digest, name, new_salt, pseudonym
from ombud.cases.receipts import code_of, receipt_key
from ombud.cases.reports import ANONYMOUS
from ombud.conduct.ladder import MEASURES
from ombud.redress.model import Answer, Plan, Planned
from ombud.redress.orders import follow
from ombud.redress.outcomes import tell_decided
from ombud.store import Tx, decisions, escrows, ledger, measures, notices, outbox, reports
from ombud.store.decisions import Decision
from ombud.store.measures import Measure
from ombud.store.notices import Correction, Notice

Entries = list[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice to write. ``appeal_days`` is ``None`` where there is nothing to appeal."""

    kind: str
    role: str
    recipient: str
    language: str
    title: str
    body: str
    announces: tuple[str, ...] = ()
    appeal_days: int | None = None


def write_decision(
    tx: Tx,
    answer: Answer,
    *,
    kind: str,
    reasons: str,
    person: str,
    second: str | None,
    at: Micros,
    entries: Entries,
    severity: int | None = None,
    considered: Mapping[str, str] | None = None,
    replaces: str | None = None,
    automatic: bool = False,
) -> str:
    """Write a decision and return its id; its ledger entry is added to ``entries``.

    Args:
        tx: a writing transaction.
        answer: what it rests on.
        kind: the answer as kept: that of ``answer``, or ``interim``.
        reasons: why.
        person: who decided, and ``second`` who agreed.
        at: the wall clock.
        entries: what will be entered in the ledger.
        severity: of the breach; ``None`` = the clause's.
        considered: milder measures with why they fail.
        replaces: the decision that an appeal changed.
        automatic: a rule set a label; ``person`` is who switched that on.
    """
    number = len(decisions.of_case(tx, answer.case_id)) + 1
    salt = new_salt()
    row = Decision(
        n=decisions.next_number(tx),
        id=name(tx, "d", answer.case_id, str(number)),
        case_id=answer.case_id,
        clause_id=answer.clause.id,
        at=at,
        decided_by=person,
        seconded_by=second,
        automatic=automatic,
        answer=kind,
        account=answer.account,
        breach_at=answer.breach_at,
        severity=answer.clause.severity if severity is None else severity,
        facts=[dict(fact) for fact in answer.facts],
        incidents=list(answer.incidents),
        rules=list(answer.rules),
        reasons=reasons,
        considered=dict(considered or {}),
        hijacked=answer.hijacked,
        danger=answer.danger,
        replaces=replaces,
        salt=salt,
    )
    decisions.add(tx, row)
    tell_decided(tx, row, at)
    entries.append(("decision", _decision_entry(tx, row, answer)))
    return row.id


def _decision_entry(tx: Tx, row: Decision, answer: Answer) -> dict[str, Any]:
    private = {
        "account": row.account,
        "subject": answer.subject,
        "facts": row.facts,
        "reasons": row.reasons,
        "considered": row.considered,
    }
    second = None if row.seconded_by is None else pseudonym(tx, row.case_id, row.seconded_by)
    return {
        "decision": row.id,
        "case": row.case_id,
        "code": answer.clause.code,
        "clause": answer.clause.clause,
        "version": answer.clause.version,
        "clause_id": row.clause_id,
        "answer": row.answer,
        "severity": row.severity,
        "automatic": row.automatic,
        "rules": row.rules,
        "by": pseudonym(tx, row.case_id, row.decided_by),
        "second": second,
        "replaces": row.replaces,
        "digest": digest(row.salt or b"", private),
    }


def write_notice(tx: Tx, decision_id: str, letter: Letter, at: Micros, entries: Entries) -> str:
    """Write a notice, put it in the outbox, and return its id.

    To who reported something without an account or an address nothing can be sent: they read it with
    the receipt code of their report.
    """
    number = notices.count(tx, decision_id) + 1
    notice_id, salt = name(tx, "n", decision_id, str(number)), new_salt()
    until = None if letter.appeal_days is None else at + letter.appeal_days * DAY
    announces = "," + "".join(f"{kind}," for kind in letter.announces)
    key = receipt_key(tx, receipt_of(tx, notice_id))
    notices.add(
        tx,
        Notice(
            n=notices.next_number(tx),
            id=notice_id,
            decision_id=decision_id,
            kind=letter.kind,
            role=letter.role,
            recipient=letter.recipient,
            language=letter.language,
            title=letter.title,
            body=letter.body,
            announces=announces,
            at=at,
            receipt=key,
            appeal_until=until,
            delivered_at=None,
            salt=salt,
        ),
    )
    if not letter.recipient.startswith(ANONYMOUS) or reports.address_of(tx, letter.recipient):
        outbox.put(tx, f"notice:{notice_id}", "notice", notice_id, at)
    private = {"recipient": letter.recipient, "title": letter.title, "body": letter.body}
    figures = {
        "notice": notice_id,
        "decision": decision_id,
        "kind": letter.kind,
        "role": letter.role,
        "language": letter.language,
        "announces": list(letter.announces),
        "appeal_until": None if until is None else format_time(until),
        "digest": digest(salt, private),
    }
    entries.append(("notice", figures))
    return notice_id


def write_measures(
    tx: Tx,
    answer: Answer,
    decision_id: str,
    notice_id: str,
    planned: Sequence[Planned],
    *,
    territory: str,
    at: Micros,
    entries: Entries,
    details: Mapping[str, Any] | None = None,
) -> list[str]:
    """Write the measures that a notice announces, and return their ids."""
    rows = []
    first = measures.next_number(tx)
    for i, each in enumerate(p for p in planned if MEASURES[p.kind].family != "none"):
        start = at + each.starts_in
        row = Measure(
            n=first + i,
            id=name(tx, "m", notice_id, each.kind),
            notice_id=notice_id,
            decision_id=decision_id,
            kind=each.kind,
            account=answer.account,
            subject_kind=answer.subject_kind,
            subject=answer.subject,
            territory=territory,
            at=at,
            starts_at=start,
            ends_at=None if each.hours is None else start + each.hours * HOUR,
            needs_points=each.needs_points,
            details=dict(details or {}),
        )
        rows.append(row)
        entries.append(("measure", measure_entry(row)))
    measures.add_many(tx, rows)
    ids = [row.id for row in rows]
    follow(tx, ids, at)
    return ids


def measure_entry(row: Measure) -> dict[str, Any]:
    """Return what the ledger says of a measure; whom it concerns is in the notice's digest."""
    return {
        "measure": row.id,
        "decision": row.decision_id,
        "notice": row.notice_id,
        "kind": row.kind,
        "family": MEASURES[row.kind].family,
        "subject": row.subject_kind,
        "territory": row.territory,
        "starts_at": format_time(row.starts_at),
        "ends_at": None if row.ends_at is None else format_time(row.ends_at),
    }


def undo(
    tx: Tx, rows: Sequence[Measure], notice_id: str, at: Micros, why: str, entries: Entries
) -> list[str]:
    """Undo measures that were not undone yet, pay out what was kept, and return their ids."""
    ids = [row.id for row in rows if row.reversed_at is None]
    measures.undo(tx, ids, at, notice_id)
    for each in ids:
        entries.append(("measure-undone", {"measure": each, "notice": notice_id, "why": why}))
    for row in rows:
        if row.id in ids and row.kind == escrows.KIND:
            settle(tx, row, escrows.PAID_OUT, notice_id, at, entries)
    follow(tx, ids, at)
    return ids


def settle(tx: Tx, row: Measure, outcome: str, notice_id: str, at: Micros, entries: Entries) -> str:
    """Note where the income goes that an escrow kept, and return it.

    It stays where it is while another measure keeps the same item's income.
    """
    if escrows.another(tx, row, at):
        outcome = escrows.CARRIED_OVER
    again = not escrows.settle(tx, row.id, outcome, at, notice_id)
    figures = {"measure": row.id, "outcome": outcome, "notice": notice_id, "again": again}
    entries.append(("escrow-ended", figures))
    return outcome


def write_correction(tx: Tx, decision_id: str, notice_id: str, plan: Plan, entries: Entries) -> None:
    """Write down what is to be corrected, if anything is."""
    if plan.correction is None:
        return
    hours, free = plan.correction
    notices.ask_correction(tx, Correction(notice_id, decision_id, hours, free))
    entries.append(("correction-asked", {"notice": notice_id, "hours": hours, "free": free}))


def finish(tx: Tx, entries: Entries, at: Micros) -> None:
    """Enter everything in the ledger, in the order in which it was written."""
    ledger.append_many(tx, entries, at)


def receipt_of(tx: Tx, notice_id: str) -> str:
    """Return the code that opens a notice; it is given to the recipient and to nobody else."""
    return code_of(tx.secret_digest(b"receipt", notice_id.encode(), size=10))
