"""JSON Lines: one object a line, blank lines passed over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ombud.base.errors import EventError
from ombud.events.decode import Decode
from ombud.events.envelope import Event
from ombud.events.lines import Batch, Lines
from ombud.events.refusals import MAX_LINE, refusal, too_long
from ombud.events.source import (
    HEAD,
    Chunk,
    Identity,
    Position,
    Reject,
    Source,
    check_same,
    identify,
    identity_of,
    reject_of,
    usage,
)
from ombud.events.streams import Plain, open_stream


class LineSource(Source):
    """What readers of text share: the stream, its identity, positions, following, breaks.

    Args:
        path: the file; ``None`` = standard input.
        follow: wait for more at the end of a growing (uncompressed) file.
    """

    def __init__(self, path: Path | None, *, follow: bool = False) -> None:
        super().__init__()
        self.path = path
        self.follow = follow
        self._done = False
        self._open()

    def _open(self) -> None:
        try:
            self.stream, packed = open_stream(self.path)
        except OSError as error:
            raise usage("unreadable", f"cannot be opened: {error.strerror}", self.path) from error
        if packed and self.follow:
            self.stream.close()
            raise usage(
                "cannot-follow", "a compressed stream cannot be followed", self.path, "unpack it first"
            )
        self.resumable = self.path is not None and self.path.is_file()
        if self.path is not None and self.resumable:
            self.identity = identify(self.path)
            self.size = self.path.stat().st_size
        else:
            self.identity = Identity("-" if self.path is None else str(self.path))
        self.lines = Lines(self.stream, follow=self.follow and self.path is not None)
        self._done = False

    @property
    def position(self) -> Position:
        """Where the next record begins."""
        return Position(self.identity, self.lines.offset, self.lines.number)

    def close(self) -> None:
        """Give the file back."""
        self.stream.close()

    def _go_to(self, position: Position) -> None:
        here = self.position
        if position.source.name == here.source.name and (position.offset, position.line) == (
            here.offset,
            here.line,
        ):
            return
        if self.path is None or not self.resumable:
            raise usage(
                "not-resumable",
                "this stream cannot go back to a position",
                self.path,
                "read a file to be able to go on later",
            )
        check_same(self.path, position.source)
        self._done = False
        if not self.lines.seek(position.offset, position.line):
            raise usage(
                "source-shrunk",
                f"the file now ends before byte {position.offset}, which was read before",
                self.path,
                "restore the file, or give the new one another name",
            )

    def _at_end(self) -> bool:
        """Nothing came: say whether that is the end; a followed file is looked at for rotation."""
        self.consumed = self.stream.consumed
        self._refresh_identity()
        if not self.follow or self.path is None or not isinstance(self.stream, Plain):
            return not (self.follow and self.path is not None)
        try:
            status = self.path.stat()
        except OSError:
            return False  # between rename and creation: wait
        if status.st_ino != self.stream.inode():
            if self.lines.pending():
                self.lines.finish()
                return False
            self._restart("was replaced: reading the new file from its start")
        elif status.st_size < self.lines.offset:
            self._restart("was cut short: reading from its start")
        return False

    def _restart(self, what: str) -> None:
        self.notes.append(f"{self.path} {what}")
        self.stream.close()
        self._open()

    def _refresh_identity(self) -> None:
        """Take more of a file into its identity when it was shorter than 1 MiB and has grown."""
        if self.identity.head == HEAD or not isinstance(self.stream, Plain):
            return
        self.size = self.stream.size()
        if self.size > self.identity.head:
            now = identity_of(self.identity.name, self.stream.head(HEAD))
            if identity_of(now.name, self.stream.head(self.identity.head)) == self.identity:
                self.identity = now

    def _broken(self, tail: bytes) -> Reject:
        """The compressed data ended before its end: everything before is kept."""
        message = self.stream.broken or ""
        return reject_of(
            refusal("truncated", f"{message}; everything before was kept", hint="get the file again"),
            self.identity.name,
            self.lines.number,
            tail,
            self.lines.offset,
        )


class JsonLines(LineSource):
    """A source of JSON lines.

    Args:
        path: the file; ``None`` = standard input.
        decode: reads one line.
        follow: wait for more at the end.
    """

    def __init__(self, path: Path | None, decode: Decode, *, follow: bool = False) -> None:
        super().__init__(path, follow=follow)
        self._decode = decode

    def read(self, position: Position | None = None, limit: int = 4096) -> Chunk:
        """Return the next records; see :meth:`Source.read`."""
        if position is not None:
            self._go_to(position)
        start = self.position
        try:
            batch = self.lines.take(limit) if not self._done else None
        except OSError as error:
            raise usage("unreadable", f"cannot be read: {error}", self.path) from error
        if batch is None:
            return self._nothing(start)
        self.consumed = self.stream.consumed
        if batch.final and self.stream.broken:
            return self._tail(start, batch)
        records, rejects, ends, lines = self._records(batch, start)
        return Chunk(records, rejects, start, self.position, False, ends, lines)

    def _nothing(self, start: Position) -> Chunk:
        broken = [self._broken(b"")] if self.stream.broken and not self._done else []
        end = self._done or self._at_end()
        self._done = end
        return Chunk([], broken, start, self.position, end)

    def _tail(self, start: Position, batch: Batch) -> Chunk:
        """The last piece before a break: an event if it is whole, else part of the break's reject."""
        records, rejects, ends, lines = self._records(batch, start)
        if rejects:
            self.lines.offset, self.lines.number = start.offset, start.line
            rejects = [self._broken(batch.lines[0])]
        else:
            rejects = [self._broken(b"")]
        self._done = True
        return Chunk(records, rejects, start, self.position, True, ends, lines)

    def _records(
        self, batch: Batch, start: Position
    ) -> tuple[list[Event], list[Reject], Sequence[int], Sequence[int]]:
        name, decode = self.identity.name, self._decode
        if batch.too_long:
            error = too_long(batch.too_long)
            return [], [reject_of(error, name, start.line, batch.lines[0], start.offset)], [], []
        records: list[Event] = []
        failed: list[int] = []
        rejects: list[Reject] = []
        for i, line in enumerate(batch.lines):
            try:
                records.append(decode(line))
            except EventError as error:
                failed.append(i)
                if line.strip() or len(line) > MAX_LINE:
                    offset = batch.ends[i - 1] if i else start.offset
                    rejects.append(reject_of(error, name, start.line + i, line, offset))
        lines: Sequence[int] = range(start.line, start.line + len(batch.lines))
        if not failed:
            return records, rejects, batch.ends, lines
        gone = set(failed)
        kept = [i for i in range(len(batch.lines)) if i not in gone]
        return records, rejects, [batch.ends[i] for i in kept], [lines[i] for i in kept]
