"""Clusters: many cases of one clause that one act decides, with the sample that was looked at.

A group of accounts exists only in here: a member names its case, and the account by a name
that only this store can make for this cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    delete,
    func,
    select,
    update,
)

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.core import cases, findings
from ombud.store.tables.life import appeals
from ombud.store.tables.wider import cluster_agreements, cluster_members, clusters, withdrawals
from ombud.store.transaction import Tx, chunks

SAMPLING, CONFIRMED, APPLIED, UNDOING, UNDONE, DROPPED = (
    *("sampling", "confirmed", "applied"),
    *("undoing", "undone", "dropped"),
)
_PAGE = 2_000

WAITING, DECIDED, LEFT_OUT, TAKEN_BACK = "waiting", "decided", "left out", "undone"


class Cluster(msgspec.Struct, frozen=True):
    """Many cases of one clause. ``shared`` says what they have in common; ``sample`` is how many
    are looked at one by one. ``choice`` and ``undone_because`` are kept only while the act goes
    on: afterwards their words stand in each decision and notice, where an erasure finds them.
    """

    n: int
    id: str
    at: Micros
    code: str
    clause: str
    shared: str
    size: int
    sample: int
    proposed_by: str
    state: str = SAMPLING
    digest: str | None = None
    choice: Any = None
    confirmed_at: Micros | None = None
    confirmed_by: str | None = None
    seconded_by: str | None = None
    undone_at: Micros | None = None
    undone_by: str | None = None
    undone_because: str | None = None
    salt: bytes | None = None


class Member(msgspec.Struct, frozen=True):
    """A case in a cluster: its findings then, and the line of its history that stood last (``seen``).

    ``who`` names the account inside this cluster only; ``shown`` is the digest of the plan that
    was shown for it; ``why`` is the code of what left it out.
    """

    cluster_id: str
    n: int
    case_id: str
    who: str
    findings: list[int]
    sampled: bool
    seen: int
    state: str = WAITING
    why: str | None = None
    shown: str | None = None
    decision_id: str | None = None


class Agreement(msgspec.Struct, frozen=True):
    """A second person who agreed to a preview."""

    cluster_id: str
    person: str
    at: Micros
    digest: str


class Candidate(msgspec.Struct, frozen=True):
    """A finding on a case that could be decided with others."""

    n: int
    case_id: str
    rule: str
    account: str
    evidence: Any


def candidates(tx: Tx, code: str, clause: str) -> Iterator[Candidate]:
    """Yield the standing findings on open cases of a clause, in order.

    Left out are hypothetical cases, those of lane 0, and those that belong to a cluster.
    """
    f, c, m = findings.c, cases.c, cluster_members.c
    wanted = (
        select(f.n, f.case_id, f.rule, f.account, f.evidence)
        .join_from(findings, cases, c.id == f.case_id)
        .join(cluster_members, m.case_id == c.id, isouter=True)
        .where(c.code == code, c.clause == clause, c.state == "open", ~c.hypothetical, c.lane > 0)
        .where(~f.hypothetical, f.mended_at.is_(None), m.case_id.is_(None))
        .order_by(f.n)
        .limit(_PAGE)
    )
    after = 0
    while True:
        found = [Candidate(*row) for row in tx.run(wanted.where(f.n > after))]
        yield from found
        if len(found) < _PAGE:
            return
        after = found[-1].n


def next_number(tx: Tx) -> int:
    """Return the number of the next cluster."""
    return tx.next_number(clusters)


def add(tx: Tx, row: Cluster, members: Sequence[Member]) -> None:
    """Keep a cluster and its members."""
    rows.add(tx, clusters, row)
    for some in chunks(members):
        tx.run(cluster_members.insert(), [msgspec.structs.asdict(each) for each in some])


def get(tx: Tx, cluster_id: str) -> Cluster | None:
    """Return a cluster."""
    return rows.one(tx, clusters, Cluster, clusters.c.id == cluster_id)


def page(tx: Tx, *states: str, limit: int = 1_000) -> list[Cluster]:
    """Return clusters in the order proposed, those in some states or all."""
    where = [clusters.c.state.in_(states)] if states else []
    return rows.every(tx, clusters, Cluster, *where, order=[clusters.c.n], limit=limit)


def change(tx: Tx, cluster_id: str, **values: Any) -> None:
    """Set what changes in a cluster's life: its state, who confirmed it, who undid it."""
    tx.run(update(clusters).where(clusters.c.id == cluster_id).values(**values))


