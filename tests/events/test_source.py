"""Positions and identities."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.errors import UsageError
from ombud.events.refusals import refusal
from ombud.events.source import HEAD, Chunk, Identity, Position, check_same, identify, reject_of


@given(st.text(max_size=5), st.integers(0, HEAD), st.integers(0, 2**50), st.integers(1, 2**40))
def test_positions_travel_as_json(name: str, head: int, offset: int, line: int) -> None:
    """A position comes back from its JSON text, and from builtins."""
    place = Position(Identity(name, head, "ab"), offset, line)
    assert Position.from_json(place.to_json()) == place
    assert msgspec.convert(msgspec.to_builtins(place), Position) == place


def test_identity_is_name_and_beginning(tmp_path: Path) -> None:
    """Another name or another beginning is another file; what comes after 1 MiB does not matter."""
    path = tmp_path / "a"
    path.write_bytes(b"x" * HEAD + b"tail")
    known = identify(path)
    assert (known.name, known.head) == (str(path.resolve()), HEAD)
    path.write_bytes(b"x" * HEAD + b"other tail")
    check_same(path, known)
    for content in (b"y" * HEAD, b"x" * (HEAD - 1)):
        path.write_bytes(content)
        with pytest.raises(UsageError, match="another name"):
            check_same(path, known)


def test_a_short_file_may_grow(tmp_path: Path) -> None:
    """The identity of a short file covers what was there, and holds when more is added."""
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    known = identify(path)
    path.write_bytes(b"abcdef")
    check_same(path, known)
    path.write_bytes(b"ab")
    with pytest.raises(UsageError):
        check_same(path, known)


def test_rejects_keep_the_beginning_only() -> None:
    """A reject holds 64 KiB of the record, the code, the words and the hint."""
    reject = reject_of(refusal("nul", "words", hint="do"), "f", 3, b"x" * 100_000, 7)
    assert (reject.code, reject.message, reject.hint, reject.line, reject.offset) == (
        "events/nul",
        "words",
        "do",
        3,
        7,
    )
    assert len(reject.raw) == 65_536


def test_a_chunk_knows_the_place_after_each_record() -> None:
    """Place 0 is the start; the last place is the chunk's own only if no reject stands behind it."""
    here = Identity("f")
    start, last = Position(here), Position(here, 30, 4)
    chunk = Chunk([None, None], [], start, last, False, [10, 20], [1, 2])  # type: ignore[list-item]
    assert [chunk.after(i) for i in range(3)] == [start, Position(here, 10, 2), last]
    chunk.rejects.append(reject_of(refusal("nul", ""), "f", 3, b"", 20))
    assert chunk.after(2) == Position(here, 20, 3)
    chunk.next_lines = [5, 9]
    assert chunk.after(1) == Position(here, 10, 5)
