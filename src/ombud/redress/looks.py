"""Second looks: a share of decided cases is judged once more, by somebody who is not told how.

Which cases are drawn follows from a digest of the case's name that only this store can make:
nobody who decides can tell beforehand, and nobody can choose. Nothing follows for an account
from a second look. Where the two answers differ, the case's history says so, and an
operator or an appeal reviewer considers it; agreement and error rates
(``ombud.redress.agreement``) are what rules and clauses are measured on.

Automatic labels, interim holds and the unseen members of a cluster are not drawn: the first
two are no answers of a person, and a cluster has a sample of its own.

An experimental rule opens no case, so nothing would ever be decided about what it alone finds.
:func:`draw_shadow` takes a random sample of its shadow findings; each is answered once, nothing
follows from it, and the answer is told as an outcome of the rule.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from ombud.base.clock import Micros
from ombud.cases.entry import enter, name, new_salt, pseudonym
from ombud.cases.errors import refuse, text
from ombud.cases.reports import SEALED
from ombud.cases.roles import acting, inner, require
from ombud.cases.work import act, free_to_judge, get, languages_of
from ombud.redress.answer import VERDICTS
from ombud.redress.outcomes import tell_looked
from ombud.store import Tx, cases, casework, clauses, decisions, findings, looks, state
from ombud.store.clauses import ClauseVersion
from ombud.store.decisions import APPLIES, INTERIM, NOT, Decision
from ombud.store.findings import Finding
from ombud.store.looks import Look

WHOLE = 10_000
STARTING_SHARE = 500
"""The share of decisions that is drawn, in parts of ten thousand: 5 % (a starting value)."""

LENGTH = 4_000
MOST_FINDINGS = 200
MOST_DRAWN = 1_000
_KEY = "second looks"


@dataclass(frozen=True, slots=True)
class Blind:
    """What a person sees who looks: the clause and what was found, not what was made of it.

    ``findings`` are empty where the harm is one whose content is not shown again.
    """

    look: Look
    subject_kind: str
    subject: str
    clause: ClauseVersion
    findings: tuple[Finding, ...]


def share(tx: Tx) -> int:
    """Return the share of decisions that is drawn, in parts of ten thousand."""
    return int(state.load(tx, _KEY, {"share": STARTING_SHARE})["share"])


def set_share(tx: Tx, parts: int, person: str, *, at: Micros) -> None:
    """Set the share for decisions from now on.

    Args:
        tx: a writing transaction.
        parts: parts of ten thousand; 0 draws none.
        person: an operator.
        at: the wall clock.

    Raises:
        CaseError: ``redress/bad-share``, ``cases/wrong-role``.
    """
    acting(tx, person, "operator")
    if not 0 <= parts <= WHOLE:
        raise refuse("redress/bad-share", "a share lies between 0 and 100 %", "--share 5%")
    state.save(tx, _KEY, {"share": parts})
    enter(tx, "look-share", {"share": parts, "by": inner(tx, person)}, at)


def drawn(tx: Tx, case_id: str, parts: int) -> bool:
    """Say whether a case is among the share: it follows from its name and the store's secret."""
    number = int.from_bytes(tx.secret_digest(b"second look", case_id.encode(), size=8))
    return number * WHOLE < parts << 64


def draw(tx: Tx, decision: Decision, at: Micros) -> str | None:
    """Draw a person's fresh decision for a second look, if its case is among the share; return the look."""
    parts = share(tx)
    if decision.answer == INTERIM or decision.automatic or not drawn(tx, decision.case_id, parts):
        return None
    found = findings.judged(tx, decision.case_id, decision.account)
    row = Look(
        n=looks.next_number(tx),
        id=name(tx, "l", decision.id),
        case_id=decision.case_id,
        decision_id=decision.id,
        finding=None,
        drawn_at=at,
        share=parts,
        rules=sorted({f"{each.code}/{each.rule}" for each in found}),
    )
    looks.add(tx, row)
    enter(tx, "look-drawn", {"look": row.id, "decision": decision.id, "share": parts}, at)
    return row.id


