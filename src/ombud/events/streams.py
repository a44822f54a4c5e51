"""Bytes of a file or of standard input, decompressed on the way, never more than asked for.

A compressed file that breaks off gives everything before the break; ``broken`` then says what
happened. Nothing here knows about lines or events.
"""

from __future__ import annotations

import os
import stat
import sys
import zlib
from abc import ABC, abstractmethod
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_STEP = 64 * 1024


class Stream(ABC):
    """Decompressed bytes in order.

    Attributes:
        broken: what is wrong with the compressed data, once the break was met.
        consumed: bytes of the file (as it lies on disk) read so far.
        growing: the file may grow, and reading at its end may give more later.
    """

    broken: str | None = None
    consumed: int = 0
    growing: bool = False

    @abstractmethod
    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes; ``b""`` = nothing (more) at the moment."""

    @abstractmethod
    def seek(self, offset: int) -> bool:
        """Go to an offset of the decompressed stream; ``False`` if the stream ends before it."""

    @abstractmethod
    def close(self) -> None:
        """Give the file back."""


class Plain(Stream):
    """A file as it lies."""

    growing = True

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self.consumed += len(data)
        return data

    def seek(self, offset: int) -> bool:
        self.consumed = self._file.seek(offset)
        return offset <= self.size()

    def size(self) -> int:
        """Return how many bytes the open file has now."""
        return os.fstat(self._file.fileno()).st_size

    def head(self, size: int) -> bytes:
        """Return the open file's first bytes, wherever reading stands."""
        return os.pread(self._file.fileno(), size, 0)

    def inode(self) -> int:
        """Return the open file's number, which a new file of the same name does not share."""
        return os.fstat(self._file.fileno()).st_ino

    def close(self) -> None:
        self._file.close()


class Pipe(Stream):
    """Standard input or a named pipe: what is there now, without waiting for a full block."""

    def __init__(self, file: BinaryIO, head: bytes) -> None:
        self._file, self._head = file, head

    def read(self, size: int) -> bytes:
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
        else:
            data = self._file.read1(size) if hasattr(self._file, "read1") else self._file.read(size)
        self.consumed += len(data)
        return data

    def seek(self, offset: int) -> bool:
        return offset == 0 and self.consumed == 0

    def close(self) -> None:
        if self._file is not sys.stdin.buffer:
            self._file.close()


class _Packed(Stream):
    """What the two compressed streams share: to seek is to begin again and read past."""

    def __init__(self, inner: Stream) -> None:
        self._inner = inner
        self._at = 0
        self._start()

    @abstractmethod
    def _start(self) -> None: ...

    @abstractmethod
    def _next(self, size: int) -> bytes: ...

    def read(self, size: int) -> bytes:
        data = self._next(size) if self.broken is None else b""
        self._at += len(data)
        self.consumed = self._inner.consumed
        return data

    def seek(self, offset: int) -> bool:
        if offset < self._at:
            if not self._inner.seek(0):
                return False
            self._at, self.broken = 0, None
            self._start()
        while self._at < offset:
            if not self.read(min(_STEP, offset - self._at)):
                return False
        return True

    def close(self) -> None:
        self._inner.close()


class Gzip(_Packed):
    """Gzip, of one or several members, padded with zeros or not."""

    def _start(self) -> None:
        self._unzip = zlib.decompressobj(wbits=31)
        self._left = b""  # compressed bytes not yet fed
        self._fresh = True  # the current member has had no byte yet

    def _next(self, size: int) -> bytes:
        while True:
            if self._unzip.eof:
                self._left = self._unzip.unused_data.lstrip(b"\0")
                self._unzip = zlib.decompressobj(wbits=31)
                self._fresh = True
            if not self._left:
                self._left = self._inner.read(_STEP)
            if self._fresh:
                self._left = self._left.lstrip(b"\0") if self._at else self._left
            if not self._left:
                if not self._fresh:
                    self.broken = "the gzip data breaks off"
                return b""
            self._fresh = False
            try:
                data = self._unzip.decompress(self._left, size)
            except zlib.error as error:
                self.broken = f"the gzip data is damaged: {error}"
                return b""
            self._left = self._unzip.unconsumed_tail
            if data:
                return data


class Zstd(_Packed):
    """Zstandard, of one or several frames."""

    def _start(self) -> None:
        self._file = pa.CompressedInputStream(pa.PythonFile(_Readable(self._inner), "r"), "zstd")
        self._step = _STEP

    def _next(self, size: int) -> bytes:
        try:
            return self._file.read(min(size, self._step))  # type: ignore[no-any-return]
        except (OSError, pa.ArrowException) as error:
            return self._after_break(str(error))

    def _after_break(self, what: str) -> bytes:
        """Read up to the break byte by byte: a failed read may have dropped bytes before it."""
        at = self._at
        if self._step == 1 or not self._inner.seek(0):
            self.broken = f"the zstd data is damaged or breaks off: {what}"
            return b""
        self._start()
        self._at = 0
        while self._at < at and (data := self._file.read(min(_STEP, at - self._at))):
            self._at += len(data)
        self._step = 1
        got = bytearray()
        while len(got) < _STEP:
            try:
                byte = self._file.read(1)
            except (OSError, pa.ArrowException):
                byte = b""
            if not byte:
                self.broken = f"the zstd data is damaged or breaks off: {what}"
                break
            got += byte
        return bytes(got)


class _Readable:
    """A stream as the kind of file that pyarrow wraps."""

    closed = False

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size if size >= 0 else _STEP)

    def close(self) -> None:
        pass


def open_stream(path: Path | None) -> tuple[Stream, bool]:
    """Open a file (``None``: standard input), looking at its first bytes for gzip and zstd.

    Returns:
        The stream, and whether it is compressed.

    Raises:
        OSError: the file cannot be opened.
    """
    file: BinaryIO = sys.stdin.buffer if path is None else path.open("rb")
    inner: Stream
    if path is not None and stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        magic = file.read(4)
        file.seek(0)
        inner = Plain(file)
    else:
        magic = file.read(4)
        inner = Pipe(file, magic)
    if magic.startswith(GZIP):
        return Gzip(inner), True
    if magic == ZSTD:
        return Zstd(inner), True
    return inner, False
