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

from ombud.base.clock import SECOND, Clock, Micros, format_time
from ombud.base.errors import OmbudError
from ombud.cases.entry import name
from ombud.cases.errors import refuse
from ombud.redress.senders import RETRIES
from ombud.store import Store, Tx, executors, ledger, measures, notices, orders
from ombud.store.orders import Due, Unmatched
from ombud.store.transaction import chunks

FORMAT = "ombud-order-v1"
BATCH = 2_000
AT_ONCE = 100
"""Results of orders that are written down together, at most."""
AGE: Micros = 2 * SECOND
"""How long a result waits to be written, at most; an answer that is on its way is waited for."""
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

    def __add__(self, other: Delivered) -> Delivered:
        given_up = self.given_up + other.given_up
        return Delivered(self.done + other.done, self.failed + other.failed, given_up)


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


def deliver(store: Store, clock: Clock, executor: Executor, *, at_once: int = AT_ONCE) -> Delivered:
    """Send what is due, one order after another, and write their results down in batches.

    A crash before a batch is written makes its orders leave again, with the same keys. What
    undoes a measure is tried every day until it is done; an order to apply is given up after
    the last of :data:`~ombud.redress.senders.RETRIES`, for a person to see.

    Args:
        store: an open store.
        clock: the wall clock.
        executor: what carries orders out.
        at_once: how many results at most are written together.
    """
    sent, away = Delivered(), 0
    for to, some in _due(store, clock, at_once):
        book = _Book(store, clock)
        try:
            for each in some:
                result = _carry_out(store, clock, executor, to, each)
                if result is not None:
                    book.note(result)
                    away = away + 1 if result.problem is not None else 0
                if away >= ENOUGH:
                    break
        finally:  # what was acknowledged stays so, whatever happened after it
            book.write()
        sent += book.sent
        if away >= ENOUGH:
            break
    return sent


def _due(store: Store, clock: Clock, at_once: int) -> Iterator[tuple[int, list[Due]]]:
    """Yield the connected executor's number with orders that are due, a few at a time, until none is.

    The results of a few are written before the next few are asked for, so nothing is due twice.
    """
    while True:
        with store.read() as tx:
            to = executors.connected(tx)
            due = [] if to is None else orders.due(tx, to.n, clock.now(), limit=BATCH)
        if to is None or not due:
            return
        for some in chunks(due, at_once):
            yield to.n, some


@dataclass(frozen=True, slots=True)
class _Result:
    """What came of one order: its acknowledgement, or what went wrong."""

    due: Due
    order: Order
    ack: str = ""
    problem: str | None = None


class _Book:
    """Results that are not written down yet, none of them older than :data:`AGE` and one call."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._open: list[_Result] = []
        self._since: Micros = 0
        self.sent = Delivered()

    def note(self, result: _Result) -> None:
        """Take a result; write all of them if the first has waited long enough."""
        now = self._clock.now()
        self._since = self._since if self._open else now
        self._open.append(result)
        if not 0 <= now - self._since < AGE:
            self.write()

    def write(self) -> None:
        """Write what is open in one transaction."""
        if not self._open:
            return
        with self._store.begin() as tx:
            tx.alone()
            given_up = _write(tx, self._open, self._clock.now())
        failed = sum(each.problem is not None for each in self._open)
        self.sent += Delivered(len(self._open) - failed, failed, given_up)
        self._open = []


def _write(tx: Tx, results: Sequence[_Result], at: Micros) -> int:
    """Write results down; return how many orders are given up."""
    done = [each for each in results if each.problem is None]
    first = orders.acknowledged(tx, {each.due.n: each.ack for each in done}, at)
    entries = [("order-done", _figures(each.order)) for each in done if each.due.n in first]
    ledger.append_many(tx, entries, at)
    given_up = 0
    for each in results:
        if each.problem is not None:
            wait = _wait(each.due)
            orders.failed(tx, each.due.n, each.problem, None if wait is None else at + wait, at)
            given_up += wait is None
    return given_up


def _wait(due: Due) -> Micros | None:
    """Return how long an order that failed waits; ``None`` = it is given up."""
    last = len(RETRIES) - 1
    if due.kind == orders.APPLY and due.attempts > last:
        return None
    return RETRIES[min(due.attempts, last)]


def _carry_out(store: Store, clock: Clock, executor: Executor, to: int, each: Due) -> _Result | None:
    """Hand one order over, unless a later one followed it meanwhile."""
    with store.read() as tx:
        row = orders.get(tx, each.key)
        assert row is not None
        waits = orders.state_of(row) in ("waiting", "failing") and row.next_at <= clock.now()
        if row.executor != to or not waits:
            return None
        order = outgoing(tx, row, told=each.told)
    try:
        return _Result(each, order, checked_ack(order, executor.carry_out(order)))
    except (OSError, OmbudError) as failure:
        return _Result(each, order, problem=f"{type(failure).__name__}: {failure}")


def _figures(order: Order) -> dict[str, Any]:
    return {"order": order.key, "measure": order.measure, "asks": order.order, "notice": order.notice}


def outgoing(tx: Tx, row: orders.Order, *, told: bool) -> Order:
    """Return an order as the executor gets it; ``told`` = its notice was delivered when last looked at."""
    measure, notice = measures.get(tx, row.measure_id), None if told else notices.get(tx, row.notice_id)
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
        told=told or (notice is not None and notice.delivered_at is not None),
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
