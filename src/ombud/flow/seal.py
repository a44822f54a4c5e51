"""Seals pending events into the archive's Parquet segments."""

from __future__ import annotations

from ombud.events.archive import remove_orphans, write_segment
from ombud.events.envelope import Event
from ombud.flow.history import pending_events
from ombud.store import Store, pending, segments


class Sealer:
    """Writes a segment whenever enough events are pending.

    The file is complete on disk before it is listed, and the events leave
    ``pending`` in the transaction that lists it; a file nobody listed is removed at
    the next start.
    """

    def __init__(self, store: Store, rows: int) -> None:
        self._store = store
        self._rows = rows
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

    def seal_if_due(self) -> bool:
        """Write a segment if enough events wait; return whether one was written."""
        if len(self._waiting) < self._rows:
            return False
        seqs = [seq for seq, _ in self._waiting]
        info = write_segment(self._store.archive, [event for _, event in self._waiting], seqs)
        row = segments.Segment(
            info.name, info.first_seq, info.last_seq, info.min_at, info.max_at, info.n, info.sha256
        )
        with self._store.begin() as tx:
            segments.add(tx, row)
            pending.clear(tx, info.last_seq)
        self._waiting.clear()
        return True
