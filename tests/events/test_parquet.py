"""Parquet rows: nested or dotted, typed or loose, and a position for each."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ombud.base.errors import UsageError
from ombud.events.envelope import Account, Event, Media, Post
from ombud.events.readers import open_source
from ombud.events.source import Chunk, Position

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
AT = 1_767_268_800_000_000


def write(path: Path, rows: list[dict[str, object]], **options: int) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path, **options)
    return path


def drain(path: Path, limit: int = 100, position: Position | None = None) -> list[Chunk]:
    with open_source(path) as source:
        chunks = [source.read(position, limit)]
        while not chunks[-1].end:
            chunks.append(source.read(None, limit))
    return chunks


def base(number: int) -> dict[str, object]:
    return {"id": f"e{number}", "at": NOON, "kind": "post", "account.id": "a"}


def test_nested_columns(tmp_path: Path) -> None:
    """Structs, lists of structs and timestamps become the event they describe."""
    row = {
        "id": "e",
        "at": NOON,
        "kind": "post",
        "account": {"id": "a", "followers": 3, "created_at": NOON},
        "post": {"text": "t", "urls": ["u"], "media": [{"kind": "image", "pdq": None}]},
        "extra": {"n": 1.5, "when": NOON},
    }
    chunks = drain(write(tmp_path / "e.parquet", [row]))
    assert chunks[0].records == [
        Event(
            "e",
            AT,
            "post",
            Account("a", followers=3, created_at=AT),
            post=Post(text="t", urls=["u"], media=[Media("image")]),
            extra={"n": 1.5, "when": "2026-01-01T12:00:00Z"},
        )
    ]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", None])
def test_timestamps_of_every_unit(tmp_path: Path, unit: str, zone: str | None) -> None:
    """A timestamp is read in its own unit; one without a zone is UTC."""
    table = pa.table({"id": ["e"], "kind": ["post"], "account.id": ["a"]})
    stamp = (
        pa.array([AT], pa.timestamp("us", "UTC"))
        .cast(pa.timestamp(unit, "UTC"))
        .cast(pa.timestamp(unit, zone))
    )
    pq.write_table(table.append_column("at", stamp), tmp_path / "t.parquet")
    assert drain(tmp_path / "t.parquet")[0].records[0].at == AT


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_positions_are_rows(tmp_path: Path, limit: int) -> None:
    """Bad rows are rejected with their number, and reading goes on after any row, across row groups."""
    rows = [base(i) for i in range(7)]
    rows[2]["kind"] = "poem"
    rows[5]["id"] = None
    path = write(tmp_path / "e.parquet", rows, row_group_size=3)
    chunks = drain(path, limit)
    ids = [event.id for chunk in chunks for event in chunk.records]
    assert ids == ["e0", "e1", "e3", "e4", "e6"]
    assert [(r.code, r.line) for chunk in chunks for r in chunk.rejects] == [
        ("events/unknown-kind", 3),
        ("events/missing-field", 6),
    ]
    done = 0
    for chunk in chunks:
        for count in range(len(chunk.records) + 1):
            rest = drain(path, 3, chunk.after(count))
            assert [event.id for c in rest for event in c.records] == ids[done + count :]
        done += len(chunk.records)


def test_text_that_is_not_utf8_costs_its_row(tmp_path: Path) -> None:
    """A column marked as text with other bytes in it rejects that row only."""
    raw = pa.array([b"ok", b"\xff", b"fine"], pa.binary())
    text = pa.Array.from_buffers(pa.string(), 3, raw.buffers())
    table = pa.table({"id": ["1", "2", "3"], "at": [1, 2, 3], "kind": ["post"] * 3, "account.id": ["a"] * 3})
    pq.write_table(table.append_column("post.text", text), tmp_path / "b.parquet")
    chunk = drain(tmp_path / "b.parquet")[0]
    assert [event.id for event in chunk.records] == ["1", "3"]
    assert [(r.code, r.line) for r in chunk.rejects] == [("events/invalid-utf8", 2)]


def test_another_file_is_refused(tmp_path: Path) -> None:
    """A position in a file that was replaced, or that lost rows, is refused."""
    path = write(tmp_path / "e.parquet", [base(i) for i in range(5)])
    place = drain(path, 2)[1].position
    write(path, [base(i) for i in range(9, 15)])
    with open_source(path) as source, pytest.raises(UsageError) as caught:
        source.read(place)
    assert caught.value.code == "events/source-changed"


def test_a_file_without_rows_or_columns(tmp_path: Path) -> None:
    """No rows is no events; without the columns every event has the file is refused, with a hint."""
    schema = pa.schema(
        [("id", pa.string()), ("at", pa.int64()), ("kind", pa.string()), ("account.id", pa.string())]
    )
    pq.write_table(schema.empty_table(), tmp_path / "n.parquet")
    assert drain(tmp_path / "n.parquet")[0].end
    write(tmp_path / "m.parquet", [{"id": "e", "when": 5}])
    with pytest.raises(UsageError, match="ombud mapping guess") as caught:
        open_source(tmp_path / "m.parquet")
    assert caught.value.code == "events/missing-column"
