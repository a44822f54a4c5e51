"""Keeps the reorder buffer's content in the store, so that a crash loses none of it.

A chunk is written with the transaction that read its events and dropped with the
one in which the last of them left, so the cost follows what changed and not how
much is held. This lets the stored position be simply how far the source was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ombud.events.decode import encode
from ombud.events.envelope import Event
from ombud.events.reorder import Released
from ombud.store import Tx, held

Place = tuple[str, int]
"""Where an event was read: the source's name and the line (or row), from 1."""


class HeldEvents:
    """Which chunk holds which event of the reorder buffer."""

    def __init__(self) -> None:
        self._chunk_of: dict[int, int] = {}  # id() of an event inside -> its chunk
        self._places: dict[int, Place] = {}  # id() of an event inside -> where it was read
        self._inside: dict[int, list[Event]] = {}
        self._next = 0

    def load(self, tx: Tx, decode: Callable[[bytes], Event], released_through: int | None) -> list[Event]:
        """Read back what is inside; events whose chunk outlived them are left out."""
        for chunk, rows in held.read(tx).items():
            read = [(decode(row.raw), (row.source, row.line or 0)) for row in rows]
            if released_through is not None:
                read = [(event, place) for event, place in read if event.at > released_through]
            self._places.update((id(event), place) for event, place in read)
            self._enter(chunk, [event for event, _ in read])
            self._next = max(self._next, chunk + 1)
        return [event for events in self._inside.values() for event in events]

    def place(self, event: Event) -> Place | None:
        """Return the source and line of an event inside, or ``None`` if it is not inside."""
        return self._places.get(id(event))

    def save(self, tx: Tx, step: Released[Event], places: Mapping[int, Place]) -> None:
        """Bring the store up to date with one step of the buffer.

        Args:
            tx: the transaction in which the step's events are kept too.
            step: what the buffer let out and took in.
            places: source and line of the events that were just read, by ``id()``.
        """
        self._places.update((id(event), places[id(event)]) for event in step.kept)
        if self._chunk_of:
            empty = self._leave(step.events)
            rewrite = self._touched(step.ahead)
            empty |= self._leave(step.ahead)
            for chunk in rewrite - empty:
                held.put(tx, chunk, self._rows(self._inside[chunk]))
            held.drop(tx, sorted(empty))
        if step.kept:
            held.put(tx, self._next, self._rows(step.kept))
            self._enter(self._next, step.kept)
            self._next += 1

    def _enter(self, chunk: int, events: list[Event]) -> None:
        if events:
            self._inside[chunk] = list(events)
            self._chunk_of.update((id(event), chunk) for event in events)

    def _touched(self, events: Iterable[Event]) -> set[int]:
        return {self._chunk_of[id(event)] for event in events if id(event) in self._chunk_of}

    def _leave(self, events: Iterable[Event]) -> set[int]:
        """Take events out and return the chunks that are empty now."""
        gone: dict[int, set[int]] = {}
        for event in events:
            chunk = self._chunk_of.pop(id(event), None)
            self._places.pop(id(event), None)
            if chunk is not None:
                gone.setdefault(chunk, set()).add(id(event))
        empty: set[int] = set()
        for chunk, ids in gone.items():
            rest = [event for event in self._inside[chunk] if id(event) not in ids]
            if rest:
                self._inside[chunk] = rest
            else:
                del self._inside[chunk]
                empty.add(chunk)
        return empty

    def _rows(self, events: Iterable[Event]) -> list[held.Held]:
        return [held.Held(*self._places[id(event)], encode(event)) for event in events]
