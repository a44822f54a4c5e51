"""Carrying out a cluster decision, and undoing it: member by member, in small transactions.

What was confirmed is done and nothing else: each member's plan is made anew and compared with
the one that was shown. A process may die between any two members; the next call, or the next
``ombud tick``, goes on. A used-up daily quota stops it until the next day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from ombud.base.clock import Clock, Micros
from ombud.cases.entry import enter, pseudonym
from ombud.cases.errors import CaseError, refuse
from ombud.cases.roles import acting
from ombud.cases.work import act
from ombud.measures.figures import STARTING, Figures
from ombud.redress.cluster import in_state, known, sample_of
from ombud.redress.clusterplan import QUOTA, Whole, plan_member, preview_cluster, sampled_well
from ombud.redress.decide import write_plan
from ombud.redress.model import Choice
from ombud.redress.plan import checked_reasons, digest_of
from ombud.redress.tell import tell_all
from ombud.redress.withdraw import withdraw
from ombud.redress.writer import Entries, finish
from ombud.store import Store, Tx, cases, casework, clusters, decisions, people
from ombud.store.clusters import Agreement, Cluster, Member

AT_ONCE = 10
"""Members of one transaction, so that people at work never wait long."""

CHANGED, STOPPED = "redress/stale-preview", "redress/cluster-undone"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a cluster is: members decided, left out, undone, waiting; ``tomorrow`` = a quota is used up."""

    state: str
    decided: int
    left_out: int
    undone: int
    waiting: int
    tomorrow: bool = False


def agree_to_cluster(
    tx: Tx, cluster_id: str, person: str, shown: str, *, at: Micros, no_conflict: bool = False
) -> None:
    """Agree, as the second person, to what the preview of a cluster showed.

    Raises:
        CaseError: ``redress/declare``, ``redress/cluster-state``, ``cases/…``.
    """
    acting(tx, person, "reviewer")
    row = in_state(tx, cluster_id, clusters.SAMPLING)
    _declared(no_conflict)
    clusters.agree(tx, Agreement(row.id, person, at, shown[:64]))
    enter(
        tx,
        "cluster-agreed",
        {"cluster": row.id, "shown": shown[:64], "by": pseudonym(tx, row.id, person)},
        at,
    )


def confirm_cluster(
    store: Store,
    cluster_id: str,
    choice: Choice,
    person: str,
    *,
    shown: str,
    clock: Clock,
    no_conflict: bool = False,
    figures: Figures = STARTING,
) -> Progress:
    """Decide a cluster: write down what was confirmed, then carry it out as far as today's quotas go.

    Args:
        store: an open store.
        cluster_id: a cluster whose sample is answered.
        choice: what is done to each, and why; the reasons stand in every notice.
        person: who decides; answered a part of the sample.
        shown: the digest of the preview, or its first 12 letters at least.
        clock: the wall clock.
        no_conflict: the person declares to have no conflict of interest.
        figures: thresholds, half-lives, quotas, the limit of errors.

    Raises:
        CaseError: ``redress/stale-preview``, ``redress/needs-two``, ``redress/declare``, and those of
            :func:`~ombud.redress.clusterplan.preview_cluster`. Nothing was done.
    """
    _declared(no_conflict)
    with store.read() as tx:
        seen = preview_cluster(tx, cluster_id, choice, person, clock.now(), figures)
    if not _same(seen.digest, shown):
        message = "this is not what was shown: a case, a standing or the choice has changed"
        raise refuse(CHANGED, message, "look at the preview again")
    with store.begin() as tx:
        acting(tx, person, "reviewer")
        row = in_state(tx, cluster_id, clusters.SAMPLING)
        sampled_well(tx, row, person, figures)
        second = _second(tx, row, seen, person) if seen.two else None
        _keep(tx, row, choice, seen, person, second, clock.now())
    return go_on(store, cluster_id, clock=clock, figures=figures)


def _same(digest: str, shown: str) -> bool:
    """Say whether a digest, or its first 12 letters at least, is the one that was shown."""
    return len(shown) >= 12 and digest.startswith(shown)


def _declared(no_conflict: bool) -> None:
    if not no_conflict:
        hint = "say that you have no conflict of interest"
        raise refuse("redress/declare", "declare whether you can judge these cases freely", hint)


