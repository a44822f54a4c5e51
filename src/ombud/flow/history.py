"""The events a store has accepted: sealed segments first, then what is still pending.

Three readings: :func:`history` gives everything in the order of its numbers, :func:`streamed`
leaves out what the house itself told (``ombud.flow.told``), and :func:`ordered` gives the
latter as rules and signals see it, by time.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from ombud.base.clock import Micros
from ombud.events.archive import read_rows
from ombud.events.decode import decoder
from ombud.events.envelope import Event
from ombud.store import Store, Tx, filed, pending, segments, state

FILLED = "filled"
"""Key of the state that lists the numbers of events that were filled in behind the stream."""

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


def streamed(
    store: Store, tx: Tx, *, since: Micros | None = None, until: Micros | None = None
) -> Iterator[tuple[int, Event]]:
    """Yield (number, event) like :func:`history`, without the events that the house itself told."""
    told = set(filed.numbers(tx))
    for seq, event in history(store, tx, since=since, until=until):
        if seq not in told:
            yield seq, event


def ordered(
    store: Store, tx: Tx, *, since: Micros | None = None, until: Micros | None = None
) -> Iterator[Event]:
    """Yield the streamed events in (at, id) order, with those filled in later in their place.

    Arguments and errors are those of :func:`history`. The events filled in are few and
    held in memory; the others are streamed.
    """
    yield from in_order(tx, lambda: streamed(store, tx, since=since, until=until))


class _Placed(Protocol):
    """What has a place in the stream."""

    @property
    def at(self) -> Micros: ...
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Placed)


def in_order(tx: Tx, rows: Callable[[], Iterator[tuple[int, T]]]) -> Iterator[T]:
    """Yield rows in (at, id) order, those that were filled in later in their place.

    Args:
        tx: where it is written which numbers were filled in.
        rows: gives (number, row) in the order of numbers; called twice if any was.
    """
    ranges = [tuple(pair) for pair in state.load(tx, FILLED, [])]
    if not ranges:
        yield from (row for _, row in rows())
        return
    filled = sorted((row for seq, row in rows() if _within(seq, ranges)), key=_order)
    in_time = (row for seq, row in rows() if not _within(seq, ranges))
    yield from heapq.merge(in_time, filled, key=_order)


def _order(row: _Placed) -> tuple[Micros, str]:
    return row.at, row.id


def _within(seq: int, ranges: Sequence[tuple[int, ...]]) -> bool:
    return any(first <= seq <= last for first, last in ranges)


def pending_events(tx: Tx, *, since: Micros | None = None) -> Iterator[tuple[int, Event]]:
    """Yield (number, event) of what is not sealed yet; erased events are left out."""
    decode = decoder(earliest=-_ANY_TIME, ahead=_ANY_TIME)
    for batch in pending.read(tx, min_at=since):
        for i, payload in enumerate(batch.payloads):
            if payload:
                yield batch.first_seq + i, decode(payload)
