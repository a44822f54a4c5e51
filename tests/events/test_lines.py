"""Lines: the same lines and offsets whatever the size of blocks and reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.events import lines as module
from ombud.events.lines import Lines
from ombud.events.streams import Stream


class Fed(Stream):
    """Bytes in pieces of a given size."""

    def __init__(self, data: bytes, step: int) -> None:
        self.data, self.step, self.at = data, step, 0

    def read(self, size: int) -> bytes:
        piece = self.data[self.at : self.at + min(size, self.step)]
        self.at += len(piece)
        return piece

    def seek(self, offset: int) -> bool:
        self.at = offset
        return offset <= len(self.data)

    def close(self) -> None: ...


def read_all(reader: Lines, limit: int) -> list[tuple[bytes, int, int]]:
    got = []
    while batch := reader.take(limit):
        assert len(batch.lines) == len(batch.ends) <= limit
        got += [(line, end, batch.too_long) for line, end in zip(batch.lines, batch.ends, strict=True)]
    return got


def plain(data: bytes, limit: int, kept: int) -> list[tuple[bytes, int, int]]:
    got, at = [], 0
    for line in data.split(b"\n"):
        end = min(at + len(line) + 1, len(data))
        if line or end > at:
            long = len(line) if len(line) > limit else 0
            got.append((line[:kept] if long else line, end, long))
        at = end
    if got and data.startswith(module.BOM):
        got[0] = (got[0][0].removeprefix(module.BOM), *got[0][1:])
    return got


@given(
    st.lists(st.sampled_from([b"\n", b"a", b"bcd", b"\r", b"\xef\xbb\xbf", b"x" * 30])).map(b"".join),
    st.integers(1, 40),
    st.integers(1, 5),
)
def test_lines_do_not_depend_on_blocks(data: bytes, step: int, limit: int) -> None:
    """Every line comes once, with the offset after it; a line too long gives its head and its length."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_LINE", 20)
        patch.setattr(module, "RAW_KEPT", 7)
        reader = Lines(Fed(data, step))
        got = read_all(reader, limit)
        wanted = plain(data, 20, 7)
        # a line that lies in one block is given whole: the decoder refuses it by its length
        assert [(line[:7], end) for line, end, _ in got] == [(line[:7], end) for line, end, _ in wanted]
        assert all(long in (0, true) for (_, _, long), (_, _, true) in zip(got, wanted, strict=True))
        assert all(len(line) <= 20 + step for line, _, _ in got)
        assert (reader.offset, reader.number) == (len(data), len(wanted) + 1)


def test_reading_goes_on_from_every_line() -> None:
    """From the offset and number of any line the rest of the lines follows."""
    data = b"one\n\ntwo\r\nthree"
    whole = read_all(Lines(Fed(data, 3)), 2)
    for number, (_, end, _) in enumerate(whole, start=2):
        reader = Lines(Fed(data, 4))
        assert reader.seek(end, number)
        assert read_all(reader, 1) == whole[number - 1 :]


def test_a_followed_line_waits_for_its_newline() -> None:
    """A last line without a newline is no line yet; when the file is finished it is one."""
    stream = Fed(b"one\ntw", 100)
    reader = Lines(stream, follow=True)
    assert [line for line, _, _ in read_all(reader, 9)] == [b"one"]
    assert reader.pending()
    stream.data += b"o\nthree"
    assert [line for line, _, _ in read_all(reader, 9)] == [b"two"]
    reader.finish()
    assert [line for line, _, _ in read_all(reader, 9)] == [b"three"]


def test_an_endless_line_is_not_kept() -> None:
    """Of a 5 MB line only the head is held while the rest passes by."""
    reader = Lines(Fed(b"x" * 5_000_000 + b"\nnext\n", 1 << 20))
    batch = reader.take(10)
    assert batch is not None
    assert (len(batch.lines[0]), batch.too_long, batch.ends) == (65_536, 5_000_000, [5_000_001])
    after = reader.take(10)
    assert after is not None
    assert after.lines == [b"next"]