def _second(tx: Tx, row: Cluster, seen: Whole, person: str) -> str:
    for each in clusters.agreements(tx, row.id):
        barred = any(casework.barred(tx, look.member.case_id, each.person) for look in sample_of(tx, row))
        fits = each.digest == seen.digest and each.person != person and not barred
        if fits and "reviewer" in people.roles(tx, each.person):
            return each.person
    hint = f"another reviewer says: ombud case cluster agree {row.id} {seen.digest[:12]}…"
    raise refuse("redress/needs-two", "severity 4 and closings need two people", hint)


def _keep(
    tx: Tx, row: Cluster, choice: Choice, seen: Whole, person: str, second: str | None, at: Micros
) -> None:
    clusters.note_shown(tx, row.id, [(each.member.n, each.digest, each.why) for each in seen.members])
    clusters.change(
        tx,
        row.id,
        state=clusters.CONFIRMED,
        digest=seen.digest,
        choice=msgspec.to_builtins(asdict(choice)),
        confirmed_at=at,
        confirmed_by=person,
        seconded_by=second,
    )
    figures = {
        "cluster": row.id,
        "shown": seen.digest,
        "sample": seen.measured.sample,
        "errors": seen.measured.errors,
        "bound": f"{seen.measured.bound:.4f}",
        "limit": f"{seen.measured.limit:.4f}",
        "cases": seen.decided,
        "left_out": sum(seen.left_out.values()),
        "measures": dict(seen.measures),
        "by": pseudonym(tx, row.id, person),
        "second": None if second is None else pseudonym(tx, row.id, second),
    }
    enter(tx, "cluster-confirmed", figures, at)


def go_on(store: Store, cluster_id: str, *, clock: Clock, figures: Figures = STARTING) -> Progress:
    """Go on with what was confirmed, or with undoing it, until it is done or a quota is used up."""
    while True:
        with store.begin() as tx:
            tx.alone()
            row = known(tx, cluster_id)
            more, tomorrow = False, False
            if row.state == clusters.CONFIRMED:
                more, tomorrow = _decide_some(tx, row, clock.now(), figures)
            elif row.state == clusters.UNDOING:
                more = _undo_some(tx, row, clock.now(), figures)
            if not more:
                return progress(tx, cluster_id, tomorrow=tomorrow)


def progress(tx: Tx, cluster_id: str, *, tomorrow: bool = False) -> Progress:
    """Return how far a cluster is."""
    counts = clusters.counts(tx, cluster_id)
    return Progress(
        known(tx, cluster_id).state,
        decided=counts.get(clusters.DECIDED, 0),
        left_out=counts.get(clusters.LEFT_OUT, 0),
        undone=counts.get(clusters.TAKEN_BACK, 0),
        waiting=counts.get(clusters.WAITING, 0),
        tomorrow=tomorrow,
    )


def _decide_some(tx: Tx, row: Cluster, at: Micros, figures: Figures) -> tuple[bool, bool]:
    """Decide the next members; return whether to go on, and whether a quota stopped it."""
    choice = msgspec.convert(row.choice, Choice)
    some = clusters.members(tx, row.id, state=clusters.WAITING, limit=AT_ONCE)
    for member in some:
        try:
            _decide(tx, row, member, choice, at, figures)
        except CaseError as problem:
            if any(fault.code == QUOTA for fault in problem.faults):
                return False, True
            _leave_out(tx, row, member, problem.code, at)
    if some:
        return True, False
    _end(tx, row, clusters.APPLIED, "cluster-applied", clusters.DECIDED, at, choice=None)
    return False, False


def _decide(tx: Tx, row: Cluster, member: Member, choice: Choice, at: Micros, figures: Figures) -> None:
    assert row.confirmed_by is not None
    plan = plan_member(tx, row, member, choice, row.confirmed_by, at, figures)
    if plan.digest != member.shown:
        raise refuse(CHANGED, "this is not what was shown for this case")
    entries: Entries = []
    done = write_plan(tx, plan, row.confirmed_by, row.seconded_by, at, entries)
    casework.close(tx, member.case_id)
    finish(tx, entries, at)
    body = {"decision": done.decision, "answer": "applies", "cluster": row.id}
    act(tx, member.case_id, row.confirmed_by, "decided", at, body)
    tell_all(tx, done.decision, at=at, figures=figures)
    clusters.change_member(tx, member, state=clusters.DECIDED, decision_id=done.decision)


