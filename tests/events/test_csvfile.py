"""CSV: rows over several lines, bad rows with their lines, and quotes that are never closed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.events.envelope import Account, Event
from ombud.events.readers import open_source
from ombud.events.source import Chunk, Position

HEAD = "id,at,kind,account.id,post.text\n"


def row(number: int, text: str = "t") -> str:
    return f"e{number},{number},post,a,{text}\n"


def drain(path: Path, limit: int = 100, position: Position | None = None, **options: bool) -> list[Chunk]:
    with open_source(path, format="csv", **options) as source:
        chunks = [source.read(position, limit)]
        while not chunks[-1].end:
            chunks.append(source.read(None, limit))
    return chunks


def seen(chunks: list[Chunk]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    records = [(e.id, n) for chunk in chunks for e, n in zip(chunk.records, chunk.lines, strict=True)]
    return records, [(r.code.removeprefix("events/"), r.line) for chunk in chunks for r in chunk.rejects]


def test_a_quoted_field_spans_lines(tmp_path: Path) -> None:
    """Lines are counted as they lie in the file, also after a field with newlines in it."""
    path = tmp_path / "a.csv"
    path.write_text(HEAD + row(1, '"one\n\ntwo, ""three"""') + "\n" + row(2))
    chunks = drain(path)
    assert seen(chunks) == ([("e1", 2), ("e2", 6)], [])
    assert chunks[0].records[0].post.text == 'one\n\ntwo, "three"'
    assert chunks[0].records[1].post.text == "t"


def test_bad_rows_are_rejected_with_their_line(tmp_path: Path) -> None:
    """Too few cells, a wrong type, broken UTF-8, a NUL and an unknown kind cost one row each."""
    path = tmp_path / "a.csv"
    path.write_bytes(
        b"\xef\xbb\xbf"
        + HEAD.replace("\n", "\r\n").encode()
        + row(1).encode()
        + b"e2,2,post\n"
        + b"e3,soon,post,a,t\n"
        + b"e4,4,post,a,\xff\n"
        + b"e5,5,post,a,\0\n"
        + b"e6,6,poem,a,t\n"
        + b",7,post,a,t\n"
        + row(8).encode().replace(b"\n", b"\r\n")
        + b'e9,9,post,a,"t"x\n'
        + row(10).encode()
    )
    assert seen(drain(path)) == (
        [("e1", 2), ("e8", 9), ("e10", 11)],
        [
            ("bad-row", 3),
            ("bad-time", 4),
            ("invalid-utf8", 5),
            ("nul", 6),
            ("unknown-kind", 7),
            ("missing-field", 8),
            ("bad-row", 10),
        ],
    )


@pytest.mark.parametrize("limit", [1, 100])
def test_an_open_quote_costs_one_line(tmp_path: Path, limit: int) -> None:
    """A quote that is never closed does not swallow the rows behind it."""
    path = tmp_path / "a.csv"
    path.write_text(HEAD + row(1) + row(2, '"never closed') + "".join(row(i) for i in range(3, 60)))
    records, rejects = seen(drain(path, limit))
    assert [name for name, _ in records] == ["e1", *(f"e{i}" for i in range(3, 60))]
    assert rejects == [("bad-row", 3)]


def test_a_row_too_long_costs_itself(tmp_path: Path) -> None:
    """A row of 3 MB, quoted or not, is rejected and its neighbours are read."""
    path = tmp_path / "a.csv"
    long = "x" * 3_000_000
    path.write_text(HEAD + row(1) + row(2, long) + row(3) + row(4, f'"{long}"') + row(5))
    records, rejects = seen(drain(path))
    assert [name for name, _ in records] == ["e1", "e3", "e5"]
    assert rejects == [("line-too-long", 3), ("line-too-long", 5)]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from([row(1), row(2, '"a\nb"'), "x,y\n", "\n", row(3, "文"), row(4, '"q"q'), row(5, '"')]),
        max_size=8,
    ),
    st.integers(1, 4),
)
def test_reading_goes_on_from_everywhere(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str], limit: int
) -> None:
    """The size of reads does not matter, and the rest follows from the position after any row."""
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_text(HEAD + "".join(rows), newline="")
    whole = drain(path)
    chunks = drain(path, limit)
    records, rejects = seen(whole)
    assert seen(chunks) == (records, rejects)
    done = 0
    for chunk in chunks:
        for count in range(len(chunk.records) + 1):
            rest = drain(path, 3, Position.from_json(chunk.after(count).to_json()))
            assert seen(rest)[0] == records[done + count :]
        done += len(chunk.records)
        rest = drain(path, limit, chunk.position)
        assert seen(rest)[1] == rejects[len(rejects) - len(seen(rest)[1]) :]


def test_following_waits_for_whole_rows(tmp_path: Path) -> None:
    """In a followed file a row, or the header, is taken when it is complete."""
    path = tmp_path / "a.csv"
    path.touch()
    with open_source(path, follow=True) as source, path.open("a") as file:

        def ids() -> list[str]:
            chunk = source.read()
            assert not chunk.end
            return [event.id for event in chunk.records]

        def write(text: str) -> None:
            file.write(text)
            file.flush()

        assert ids() == []
        write(HEAD[:10])
        assert ids() == []
        write(HEAD[10:] + row(1) + 'e2,2,post,a,"two\n')
        assert ids() == ["e1"]
        assert ids() == []
        write('lines"\n' + row(3))
        assert ids() == ["e2", "e3"]


def test_tabs(tmp_path: Path) -> None:
    """A .tsv file is the same with tabs."""
    path = tmp_path / "a.tsv"
    path.write_text((HEAD + row(1)).replace(",", "\t"))
    with open_source(path) as source:
        assert [event.id for event in source.read().records] == ["e1"]


def test_cells_have_types(tmp_path: Path) -> None:
    """Cells are read by their column's type; an empty cell is missing."""
    names = "event.id,event.at,event.kind,account.id,account.verified,account.followers,post.urls,"
    path = tmp_path / "a.csv"
    path.write_text(
        names + "post.products.id,post.media.kind,payment.amount,extra.n,extra.word,extra\n"
        '1,2026-01-01T00:00:00Z,post,7,yes,12.0,u1; u2,"[""i""]",image,2,1.5,12 monkeys,"{""k"": true}"\n'
        "2,1.5,post,8,,,,,,,,,\n"
    )
    first, second = drain(path)[0].records
    assert (first.id, first.account.id, first.account.verified, first.account.followers) == (
        "1",
        "7",
        True,
        12,
    )
    assert first.post.urls == ["u1", "u2"]
    assert ([p.id for p in first.post.products], first.post.media[0].kind) == (["i"], "image")
    assert (first.payment.amount, first.extra) == (2.0, {"n": 1.5, "word": "12 monkeys", "k": True})
    assert second == Event("2", 1_500_000, "post", Account("8"))
