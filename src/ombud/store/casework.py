"""Who holds a case, who may not, its place in the queue, and its closing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import and_, delete, func, or_, select, update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.cases import CLOSED, OPEN
from ombud.store.tables.core import case_history, cases
from ombud.store.tables.life import claims, conflicts
from ombud.store.transaction import Tx
from ombud.store.upsert import upsert


class Claim(msgspec.Struct, frozen=True):
    """Who holds a case, and since when."""

    case_id: str
    person: str
    at: Micros


class Waiting(msgspec.Struct, frozen=True):
    """An open case as the queue shows it; ``rank`` is its place in hours (see ``ombud.cases.priority``)."""

    n: int
    id: str
    subject_kind: str
    subject: str
    code: str
    clause: str
    clause_version: str
    lane: int
    severity: int
    hypothetical: bool
    opened_at: Micros
    findings: int
    imminence: int
    vulnerable: int
    reach: int
    confidence: int
    language: str | None
    rank: int
    holder: str | None


def claim_of(tx: Tx, case_id: str) -> Claim | None:
    """Return who holds a case."""
    return rows.one(tx, claims, Claim, claims.c.case_id == case_id)


def take(tx: Tx, claim: Claim) -> None:
    """Give a case to somebody, in place of who held it."""
    upsert(tx, claims, msgspec.structs.asdict(claim))


def drop(tx: Tx, case_id: str) -> None:
    """Let a case go."""
    tx.run(delete(claims).where(claims.c.case_id == case_id))


def held_by(tx: Tx, person: str) -> list[str]:
    """Return the cases that somebody holds."""
    return list(
        tx.run(select(claims.c.case_id).where(claims.c.person == person).order_by(claims.c.at)).scalars()
    )


def version(tx: Tx, case_id: str) -> int:
    """Return the number of the last line of the case's history: what a person has seen."""
    wanted = select(func.coalesce(func.max(case_history.c.n), 0)).where(case_history.c.case_id == case_id)
    return int(tx.run(wanted).scalar_one())


def bar(tx: Tx, case_id: str, person: str, why: str, at: Micros) -> None:
    """Keep somebody off a case."""
    upsert(tx, conflicts, {"case_id": case_id, "person": person, "at": at, "why": why})


def barred(tx: Tx, case_id: str, person: str) -> bool:
    """Return whether somebody declared that they cannot judge this case freely."""
    c = conflicts.c
    return tx.run(select(c.why).where(c.case_id == case_id, c.person == person)).first() is not None


def close(tx: Tx, case_id: str) -> None:
    """Close a case; nobody holds it any more."""
    tx.run(update(cases).where(cases.c.id == case_id).values(state=CLOSED))
    drop(tx, case_id)


def triage(tx: Tx, case_id: str, **values: int | str | None) -> None:
    """Set what moves a case in the queue: imminence, vulnerable, reach, confidence, language, lane."""
    tx.run(update(cases).where(cases.c.id == case_id).values(**values))


def queue(
    tx: Tx,
    *,
    languages: Sequence[str] = (),
    holder: str | None = None,
    free: bool = False,
    after: Waiting | None = None,
    limit: int = 50,
) -> list[Waiting]:
    """Return open cases in the order of the queue, after a given one.

    Args:
        tx: a transaction.
        languages: only cases in these languages, or in none that is known.
        holder: only cases that this person holds.
        free: only cases that nobody holds.
        after: the last case seen.
        limit: how many at most.
    """
    c = cases.c
    names = [name for name in Waiting.__struct_fields__ if name != "holder"]
    wanted = select(*(c[name] for name in names), claims.c.person)
    wanted = wanted.join_from(cases, claims, claims.c.case_id == c.id, isouter=True).where(c.state == OPEN)
    if languages:
        wanted = wanted.where(or_(c.language.is_(None), c.language.in_(languages)))
    if holder is not None:
        wanted = wanted.where(claims.c.person == holder)
    if free:
        wanted = wanted.where(claims.c.person.is_(None))
    if after is not None:
        same = and_(c.lane == after.lane, c.rank == after.rank)
        further = or_(c.reach < after.reach, and_(c.reach == after.reach, c.n > after.n))
        later = or_(c.lane > after.lane, and_(c.lane == after.lane, c.rank > after.rank), and_(same, further))
        wanted = wanted.where(c.lane >= after.lane, later)
    wanted = wanted.order_by(c.lane, c.rank, c.reach.desc(), c.n).limit(limit)
    return [Waiting(*row) for row in tx.run(wanted)]


def without_language(tx: Tx, limit: int) -> list[str]:
    """Return open cases whose language is not known yet."""
    c = cases.c
    wanted = select(c.id).where(c.state == OPEN, c.language.is_(None)).order_by(c.n).limit(limit)
    return list(tx.run(wanted).scalars())


def waiting(tx: Tx, case_id: str) -> Waiting | None:
    """Return one case as the queue shows it, open or not."""
    c = cases.c
    names = [name for name in Waiting.__struct_fields__ if name != "holder"]
    wanted = select(*(c[name] for name in names), claims.c.person)
    wanted = wanted.join_from(cases, claims, claims.c.case_id == c.id, isouter=True).where(c.id == case_id)
    row = tx.run(wanted).first()
    return None if row is None else Waiting(*row)
