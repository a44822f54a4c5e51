"""What came of a correction: a person looks, and says whether it was done in time."""

from __future__ import annotations

from ombud.base.clock import Micros
from ombud.cases.entry import digest, new_salt, pseudonym
from ombud.cases.errors import refuse, text
from ombud.cases.roles import acting, inner
from ombud.cases.work import act
from ombud.store import Tx, decisions, ledger, notices

LENGTH = 4_000


def judge_correction(tx: Tx, notice_id: str, person: str, *, done: bool, reasons: str, at: Micros) -> None:
    """Say whether what a notice asked for was corrected in time; a missed one becomes a strike.

    "Missed" can be said only when the time is over.

    Args:
        tx: a writing transaction.
        notice_id: the notice that asked for it.
        person: a reviewer.
        done: whether it was corrected in time.
        reasons: what was seen.
        at: the wall clock.

    Raises:
        CaseError: ``redress/no-correction``, ``redress/answered``, ``redress/still-time``,
            ``redress/no-reasons``, ``cases/wrong-role``.
    """
    acting(tx, person, "reviewer")
    asked = notices.correction_of(tx, notice_id)
    if asked is None:
        raise refuse("redress/no-correction", "this notice asks for no correction", "ombud notice list")
    if asked.outcome is not None:
        raise refuse("redress/answered", f"this was answered: {asked.outcome}")
    if not done and (asked.due_at is None or at < asked.due_at):
        hint = "the time runs from delivery; ombud tick delivers"
        raise refuse("redress/still-time", "there is still time to correct it", hint)
    why = text(reasons, "the statement of what was seen", LENGTH, code="redress/no-reasons")
    outcome = "done" if done else "missed"
    notices.correction_judged(tx, notice_id, outcome, at, person, why)
    decision, notice = decisions.get(tx, asked.decision_id), notices.get(tx, notice_id)
    assert decision is not None
    assert notice is not None
    figures = {
        "notice": notice_id,
        "outcome": outcome,
        "by": pseudonym(tx, decision.case_id, person),
        "digest": digest(notice.salt or b"", {"reasons": why}),
    }
    ledger.append(tx, "correction", figures, at)
    act(tx, decision.case_id, person, "correction " + outcome, at, {"notice": notice_id})


def credit(tx: Tx, account: str, points: int, person: str, *, reason: str, at: Micros) -> None:
    """Give points back for training that was finished.

    Raises:
        CaseError: ``redress/bad-credit``, ``redress/no-reasons``, ``cases/wrong-role``.
    """
    acting(tx, person, "reviewer", "operator")
    if not 1 <= points <= 12:
        raise refuse("redress/bad-credit", "training earns back 1 to 12 points")
    why = text(reason, "the reason", LENGTH, code="redress/no-reasons")
    number, salt = decisions.next_credit(tx), new_salt()
    decisions.add_credit(tx, decisions.Credit(number, account, at, points, person, why, salt))
    private = {"account": account, "reason": why}
    figures = {"points": points, "by": inner(tx, person), "digest": digest(salt, private)}
    ledger.append(tx, "credit", figures, at)
