"""What time brings: ends are entered, late appeals suspend, what is due is shown, mail goes out.

A tick may come early, late, twice or never: measures are in effect by their instants alone,
and every step looks at what is not done yet, so a second tick changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ombud.base.clock import Clock, Micros, format_time
from ombud.base.errors import OmbudError
from ombud.cases import language, weighing
from ombud.cases.errors import refuse
from ombud.measures.effect import in_effect
from ombud.measures.figures import STARTING, Figures
from ombud.redress.appeal import suspend
from ombud.redress.bodies import tell_lapsed
from ombud.redress.closing import EVERY
from ombud.redress.escrow import settle_due
from ombud.redress.hold import span_of
from ombud.redress.orders import Delivered, Executor, catch_up, deliver, follow
from ombud.redress.senders import RETRIES, Outgoing, Sender
from ombud.redress.upkeep import Upkeep, keep_up
from ombud.redress.words import RECEIPT_MARK
from ombud.redress.writer import receipt_of
from ombud.store import (
    Store,
    Tx,
    appeals,
    cases,
    closings,
    decisions,
    disclosures,
    erasing,
    executors,
    ledger,
    measures,
    notices,
    orders,
    outbox,
)
from ombud.store.appeals import Appeal
from ombud.store.outbox import Parcel

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did, and what waits for a person."""

    ended: int = 0
    late: int = 0
    suspended: int = 0
    sent: int = 0
    failed: int = 0
    given_up: int = 0
    corrections_due: int = 0
    reviews_due: int = 0
    routed: int = 0
    bodies_told: int = 0
    disclosures_due: int = 0
    escrows_ended: int = 0
    orders_done: int = 0
    orders_failed: int = 0
    orders_given_up: int = 0
    orders_untold: int = 0
    places_changed: int = 0
    wider: Upkeep = field(default_factory=Upkeep)


def tick(
    store: Store,
    clock: Clock,
    senders: Sequence[Sender] = (),
    executor: Executor | None = None,
    figures: Figures = STARTING,
) -> Ticked:
    """Do everything that time brings.

    Args:
        store: an open store.
        clock: the wall clock.
        senders: every way by which notices leave; a notice counts as delivered when all took it.
        executor: what carries measures out; notices are sent before it is asked.
        figures: thresholds and quotas.
    """
    ended = _ends(store, clock.now())
    late, suspended = _late(store, clock.now())
    wider = keep_up(store, clock, senders, figures)
    income = settle_due(store, clock.now())
    sent, failed, given_up = _send(store, clock, senders) if senders else (0, 0, 0)
    catch_up(store, clock.now())
    ordered = deliver(store, clock, executor) if executor is not None else Delivered()
    places = _weigh(store)
    with store.begin() as tx:
        routed = language.route(tx)
        bodies_told = tell_lapsed(tx, clock.now())
        untold = len(disclosures.overdue(tx, clock.now()))
        erasing.empty_ended(tx)
        due = len(notices.corrections_due(tx, clock.now()))
        reviews = closings.count_due(tx, clock.now() - EVERY)
        to = executors.connected(tx)
        quiet = 0 if to is None else orders.untold(tx, to.n, clock.now())
    return Ticked(
        *(ended, late, suspended, sent, failed, given_up, due, reviews, routed, bodies_told, untold),
        *(income, ordered.done, ordered.failed, ordered.given_up, quiet, places, wider),
    )


def _weigh(store: Store) -> int:
    """Weigh again the reported cases that later reports and decisions have changed."""
    changed, more = 0, True
    while more:
        with store.begin() as tx:
            n, more = weighing.refresh(tx)
            changed += n
    return changed


def _ends(store: Store, now: Micros) -> int:
    """Enter the ends that have come."""
    done = 0
    while True:
        with store.begin() as tx:
            tx.alone()
            rows = measures.over(tx, now, BATCH)
            if not rows:
                return done
            entries = [
                ("measure-ended", {"measure": row.id, "ended_at": format_time(row.ends_at or now)})
                for row in rows
            ]
            ledger.append_many(tx, entries, now)
            measures.note_ends(tx, [row.id for row in rows], now)
            follow(tx, [row.id for row in rows], now)
            done += len(rows)


def _late(store: Store, now: Micros) -> tuple[int, int]:
    """Mark appeals whose answer is late, and let their measures rest where nobody is in danger."""
    marked = resting = 0
    while True:
        with store.begin() as tx:
            tx.alone()
            rows = appeals.overdue(tx, now, BATCH)
            if not rows:
                return marked, resting
            for row in rows:
                resting += _mark(tx, row, now)
            marked += len(rows)


def _mark(tx: Tx, row: Appeal, now: Micros) -> int:
    decision, notice = decisions.get(tx, row.decision_id), notices.get(tx, row.notice_id)
    assert decision is not None
    assert notice is not None
    appeals.late(tx, row.id, now)
    ledger.append(tx, "appeal-late", {"appeal": row.id, "due_at": format_time(row.due_at)}, now)
    cases.note(tx, decision.case_id, now, "appeal late", {"appeal": row.id})
    if decision.danger or notice.role != "subject":
        return 0
    done = 0
    for measure in measures.of_decision(tx, row.decision_id):
        span = span_of(tx, measure)
        ahead = now < span.starts_at and measure.reversed_at is None
        if ahead or in_effect(span, now):
            suspend(tx, measure, now, "late")
            done += 1
    return done


def _send(store: Store, clock: Clock, senders: Sequence[Sender]) -> tuple[int, int, int]:
    """Send what is due; each result is kept before the next one is sent."""
    sent = failed = given_up = 0
    with store.read() as tx:
        parcels = outbox.due(tx, clock.now(), BATCH)
    for parcel in parcels:
        problem = _hand_over(store, parcel, senders)
        with store.begin() as tx:
            now = clock.now()
            if problem is None:
                outbox.sent(tx, parcel.n, now)
                notices.delivered(tx, parcel.notice_id, now)
                sent += 1
                continue
            wait = RETRIES[parcel.attempts] if parcel.attempts < len(RETRIES) else None
            outbox.failed(tx, parcel.n, problem, None if wait is None else now + wait, now)
            failed += 1
            given_up += wait is None
    return sent, failed, given_up


def _hand_over(store: Store, parcel: Parcel, senders: Sequence[Sender]) -> str | None:
    """Give one parcel to every sender; return what went wrong, if anything did."""
    try:
        with store.read() as tx:
            item = outgoing(tx, parcel)
        for sender in senders:
            sender.send(item)
    except (OSError, OmbudError) as problem:
        return f"{type(problem).__name__}: {problem}"
    return None


def outgoing(tx: Tx, parcel: Parcel) -> Outgoing:
    """Return a notice as its recipient reads it, with the receipt code."""
    notice = notices.get(tx, parcel.notice_id)
    assert notice is not None
    if notice.salt is None:
        raise refuse("redress/erased-notice", "the words of this notice were erased", "nothing can be sent")
    body = notice.body.replace(RECEIPT_MARK, receipt_of(tx, notice.id))
    to, title, words = map(_sendable, (notice.recipient, notice.title, body))
    return Outgoing(parcel.key, notice.id, to, notice.language, title, words)


def _sendable(text: str) -> str:
    """Return a text that every way out can write: half a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode()
