"""Orders to the platform's executor: what each measure should be now, said until it is acknowledged.

An act puts the order that it makes necessary into its own transaction (:func:`follow`); what
only time brings, such as a start after seven days, is put by a tick (:func:`catch_up`). Without
an executor nothing is put, and the first tick after one was connected orders what is in effect.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from ombud.base.clock import Clock, Micros, format_time
from ombud.base.errors import OmbudError
from ombud.cases.entry import name
from ombud.cases.errors import refuse
from ombud.redress.senders import RETRIES
from ombud.store import Store, Tx, executors, ledger, measures, orders
from ombud.store.orders import Due, Unmatched

FORMAT = "ombud-order-v1"
BATCH = 2_000
ENOUGH = 5
"""After so many failures in a row the executor is taken for away, and the rest waits for the next tick."""
ACK_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Order:
    """What an executor is asked to do about one measure. No reasons, and nobody's name but the account's.

    Attributes:
        format: :data:`FORMAT`.
        key: a repeat has the same key; the acknowledgement gives it back.
        order: ``apply`` (from now on), ``undo``; of an escrow also ``pay_out`` and ``refund``, which
            end it and say where the money goes.
        seq: grows with each order about one measure; one that is not above the last is out of date.
        measure: the measure's id: what ``undo`` undoes.
        kind: what kind of measure, as in ``ombud.conduct.ladder``.
        account: whose account.
        subject_kind: ``post``, ``account`` or ``group``, and ``subject`` its id.
        territory: where it holds; empty = everywhere.
        starts_at: RFC 3339.
        ends_at: RFC 3339, or ``None`` = until it is undone. The executor may end it by itself then.
        notice: the notice that told the person.
        told: whether that notice was delivered. ``False``: it could not be, so show it where they look.
    """

    format: str
    key: str
    order: str
    seq: int
    measure: str
    kind: str
    account: str
    subject_kind: str
    subject: str
    territory: str
    starts_at: str
    ends_at: str | None
    notice: str
    told: bool

    def to_bytes(self) -> bytes:
        """Return the order as it is sent: one JSON object."""
        return json.dumps(asdict(self), sort_keys=True).encode()


class Executor(Protocol):
    """Carries out an order and acknowledges it, or raises what went wrong."""

    def carry_out(self, order: Order) -> Mapping[str, Any]:
        """Do it, or find that it was done before; return the acknowledgement, with ``key``.

        Raises:
            OSError: it did not work this time.
            CaseError: the answer was no acknowledgement.
        """
        ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of sending orders: acknowledged, failed this time, and of these given up."""

    done: int = 0
    failed: int = 0
    given_up: int = 0


def follow(tx: Tx, ids: Collection[str], at: Micros, notice: str | None = None) -> int:
    """Put the orders that measures need after an act, in the act's transaction; return how many.

    Args:
        tx: a writing transaction that nobody else writes beside.
        ids: the measures that the act changed.
        at: the wall clock.
        notice: what told the person of it, where that is not the measure's own notice.
    """
    to = executors.connected(tx) if ids else None
    if to is None:
        return 0
    return put(tx, to.n, orders.unmatched(tx, to.n, at, ids=ids), at, notice)


def catch_up(store: Store, now: Micros) -> int:
    """Put the orders that time made necessary, such as the start of what was told ahead."""
    done = 0
    while True:
        with store.begin() as tx:
            tx.alone()
            to = executors.connected(tx)
            rows = [] if to is None else orders.unmatched(tx, to.n, now, limit=BATCH)
            if to is None or not rows:
                return done
            done += put(tx, to.n, rows, now)


def put(tx: Tx, to: int, rows: Sequence[Unmatched], at: Micros, notice: str | None = None) -> int:
    """Put the orders that measures need; return how many."""
    first = orders.next_number(tx) if rows else 0
    new = []
    for i, row in enumerate(rows):
        seq = max(at, row.last + 1)
        key = name(tx, "order", str(to), row.measure_id, str(seq))
        told = notice if notice is not None and row.kind == orders.APPLY else row.notice_id
        new.append(orders.Order(first + i, key, to, row.measure_id, seq, row.kind, told, at, at))
    orders.put_many(tx, new)
    return len(new)


