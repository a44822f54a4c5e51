"""Several sources as one stream, by (``at``, ``id``), each with its own position.

At every step the source whose next record has the smallest (``at``, ``id``, place among the
sources) gives it. Sorted files give a sorted stream; the result depends on their content and
their order only, never on the size of the reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heapreplace

from ombud.events.envelope import Event
from ombud.events.source import Chunk, Position, Reject, Source

LOOK_AHEAD = 1024
"""Records held in memory for each source."""

Positions = Mapping[str, Position]
_Head = tuple[int, str, int, Event]


@dataclass(slots=True)
class Merged:
    """What one read of all sources gave; positions are by the source's name.

    ``records``, ``rejects`` and ``end`` as in :class:`Chunk`; ``places[i]`` is the source's name and
    the line of record i. ``start`` and ``positions``: before the first record and after everything.
    ``idle``: followed sources had nothing new.
    """

    records: list[Event]
    rejects: list[Reject]
    places: Sequence[tuple[str, int]]
    start: Positions
    positions: Positions
    end: bool
    idle: bool = False
    _order: list[int] | None = None
    _runs: list[list[tuple[Chunk, int, int]]] = field(default_factory=list)

    def after(self, count: int) -> Positions:
        """Return the positions after the first ``count`` records."""
        if count == len(self.records):
            return self.positions
        positions = dict(self.start)
        for source, runs in enumerate(self._runs):
            left = count if self._order is None else self._order[:count].count(source)
            for chunk, first, last in runs:
                if left <= 0:
                    break
                place = chunk.after(min(first + left, last))
                positions[place.source.name] = place
                left -= last - first
        return positions


class _Cursor:
    """One source, its chunk at hand and how far it was used."""

    def __init__(self, source: Source, look_ahead: int) -> None:
        self.source = source
        self.look_ahead = look_ahead
        self.chunk: Chunk | None = None
        self.used = 0
        self.told = 0  # rejects already handed on
        self.begun = 0  # the first record used since the last merged read
        self.ended = False
        self.rejects: list[Reject] = []
        self.runs: list[tuple[Chunk, int, int]] = []

    def load(self) -> bool:
        """Make sure that a record is at hand; ``False`` = none now (``ended``: none ever)."""
        while self.chunk is None or self.used >= len(self.chunk.records):
            self._leave()
            if self.ended:
                return False
            chunk = self.source.read(None, self.look_ahead)
            self.chunk, self.used, self.told, self.begun = chunk, 0, 0, 0
            self.ended = chunk.end
            if not chunk.records and not chunk.end and chunk.position == chunk.start:
                return False
        return True

    def _leave(self) -> None:
        self.settle()
        if self.chunk is not None:
            self.rejects += self.chunk.rejects[self.told :]
            self.told = len(self.chunk.rejects)

    def settle(self) -> None:
        """Note what was used of the chunk, and the rejects that stand before that place."""
        chunk = self.chunk
        if chunk is None:
            return
        if self.used > self.begun:
            self.runs.append((chunk, self.begun, self.used))
            self.begun = self.used
        if self.used:
            end = chunk.ends[self.used - 1]
            while self.told < len(chunk.rejects) and chunk.rejects[self.told].offset < end:
                self.rejects.append(chunk.rejects[self.told])
                self.told += 1

    def place(self) -> tuple[str, int]:
        """Return the source's name and the line of the record at hand."""
        assert self.chunk is not None
        return self.chunk.start.source.name, self.chunk.lines[self.used]

    def position(self) -> Position:
        """Where reading goes on after what was used and told."""
        chunk = self.chunk
        if chunk is None:
            return self.source.position
        if self.used >= len(chunk.records) and self.told >= len(chunk.rejects):
            return chunk.position
        return chunk.after(self.used)


class Merge:
    """Reads several sources as one.

    Args:
        sources: at least one; their order breaks ties.
        look_ahead: records read ahead from each source.
    """

    def __init__(self, sources: Sequence[Source], *, look_ahead: int = LOOK_AHEAD) -> None:
        if not sources:
            raise ValueError("nothing to read")
        self.sources = tuple(sources)
        self._cursors = [_Cursor(source, look_ahead) for source in sources]
        self._heads: list[_Head] = []
        self._seek: dict[int, Position] = {}

    def start(self, positions: Positions) -> None:
        """Say, before the first read, where to go on: by the sources' names; others begin at their start.

        The next ``read`` raises ``UsageError`` if a position does not fit its file.
        """
        for index, source in enumerate(self.sources):
            known = positions.get(source.identity.name)
            if known is not None and source.resumable:
                self._seek[index] = known

    def read(self, limit: int = 4096) -> Merged:
        """Return up to ``limit`` records in order, and the rejects that stand among them."""
        if len(self.sources) == 1:
            return self._single(limit)
        self._go_on()
        start = {c.source.identity.name: c.position() for c in self._cursors}
        records: list[Event] = []
        places: list[tuple[str, int]] = []
        order: list[int] = []
        self._fill_heads()
        heads = self._heads
        while heads and len(records) < limit:
            _, _, index, event = heads[0]
            records.append(event)
            order.append(index)
            cursor = self._cursors[index]
            places.append(cursor.place())
            cursor.used += 1
            if cursor.load():
                heapreplace(heads, self._head(index))
            else:
                heappop(heads)
        return self._merged(records, places, order, start)

    def _merged(
        self, records: list[Event], places: list[tuple[str, int]], order: list[int], start: Positions
    ) -> Merged:
        rejects: list[Reject] = []
        runs = []
        for cursor in self._cursors:
            cursor.settle()
            rejects += cursor.rejects
            runs.append(cursor.runs)
            cursor.rejects, cursor.runs = [], []
        position = {c.source.identity.name: c.position() for c in self._cursors}
        end = not self._heads and all(c.ended for c in self._cursors)
        idle = not records and not end
        return Merged(records, rejects, places, start, position, end, idle, order, runs)

    def _single(self, limit: int) -> Merged:
        chunk = self.sources[0].read(self._seek.pop(0, None), limit)
        name = chunk.start.source.name
        idle = not chunk.end and not chunk.records and chunk.position == chunk.start
        runs = [[(chunk, 0, len(chunk.records))]]
        return Merged(
            chunk.records,
            chunk.rejects,
            [(name, line) for line in chunk.lines],
            {name: chunk.start},
            {chunk.position.source.name: chunk.position},
            chunk.end,
            idle,
            None,
            runs,
        )

    def _go_on(self) -> None:
        for index, position in self._seek.items():
            cursor = self._cursors[index]
            cursor.chunk = cursor.source.read(position, cursor.look_ahead)
            cursor.ended = cursor.chunk.end
        self._seek.clear()

    def _fill_heads(self) -> None:
        present = {head[2] for head in self._heads}
        for index, cursor in enumerate(self._cursors):
            if index not in present and cursor.load():
                self._heads.append(self._head(index))
        heapify(self._heads)

    def _head(self, index: int) -> _Head:
        cursor = self._cursors[index]
        assert cursor.chunk is not None
        event = cursor.chunk.records[cursor.used]
        return event.at, event.id, index, event

    def close(self) -> None:
        """Give all files back."""
        for source in self.sources:
            source.close()
