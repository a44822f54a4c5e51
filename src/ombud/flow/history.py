"""The events a store has accepted: sealed segments first, then what is still pending."""

from __future__ import annotations

from collections.abc import Iterator

from ombud.base.clock import Micros
from ombud.events.archive import read_rows
from ombud.events.decode import decoder
from ombud.events.envelope import Event
from ombud.store import Store, Tx, pending, segments

_ANY_TIME: Micros = 10_000 * 366 * 86_400 * 1_000_000
"""Accepted once is accepted for good: what is read back is not held against the clock again."""


def history(
    store: Store, tx: Tx, *, since: Micros | None = None, until: Micros | None = None
) -> Iterator[tuple[int, Event]]:
    """Yield (number, event) in the order in which they were evaluated.

    Args:
        store: where the segments lie.
        tx: a transaction, so that segments and pending events are of one state.
        since: only events with ``at`` >= this instant.
        until: only events with ``at`` < this instant.

    Raises:
        StoreError: a listed segment is missing or damaged.
    """
    last = None if until is None else until - 1
    for segment in segments.between(tx, since, last):
        yield from read_rows(store.archive / segment.file, since=since, until=until)
    for seq, event in pending_events(tx, since=since):
        if (since is None or event.at >= since) and (until is None or event.at < until):
            yield seq, event


def pending_events(tx: Tx, *, since: Micros | None = None) -> Iterator[tuple[int, Event]]:
    """Yield (number, event) of what is not sealed yet; erased events are left out."""
    decode = decoder(earliest=-_ANY_TIME, ahead=_ANY_TIME)
    for batch in pending.read(tx, min_at=since):
        for i, payload in enumerate(batch.payloads):
            if payload:
                yield batch.first_seq + i, decode(payload)
