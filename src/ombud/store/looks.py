"""Second looks: decided cases that were drawn to be judged once more, by somebody who is not told how.

A look is drawn once for a decision, answered once, and kept. ``share`` is the share of decisions
that was drawn then, in parts of ten thousand; ``rules`` are those whose findings the decision
answered, as ``code/rule``. A look at a shadow finding, which has no case and no decision, is the
only one that anybody takes at it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, case, func, or_, select, update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.findings import EXPERIMENTAL
from ombud.store.tables.core import findings
from ombud.store.tables.life import clause_versions, decisions
from ombud.store.tables.second import second_looks
from ombud.store.transaction import Tx, chunks


class Look(msgspec.Struct, frozen=True):
    """A look at a decision or at a shadow ``finding`` (its number).

    ``considered_at`` is when somebody looked at a disagreement.
    """

    n: int
    id: str
    case_id: str | None
    decision_id: str | None
    finding: int | None
    drawn_at: Micros
    share: int
    rules: list[str]
    answered_at: Micros | None = None
    answered_by: str | None = None
    answer: str | None = None
    reasons: str | None = None
    considered_at: Micros | None = None
    considered_by: str | None = None
    conclusion: str | None = None
    salt: bytes | None = None


class Pair(msgspec.Struct, frozen=True):
    """A decision and its second look: two answers that knew nothing of one another."""

    code: str
    clause: str
    rules: list[str]
    first: str
    second: str


def add(tx: Tx, row: Look) -> None:
    """Keep a look that was drawn (``n`` from :func:`next_number`)."""
    rows.add(tx, second_looks, row)


def next_number(tx: Tx) -> int:
    """Return the number of the next look."""
    return tx.next_number(second_looks)


def get(tx: Tx, look_id: str) -> Look | None:
    """Return a look by its id."""
    return rows.one(tx, second_looks, Look, second_looks.c.id == look_id)


def of_decision(tx: Tx, decision_id: str) -> Look | None:
    """Return the look that was drawn for a decision."""
    return rows.one(tx, second_looks, Look, second_looks.c.decision_id == decision_id)


def waiting(tx: Tx, limit: int, after: int = 0) -> list[Look]:
    """Return looks that nobody has answered, the oldest first, numbered above ``after``."""
    c = second_looks.c
    return rows.every(tx, second_looks, Look, c.answered_at.is_(None), c.n > after, order=[c.n], limit=limit)


def differing(tx: Tx, limit: int) -> list[Look]:
    """Return looks whose answer is not the decision's and that nobody has considered yet, oldest first."""
    c, d = second_looks.c, decisions.c
    wanted = select(*(c[name] for name in Look.__struct_fields__)).join_from(
        second_looks, decisions, d.id == c.decision_id
    )
    differ = (c.answered_at.is_not(None), c.considered_at.is_(None), c.answer != d.answer)
    found = tx.run(wanted.where(*differ).order_by(c.n).limit(limit))
    return [Look(*row) for row in found]


def shadows(tx: Tx, code: str, rule: str) -> Iterator[int]:
    """Yield the numbers of shadow findings of a rule's newest text, one a target, not yet drawn."""
    f, c = findings.c, second_looks.c
    mine = (f.code == code, f.rule == rule, f.status == EXPERIMENTAL, f.hypothetical.is_(False))
    newest = select(f.rule_hash).where(*mine).order_by(f.n.desc()).limit(1)
    rule_hash = tx.run(newest).scalar()
    what = case((f.subject_kind == "post", func.coalesce(f.post, f.subject)), else_=f.account)
    wanted = (
        select(func.min(f.n), func.max(c.n))
        .join_from(findings, second_looks, c.finding == f.n, isouter=True)
        .where(*mine, f.rule_hash == rule_hash, f.case_id.is_(None), f.salt.is_not(None))
        .group_by(f.origin, f.subject_kind, what)
    )
    for n, asked in tx.run(wanted):
        if asked is None:
            yield int(n)


def change(tx: Tx, look_id: str, **values: Any) -> None:
    """Fill in an answer or a conclusion; the guards of migration 0007 hold that it happens once."""
    tx.run(update(second_looks).where(second_looks.c.id == look_id).values(**values))


def pairs(tx: Tx, since: Micros, until: Micros, code: str | None = None) -> list[Pair]:
    """Return decisions with their second look, those looked at within a stretch of time."""
    c, d, k = second_looks.c, decisions.c, clause_versions.c
    wanted = (
        select(k.code, k.clause, c.rules, d.answer, c.answer)
        .join_from(second_looks, decisions, d.id == c.decision_id)
        .join(clause_versions, k.id == d.clause_id)
        .where(c.answered_at >= since, c.answered_at < until)
        .order_by(c.n)
    )
    if code is not None:
        wanted = wanted.where(k.code == code)
    return [Pair(*row) for row in tx.run(wanted)]


def count(tx: Tx) -> tuple[int, int]:
    """Return how many looks were drawn, and how many of them are answered."""
    wanted = select(func.count(), func.count(second_looks.c.answered_at)).select_from(second_looks)
    drawn, answered = tx.run(wanted).one()
    return int(drawn), int(answered)


def empty(tx: Tx, decision_ids: Collection[str], gone: str) -> int:
    """Empty the words of second looks at decisions that were erased; return how many changed."""
    return _empty(tx, second_looks.c.decision_id, decision_ids, gone)


def empty_shadow(tx: Tx, findings: Collection[int], gone: str) -> int:
    """Empty the words of looks at shadow findings that were erased; return how many changed."""
    return _empty(tx, second_looks.c.finding, findings, gone)


def _empty(tx: Tx, at: ColumnElement[Any], names: Collection[Any], gone: str) -> int:
    c, done = second_looks.c, 0
    for some in chunks(sorted(names)):
        words = or_(c.reasons != gone, c.conclusion != gone)
        these = update(second_looks).where(at.in_(some), c.reasons.is_not(None), words)
        concluded = case((c.conclusion.is_not(None), gone))
        done += tx.run(these.values(reasons=gone, conclusion=concluded, salt=None)).rowcount
    return done
