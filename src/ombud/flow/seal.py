"""Seals pending events into the archive's Parquet segments."""

from __future__ import annotations

from ombud.events.archive import Sketches, remove_orphans, write_segment
from ombud.events.envelope import Event
from ombud.flow.history import pending_events
from ombud.rules.evaluate import Evaluator
from ombud.store import Store, pending, segments


class Sealer:
    """Writes a segment whenever enough events are pending.

    The file is complete on disk before it is listed, and the events leave
    ``pending`` in the transaction that lists it; a file nobody listed is removed at
    the next start. Beside each event stands what signals must remember of it when its
    words are gone.
    """

    def __init__(self, store: Store, rows: int, evaluator: Evaluator) -> None:
        self._store = store
        self._rows = rows
        self._evaluator = evaluator
        self._waiting: list[tuple[int, Event]] = []

    def start(self) -> list[str]:
        """Read what is pending and remove unlisted files; return their names."""
        with self._store.read() as tx:
            self._waiting = list(pending_events(tx))
            listed = {segment.file for segment in segments.between(tx)}
        return remove_orphans(self._store.archive, listed)

    def add(self, events: list[Event], first_seq: int) -> None:
        """Take note of events that a transaction has just made pending."""
        self._waiting.extend(enumerate(events, first_seq))

    def _sketches(self, events: list[Event]) -> Sketches | None:
        by = self._evaluator.remembered_by
        return Sketches(by, [self._evaluator.remember(event) for event in events]) if by else None

    def seal_if_due(self) -> bool:
        """Write a segment if enough events wait; return whether one was written."""
        if len(self._waiting) < self._rows:
            return False
        seqs = [seq for seq, _ in self._waiting]
        events = [event for _, event in self._waiting]
        info = write_segment(self._store.archive, events, seqs, self._sketches(events))
        row = segments.Segment(
            info.name, info.first_seq, info.last_seq, info.min_at, info.max_at, info.n, info.sha256
        )
        with self._store.begin() as tx:
            segments.add(tx, row)
            pending.clear(tx, info.last_seq)
        self._waiting.clear()
        return True
