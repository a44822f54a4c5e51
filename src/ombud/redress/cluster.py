"""A cluster: many cases of one clause that share something, and the sample that is looked at.

The sample is drawn by the cluster's content and the store's secret, so nobody can choose it.
Its cases are answered one by one like any other; the error bound of the whole follows from
these answers. A case belongs to one cluster in its life: what was refused together is decided
one by one, and no other selection of the same cases gets a luckier sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ombud.base.clock import Micros
from ombud.base.ids import content_hash
from ombud.cases.entry import digest, enter, name, new_salt, pseudonym
from ombud.cases.errors import CaseError, check, refuse
from ombud.cases.roles import acting
from ombud.cases.work import act, get
from ombud.measures.figures import STARTING, Figures
from ombud.measures.sampling import error_bound
from ombud.redress.answer import recall
from ombud.redress.clusterkey import alike, grouped
from ombud.store import Tx, cases, clusters
from ombud.store.clusters import Candidate, Cluster, Member

MOST = 20_000
"""Cases of one cluster."""

LONGEST_SAMPLE = 1_000
LISTED = "list"


@dataclass(frozen=True, slots=True)
class Looked:
    """One case of the sample: who answered it last since the proposal, and how (``None`` = not yet)."""

    member: Member
    verdict: str | None
    person: str | None


@dataclass(frozen=True, slots=True)
class Measured:
    """How wrong a cluster is, as far as is known.

    Attributes:
        sample: cases of the sample; ``answered`` of them so far.
        errors: those to which the clause was not found to apply, or of which an appeal said so later.
        bound: the share of errors that the whole has at most, with 95 % confidence.
        limit: what is allowed.
        decided: decisions of the cluster; ``reversed`` those that appeals reversed or changed.
    """

    sample: int
    answered: int
    errors: int
    bound: float
    limit: float
    decided: int = 0
    reversed: int = 0

    @property
    def over(self) -> bool:
        """Say whether the cluster is wrong too often, by its whole sample or by what appeals have shown."""
        if self.answered < self.sample:
            return False
        known = self.reversed / self.decided if self.decided else 0.0
        return max(self.bound, known) > self.limit


def propose(
    tx: Tx,
    person: str,
    *,
    at: Micros,
    like: str | None = None,
    shared: str = LISTED,
    listed: Sequence[str] = (),
    sample: int | None = None,
    figures: Figures = STARTING,
) -> Cluster:
    """Propose that cases be decided together; nothing is decided by that.

    Args:
        tx: a writing transaction.
        person: a reviewer.
        at: the wall clock.
        like: a case; all open ones of its clause that share ``shared`` with it are taken.
        shared: ``copies``, ``template`` or a column of the evidence.
        listed: the cases, where no ``like`` is given.
        sample: how many are looked at (more make the bound tighter; it cannot be changed later).
        figures: the least sample.

    Raises:
        CaseError: ``redress/too-few`` (a cluster is larger than its sample), ``redress/too-many``,
            ``redress/nothing-shared``, ``redress/not-for-a-cluster`` (with each case that cannot be
            in it), ``redress/bad-sample``, ``cases/…``.
    """
    acting(tx, person, "reviewer")
    size = figures.cluster_sample if sample is None else sample
    if not max(30, figures.cluster_sample) <= size <= LONGEST_SAMPLE:
        raise refuse("redress/bad-sample", f"a sample has {figures.cluster_sample} to {LONGEST_SAMPLE} cases")
    first, found = _like(tx, like, shared) if like is not None else _listed(tx, listed)
    if len(found) > MOST:
        raise refuse("redress/too-many", f"{len(found):,} cases; {MOST:,} are the most", "make two clusters")
    if len(found) <= size:
        message = f"{len(found)} cases are no more than the sample of {size}"
        raise refuse("redress/too-few", message, "decide them one by one")
    row, members = _drawn(tx, first, found, size, shared if like is not None else LISTED, person, at)
    clusters.add(tx, row, members)
    _enter(tx, row, members)
    return row


def _like(tx: Tx, case_id: str, shared: str) -> tuple[cases.Case, dict[str, list[Candidate]]]:
    case = get(tx, case_id)
    standing = list(clusters.candidates(tx, case.code, case.clause))
    seed = [each for each in standing if each.case_id == case_id]
    if not seed:
        raise refuse("redress/not-for-a-cluster", f"case {case_id} {_why_not(tx, case_id, case)}")
    belongs = alike(seed, shared)
    return case, grouped(each for each in standing if belongs(each))


def _listed(tx: Tx, ids: Sequence[str]) -> tuple[cases.Case, dict[str, list[Candidate]]]:
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise refuse("redress/too-few", "no case was named", "name a case, or a file of cases")
    first = get(tx, wanted[0])
    chosen = set(wanted)
    found = grouped(
        each for each in clusters.candidates(tx, first.code, first.clause) if each.case_id in chosen
    )
    problems: list[CaseError] = [
        refuse("redress/not-for-a-cluster", f"case {each[:40]} {_why_not(tx, each, first)}")
        for each in wanted
        if each not in found
    ]
    check(fault for problem in problems[:100] for fault in problem.faults)
    return first, found


def _why_not(tx: Tx, case_id: str, first: cases.Case) -> str:
    case = cases.get(tx, case_id)
    if case is None:
        return "is not known"
    if (case.code, case.clause) != (first.code, first.clause):
        return f"is about another clause than {first.code} {first.clause}"
    if case.state == cases.CLOSED:
        return "is closed"
    if case.hypothetical:
        return "is hypothetical"
    if case.lane == 0:
        return "is in lane 0 and decided by itself"
    if clusters.of_case(tx, case_id) is not None:
        return "belongs to a cluster already"
    return "has no standing findings about one account"


def _drawn(
    tx: Tx,
    first: cases.Case,
    found: dict[str, list[Candidate]],
    size: int,
    shared: str,
    person: str,
    at: Micros,
) -> tuple[Cluster, list[Member]]:
    """Name the cluster by its content, and draw its sample."""
    content = content_hash([[case, [row.n for row in found[case]]] for case in sorted(found)])
    number = clusters.next_number(tx)
    cluster_id = name(tx, "g", content, str(number))
    order = sorted(
        found, key=lambda case: tx.secret_digest(b"cluster sample", content.encode(), case.encode())
    )
    drawn = set(order[:size])
    row = Cluster(
        number, cluster_id, at, first.code, first.clause, shared, len(found), size, person, salt=new_salt()
    )
    members = []
    for n, case in enumerate(sorted(found, key=lambda case: found[case][0].n), start=1):
        seen = act(tx, case, person, "in a sample", at, {"cluster": cluster_id}) if case in drawn else 0
        who = name(tx, "u", cluster_id, found[case][0].account)
        members.append(Member(cluster_id, n, case, who, [row.n for row in found[case]], case in drawn, seen))
    return row, members


def _enter(tx: Tx, row: Cluster, members: Sequence[Member]) -> None:
    figures = {
        "cluster": row.id,
        "code": row.code,
        "clause": row.clause,
        "shared": row.shared,
        "cases": row.size,
        "accounts": len({each.who for each in members}),
        "sample": row.sample,
        "by": pseudonym(tx, row.id, row.proposed_by),
        "digest": digest(row.salt or b"", [[each.case_id, each.findings, each.sampled] for each in members]),
    }
    enter(tx, "cluster-proposed", figures, row.at)


def drop(tx: Tx, cluster_id: str, person: str, *, at: Micros) -> None:
    """Give a proposal up before anything of its sample is answered; its cases are free again.

    Raises:
        CaseError: ``redress/no-such-cluster``, ``redress/sample-begun``, ``redress/cluster-state``.
    """
    acting(tx, person, "reviewer")
    row = in_state(tx, cluster_id, clusters.SAMPLING)
    if any(each.verdict is not None for each in sample_of(tx, row)):
        message = "the sample has been looked at; a luckier one cannot be drawn"
        raise refuse("redress/sample-begun", message, "decide the cases one by one instead")
    clusters.forget_members(tx, row.id)
    clusters.change(tx, row.id, state=clusters.DROPPED)
    enter(tx, "cluster-dropped", {"cluster": row.id, "by": pseudonym(tx, row.id, person)}, at)


def known(tx: Tx, cluster_id: str) -> Cluster:
    """Return a cluster.

    Raises:
        CaseError: ``redress/no-such-cluster``.
    """
    row = clusters.get(tx, cluster_id)
    if row is None:
        hint = "ombud case cluster list"
        raise refuse("redress/no-such-cluster", f"there is no cluster {cluster_id[:40]!r}", hint)
    return row


def in_state(tx: Tx, cluster_id: str, *states: str) -> Cluster:
    """Return a cluster that is in one of some states.

    Raises:
        CaseError: ``redress/no-such-cluster``, ``redress/cluster-state``.
    """
    row = known(tx, cluster_id)
    if row.state not in states:
        raise refuse(
            "redress/cluster-state", f"the cluster is {row.state}", f"this needs: {', '.join(states)}"
        )
    return row


def sample_of(tx: Tx, row: Cluster) -> list[Looked]:
    """Return the sample with the answers given since the proposal."""
    found = []
    for member in clusters.members(tx, row.id, sampled=True):
        made = recall(tx, member.case_id)
        fresh = made is not None and made.n > member.seen
        found.append(
            Looked(member, made.verdict, made.person) if made and fresh else Looked(member, None, None)
        )
    return found


def measured(tx: Tx, row: Cluster, figures: Figures = STARTING) -> Measured:
    """Return how wrong a cluster is, by its sample and by the appeals against its decisions."""
    looked = sample_of(tx, row)
    answered = [each for each in looked if each.verdict is not None]
    wrong = sum(each.verdict != "applies" for each in answered)
    appealed = clusters.reversed_later(tx, row.id)
    errors = wrong + sum(appealed)
    bound = error_bound(min(errors, len(answered)), len(answered)) if answered else 1.0
    counts = clusters.counts(tx, row.id)
    decided = counts.get(clusters.DECIDED, 0) + counts.get(clusters.TAKEN_BACK, 0)
    return Measured(row.sample, len(answered), errors, bound, figures.cluster_error, decided, len(appealed))
