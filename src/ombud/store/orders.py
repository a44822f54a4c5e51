"""Orders to an executor: what each measure should be, said again until it is acknowledged.

An order is never changed: a later one *follows* it, and then it is not sent any more. So of
each measure at most one order is the last, and only that one is ever on its way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, literal, or_, select, update

from ombud.base.clock import DAY, Micros
from ombud.store import rows
from ombud.store.tables.life import decisions, measures, notices, outbox, suspensions
from ombud.store.tables.outside import escrow_ends, orders
from ombud.store.transaction import Tx, chunks

APPLY, UNDO, PAY_OUT, REFUND = "apply", "undo", "pay_out", "refund"
PATIENCE: Micros = DAY
"""How long an order to apply waits for a notice that was tried and cannot be delivered."""


class Order(msgspec.Struct, frozen=True):
    """An order; ``acked_at`` = when its acknowledgement came, ``followed_at`` = when a later one was put."""

    n: int
    key: str
    executor: int
    measure_id: str
    seq: int
    kind: str
    notice_id: str
    at: Micros
    next_at: Micros
    attempts: int = 0
    followed_at: Micros | None = None
    acked_at: Micros | None = None
    ack: str | None = None
    given_up_at: Micros | None = None
    error: str | None = None


class Unmatched(msgspec.Struct, frozen=True):
    """A measure whose last order is not what should be: the order it needs, its notice, the last number."""

    measure_id: str
    kind: str
    notice_id: str
    last: int


class Due(msgspec.Struct, frozen=True):
    """An order to be sent now; ``told`` = its notice was delivered."""

    n: int
    key: str
    attempts: int
    kind: str
    told: bool


class Standing(msgspec.Struct, frozen=True):
    """A measure as it should be now beside what the executor was last asked and what it acknowledged."""

    measure_id: str
    kind: str
    wanted: bool
    ordered: str | None
    acknowledged: bool
    key: str | None
    error: str | None
    given_up: bool


def on(now: Micros) -> ColumnElement[bool]:
    """Return the condition that a measure is in effect: the rows' own ``measures.effect.in_effect``.

    What was undone or entered as ended never comes back, and an open rest holds, also when the
    clock is put back.
    """
    m, s = measures.c, suspensions.c
    resting = (s.measure_id == m.id) & (s.until.is_(None) | ((s.since <= now) & (s.until > now)))
    return and_(
        m.reversed_at.is_(None),
        m.ended_at.is_(None),
        m.starts_at <= now,
        or_(m.ends_at.is_(None), m.ends_at > now),
        ~select(s.n).where(resting).correlate(measures).exists(),
    )


def unmatched(
    tx: Tx,
    executor: int,
    now: Micros,
    *,
    ids: Collection[str] | None = None,
    all_: bool = False,
    anew: bool = False,
    limit: int = 2_000,
) -> list[Unmatched]:
    """Return measures that need another order than their last.

    Args:
        tx: a writing transaction (call ``tx.alone()`` first).
        executor: the number of the executor.
        now: the wall clock.
        ids: only these measures.
        all_: every measure; without it and without ids only those that are not over.
        anew: those that were ordered and are not over, whether or not they need another order.
        limit: at most so many, without ids.
    """
    wanted, m, o = _wanted(executor, now), measures.c, orders.c
    live = m.ended_at.is_(None) & m.reversed_at.is_(None)
    if anew:
        return [Unmatched(*row) for row in tx.run(wanted.where(o.n.is_not(None), live | (o.kind == APPLY)))]
    kind, before = wanted.selected_columns[1], func.coalesce(o.kind, UNDO)
    wanted = wanted.where(kind != before, before != PAY_OUT, or_(o.n.is_not(None), kind == APPLY))
    if ids is not None:
        found = (tx.run(wanted.where(m.id.in_(some))) for some in chunks(sorted(ids)))
        return [Unmatched(*row) for rows_ in found for row in rows_]
    return [Unmatched(*row) for row in tx.run((wanted if all_ else wanted.where(live)).limit(limit))]


def _wanted(executor: int, now: Micros) -> Select[Any]:
    """Select each measure with the order it needs now, the notice of it, and the number of its last."""
    m, o, e = measures.c, orders.c, escrow_ends.c
    last = and_(o.measure_id == m.id, o.executor == executor, o.followed_at.is_(None))
    undone = m.reversed_at.is_not(None)  # after a refund, too, the author is owed what was kept
    kind = case(
        (on(now), APPLY),
        ((e.outcome == "paid_out") | (e.outcome == "refunded") & undone, PAY_OUT),
        (e.outcome == "refunded", REFUND),
        else_=UNDO,
    )
    notice = func.coalesce(m.reversed_notice, e.outcome_notice, m.notice_id)
    return (
        select(m.id, kind, notice, func.coalesce(o.seq, 0))
        .join_from(measures, orders, last, isouter=True)
        .join(escrow_ends, e.measure_id == m.id, isouter=True)
        .order_by(m.n)
    )


def put_many(tx: Tx, new: Sequence[Order]) -> None:
    """Keep orders; each follows the last one of its measure."""
    for some in chunks(new):
        ids = [row.measure_id for row in some]
        last = (
            (orders.c.executor == some[0].executor)
            & orders.c.measure_id.in_(ids)
            & orders.c.followed_at.is_(None)
        )
        tx.run(update(orders).where(last).values(followed_at=some[0].at))
        tx.run(orders.insert(), [msgspec.structs.asdict(row) for row in some])


def next_number(tx: Tx) -> int:
    """Return the number of the next order."""
    return tx.next_number(orders)


def get(tx: Tx, key: str) -> Order | None:
    """Return an order."""
    return rows.one(tx, orders, Order, orders.c.key == key)


def of_measure(tx: Tx, measure_id: str) -> list[Order]:
    """Return the orders about a measure in the order in which they were put."""
    return rows.every(tx, orders, Order, orders.c.measure_id == measure_id, order=[orders.c.n])


def _open(executor: int) -> list[ColumnElement[bool]]:
    o = orders.c
    return [o.executor == executor, o.followed_at.is_(None), o.acked_at.is_(None), o.given_up_at.is_(None)]


def _told_first(now: Micros) -> ColumnElement[bool]:
    """Return the condition that the notice went first: delivered, or tried in vain for long enough.

    What undoes a measure does not wait; nor does, once its notice was tried, an order that
    protects a person in danger, or one about an item that was held.
    """
    d, h = decisions.alias(), measures.alias()
    held = select(h.c.n).join_from(d, h, h.c.decision_id == d.c.id)
    held = held.where(d.c.case_id == decisions.c.case_id, h.c.kind == "hold").correlate(decisions)
    urgent = held.exists() | decisions.c.danger
    tried = (outbox.c.attempts > 0) & (urgent | (notices.c.at <= now - PATIENCE))
    return or_(orders.c.kind != APPLY, notices.c.delivered_at.is_not(None), tried)


def _with_notice(*columns: Any) -> Select[Any]:
    posted = (outbox.c.notice_id == notices.c.id) & (outbox.c.kind == "notice")
    return (
        select(*columns)
        .join_from(orders, notices, notices.c.id == orders.c.notice_id)
        .join(outbox, posted)
        .join(measures, measures.c.id == orders.c.measure_id)
        .join(decisions, decisions.c.id == measures.c.decision_id)
    )


def due(tx: Tx, executor: int, now: Micros, *, limit: int = 500) -> list[Due]:
    """Return the orders that are to be sent now, the longest due first."""
    o = orders.c
    columns = (o.n, o.key, o.attempts, o.kind, notices.c.delivered_at.is_not(None))
    wanted = _with_notice(*columns).where(*_open(executor), o.next_at <= now, _told_first(now))
    return [
        Due(row[0], row[1], row[2], row[3], bool(row[4]))
        for row in tx.run(wanted.order_by(o.next_at, o.n).limit(limit))
    ]


def untold(tx: Tx, executor: int, now: Micros) -> int:
    """Return how many orders wait because their notice has not gone first."""
    wanted = _with_notice(func.count()).where(*_open(executor), ~_told_first(now))
    return int(tx.run(wanted).scalar_one())


def acknowledged(tx: Tx, answers: Mapping[int, str], at: Micros) -> set[int]:
    """Note acknowledgements by the order's number; return the numbers of those that are the first.

    Call ``tx.alone()`` first, so that nobody else notes one meanwhile.
    """
    o, first = orders.c, set[int]()
    for some in chunks(answers):
        first |= {n for (n,) in tx.run(select(o.n).where(o.n.in_(some), o.acked_at.is_(None)))}
    if first:
        values = {"acked_at": at, "attempts": o.attempts + 1, "error": None, "given_up_at": None}
        each = update(orders).where(o.n == bindparam("order_n")).values(**values, ack=bindparam("answer"))
        tx.run(each, [{"order_n": n, "answer": answers[n]} for n in sorted(first)])
    return first


def failed(tx: Tx, n: int, error: str, next_at: Micros | None, at: Micros) -> None:
    """Note a failure; without a next time it is given up, for a person to see."""
    then = {"given_up_at": at} if next_at is None else {"next_at": next_at}
    still = (orders.c.n == n) & orders.c.acked_at.is_(None)
    tx.run(update(orders).where(still).values(attempts=orders.c.attempts + 1, error=error[:500], **then))


def again(tx: Tx, executor: int, at: Micros, key: str | None = None) -> int:
    """Let orders that failed or were given up be sent at once; return how many."""
    o = orders.c
    where = [o.executor == executor, o.followed_at.is_(None), o.acked_at.is_(None), o.error.is_not(None)]
    where += [] if key is None else [o.key == key]
    return tx.run(update(orders).where(*where).values(given_up_at=None, next_at=at)).rowcount


def page(tx: Tx, *, state: str | None = None, measure_id: str | None = None, limit: int = 100) -> list[Order]:
    """Return orders, the newest first.

    Args:
        tx: a transaction.
        state: only those ``waiting``, ``failing``, ``given_up``, ``done`` or ``followed``.
        measure_id: only those about this measure.
        limit: at most so many.
    """
    where = [] if measure_id is None else [orders.c.measure_id == measure_id]
    if state is not None:
        where.append(_state() == literal(state))
    return rows.every(tx, orders, Order, *where, order=[orders.c.n.desc()], limit=limit)


def _state() -> ColumnElement[str]:
    o = orders.c
    return case(
        (o.acked_at.is_not(None), "done"),
        (o.followed_at.is_not(None), "followed"),
        (o.given_up_at.is_not(None), "given_up"),
        (o.error.is_not(None), "failing"),
        else_="waiting",
    )


def state_of(row: Order) -> str:
    """Return the state of an order in a word."""
    if row.acked_at is not None:
        return "done"
    if row.followed_at is not None:
        return "followed"
    if row.given_up_at is not None:
        return "given_up"
    return "waiting" if row.error is None else "failing"


def counts(tx: Tx, executor: int) -> dict[str, int]:
    """Return how many orders of an executor are in each state."""
    each = select(_state().label("state")).where(orders.c.executor == executor).subquery()
    wanted = select(each.c.state, func.count()).group_by(each.c.state)
    found = {str(row[0]): int(row[1]) for row in tx.run(wanted)}
    return {name: found.get(name, 0) for name in ("waiting", "failing", "given_up", "done", "followed")}


def compare(tx: Tx, executor: int, now: Micros) -> list[Standing]:
    """Return every measure that is in effect now, or that the executor may still have applied."""
    m, o = measures.c, orders.c
    last = and_(o.measure_id == m.id, o.executor == executor, o.followed_at.is_(None))
    wanted = (
        select(
            m.id, m.kind, on(now), o.kind, o.acked_at.is_not(None), o.key, o.error, o.given_up_at.is_not(None)
        )
        .join_from(measures, orders, last, isouter=True)
        .where(or_(on(now), o.kind == APPLY, and_(o.n.is_not(None), o.acked_at.is_(None))))
        .order_by(m.n)
    )
    return [
        Standing(row[0], row[1], bool(row[2]), row[3], bool(row[4]), row[5], row[6], bool(row[7]))
        for row in tx.run(wanted)
    ]
