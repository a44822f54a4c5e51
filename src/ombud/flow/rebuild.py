"""Brings windows and signals back to where they stood: state is a function of the archive.

Whole events are read as far back as windows and most signals look. A signal that looks
back farther than the archive keeps words reads its sketches for the rest: five columns of
numbers and ids instead of thirty-five.
"""

from __future__ import annotations

from collections.abc import Iterator

from ombud.base.clock import Micros
from ombud.events.archive import Remembered, read_rows, read_sketches, sketched_by
from ombud.events.envelope import Event
from ombud.flow.history import in_order, ordered, pending_events
from ombud.rules.evaluate import Evaluator
from ombud.store import Store, Tx, segments


def rebuild(store: Store, tx: Tx, evaluator: Evaluator, boundary: Micros, batch: int) -> None:
    """Bring a fresh evaluator to the state that it had after the events up to an instant.

    Args:
        store: where the segments lie.
        tx: a transaction.
        evaluator: has seen nothing yet.
        boundary: events up to this instant have been evaluated.
        batch: events told at once.

    Raises:
        StoreError: a listed segment is missing or damaged.
    """
    recall(store, tx, evaluator, boundary)
    waiting: list[Event] = []
    for event in ordered(store, tx, since=boundary - evaluator.recent):
        waiting.append(event)
        if len(waiting) == batch:
            evaluator.observe(waiting)
            waiting = []
    evaluator.observe(waiting)


def recall(store: Store, tx: Tx, evaluator: Evaluator, boundary: Micros) -> None:
    """Tell an evaluator what is remembered of the events before those it needs whole."""
    since, until = boundary - evaluator.horizon, boundary - evaluator.recent
    if since < until:
        for seen in in_order(tx, lambda: _remembered(store, tx, evaluator, since, until)):
            evaluator.recall(seen.at, seen.account, seen.post, seen.sketch)


def _remembered(
    store: Store, tx: Tx, evaluator: Evaluator, since: Micros, until: Micros
) -> Iterator[tuple[int, Remembered]]:
    """Yield (number, what is remembered); where a segment has no such sketches, from its words."""
    forms = set(evaluator.remembered_by.split())
    for segment in segments.between(tx, since, until - 1):
        path = store.archive / segment.file
        if forms <= set(sketched_by(path).split()):
            yield from read_sketches(path, since=since, until=until)
        else:
            yield from _of_words(evaluator, read_rows(path, since=since, until=until))
    rows = pending_events(tx, since=since)
    yield from _of_words(evaluator, ((seq, event) for seq, event in rows if since <= event.at < until))


def _of_words(evaluator: Evaluator, rows: Iterator[tuple[int, Event]]) -> Iterator[tuple[int, Remembered]]:
    for seq, event in rows:
        sketch = evaluator.remember(event)
        if sketch is not None and event.post is not None:
            yield (
                seq,
                Remembered(event.at, event.id, event.account.id, event.post.id or event.id, sketch),
            )