def _leave_out(tx: Tx, row: Cluster, member: Member, why: str, at: Micros) -> None:
    clusters.change_member(tx, member, state=clusters.LEFT_OUT, why=why)
    cases.note(tx, member.case_id, at, "left out of a cluster", {"cluster": row.id, "reason": why})


def _end(tx: Tx, row: Cluster, state: str, kind: str, counted: str, at: Micros, **emptied: Any) -> None:
    """Close a stretch of a cluster's life, with one entry that stands for all its decisions."""
    done = clusters.members(tx, row.id, state=counted)
    names = "\n".join(sorted(each.decision_id or "" for each in done))
    clusters.change(tx, row.id, state=state, **emptied)
    figures: Mapping[str, Any] = {
        "cluster": row.id,
        "decisions": len(done),
        "left_out": clusters.counts(tx, row.id).get(clusters.LEFT_OUT, 0),
        "names": hashlib.sha256(names.encode()).hexdigest(),
    }
    enter(tx, kind, figures, at)


@dataclass(frozen=True, slots=True)
class Undoing:
    """What an undo will do: how many decisions it takes back, and the digest to confirm it with."""

    decisions: int
    stopped: int
    digest: str


def preview_undo(tx: Tx, cluster_id: str, person: str, reasons: str) -> Undoing:
    """Return what undoing a cluster would do.

    Raises:
        CaseError: ``redress/cluster-state``, ``redress/no-reasons``.
    """
    row = in_state(tx, cluster_id, clusters.CONFIRMED, clusters.APPLIED)
    counts = clusters.counts(tx, row.id)
    done, waiting = counts.get(clusters.DECIDED, 0), counts.get(clusters.WAITING, 0)
    return Undoing(done, waiting, digest_of([row.id, person, checked_reasons(reasons), done, waiting]))


def undo_cluster(
    store: Store,
    cluster_id: str,
    person: str,
    reasons: str,
    *,
    shown: str,
    clock: Clock,
    figures: Figures = STARTING,
) -> Progress:
    """Undo a cluster by one act: every decision of it is taken back and each account is told.

    What an appeal reversed already is left as it is. Members that waited are not decided.

    Raises:
        CaseError: ``redress/stale-preview``, ``redress/cluster-state``, ``redress/no-reasons``, roles.
    """
    with store.begin() as tx:
        acting(tx, person, "reviewer", "appeal_reviewer", "operator")
        seen = preview_undo(tx, cluster_id, person, reasons)
        if not _same(seen.digest, shown):
            raise refuse(CHANGED, "the cluster has gone on since you looked", "look at the preview again")
        why = checked_reasons(reasons)
        row = known(tx, cluster_id)
        clusters.change(
            tx,
            row.id,
            state=clusters.UNDOING,
            choice=None,
            undone_at=clock.now(),
            undone_by=person,
            undone_because=why,
        )
        figures_ = {"cluster": row.id, "decisions": seen.decisions, "by": pseudonym(tx, row.id, person)}
        enter(tx, "cluster-undoing", figures_, clock.now())
    return go_on(store, cluster_id, clock=clock, figures=figures)


def _undo_some(tx: Tx, row: Cluster, at: Micros, figures: Figures) -> bool:
    """Take back the next decisions; return whether there may be more."""
    for member in clusters.members(tx, row.id, state=clusters.WAITING, limit=AT_ONCE):
        _leave_out(tx, row, member, STOPPED, at)
    some = clusters.members(tx, row.id, state=clusters.DECIDED, limit=AT_ONCE)
    for member in some:
        decision = decisions.get(tx, member.decision_id or "")
        assert decision is not None
        withdraw(tx, decision, "cluster", row.undone_because or "", at=at, by=row.undone_by, figures=figures)
        clusters.change_member(tx, member, state=clusters.TAKEN_BACK)
    if some or clusters.counts(tx, row.id).get(clusters.WAITING):
        return True
    _end(tx, row, clusters.UNDONE, "cluster-undone", clusters.TAKEN_BACK, at, undone_because=None)
    return False
