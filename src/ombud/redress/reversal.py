"""The house reverses a decision by itself, without an appeal: by a person who had no part in it."""

from __future__ import annotations

from dataclasses import dataclass

from ombud.base.clock import Micros
from ombud.cases.errors import refuse
from ombud.cases.roles import acting
from ombud.cases.work import free_to_judge
from ombud.measures.figures import STARTING, Figures
from ombud.redress.plan import checked_reasons
from ombud.redress.withdraw import stands, withdraw
from ombud.store import Tx, appeals, casework, closings, decisions, disputes, measures
from ombud.store.decisions import Decision


@dataclass(frozen=True, slots=True)
class Reversed:
    """What a reversal did: its notice to the person, and the measures undone."""

    notice: str
    undone: tuple[str, ...] = ()


def reverse_decision(
    tx: Tx,
    decision_id: str,
    person: str,
    reasons: str,
    *,
    at: Micros,
    no_conflict: bool = False,
    figures: Figures = STARTING,
) -> Reversed:
    """Reverse a decision that a clause applied, as an appeal that was right would have.

    Every measure of it and later ones that rested on its points are undone, its points are
    gone, the person and the reporters are told, and the rules learn that the clause does not
    apply, all in this transaction.

    Args:
        tx: a writing transaction.
        decision_id: the decision.
        person: an appeal reviewer or an operator who had no part in it.
        reasons: why, in words for the person, in the language of the decision's notice.
        at: the wall clock.
        no_conflict: the person declares to have no conflict of interest.
        figures: thresholds and half-lives.

    Raises:
        CaseError: ``redress/no-such-decision``, ``redress/nothing-to-reverse``,
            ``redress/already-undone``, ``redress/own-decision``, ``redress/appeal-first``,
            ``redress/dispute-first``, ``redress/declare``, ``redress/no-reasons``,
            ``cases/conflict-of-interest``, roles.
    """
    acting(tx, person, "appeal_reviewer", "operator")
    decision = decisions.get(tx, decision_id)
    if decision is None:
        hint = "ombud case show CASE names its decisions"
        raise refuse("redress/no-such-decision", f"there is no decision {decision_id[:40]!r}", hint)
    if decision.answer != decisions.APPLIES:
        hint = "a hold ends with the case's decision; a new report or finding opens a new case"
        raise refuse("redress/nothing-to-reverse", "this decision did not find that a clause applies", hint)
    if not stands(tx, decision):
        raise refuse("redress/already-undone", "this decision was taken back or reversed already")
    check_apart(tx, decision, person, no_conflict)
    if any(disputes.waits(row) for row in disputes.of_decision(tx, decision.id)):
        hint = "ombud dispute implement has the same effect, once the body has spoken"
        raise refuse("redress/dispute-first", "a dispute about this decision waits for its end", hint)
    told = withdraw(tx, decision, "own", checked_reasons(reasons), at=at, by=person, figures=figures)
    assert told is not None
    if decision.automatic:
        casework.close(tx, decision.case_id)  # a person has looked now
    undone = [row.id for row in measures.of_account(tx, decision.account) if row.reversed_notice == told]
    return Reversed(told, tuple(undone))


def check_apart(tx: Tx, decision: Decision, person: str, no_conflict: bool) -> None:
    """Check that a person may take a decision back: no part in it, no appeal that waits, no conflict.

    Whoever decided, seconded, answered an appeal or kept the account closed had a part in it,
    also in the decision in whose place it stands.

    Raises:
        CaseError: ``redress/own-decision``, ``redress/appeal-first``,
            ``cases/conflict-of-interest``, ``redress/declare``.
    """
    if person in _had_a_part(tx, decision):
        hint = "another appeal reviewer does it"
        raise refuse("redress/own-decision", "you had a part in this decision or in an appeal about it", hint)
    if any(each.outcome is None for each in appeals.of_decision(tx, decision.id)):
        hint = "ombud appeal decide: reversed has the same effect"
        raise refuse("redress/appeal-first", "an appeal about this decision waits for its answer", hint)
    free_to_judge(tx, decision.case_id, person)
    if not no_conflict:
        hint = "say that you have no conflict of interest"
        raise refuse("redress/declare", "declare whether you can judge this case freely", hint)


def _had_a_part(tx: Tx, decision: Decision) -> set[str | None]:
    found: set[str | None] = set()
    here: Decision | None = decision
    while here is not None:
        found |= {here.decided_by, here.seconded_by}
        found |= {each.judged_by for each in appeals.of_decision(tx, here.id)}
        rows = measures.of_decision(tx, here.id)
        found |= {each.reviewed_by for row in rows for each in closings.of_measure(tx, row.id)}
        here = None if here.replaces is None else decisions.get(tx, here.replaces)
    return found