def draw_shadow(tx: Tx, rule: str, many: int, person: str, *, at: Micros) -> int:
    """Draw shadow findings of an experimental rule at random; return how many were drawn.

    Of several findings on one post (or one account, where the clause is about accounts) one is
    drawn. The order follows from a secret of the store, so nobody chooses.

    Args:
        tx: a writing transaction.
        rule: its full name, ``code/rule``.
        many: how many at most.
        person: a code editor or operator.
        at: the wall clock.

    Raises:
        CaseError: ``redress/bad-sample``, ``redress/no-shadow-findings``, ``cases/wrong-role``.
    """
    acting(tx, person, "code_editor", "operator")
    if not 1 <= many <= MOST_DRAWN:
        raise refuse("redress/bad-sample", f"draw 1 to {MOST_DRAWN:,} findings at once", "--count 60")
    code, _, name_ = rule.partition("/")
    order = heapq.nsmallest(many, ((_place(tx, n), n) for n in looks.shadows(tx, code, name_)))
    if not order:
        hint = "only an experimental rule has them; those that were drawn before are not drawn again"
        raise refuse("redress/no-shadow-findings", f"{rule[:80]!r} has no shadow finding to draw", hint)
    first = looks.next_number(tx)
    for i, (_, n) in enumerate(order):
        row = Look(first + i, name(tx, "l", "finding", str(n)), None, None, n, at, WHOLE, [rule])
        looks.add(tx, row)
    enter(tx, "shadow-drawn", {"rule": rule, "findings": len(order), "by": inner(tx, person)}, at)
    return len(order)


def _place(tx: Tx, n: int) -> bytes:
    return tx.secret_digest(b"shadow look", str(n).encode(), size=8)


def open_for(tx: Tx, person: str, limit: int) -> list[Look]:
    """Return looks that a reviewer may take, oldest first: in their languages, at no case they had a part in.

    Raises:
        CaseError: ``cases/wrong-role``.
    """
    require(tx, person, "reviewer")
    known = languages_of(tx, person)
    found: list[Look] = []
    after = 0
    while len(found) < limit and (page := looks.waiting(tx, 200, after)):
        after = page[-1].n
        found += [row for row in page if _reads(tx, row, known) and _part(tx, row, person) is None]
    return found[:limit]


def differing_for(tx: Tx, person: str, limit: int) -> list[Look]:
    """Return the looks that differ from their decision and wait to be considered, oldest first.

    Raises:
        CaseError: ``cases/wrong-role``.
    """
    require(tx, person, "operator", "appeal_reviewer", "auditor")
    return looks.differing(tx, limit)


def see(tx: Tx, look_id: str, person: str) -> Blind:
    """Return a case for a second look: without decision, history, standing or similar cases.

    Raises:
        CaseError: ``redress/no-such-look``, ``redress/not-blind``, ``redress/look-answered``,
            ``cases/conflict-of-interest``, ``cases/wrong-role``.
    """
    require(tx, person, "reviewer")
    row, decision = _open(tx, look_id, person)
    if decision is None:
        item = _finding(tx, row)
        versions = clauses.versions(tx, item.code, item.clause)
        clause = next((each for each in versions if each.version == item.clause_version), versions[-1])
        return Blind(row, item.subject_kind, item.subject, clause, _shown(clause, [item]))
    known = clauses.get(tx, decision.clause_id)
    assert known is not None
    case = get(tx, decision.case_id)
    found = findings.page(tx, case_id=decision.case_id, limit=MOST_FINDINGS, account=decision.account)
    return Blind(row, case.subject_kind, case.subject, known, _shown(known, found))


def _shown(clause: ClauseVersion, found: Sequence[Finding]) -> tuple[Finding, ...]:
    return () if clause.harm in SEALED else tuple(found)


def answer(
    tx: Tx, look_id: str, person: str, verdict: str, reasons: str, *, at: Micros, no_conflict: bool = False
) -> bool | None:
    """Answer a look; return whether the answer is the decision's (``None``: there is none).

    Args:
        tx: a writing transaction.
        look_id: the look.
        person: a reviewer who had no part in the case.
        verdict: ``applies``, ``does_not_apply`` or ``cannot_tell``.
        reasons: why.
        at: the wall clock.
        no_conflict: the person declares to have no conflict of interest, and not to know the decision.

    Raises:
        CaseError: ``redress/bad-answer``, ``redress/declare``, ``redress/no-reasons``; those of :func:`see`.
    """
    acting(tx, person, "reviewer")
    row, decision = _open(tx, look_id, person)
    if verdict not in VERDICTS:
        hint = "answers: " + ", ".join(VERDICTS)
        raise refuse("redress/bad-answer", f"{verdict[:40]!r} is not an answer", hint)
    if not no_conflict:
        hint = "say that you have no conflict of interest and do not know how it was decided"
        raise refuse("redress/declare", "declare whether you can judge this case freely", hint)
    why = text(reasons, "the reasons", LENGTH, code="redress/no-reasons")
    given = {"answered_at": at, "answered_by": person, "answer": verdict, "reasons": why}
    looks.change(tx, row.id, **given, salt=new_salt())
    if decision is None:
        _answered_shadow(tx, row, person, verdict, at)
        return None
    return _answered(tx, row, decision, person, verdict, why, at)