def deliver(store: Store, clock: Clock, executor: Executor) -> Delivered:
    """Send what is due, each result kept before the next order is sent.

    What undoes a measure is tried every day until it is done; an order to apply is given up
    after the last of :data:`~ombud.redress.senders.RETRIES`, for a person to see.
    """
    sent, away = Delivered(), 0
    for to, each in _due(store, clock):
        result = _carry_out(store, clock, executor, to, each)
        if result is None:
            continue
        sent = Delivered(
            sent.done + result.done, sent.failed + result.failed, sent.given_up + result.given_up
        )
        away = away + 1 if result.failed else 0
        if away >= ENOUGH:
            break
    return sent


def _due(store: Store, clock: Clock) -> Iterator[tuple[int, Due]]:
    """Yield the connected executor's number with each order that is due, until none is."""
    while True:
        with store.read() as tx:
            to = executors.connected(tx)
            due = [] if to is None else orders.due(tx, to.n, clock.now(), limit=BATCH)
        if to is None or not due:
            return
        for each in due:
            yield to.n, each


def _carry_out(store: Store, clock: Clock, executor: Executor, to: int, each: Due) -> Delivered | None:
    with store.read() as tx:  # a later order may have followed meanwhile
        still = orders.due(tx, to, clock.now(), n=each.n)
        order = outgoing(tx, still[0]) if still else None
    if order is None:
        return None
    ack, problem = "", None
    try:
        ack = checked_ack(order, executor.carry_out(order))
    except (OSError, OmbudError) as failure:
        problem = f"{type(failure).__name__}: {failure}"
    with store.begin() as tx:
        tx.alone()
        now = clock.now()
        if problem is None:
            if orders.acknowledged(tx, each.n, ack, now):
                ledger.append(tx, "order-done", _figures(order), now)
            return Delivered(done=1)
        last = len(RETRIES) - 1
        wait = (
            RETRIES[min(each.attempts, last)] if each.attempts <= last or each.kind != orders.APPLY else None
        )
        orders.failed(tx, each.n, problem, None if wait is None else now + wait, now)
        return Delivered(failed=1, given_up=int(wait is None))


def _figures(order: Order) -> dict[str, Any]:
    return {"order": order.key, "measure": order.measure, "asks": order.order, "notice": order.notice}


def outgoing(tx: Tx, due: Due) -> Order:
    """Return an order as the executor gets it."""
    row = orders.get(tx, due.key)
    assert row is not None
    measure = measures.get(tx, row.measure_id)
    assert measure is not None
    return Order(
        format=FORMAT,
        key=row.key,
        order=row.kind,
        seq=row.seq,
        measure=measure.id,
        kind=measure.kind,
        account=measure.account,
        subject_kind=measure.subject_kind,
        subject=measure.subject,
        territory=measure.territory,
        starts_at=format_time(measure.starts_at),
        ends_at=None if measure.ends_at is None else format_time(measure.ends_at),
        notice=row.notice_id,
        told=due.told,
    )


def checked_ack(order: Order, answer: object) -> str:
    """Return an acknowledgement as it is kept.

    Raises:
        CaseError: ``redress/bad-ack``: it is not one, or not of this order.
    """
    if not isinstance(answer, Mapping) or answer.get("key") != order.key:
        hint = 'the executor answers with a JSON object that has the order\'s "key"'
        raise refuse("redress/bad-ack", "the answer does not acknowledge this order", hint)
    try:
        kept = json.dumps(dict(answer), ensure_ascii=False, sort_keys=True)
    except (TypeError, ValueError):
        kept = json.dumps({"key": order.key})
    return kept if len(kept) <= ACK_LENGTH else json.dumps({"key": order.key, "cut": True})
