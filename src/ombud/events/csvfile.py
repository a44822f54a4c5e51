"""CSV: one header row, one record a row; a quoted field may span lines.

A quote that is never closed must not swallow the rest of the file: the row that fails costs its
first line only, and reading goes on with the next.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ombud.base.errors import EventError, UsageError
from ombud.events.envelope import Event
from ombud.events.jsonl import LineSource
from ombud.events.refusals import MAX_LINE, refusal, too_long
from ombud.events.source import Chunk, Position, reject_of, usage

RowDecoder = Callable[[Sequence[str]], Event]
RowMaker = Callable[[list[str], "CsvRows"], RowDecoder]

csv.field_size_limit(MAX_LINE)


class _Line(msgspec.Struct, gc=False):
    raw: bytes
    end: int  # offset after it
    size: int  # its true length if only the head is here, else 0


class _Unfinished(Exception):  # noqa: N818  (a signal between two functions here)
    """The row goes on past what there is to read."""


class CsvRows(LineSource):
    """A source of CSV rows.

    Args:
        path: the file; ``None`` = standard input.
        make: gets the header's names and this source (for notes); returns what reads a row.
        delimiter: ``,`` or a tab.
        follow: wait for more at the end.
    """

    def __init__(
        self, path: Path | None, make: RowMaker, *, delimiter: str = ",", follow: bool = False
    ) -> None:
        super().__init__(path, follow=follow)
        self._delimiter = delimiter
        self._make = make
        self._header: list[str] = []
        self._decode: RowDecoder | None = None
        self._queue: deque[_Line] = deque()
        self._start_at = Position(self.identity)
        try:
            self._read_header()
        except UsageError:
            self.close()
            raise

    @property
    def position(self) -> Position:
        """Where the next row begins."""
        return msgspec.structs.replace(self._start_at, source=self.identity)

    def read(self, position: Position | None = None, limit: int = 4096) -> Chunk:
        """Return the next records; see :meth:`Source.read`."""
        if position is not None and not self._is_here(position):
            self._queue.clear()
            self._go_to(position)
            self._start_at = position
            if position.offset == 0:
                self._decode = None
        start = self.position
        chunk = Chunk([], [], start, start, False, [], [], [])
        if self._decode is None and not self._read_header():
            chunk.end = self._at_end()
            return chunk
        while len(chunk.records) + len(chunk.rejects) < limit:
            if not self._row(chunk):
                break
        chunk.position = self.position
        if not chunk.records and not chunk.rejects:
            self._finish(chunk)
        self.consumed = self.stream.consumed
        return chunk

    def _is_here(self, position: Position) -> bool:
        here = self.position
        return position.source.name == here.source.name and position.offset == here.offset

    def _finish(self, chunk: Chunk) -> None:
        if self.stream.broken and not self._done:
            chunk.rejects.append(self._broken(b""))
        chunk.end = self._done or self._at_end()
        self._done = chunk.end

    def _restart(self, what: str) -> None:
        super()._restart(what)
        self._queue.clear()
        self._start_at = Position(self.identity)
        self._decode = None

    def _read_header(self) -> bool:
        """Read the first row if it is there; an empty file has none."""
        while True:
            try:
                taken, row = self._parse()
            except csv.Error as error:
                raise usage("bad-header", f"the first row cannot be read: {error}", self.path) from error
            if not taken:
                return False
            self._advance(len(taken))
            if row:
                break
        self._header = [name.strip() for name in row]
        if len(set(self._header)) != len(self._header):
            twice = next(name for name in self._header if self._header.count(name) > 1)
            raise usage("bad-header", f"the column {twice!r} stands twice", self.path)
        self._decode = self._make(self._header, self)
        return True

    def _row(self, chunk: Chunk) -> bool:
        """Take one row into the chunk; ``False`` = none there."""
        start = self._start_at
        try:
            taken, row = self._parse()
        except csv.Error as error:
            bad = self._queue[0]
            wrong = too_long(bad.size) if bad.size else refusal("bad-row", f"not a CSV row: {error}")
            self._reject(chunk, wrong, bad.raw, start)
            self._advance(1)
            return True
        if not taken:
            return False
        raw = b"\n".join(line.raw for line in taken)
        self._advance(len(taken))
        if not row:
            return True  # a blank line
        try:
            event = self._event(row, raw)
        except EventError as error:
            self._reject(chunk, error, raw, start)
            return True
        chunk.records.append(event)
        chunk.ends.append(self._start_at.offset)  # type: ignore[attr-defined]
        chunk.lines.append(start.line)  # type: ignore[attr-defined]
        chunk.next_lines.append(self._start_at.line)  # type: ignore[union-attr]
        return True

    def _event(self, row: list[str], raw: bytes) -> Event:
        if b"\0" in raw:
            raise refusal("nul", "the row holds NUL bytes", hint="remove them at the source")
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            raise refusal("invalid-utf8", f"the row is not UTF-8 at byte {error.start}") from None
        if len(row) != len(self._header):
            raise refusal("bad-row", f"the row has {len(row)} cells, the header {len(self._header)}")
        assert self._decode is not None
        return self._decode(row)

    def _reject(self, chunk: Chunk, error: EventError, raw: bytes, start: Position) -> None:
        chunk.rejects.append(reject_of(error, self.identity.name, start.line, raw, start.offset))

    def _parse(self) -> tuple[list[_Line], list[str]]:
        """Read one row off the front of the queue, without taking it off.

        Returns:
            The lines it spans (none: nothing there yet) and its cells.
        """
        taken: list[_Line] = []
        try:
            row = next(csv.reader(self._texts(taken), delimiter=self._delimiter, strict=True))
        except (StopIteration, _Unfinished):
            return [], []
        except csv.Error:
            if not taken:
                raise
            waiting = self.follow and len(taken) == len(self._queue) and taken[-1].raw.count(b'"') == 0
            if waiting and sum(len(line.raw) for line in taken) <= MAX_LINE:
                return [], []
            raise
        return taken, row

    def _texts(self, taken: list[_Line]) -> Iterator[str]:
        size = 0
        while True:
            if len(taken) == len(self._queue) and not self._more():
                if taken and self.follow:
                    raise _Unfinished
                return
            line = self._queue[len(taken)]
            size += line.size or len(line.raw)
            taken.append(line)
            if size > MAX_LINE:
                raise csv.Error(f"the row is longer than {MAX_LINE} bytes, or a quote is not closed")
            yield line.raw.decode("utf-8", "surrogateescape") + "\n"

    def _more(self) -> bool:
        batch = self.lines.take(1024)
        if batch is None:
            return False
        self._queue += [_Line(*pair, batch.too_long) for pair in zip(batch.lines, batch.ends, strict=True)]
        return True

    def _advance(self, count: int) -> None:
        end = self._start_at.offset
        for _ in range(count):
            end = self._queue.popleft().end
        self._start_at = Position(self.identity, end, self._start_at.line + count)


def cells(row: Sequence[str]) -> list[Any]:
    """Return a row's cells, an empty one as ``None``."""
    return [cell or None for cell in row]
