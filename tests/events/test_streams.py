"""Streams: what was packed comes out whole, and what breaks off comes out up to the break."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pyarrow as pa
import pytest

from ombud.events.streams import Plain, open_stream

DATA = random.Random(7).randbytes(40_000) + b"text " * 60_000


def zstd(data: bytes) -> bytes:
    return pa.compress(data, codec="zstd", asbytes=True)


PACKERS = {"plain": bytes, "gzip": gzip.compress, "zstd": zstd}


def drain(path: Path, step: int) -> tuple[bytes, str | None]:
    stream, _ = open_stream(path)
    pieces = []
    while piece := stream.read(step):
        assert len(piece) <= max(step, 65_536)
        pieces.append(piece)
    stream.close()
    return b"".join(pieces), stream.broken


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("step", [1000, 65_536, 1 << 20])
def test_everything_comes_out(tmp_path: Path, packer: str, step: int) -> None:
    """Plain, gzip and zstd files, of one or of two members, give all their bytes."""
    path = tmp_path / "f"
    for parts in (1, 2):
        path.write_bytes(PACKERS[packer](DATA) * parts)
        assert drain(path, step) == (DATA * parts, None)


@pytest.mark.parametrize("packer", PACKERS)
def test_an_empty_file_is_empty(tmp_path: Path, packer: str) -> None:
    """No bytes at all, and packed nothing, are both nothing, and not a break."""
    path = tmp_path / "f"
    for content in (b"", PACKERS[packer](b"")):
        path.write_bytes(content)
        assert drain(path, 100) == (b"", None)


@pytest.mark.parametrize("packer", ["gzip", "zstd"])
@pytest.mark.parametrize("cut", [20, 1000, 30_000, -1])
def test_a_break_keeps_what_was_before(tmp_path: Path, packer: str, cut: int) -> None:
    """A packed file that was cut gives the same beginning for every size of read, and says so."""
    path = tmp_path / "f"
    path.write_bytes(PACKERS[packer](DATA)[:cut])
    first, broken = drain(path, 1000)
    assert DATA.startswith(first)
    assert broken
    for step in (1, 65_536, 1 << 20) if cut == 1000 else (777, 1 << 20):
        assert drain(path, step)[0] == first


def test_gzip_keeps_every_byte_that_can_be_unpacked(tmp_path: Path) -> None:
    """The bytes before a break are all those that zlib can give."""
    path = tmp_path / "f"
    path.write_bytes(gzip.compress(DATA, mtime=0)[:30_000])
    assert len(drain(path, 1 << 20)[0]) > 29_000


def test_garbage_after_a_member_is_a_break(tmp_path: Path) -> None:
    """Zeros that pad a gzip file are passed over; anything else behind it is reported."""
    path = tmp_path / "f"
    path.write_bytes(gzip.compress(DATA) + b"\0" * 1000)
    assert drain(path, 1000) == (DATA, None)
    path.write_bytes(gzip.compress(DATA) + b"garbage")
    data, broken = drain(path, 1000)
    assert data == DATA
    assert "gzip" in (broken or "")


@pytest.mark.parametrize("packer", PACKERS)
def test_seek_goes_both_ways(tmp_path: Path, packer: str) -> None:
    """Reading goes on from any offset, before or after the present one; past the end is told."""
    path = tmp_path / "f"
    path.write_bytes(PACKERS[packer](DATA))
    stream, packed = open_stream(path)
    assert packed is (packer != "plain")
    for offset in (100_000, 5, 0, len(DATA) - 10, len(DATA)):
        assert stream.seek(offset)
        assert stream.read(10) == DATA[offset : offset + 10]
    assert not stream.seek(len(DATA) + 1)
    stream.close()


def test_a_plain_file_may_grow(tmp_path: Path) -> None:
    """At the end of a plain file nothing comes until more was written."""
    path = tmp_path / "f"
    path.write_bytes(b"one")
    stream, _ = open_stream(path)
    assert isinstance(stream, Plain)
    assert stream.read(10) == b"one"
    assert stream.read(10) == b""
    with path.open("ab") as file:
        file.write(b"two")
    assert stream.read(10) == b"two"
    assert stream.consumed == stream.size() == 6
    stream.close()
