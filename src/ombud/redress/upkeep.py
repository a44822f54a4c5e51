"""The wider part of a tick: calls for lane 0, labels that come and go, clusters that go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ombud.base.clock import Clock
from ombud.measures.figures import STARTING, Figures
from ombud.redress.automatic import label_all
from ombud.redress.cluster import measured
from ombud.redress.clusterwork import go_on, progress
from ombud.redress.page import call
from ombud.redress.senders import Sender
from ombud.redress.unlabel import lift_mended, lift_unchecked
from ombud.store import Store, Tx, clusters
from ombud.store.clusters import Cluster


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What the wider part of a tick did, and what waits.

    Attributes:
        lane_zero: cases of lane 0 that nobody has taken; ``lane_zero_overdue`` of them for an hour.
        duty_called: letters that reached somebody on duty; ``duty_failed`` those that did not leave.
        on_duty: how many people are on duty.
        labels: labels that rules set; ``labels_lifted`` those taken back.
        labels_tripped: clauses that a used-up quota gave back to people.
        labels_lapsed: clauses whose operator has the role no more.
        clusters_waiting: members of confirmed clusters that wait for tomorrow's quota.
        clusters_over: clusters that appeals have shown to be wrong too often.
    """

    lane_zero: int = 0
    lane_zero_overdue: int = 0
    duty_called: int = 0
    duty_failed: int = 0
    on_duty: int = 0
    labels: int = 0
    labels_lifted: int = 0
    labels_tripped: int = 0
    labels_lapsed: int = 0
    clusters_waiting: int = 0
    clusters_over: int = 0


def keep_up(
    store: Store, clock: Clock, senders: Sequence[Sender] = (), figures: Figures = STARTING
) -> Upkeep:
    """Call for lane 0, lift labels, set labels, go on with clusters; twice at once changes nothing."""
    called = call(store, clock, senders)
    lifted = lift_unchecked(store, clock, figures) + lift_mended(store, clock, figures)
    labelled = label_all(store, clock, figures)
    with store.read() as tx:
        going = [row.id for row in clusters.page(tx, clusters.CONFIRMED, clusters.UNDOING)]
    for each in going:
        go_on(store, each, clock=clock, figures=figures)
    with store.read() as tx:
        done = clusters.page(tx, clusters.CONFIRMED, clusters.APPLIED)
        return Upkeep(
            lane_zero=called.waiting,
            lane_zero_overdue=called.overdue,
            duty_called=called.called,
            duty_failed=called.failed,
            on_duty=called.on_duty,
            labels=labelled.labels,
            labels_lifted=lifted,
            labels_tripped=len(labelled.tripped),
            labels_lapsed=len(labelled.lapsed),
            clusters_waiting=sum(progress(tx, row.id).waiting for row in done),
            clusters_over=sum(_over(tx, row, figures) for row in done),
        )


def _over(tx: Tx, row: Cluster, figures: Figures) -> bool:
    """Say whether appeals have shown that a cluster is wrong too often."""
    return bool(clusters.reversed_later(tx, row.id)) and measured(tx, row, figures).over
