"""Filing an appeal: free, by notice or receipt code, for everything that has a notice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ombud.base.clock import Micros, format_time
from ombud.cases.entry import digest, name, new_salt
from ombud.cases.errors import refuse, text
from ombud.cases.receipts import receipt_key
from ombud.conduct.ladder import MEASURES
from ombud.measures.choose import appeal_suspends
from ombud.measures.figures import STARTING, Figures
from ombud.redress.orders import follow
from ombud.store import Tx, appeals, clauses, decisions, ledger, measures, notices, reports
from ombud.store.appeals import Appeal
from ombud.store.notices import Notice

TEXT_LENGTH = 20_000
FILES = 20
NAME_LENGTH = 200


def find_notice(tx: Tx, reference: str) -> Notice:
    """Return the notice that an id or a receipt code names.

    Raises:
        CaseError: ``redress/no-such-notice``.
    """
    found = notices.get(tx, reference) if reference.startswith("n-") else None
    key = receipt_key(tx, reference[:100])
    found = found or notices.by_receipt(tx, key) or _of_report(tx, key)
    if found is None:
        hint = "the receipt code stands at the end of the notice, like ABCD-EFGH-IJKL-MNOP"
        raise refuse("redress/no-such-notice", "no notice has this id or receipt code", hint)
    return found


def _of_report(tx: Tx, key: bytes) -> Notice | None:
    """Return the newest notice that answers a report which its receipt code names."""
    report = reports.by_receipt(tx, key)
    told = [] if report is None else notices.page(tx, recipient=report.reporter, role="reporter", limit=1000)
    return told[-1] if told else None


def file_appeal(
    tx: Tx,
    reference: str,
    words: str,
    *,
    at: Micros,
    files: Sequence[dict[str, Any]] = (),
    representative: str | None = None,
    figures: Figures = STARTING,
) -> Appeal:
    """File an appeal against a notice; return it with the instant by which it is answered.

    Measures of rung 6 rest from now on, except in fraud. Filing twice is refused and
    changes nothing.

    Args:
        tx: a writing transaction.
        reference: the notice's id or its receipt code.
        words: what the person says.
        at: the wall clock.
        files: name and SHA-256 of each file that goes with it; the files stay with the operator.
        representative: who writes for the person.
        figures: how long an answer may take.

    Raises:
        CaseError: ``redress/no-such-notice``, ``redress/nothing-to-appeal``, ``redress/too-late``,
            ``redress/already-appealed``, ``redress/no-words``, ``redress/bad-files``, ``cases/too-long``.
    """
    tx.alone()
    notice = find_notice(tx, reference)
    said = text(words, "the appeal", TEXT_LENGTH, code="redress/no-words")
    for_whom = representative and text(representative, "the name", NAME_LENGTH, code="redress/no-words")
    if len(files) > FILES or any(set(each) != {"name", "sha256"} for each in files):
        raise refuse("redress/bad-files", f"at most {FILES} files, each with name and sha256")
    _open_to_appeal(tx, notice, at)
    row = Appeal(
        n=appeals.next_number(tx),
        id=name(tx, "a", notice.id),
        notice_id=notice.id,
        decision_id=notice.decision_id,
        at=at,
        representative=for_whom or None,
        text=said,
        files=[dict(each) for each in files],
        due_at=at + (figures.answer_grave if is_grave(tx, notice) else figures.answer),
        salt=new_salt(),
    )
    appeals.add(tx, row)
    _enter(tx, row)
    if notice.role == "subject":
        _suspend(tx, notice.decision_id, at)
    return row


def _open_to_appeal(tx: Tx, notice: Notice, at: Micros) -> None:
    if notice.appeal_until is None:
        hint = "the way outside stands in the notice"
        raise refuse("redress/nothing-to-appeal", "this notice is itself an answer", hint)
    if at > notice.appeal_until:
        until = format_time(notice.appeal_until)
        raise refuse(
            "redress/too-late", f"this could be appealed until {until}", "the way outside stays open"
        )
    before = appeals.of_notice(tx, notice.id)
    if before is not None:
        raise refuse("redress/already-appealed", f"this was appealed at {format_time(before.at)}", before.id)


def is_grave(tx: Tx, notice: Notice) -> bool:
    """Say whether an appeal is answered within 72 hours: severity 4, closings, and holds."""
    decision = decisions.get(tx, notice.decision_id)
    assert decision is not None
    grave = decision.severity >= 4 and decision.answer == decisions.APPLIES
    return grave or decision.answer == decisions.INTERIM or ",closing," in notice.announces


def _suspend(tx: Tx, decision_id: str, at: Micros) -> None:
    decision = decisions.get(tx, decision_id)
    assert decision is not None
    clause = clauses.get(tx, decision.clause_id)
    assert clause is not None
    for row in measures.of_decision(tx, decision_id):
        if MEASURES[row.kind].rung == 6 and appeal_suspends(row.kind, clause.harm) and not row.reversed_at:
            suspend(tx, row, at, "appeal")


def suspend(tx: Tx, row: measures.Measure, at: Micros, why: str) -> None:
    """Let a measure rest, and enter it."""
    measures.suspend(tx, row.id, at, why)
    follow(tx, [row.id], at)
    ledger.append(tx, "measure-suspended", {"measure": row.id, "why": why}, at)


def _enter(tx: Tx, row: Appeal) -> None:
    private = {"text": row.text, "files": row.files, "representative": row.representative}
    figures = {
        "appeal": row.id,
        "notice": row.notice_id,
        "decision": row.decision_id,
        "due_at": format_time(row.due_at),
        "digest": digest(row.salt or b"", private),
    }
    ledger.append(tx, "appeal", figures, row.at)
