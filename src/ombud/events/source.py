"""Where events come from, how far we have read, and what could not be taken.

A :class:`Source` is read in chunks. Every record has a position after which reading can go on,
so a caller that holds some records back can store the place of the oldest one it still holds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec

from ombud.base.clock import Micros
from ombud.base.errors import EventError, Fault, UsageError, Where
from ombud.events.envelope import Event

HEAD = 1024 * 1024
"""How many bytes of a file make its identity."""

RAW_KEPT = 64 * 1024
"""How many bytes of a rejected record are kept."""


class Identity(msgspec.Struct, frozen=True):
    """Which file it is: its absolute path, and the SHA-256 (hex) of its first ``head`` bytes.

    ``head`` is 1 MiB, or less if the file was shorter when it was read: a file may grow and
    stay itself. Standard input is ``("-", 0, "")``.
    """

    name: str
    head: int = 0
    sha256: str = ""


class Position(msgspec.Struct, frozen=True):
    """A place between two records.

    ``offset`` counts bytes of the decompressed stream (rows for Parquet) and ``line`` the line
    (row) that comes next, from 1.
    """

    source: Identity
    offset: int = 0
    line: int = 1

    def to_json(self) -> str:
        """Return the position as JSON text."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Position:
        """Read what :meth:`to_json` wrote.

        Raises:
            msgspec.MsgspecError: it is not a position.
        """
        return msgspec.json.decode(text, type=cls)


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that was not taken: why, and where it stands.

    ``raw`` is its first 64 KiB. ``at`` is the event's own time if it could be read. The pair
    (``source``, ``offset``) names the record; reading it again gives the same reject.
    """

    code: str
    message: str
    source: str
    line: int
    raw: bytes
    at: Micros | None = None
    hint: str | None = None
    offset: int = 0


@dataclass(slots=True)
class Chunk:
    """What one read gave.

    ``records`` and ``rejects`` are in the source's order; ``lines[i]`` is the line of record i
    and ``ends[i]`` the offset after it. ``position`` is after everything in the chunk. ``end``:
    nothing will follow (a followed file never ends; an empty chunk means nothing new).
    """

    records: list[Event]
    rejects: list[Reject]
    start: Position
    position: Position
    end: bool
    ends: Sequence[int] = field(default_factory=list)
    lines: Sequence[int] = field(default_factory=list)
    next_lines: Sequence[int] | None = None

    def after(self, count: int) -> Position:
        """Return the position after the first ``count`` records (0: the chunk's start).

        Rejects that stand after that record come again when reading goes on from there.
        """
        if count == 0:
            return self.start
        if count == len(self.records) and not self.rejects:
            return self.position
        i = count - 1
        line = self.lines[i] + 1 if self.next_lines is None else self.next_lines[i]
        return Position(self.start.source, self.ends[i], line)


class Source(ABC):
    """One stream of events, read in order.

    Attributes:
        identity: which file it is.
        resumable: whether a later run can go on from a position (standard input cannot).
        notes: what the operator should hear: unused columns, a file that was rotated.
        size: bytes of the file as it lies on disk, or ``None``; with ``consumed`` for progress.
        consumed: bytes of it read so far.
    """

    identity: Identity
    resumable: bool = True
    size: int | None = None
    consumed: int = 0

    def __init__(self) -> None:
        self.notes: list[str] = []

    @property
    @abstractmethod
    def position(self) -> Position:
        """Where the next record begins."""

    @abstractmethod
    def read(self, position: Position | None = None, limit: int = 4096) -> Chunk:
        """Return the next records.

        Args:
            position: where to go on; ``None`` = where the last read ended.
            limit: how many records at most (at least 1).

        Raises:
            UsageError: ``events/source-changed`` or ``events/source-shrunk``: the file under the
                position is another one; ``events/not-resumable``; ``events/unreadable``.
        """

    @abstractmethod
    def close(self) -> None:
        """Give the file back."""

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def reject_of(error: EventError, source: str, line: int, raw: bytes, offset: int) -> Reject:
    """Make the reject for a record that raised ``error``."""
    fault = error.faults[0]
    return Reject(fault.code, fault.message, source, line, raw[:RAW_KEPT], None, fault.hint, offset)


def usage(code: str, message: str, path: str | Path | None = None, hint: str | None = None) -> UsageError:
    """Make the error for a call that cannot work; ``code`` without the prefix ``events/``."""
    return UsageError(Fault(f"events/{code}", message, Where(path) if path is not None else None, hint))


def identify(path: Path, head: int = HEAD) -> Identity:
    """Return the identity of a file by its first ``head`` bytes (fewer if it is shorter)."""
    with path.open("rb") as file:
        data = file.read(head)
    return identity_of(str(path.resolve()), data)


def identity_of(name: str, head: bytes) -> Identity:
    """Return the identity of a file of which these are the first bytes."""
    return Identity(name, len(head), sha256(head).hexdigest())


def check_same(path: Path, known: Identity) -> None:
    """Make sure that the file still is the one that ``known`` was taken of.

    Raises:
        UsageError: ``events/source-changed``.
    """
    now = identify(path, known.head)
    if (now.head, now.sha256) != (known.head, known.sha256) or now.name != known.name:
        raise usage(
            "source-changed",
            "this is not the file that was read before: its beginning differs",
            path,
            "give the new file another name, or restore the old one; nothing was read",
        )
