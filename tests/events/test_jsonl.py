"""JSON lines: nothing lost, every reject placed, reading goes on from anywhere."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.base.errors import UsageError
from ombud.events.decode import decode, encode
from ombud.events.envelope import Event
from ombud.events.jsonl import JsonLines
from ombud.events.source import Chunk, Position, Source

Make = Callable[..., Event]
Write = Callable[..., Path]


def drain(source: Source, limit: int = 100, position: Position | None = None) -> list[Chunk]:
    chunks = [source.read(position, limit)]
    while not chunks[-1].end:
        chunks.append(source.read(None, limit))
    return chunks


def ids(chunks: list[Chunk]) -> list[str]:
    return [event.id for chunk in chunks for event in chunk.records]


def rejected(chunks: list[Chunk]) -> list[tuple[str, int]]:
    return [(reject.code, reject.line) for chunk in chunks for reject in chunk.rejects]


MIXED = [0, b"", b"{", 1, b"   ", b'{"id":"x"}', b"\xff\xfe", 2, b"[]", 3]


def mixed(make: Make) -> list[Event | bytes]:
    return [make(item) if isinstance(item, int) else item for item in MIXED]


def test_bad_lines_are_rejected_with_code_and_line(make_event: Make, write_lines: Write) -> None:
    """Bad lines are rejected one by one, blank ones passed over, everything else is read."""
    path = write_lines(mixed(make_event))
    with JsonLines(path, decode) as source:
        chunks = drain(source)
    assert ids(chunks) == ["e0", "e1", "e2", "e3"]
    assert rejected(chunks) == [
        ("events/broken-json", 3),
        ("events/missing-field", 6),
        ("events/invalid-utf8", 7),
        ("events/not-an-object", 9),
    ]
    reject = chunks[0].rejects[2]
    assert (reject.raw, reject.source) == (b"\xff\xfe", str(path.resolve()))
    assert path.read_bytes()[reject.offset :].startswith(reject.raw)


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_windows_files_read_the_same(make_event: Make, tmp_path: Path, newline: bytes, bom: bytes) -> None:
    """A byte order mark and CRLF change nothing; the last line needs no newline."""
    events = [make_event(i) for i in range(3)]
    path = tmp_path / "w.jsonl"
    path.write_bytes(bom + newline.join(encode(event) for event in events))
    with JsonLines(path, decode) as source:
        chunks = drain(source)
    assert [event for chunk in chunks for event in chunk.records] == events
    assert chunks[-1].position.offset == path.stat().st_size


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_the_size_of_reads_does_not_matter(make_event: Make, write_lines: Write, limit: int) -> None:
    """Reading one or many lines at a time gives the same records, rejects, lines and last position."""
    path = write_lines(mixed(make_event))
    with JsonLines(path, decode) as one, JsonLines(path, decode) as other:
        whole, parts = drain(one), drain(other, limit)
    assert ids(parts) == ids(whole)
    assert rejected(parts) == rejected(whole)
    assert parts[-1].position == whole[-1].position
    assert [n for c in parts for n in c.lines] == [n for c in whole for n in c.lines] == [1, 4, 8, 10]
    assert [n for c in parts for n in c.ends] == [n for c in whole for n in c.ends]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lambda data: pa.compress(data, "zstd", asbytes=True)])
@pytest.mark.parametrize("limit", [1, 4, 100])
def test_reading_goes_on_after_every_record(
    make_event: Make, write_lines: Write, pack: Callable[[bytes], bytes], limit: int
) -> None:
    """From the position after any record, kept as JSON, exactly the rest follows, packed or not."""
    path = write_lines(mixed(make_event))
    path.write_bytes(pack(path.read_bytes()))
    with JsonLines(path, decode) as source:
        chunks = drain(source, limit)
    everything = [(e.id, n) for chunk in chunks for e, n in zip(chunk.records, chunk.lines, strict=True)]
    bad = rejected(chunks)
    done = 0
    for chunk in chunks:
        for count in range(len(chunk.records) + 1):
            place = Position.from_json(chunk.after(count).to_json())
            with JsonLines(path, decode) as again:
                rest = drain(again, 3, place)
            got = [(e.id, n) for c in rest for e, n in zip(c.records, c.lines, strict=True)]
            assert got == everything[done + count :]
            assert rejected(rest) == bad[len(bad) - len(rejected(rest)) :]
        done += len(chunk.records)


def test_a_source_can_go_back(make_event: Make, write_lines: Write) -> None:
    """The same open source can be read again from an earlier position."""
    path = write_lines([make_event(i) for i in range(5)])
    with JsonLines(path, decode) as source:
        start = source.position
        first = drain(source, 2)
        assert ids(drain(source, 2, start)) == ids(first)
        assert ids(drain(source, 2, first[0].after(1))) == ["e1", "e2", "e3", "e4"]


def test_another_file_under_the_position_is_refused(make_event: Make, write_lines: Write) -> None:
    """A file whose beginning differs, or that is shorter than was read, is refused and not read."""
    path = write_lines([make_event(i) for i in range(5)])
    with JsonLines(path, decode) as source:
        place = source.read(None, 3).position
    write_lines([make_event(i) for i in range(9, 19)])
    with JsonLines(path, decode) as source, pytest.raises(UsageError) as caught:
        source.read(place)
    assert caught.value.code == "events/source-changed"


def test_a_shorter_file_is_refused(make_event: Make, tmp_path: Path) -> None:
    """A file longer than 1 MiB that was cut behind its first MiB is told by its length."""
    path = tmp_path / "long.jsonl"
    data = b"".join(encode(make_event(i, "x" * 1000)) + b"\n" for i in range(1500))
    path.write_bytes(data)
    with JsonLines(path, decode) as source:
        place = drain(source)[-1].position
    assert place.source.head == 1 << 20
    path.write_bytes(data[: 1 << 20])
    with JsonLines(path, decode) as source, pytest.raises(UsageError) as caught:
        source.read(place)
    assert caught.value.code == "events/source-shrunk"


def test_a_file_that_grew_is_read_on(make_event: Make, write_lines: Write) -> None:
    """A file read to its end gives what was added later, though its size and first bytes grew."""
    path = write_lines([make_event(i) for i in range(3)])
    with JsonLines(path, decode) as source:
        place = drain(source)[-1].position
    with path.open("ab") as file:
        file.write(encode(make_event(3)) + b"\n")
    with JsonLines(path, decode) as source:
        assert ids(drain(source, 10, place)) == ["e3"]


def test_an_empty_file_has_no_events(tmp_path: Path) -> None:
    """No bytes, or blank lines only: no events, no rejects, no error."""
    path = tmp_path / "empty.jsonl"
    for content in (b"", b"\n\n", b"\xef\xbb\xbf", gzip.compress(b"")):
        path.write_bytes(content)
        with JsonLines(path, decode) as source:
            chunks = drain(source)
        assert ids(chunks) == []
        assert rejected(chunks) == []


def test_a_line_of_five_megabytes_costs_its_head(make_event: Make, write_lines: Write) -> None:
    """A line too long is rejected with its first 64 KiB; its neighbours are read."""
    path = write_lines([make_event(0), b"x" * 5_000_000, make_event(1), b"y" * 1_200_000, make_event(2)])
    with JsonLines(path, decode) as source:
        chunks = drain(source)
    assert ids(chunks) == ["e0", "e1", "e2"]
    assert rejected(chunks) == [("events/line-too-long", 2), ("events/line-too-long", 4)]
    rejects = [reject for chunk in chunks for reject in chunk.rejects]
    assert [len(reject.raw) for reject in rejects] == [65_536, 65_536]
    assert ["5000000 bytes" in rejects[0].message, "1200000 bytes" in rejects[1].message] == [True, True]


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: pa.compress(data, "zstd", asbytes=True)])
def test_a_packed_file_that_breaks_off_keeps_what_was_before(
    make_event: Make, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    """Whole lines before the break are events, the break is one reject, and the whole file can follow."""
    events = [make_event(i, f"{i * 7919 % 10_007} 文字" * 20) for i in range(3000)]
    data = pack(b"".join(encode(event) + b"\n" for event in events))
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(data[: len(data) // 2])
    with JsonLines(path, decode) as source:
        chunks = drain(source)
    got = ids(chunks)
    assert got == [event.id for event in events[: len(got)]]
    assert got
    assert rejected(chunks) == [("events/truncated", len(got) + 1)]
    place = chunks[-1].position
    assert place.line == len(got) + 1
    place = Position(place.source, place.offset, place.line)
    path.write_bytes(data)
    with JsonLines(path, decode) as source:
        rest = drain(source, 100, place)
    assert got + ids(rest) == [event.id for event in events]


def test_following_takes_whole_lines_only(make_event: Make, write_lines: Write) -> None:
    """A followed file gives a line when its newline is there, and never ends."""
    path = write_lines([make_event(0)])
    with JsonLines(path, decode, follow=True) as source, path.open("ab") as file:
        assert ids([source.read()]) == ["e0"]
        quiet = source.read()
        assert (quiet.records, quiet.end, quiet.position) == ([], False, quiet.start)
        raw = encode(make_event(1)) + b"\n" + encode(make_event(2))
        file.write(raw[:10])
        file.flush()
        assert ids([source.read()]) == []
        file.write(raw[10:])
        file.flush()
        assert ids([source.read()]) == ["e1"]
        file.write(b"\n")
        file.flush()
        last = source.read()
        assert ids([last]) == ["e2"]
        assert not last.end
        assert source.read().position.source.head == path.stat().st_size


def test_following_notices_rotation_and_cutting(make_event: Make, write_lines: Write) -> None:
    """A replaced file is read to its end, then the new one from its start; a cut file from its start."""
    path = write_lines([make_event(0)])
    with JsonLines(path, decode, follow=True) as source:
        source.read()
        with path.open("ab") as file:
            file.write(encode(make_event(1)))  # no newline: the writer has moved on
        path.rename(path.with_suffix(".1"))
        assert ids([source.read() for _ in range(2)]) == []
        write_lines([make_event(2)])
        got = [source.read() for _ in range(5)]
        assert ids(got) == ["e1", "e2"]
        assert got[-1].position.source != got[0].start.source
        write_lines([make_event(3, "")])
        path.write_bytes(b"")
        source.read()
        path.write_bytes(encode(make_event(4)) + b"\n")
        assert ids([source.read() for _ in range(3)]) == ["e4"]
        assert ["replaced" in source.notes[0], "cut short" in source.notes[1]] == [True, True]


def test_packed_files_cannot_be_followed(tmp_path: Path) -> None:
    """To follow a compressed file is refused at once."""
    path = tmp_path / "f.jsonl.gz"
    path.write_bytes(gzip.compress(b"{}"))
    with pytest.raises(UsageError) as caught:
        JsonLines(path, decode, follow=True)
    assert caught.value.code == "events/cannot-follow"


@settings(max_examples=30)
@given(st.data())
def test_any_mix_of_lines_can_be_read_in_pieces(
    make_event: Make, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Read in pieces of any size, each from the position of the last, nothing is lost or doubled."""
    noise = st.sampled_from([b"", b"{", b" ", b"[1]", b"\xe4\xbd"])
    items = data.draw(st.lists(st.one_of(st.integers(0, 99).map(make_event), noise), max_size=12))
    path = tmp_path_factory.mktemp("mix") / "m.jsonl"
    raw = b"\n".join(i if isinstance(i, bytes) else encode(i) for i in items)
    path.write_bytes(raw)
    events, rejects, place, end = [], 0, None, False
    while not end:
        with JsonLines(path, decode) as source:
            chunk = source.read(place, data.draw(st.integers(1, 4)))
        events += chunk.records
        rejects += len(chunk.rejects)
        place, end = chunk.position, chunk.end
    assert events == [item for item in items if isinstance(item, Event)]
    assert rejects == sum(isinstance(item, bytes) and bool(item.strip()) for item in items)
