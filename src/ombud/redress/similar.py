"""Decided cases like the one at hand: precedents, with what was answered and what became of it.

Near is near in words: the text of the first finding is cut into pieces as copies are
(``ombud.signals.copies.written``), decided cases under the same harm that share most of them
are looked up, and the Jaccard similarity of the whole texts ranks them, the same clause first.

A precedent names no account and no reviewer. Cases of an account that the case at hand is about
would tell its prior standing, so they stay hidden until the clause question is answered.
Content of sealed harms is neither kept for this nor shown. The cost is bounded: ten
pieces, a hundred decisions each, twenty texts compared, however many cases there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ombud.base.clock import Micros
from ombud.cases.errors import refuse
from ombud.cases.reports import SEALED
from ombud.signals.copies.written import pieces_of, plain_text, sketch_of
from ombud.store import Tx, appeals, cases, clauses, decisions, findings, measures, precedents, withdrawals
from ombud.store.clauses import ClauseVersion
from ombud.store.decisions import Decision

COMPARED = 20
"""Texts compared whole, those that share most pieces."""

LEAST = 0.2
"""Jaccard similarity of pieces below which two texts have little in common (a starting value)."""

EXCERPT = 120
"""Characters of the other text that are shown."""


@dataclass(frozen=True, slots=True)
class Similar:
    """A decided case like the one at hand.

    ``nearness`` is 0 to 1; ``measures`` are kinds, without those that were undone; ``appeal`` is
    its outcome, ``waiting``, ``taken back`` (without an appeal), or ``None``; ``own`` says that
    it is about an account of the case at hand.
    """

    case: str
    decision: str
    at: Micros
    code: str
    clause: str
    nearness: float
    answer: str
    measures: tuple[str, ...]
    appeal: str | None
    excerpt: str
    own: bool


def remember(tx: Tx, decision: Decision, harm: str) -> None:
    """Keep the pieces of a decision's text, so that later cases under the same harm find it."""
    if harm not in SEALED:
        said = _text(tx, decision.case_id, decision.account)
        precedents.put(tx, decision.n, harm, sketch_of(plain_text(said)))


def similar(tx: Tx, case_id: str, limit: int = 5) -> list[Similar]:
    """Return decided cases like this one, the nearest first, those of the same clause before others.

    Raises:
        CaseError: ``cases/no-such-case``.
    """
    case = cases.get(tx, case_id)
    if case is None:
        raise refuse("cases/no-such-case", f"there is no case {case_id[:40]!r}", "ombud case list")
    versions = clauses.versions(tx, case.code, case.clause)
    if not versions or versions[-1].harm in SEALED:
        return []
    mine = {row.account for row in findings.page(tx, case_id=case_id, limit=50)}
    text = plain_text(_text(tx, case_id))
    pieces, answered = pieces_of(text), _answered(tx, case_id)
    found = []
    for decision in _near(tx, versions[-1].harm, sketch_of(text)):
        own = decision.account in mine or decision.account == case.subject
        if decision.case_id == case_id or (own and not answered):
            continue
        clause = clauses.get(tx, decision.clause_id)
        assert clause is not None
        said = _text(tx, decision.case_id, decision.account)
        nearness = _jaccard(pieces, pieces_of(plain_text(said)))
        if nearness >= LEAST:
            found.append(_similar(tx, decision, clause, nearness, said, own))
    same = (case.code, case.clause)
    found.sort(key=lambda each: ((each.code, each.clause) != same, -each.nearness, -each.at, each.case))
    return found[:limit]


def _near(tx: Tx, harm: str, sketch: Sequence[int]) -> list[Decision]:
    return decisions.numbered(tx, precedents.near(tx, harm, sketch, COMPARED))


def _similar(
    tx: Tx, decision: Decision, clause: ClauseVersion, nearness: float, said: str, own: bool
) -> Similar:
    kinds = [row.kind for row in measures.of_decision(tx, decision.id) if row.reversed_at is None]
    outcomes = [row.outcome or "waiting" for row in appeals.of_decision(tx, decision.id)]
    if withdrawals.of_decision(tx, decision.id) is not None:
        outcomes.append("taken back")
    line = " ".join(said.split())
    return Similar(
        case=decision.case_id,
        decision=decision.id,
        at=decision.at,
        code=clause.code,
        clause=clause.clause,
        nearness=round(nearness, 3),
        answer=decision.answer,
        measures=tuple(kinds),
        appeal=outcomes[-1] if outcomes else None,
        excerpt=line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…",
        own=own,
    )


def _answered(tx: Tx, case_id: str) -> bool:
    """Say whether the clause question of a case was answered."""
    return any(line.kind == "answered" for line in cases.history(tx, case_id))


def _text(tx: Tx, case_id: str, account: str | None = None) -> str:
    """Return the words that a case is about: the text of its first finding that has one."""
    for row in findings.page(tx, case_id=case_id, limit=20, account=account):
        said = row.evidence.get("post.text") if isinstance(row.evidence, dict) else None
        if isinstance(said, str) and said.strip():
            return said
    return ""


def _jaccard(one: set[int], other: set[int]) -> float:
    either = len(one | other)
    return len(one & other) / either if either else 0.0
