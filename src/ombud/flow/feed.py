"""One stream out of the files of a call, with the place to go on from in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ombud.events.envelope import Event
from ombud.events.merge import Merge
from ombud.events.source import Position, Reject, Source
from ombud.flow.held import Place
from ombud.store import Tx, positions


@dataclass(frozen=True, slots=True)
class Read:
    """What one read brought; ``end``: nothing will follow."""

    events: list[Event]
    rejects: Sequence[Reject]
    places: dict[int, Place] = field(default_factory=dict)
    positions: dict[str, Any] = field(default_factory=dict)
    end: bool = False


class OneSource:
    """The feed of a single source: the quick road, without a merge."""

    def __init__(self, source: Source) -> None:
        self.sources: Sequence[Source] = (source,)
        self._source = source
        self._from: Position | None = None

    def resume(self, tx: Tx) -> bool:
        """Go on where the store stands; return whether the source was read before.

        Raises:
            UsageError: the file is not the one that was read before.
        """
        self._from = stored_position(tx, self._source)
        return self._from is not None

    def read(self, limit: int) -> Read:
        """Return up to ``limit`` records and how far that leads."""
        chunk = self._source.read(self._from, limit)
        self._from = None
        name = chunk.start.source.name
        places = {id(event): (name, line) for event, line in zip(chunk.records, chunk.lines, strict=True)}
        there = {}
        if self._source.resumable:
            there[name] = msgspec.to_builtins(chunk.position)
        return Read(chunk.records, chunk.rejects, places, there, chunk.end)


def stored_position(tx: Tx, source: Source) -> Position | None:
    """Return how far a source was read, or ``None`` if it never was or cannot go on."""
    if not source.resumable:
        return None
    saved = positions.load(tx, source.identity.name)
    return None if saved is None else msgspec.convert(saved, Position)


class ManySources:
    """The feed of several files, merged by (at, id); each keeps a position of its own."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self._merge = Merge(sources)

    def resume(self, tx: Tx) -> bool:
        """Go on where the store stands in each file; return whether any was read before."""
        places = {source.identity.name: stored_position(tx, source) for source in self.sources}
        known = {name: place for name, place in places.items() if place is not None}
        self._merge.start(known)
        return bool(known)

    def read(self, limit: int) -> Read:
        """Return up to ``limit`` records of all files, in order, and how far that leads in each."""
        chunk = self._merge.read(limit)
        places = {id(event): place for event, place in zip(chunk.records, chunk.places, strict=True)}
        there = {name: msgspec.to_builtins(position) for name, position in chunk.positions.items()}
        return Read(chunk.records, chunk.rejects, places, there, chunk.end)


def feed_of(sources: Sequence[Source]) -> OneSource | ManySources:
    """Return the feed of a call's sources."""
    return OneSource(sources[0]) if len(sources) == 1 else ManySources(sources)
