"""Lines of a stream with their offsets, in blocks, and without holding an endless line.

A line ends at its newline. At the end of a file that does not grow, what is left is a line too.
"""

from __future__ import annotations

from itertools import accumulate

import msgspec

from ombud.events.refusals import MAX_LINE
from ombud.events.source import RAW_KEPT
from ombud.events.streams import Stream

BLOCK = 1024 * 1024
BOM = b"\xef\xbb\xbf"


class Batch(msgspec.Struct, gc=False):
    """Some lines in a row, without their newlines.

    ``ends[i]`` is the offset after line i. ``too_long`` is the length of the batch's only line,
    of which just the head is there, or 0. ``final``: the last line had no newline.
    """

    lines: list[bytes]
    ends: list[int]
    too_long: int = 0
    final: bool = False


class Lines:
    """Reads lines from a stream; ``offset`` and ``number`` are those of the next line."""

    def __init__(self, stream: Stream, *, follow: bool = False) -> None:
        self.stream = stream
        self.offset = 0
        self.number = 1
        self._follow = follow
        self._clear()

    def _clear(self) -> None:
        self._ready: list[bytes] = []
        self._next = 0
        self._long = 0  # the length of the first ready line, if only its head is there
        self._rest: list[bytes] = []  # pieces of a line whose newline has not come
        self._rest_size = 0  # its length so far; beyond MAX_LINE only the head is kept

    def seek(self, offset: int, number: int) -> bool:
        """Go to the line that begins at ``offset``; ``False`` if the stream ends before it."""
        self._clear()
        self.offset, self.number = offset, number
        return self.stream.seek(offset)

    def finish(self) -> None:
        """Stop waiting: what is left without a newline counts as a line (the file was rotated)."""
        self._follow = False

    def take(self, limit: int) -> Batch | None:
        """Return up to ``limit`` lines; ``None`` = none (a followed file: none yet)."""
        while self._next >= len(self._ready):
            if not self._fill():
                return self._last()
        long, self._long = self._long, 0
        if long:
            limit = 1
        lines = self._ready[self._next : self._next + limit]
        self._next += len(lines)
        sizes = [long + 1] if long else [len(line) + 1 for line in lines]
        ends = list(accumulate(sizes, initial=self.offset))
        del ends[0]
        return self._batch(lines, ends, long, final=False)

    def _batch(self, lines: list[bytes], ends: list[int], too_long: int, *, final: bool) -> Batch:
        if self.offset == 0 and lines[0].startswith(BOM):
            lines[0] = lines[0][len(BOM) :]
        self.offset = ends[-1]
        self.number += len(lines)
        return Batch(lines, ends, too_long, final)

    def _fill(self) -> bool:
        block = self.stream.read(BLOCK)
        if not block:
            return False
        lines = block.split(b"\n")
        tail = lines.pop()
        if lines and self._rest_size:
            self._keep(lines[0])
            lines[0], self._long = self._joined()
        if tail:
            self._keep(tail)
        self._ready, self._next = lines, 0
        return True

    def _keep(self, piece: bytes) -> None:
        if self._rest_size <= MAX_LINE:
            self._rest.append(piece)
        elif len(self._rest) > 1:
            self._rest = [b"".join(self._rest)[:RAW_KEPT]]
        self._rest_size += len(piece)

    def _joined(self) -> tuple[bytes, int]:
        """Return the line kept in pieces, or its head and its length if it is too long."""
        line, size = b"".join(self._rest), self._rest_size
        self._rest, self._rest_size = [], 0
        return (line[:RAW_KEPT], size) if size > MAX_LINE else (line, 0)

    def _last(self) -> Batch | None:
        if self._follow or not self._rest_size:
            return None
        size = self._rest_size
        line, long = self._joined()
        return self._batch([line], [self.offset + size], long, final=True)

    def pending(self) -> bool:
        """Say whether the beginning of a line waits for its newline."""
        return bool(self._rest_size)
