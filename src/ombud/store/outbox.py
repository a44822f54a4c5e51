"""What must leave the house: sent at least once, each with a key by which a repeat is known."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select, update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.life import outbox
from ombud.store.transaction import Tx


class Parcel(msgspec.Struct, frozen=True):
    """A notice to send. (What is to be applied or undone goes another way: ``ombud.store.orders``.)"""

    n: int
    key: str
    kind: str
    notice_id: str
    at: Micros
    next_at: Micros
    attempts: int = 0
    sent_at: Micros | None = None
    given_up_at: Micros | None = None
    error: str | None = None


def put(tx: Tx, key: str, kind: str, notice_id: str, at: Micros) -> None:
    """Put something in, to be sent from ``at`` on."""
    rows.add(tx, outbox, Parcel(tx.next_number(outbox), key, kind, notice_id, at, at))


def due(tx: Tx, now: Micros, limit: int = 500) -> list[Parcel]:
    """Return what is to be sent, the longest due first."""
    c = outbox.c
    where = (c.sent_at.is_(None), c.given_up_at.is_(None), c.next_at <= now)
    return rows.every(tx, outbox, Parcel, *where, order=[c.next_at, c.n], limit=limit)


def sent(tx: Tx, n: int, at: Micros) -> None:
    """Note that it was handed over."""
    tx.run(
        update(outbox)
        .where(outbox.c.n == n, outbox.c.sent_at.is_(None))
        .values(sent_at=at, attempts=outbox.c.attempts + 1, error=None)
    )


def failed(tx: Tx, n: int, error: str, next_at: Micros | None, at: Micros) -> None:
    """Note a failure; without a next time it is given up, for a person to see."""
    then = {"given_up_at": at} if next_at is None else {"next_at": next_at}
    tried = update(outbox).where(outbox.c.n == n).values(attempts=outbox.c.attempts + 1)
    tx.run(tried.values(error=error[:500], **then))


def again(tx: Tx, n: int, at: Micros) -> None:
    """Try once more what was given up."""
    tx.run(update(outbox).where(outbox.c.n == n).values(given_up_at=None, next_at=at))


def page(tx: Tx, *, failing: bool = False, limit: int = 100) -> list[Parcel]:
    """Return parcels, the newest first; ``failing`` = only those with an error."""
    where = [outbox.c.error.is_not(None), outbox.c.sent_at.is_(None)] if failing else []
    return rows.every(tx, outbox, Parcel, *where, order=[outbox.c.n.desc()], limit=limit)


def counts(tx: Tx) -> dict[str, int]:
    """Return how many parcels wait, were sent, failed so far, or were given up."""
    c = outbox.c
    total = int(tx.run(select(func.count()).select_from(outbox)).scalar_one())
    done = int(tx.run(select(func.count()).where(c.sent_at.is_not(None))).scalar_one())
    lost = int(tx.run(select(func.count()).where(c.given_up_at.is_not(None))).scalar_one())
    failing = int(
        tx.run(
            select(func.count()).where(c.error.is_not(None), c.sent_at.is_(None), c.given_up_at.is_(None))
        ).scalar_one()
    )
    return {"waiting": total - done - lost, "sent": done, "failing": failing, "given_up": lost}
