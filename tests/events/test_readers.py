"""Opening: every format and packing gives the same events, and what cannot be read is said clearly."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ombud.base.clock import SECOND, FixedClock
from ombud.base.errors import UsageError
from ombud.events.archive import write_segment
from ombud.events.decode import encode
from ombud.events.envelope import Account, Event, Media, Payment, Post, Product
from ombud.events.mapping import parse_mapping
from ombud.events.readers import open_source
from ombud.events.source import Chunk, Source

Make = Callable[..., Event]

RICH = Event(
    "e9",
    1_400_000_009_500_000,
    "payment",
    Account("007", '名, "n"\nline', created_at=5_000_000, followers=3, verified=True, roles=["a;b", "c"]),
    "test",
    "public",
    Post(
        "p",
        '两行\r\n"text"',
        "zh",
        urls=["u1", "u2"],
        media=[Media("image", "f", ["q"])],
        products=[Product("i")],
    ),
    payment=Payment(1.5, "CNY"),
    extra={"toxicity": 0.5, "word": "true story", "list": [1]},
)


def rows_of(events: list[Event]) -> list[dict[str, object]]:
    """Flat rows under dotted names, as an exporter would write them."""
    rows = []
    for event in events:
        row: dict[str, object] = {}
        for name, value in json.loads(encode(event)).items():
            nested = value.items() if isinstance(value, dict) and name != "extra" else None
            row.update({f"{name}.{key}": item for key, item in nested} if nested else {name: value})
        rows.append(row)
    return rows


def csv_of(events: list[Event]) -> bytes:
    rows = rows_of(events)
    names = list({name: None for row in rows for name in row})
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    for row in rows:
        writer.writerow({k: json.dumps(v) if isinstance(v, list | dict) else v for k, v in row.items()})
    return out.getvalue().encode()


def parquet_of(events: list[Event], folder: Path) -> bytes:
    info = write_segment(folder, events, range(len(events)))
    return (folder / info.name).read_bytes()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": lambda data: pa.compress(data, codec="zstd", asbytes=True),
}


def drain(source: Source, limit: int = 2) -> list[Chunk]:
    with source:
        chunks = [source.read(None, limit)]
        while not chunks[-1].end:
            chunks.append(source.read(None, limit))
    return chunks


def events_in(path: Path, **options: object) -> list[Event]:
    chunks = drain(open_source(path, **options))
    assert [reject for chunk in chunks for reject in chunk.rejects] == []
    return [event for chunk in chunks for event in chunk.records]


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("ending", [".jsonl", ".ndjson", ".json", ".csv", "", ".txt"])
def test_every_text_format_and_packing(make_event: Make, tmp_path: Path, ending: str, packing: str) -> None:
    """JSONL and CSV, plain, gzip and zstd, known by name or by content, give the same events."""
    events = [make_event(0), make_event(1), RICH]
    csv_data = csv_of(events)
    for data in (csv_data,) if ending == ".csv" else (b"".join(encode(e) + b"\n" for e in events), csv_data):
        if ending in (".jsonl", ".ndjson", ".json") and data is csv_data:
            continue
        path = tmp_path / f"events{ending}{packing}"
        path.write_bytes(PACKERS[packing](data))
        assert events_in(path) == events


@pytest.mark.parametrize("name", ["e.parquet", "e", "e.jsonl"])
def test_parquet_is_known_by_its_first_bytes(make_event: Make, tmp_path: Path, name: str) -> None:
    """A Parquet file, even one of the archive, reads as events whatever it is called."""
    events = [make_event(0), make_event(1), RICH]
    path = tmp_path / name
    path.write_bytes(parquet_of(events, tmp_path))
    assert events_in(path) == events


def test_names_do_not_hide_the_packing(make_event: Make, tmp_path: Path) -> None:
    """A file is unpacked for what it is, not for what it is called."""
    path = tmp_path / "events.jsonl"
    path.write_bytes(gzip.compress(encode(make_event(0))))
    assert events_in(path) == [make_event(0)]
    path = tmp_path / "events.jsonl.gz"
    path.write_bytes(encode(make_event(0)))
    assert events_in(path) == [make_event(0)]


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".tsv", ".jsonl.gz", ".txt", ""])
def test_empty_files_are_empty(tmp_path: Path, ending: str) -> None:
    """A file without a byte holds no events, and that is no mistake."""
    path = tmp_path / f"empty{ending}"
    path.touch()
    assert events_in(path) == []


GARBAGE = bytes(range(256)) * 20

BAD = [
    ("x.jsonl", None, "no-such-file"),
    ("x.jsonl", GARBAGE, "not-text"),
    ("x.csv", GARBAGE, "not-text"),
    ("x.parquet", GARBAGE, "not-text"),
    ("x", GARBAGE, "not-text"),
    ("x.jsonl", b"PK\x03\x04 zip", "not-text"),
    ("x.jsonl", b"BZh91AY", "not-text"),
    ("x.csv", "id,at".encode("utf-16"), "not-text"),
    ("x.parquet", b"PAR1 and no more", "unreadable"),
    ("x.json", b'[{"id": 1}]', "not-lines"),
    ("x", b"just some words\n", "unknown-format"),
    ("x.csv", b"id,at,colour\n1,2,3\n", "missing-column"),
    ("x.csv", b'id,at,"kind\n', "bad-header"),
    ("x.csv", b"id,at,kind,account.id,id\n", "bad-header"),
]


@pytest.mark.parametrize(("name", "content", "code"), BAD)
def test_what_cannot_be_read_is_a_usage_error(
    tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    """Missing files, archives, other formats and garbage are refused with a code and a place."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        drain(open_source(path))
    assert caught.value.code in (f"events/{code}", "events/unreadable" if name == "x.parquet" else "")
    assert caught.value.faults[0].where is not None


