"""Erasures: that something was erased, under a digest from which a restored back-up can do it again.

The digest is keyed with the store's secret, so it names nobody to a reader of the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import select, update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.record import erasures
from ombud.store.transaction import Tx, chunks


class Erasure(msgspec.Struct, frozen=True):
    """An erasure of an account or an event; ``done_at`` says when the last trace on the disk was gone."""

    n: int
    at: Micros
    kind: str
    digest: bytes
    reason: str
    done_by: str | None
    pseudonym: str
    counts: Any
    done_at: Micros | None = None


def digest_of(tx: Tx, kind: str, origin: str | None, target: str) -> bytes:
    """Return the digest under which an erasure is kept; no origin and an empty one are told apart."""
    parts = (kind, "" if origin is None else "=" + origin, target)
    return tx.secret_digest(b"erasure", *(part.encode("utf-8", "surrogatepass") for part in parts))


def next_number(tx: Tx) -> int:
    """Return the number of the next erasure."""
    return tx.next_number(erasures)


def add(tx: Tx, row: Erasure) -> None:
    """Keep an erasure."""
    rows.add(tx, erasures, row)


def every(tx: Tx) -> list[Erasure]:
    """Return all erasures in order."""
    return rows.every(tx, erasures, Erasure, order=[erasures.c.n])


def of(tx: Tx, digest: bytes) -> list[Erasure]:
    """Return the erasures under a digest."""
    return rows.every(tx, erasures, Erasure, erasures.c.digest == digest, order=[erasures.c.n])


def among(tx: Tx, rows: Sequence[tuple[str | None, str, str]]) -> list[bool]:
    """Return of each (origin, event, account) whether the event or the account was erased."""
    if not rows:
        return []
    digests = [
        (digest_of(tx, "event", origin, event), digest_of(tx, "account", origin, account))
        for origin, event, account in rows
    ]
    known: set[bytes] = set()
    for some in chunks({digest for pair in digests for digest in pair}):
        wanted = select(erasures.c.digest).where(erasures.c.digest.in_(some))
        known.update(map(bytes, tx.run(wanted).scalars()))
    return [event in known or account in known for event, account in digests]


def unfinished(tx: Tx) -> list[Erasure]:
    """Return the erasures whose traces may still be on the disk."""
    return rows.every(tx, erasures, Erasure, erasures.c.done_at.is_(None), order=[erasures.c.n])


def finish(tx: Tx, through: int, at: Micros) -> None:
    """Mark erasures up to a number as done."""
    still = (erasures.c.n <= through) & erasures.c.done_at.is_(None)
    tx.run(update(erasures).where(still).values(done_at=at))