def members(
    tx: Tx,
    cluster_id: str,
    *,
    state: str | None = None,
    sampled: bool | None = None,
    after: int = 0,
    limit: int | None = None,
) -> list[Member]:
    """Return a cluster's members in order, those in a state, those in the sample, or all."""
    c = cluster_members.c
    where = [c.cluster_id == cluster_id, c.n > after]
    where += [c.state == state] if state is not None else []
    where += [c.sampled == sampled] if sampled is not None else []
    return rows.every(tx, cluster_members, Member, *where, order=[c.n], limit=limit)


def change_member(tx: Tx, member: Member, **values: Any) -> None:
    """Set what became of a member."""
    c = cluster_members.c
    tx.run(update(cluster_members).where(c.cluster_id == member.cluster_id, c.n == member.n).values(**values))


def note_shown(tx: Tx, cluster_id: str, shown: Sequence[tuple[int, str | None, str | None]]) -> None:
    """Write down what a preview showed: (number, digest of the plan, or why it is left out)."""
    for n, digest, why in shown:
        c = cluster_members.c
        state = WAITING if why is None else LEFT_OUT
        tx.run(
            update(cluster_members)
            .where(c.cluster_id == cluster_id, c.n == n)
            .values(shown=digest, why=why, state=state)
        )


def forget_members(tx: Tx, cluster_id: str) -> None:
    """Let the cases of a dropped cluster go."""
    tx.run(delete(cluster_members).where(cluster_members.c.cluster_id == cluster_id))


def in_clusters(tx: Tx, ids: Sequence[str]) -> set[str]:
    """Return which of some cases belong to a cluster already."""
    found: set[str] = set()
    for some in chunks(ids):
        found.update(
            tx.run(select(cluster_members.c.case_id).where(cluster_members.c.case_id.in_(some))).scalars()
        )
    return found


def of_case(tx: Tx, case_id: str) -> Member | None:
    """Return the membership of a case."""
    return rows.one(tx, cluster_members, Member, cluster_members.c.case_id == case_id)


def agree(tx: Tx, row: Agreement) -> None:
    """Keep that a second person agreed; a later agreement takes the place of an earlier one."""
    c = cluster_agreements.c
    tx.run(delete(cluster_agreements).where(c.cluster_id == row.cluster_id, c.person == row.person))
    rows.add(tx, cluster_agreements, row)


def agreements(tx: Tx, cluster_id: str) -> list[Agreement]:
    """Return who agreed to what."""
    c = cluster_agreements.c
    return rows.every(tx, cluster_agreements, Agreement, c.cluster_id == cluster_id, order=[c.at, c.person])


def counts(tx: Tx, cluster_id: str) -> dict[str, int]:
    """Return how many members are in each state."""
    c = cluster_members.c
    wanted = select(c.state, func.count()).where(c.cluster_id == cluster_id).group_by(c.state)
    return {str(row[0]): int(row[1]) for row in tx.run(wanted)}


def reversed_later(tx: Tx, cluster_id: str) -> list[bool]:
    """Return an item for each decision found wrong later: was it in the sample?

    Found wrong by an appeal that reversed or changed it, by a dispute body outside, or by ourselves.
    """
    c = cluster_members.c
    appealed = select(appeals.c.decision_id).where(appeals.c.outcome.in_(("reversed", "changed")))
    taken = select(withdrawals.c.decision_id).where(withdrawals.c.ground.in_(("dispute", "own")))
    wrong = c.decision_id.in_(appealed) | c.decision_id.in_(taken)
    wanted = select(c.sampled).where(c.cluster_id == cluster_id, wrong).order_by(c.n)
    return [bool(row[0]) for row in tx.run(wanted)]