def test_hints_help(tmp_path: Path) -> None:
    """A misspelt name, a folder and a wrong format come with what to do."""
    (tmp_path / "posts.jsonl").touch()
    with pytest.raises(UsageError, match=r"posts\.jsonl"):
        open_source(tmp_path / "post.jsonl")
    with pytest.raises(UsageError, match="is-a-folder"):
        open_source(tmp_path)
    with pytest.raises(UsageError, match="did you mean 'jsonl'"):
        open_source(tmp_path / "posts.jsonl", format="json")
    with pytest.raises(UsageError, match="cannot-follow"):
        open_source(tmp_path / "posts.jsonl", format="parquet", follow=True)


class Pipe(io.BytesIO):
    """Standard input: cannot seek, has no file number."""

    def seekable(self) -> bool:
        return False

    def fileno(self) -> int:
        raise OSError


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_standard_input(make_event: Make, monkeypatch: pytest.MonkeyPatch, packing: str, kind: str) -> None:
    """``-`` reads standard input, packed or not; it cannot go back to a position."""
    events = [make_event(0), make_event(1), RICH]
    data = csv_of(events) if kind == "csv" else b"".join(encode(e) + b"\n" for e in events)

    class Stdin:
        buffer = Pipe(PACKERS[packing](data))

    monkeypatch.setattr(sys, "stdin", Stdin)
    source = open_source("-", format=kind)
    assert not source.resumable
    start = source.position
    chunks = drain(source)
    assert [event for chunk in chunks for event in chunk.records] == events
    with pytest.raises(UsageError) as caught:
        source.read(start)
    assert caught.value.code == "events/not-resumable"


def test_bounds_reach_every_format(make_event: Make, tmp_path: Path) -> None:
    """The clock handed in bounds ``at`` in JSONL and in CSV alike."""
    event = make_event(0)
    clock = FixedClock(event.at - 10 * SECOND)
    for name, data in (("a.jsonl", encode(event)), ("a.csv", csv_of([event]))):
        (tmp_path / name).write_bytes(data)
        chunks = drain(open_source(tmp_path / name, clock=clock, ahead=SECOND))
        assert [r.code for chunk in chunks for r in chunk.rejects] == ["events/time-out-of-bounds"]
        assert events_in(tmp_path / name, clock=clock, ahead=10 * SECOND) == [event]


def test_unused_columns_are_told(tmp_path: Path) -> None:
    """A column that is not ours is not read, and the operator hears of it, with the nearest name."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,at,kind,account.id,post.txt\ne,5,post,a,hello\n")
    source = open_source(path)
    assert [event.post for event in drain(source)[0].records] == [None]
    assert source.notes == ["column 'post.txt' is not read; did you mean 'post.text'?"]


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_a_mapping_reads_every_format(tmp_path: Path, kind: str) -> None:
    """The same mapping reads records from JSONL, CSV and Parquet."""
    rows = [
        {"n": 1, "when": 1_400_000_000_000, "who": 7, "words": "你好"},
        {"n": 2, "when": None, "who": 8, "words": ""},
    ]
    mapping = parse_mapping(
        "id: n\nat: {path: when, time: ms}\nkind: {const: post}\n"
        "account.id: {join: 'u{who}'}\npost.text: words\n"
    )
    path = tmp_path / f"r.{kind}"
    if kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif kind == "csv":
        path.write_text("n,when,who,words\n1,1400000000000,7,你好\n2,,8,\n")
    else:
        pq.write_table(pa.Table.from_pylist(rows), path)
    chunks = drain(open_source(path, mapping=mapping), 10)
    got = [event for chunk in chunks for event in chunk.records]
    assert got == [Event("1", 1_400_000_000_000_000, "post", Account("u7"), post=Post(text="你好"))]
    assert [(r.code, r.line) for chunk in chunks for r in chunk.rejects] == [
        ("events/missing-field", 3 if kind == "csv" else 2)
    ]