def _answered_shadow(tx: Tx, row: Look, person: str, verdict: str, at: Micros) -> None:
    """Enter an answer about a shadow finding, and tell the rule."""
    figures = {"look": row.id, "rule": row.rules[0], "answer": verdict}
    enter(tx, "shadow-look", {**figures, "by": pseudonym(tx, row.id, person)}, at)
    tell_looked(tx, row.id, _finding(tx, row), {APPLIES: True, NOT: False}.get(verdict), at)


def _answered(tx: Tx, row: Look, decision: Decision, person: str, verdict: str, why: str, at: Micros) -> bool:
    """Enter a second answer, write it on the case, and ask for another look where the two differ."""
    case, agrees = decision.case_id, verdict == decision.answer
    figures = {"look": row.id, "decision": decision.id, "answer": verdict, "agrees": agrees}
    enter(tx, "second-look", {**figures, "by": pseudonym(tx, case, person)}, at)
    body = {"look": row.id, "answer": verdict, "text": why, "agrees": agrees}
    act(tx, case, person, "second look", at, body)
    if not agrees:
        asked = "two people came to different answers: please look at this case again"
        act(tx, case, person, "reconsideration asked", at, {"look": row.id, "text": asked})
    return agrees


def consider(tx: Tx, look_id: str, person: str, words: str, *, at: Micros) -> None:
    """Say what comes of a disagreement; nothing changes by this itself.

    Args:
        tx: a writing transaction.
        look_id: an answered look whose answer is not the decision's.
        person: an operator or appeal reviewer who gave neither answer.
        words: the conclusion.
        at: the wall clock.

    Raises:
        CaseError: ``redress/no-such-look``, ``redress/nothing-to-consider``, ``redress/own-decision``,
            ``redress/no-reasons``, ``cases/wrong-role``.
    """
    acting(tx, person, "operator", "appeal_reviewer")
    row, decision = _known(tx, look_id)
    if decision is None or row.answer in (None, decision.answer) or row.considered_at is not None:
        message = "there are no two answers that differ, or this was considered before"
        raise refuse("redress/nothing-to-consider", message, "ombud case blind list --differ")
    if person in (decision.decided_by, decision.seconded_by, row.answered_by):
        raise refuse("redress/own-decision", "one of the two answers is yours", "another person considers it")
    free_to_judge(tx, decision.case_id, person)
    clean = text(words, "the conclusion", LENGTH, code="redress/no-reasons")
    looks.change(tx, row.id, considered_at=at, considered_by=person, conclusion=clean)
    act(tx, decision.case_id, person, "reconsidered", at, {"look": row.id, "text": clean})


def _known(tx: Tx, look_id: str) -> tuple[Look, Decision | None]:
    row = looks.get(tx, look_id)
    if row is None:
        hint = "ombud case blind list"
        raise refuse("redress/no-such-look", f"there is no look {look_id[:40]!r}", hint)
    return row, None if row.decision_id is None else decisions.get(tx, row.decision_id)


def _finding(tx: Tx, row: Look) -> Finding:
    found = None if row.finding is None else findings.get(tx, row.finding)
    assert found is not None
    return found


def _open(tx: Tx, look_id: str, person: str) -> tuple[Look, Decision | None]:
    """Return a look that this person may answer."""
    row, decision = _known(tx, look_id)
    if row.answered_at is not None:
        raise refuse("redress/look-answered", "this look was answered before", "ombud case blind list")
    if decision is not None:
        free_to_judge(tx, decision.case_id, person)
    part = _part(tx, row, person)
    if part is not None:
        message = f"you had a part in this case ({part}), so you cannot look at it blind"
        raise refuse("redress/not-blind", message, "another reviewer takes it")
    return row, decision


def _reads(tx: Tx, row: Look, languages: list[str]) -> bool:
    case = None if row.case_id is None else casework.waiting(tx, row.case_id)
    return case is None or case.language is None or case.language in languages


def _part(tx: Tx, row: Look, person: str) -> str | None:
    """Return what part somebody had in a case: any act in its history, or a declared conflict."""
    if row.case_id is None:
        return None
    if casework.barred(tx, row.case_id, person):
        return "conflict of interest"
    lines = cases.history(tx, row.case_id)
    return next((line.kind for line in lines if line.body.get("person") == person), None)
