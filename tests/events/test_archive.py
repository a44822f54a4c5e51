"""The archive: what goes in comes out, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.base.errors import StoreError
from ombud.events import archive
from ombud.events.archive import (
    Sketches,
    read_rows,
    read_segment,
    read_sketches,
    read_table,
    redact_segment,
    remove_orphans,
    sketched_by,
    verify_segment,
    write_segment,
)
from ombud.events.envelope import Account, Event, Media, Payment, Post, Report, Target
from ombud.events.rows import SCHEMA, TEXTS, events_of, table_of

Make = Callable[..., Event]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_events_come_back_exactly(any_event: st.SearchStrategy, data: st.DataObject) -> None:
    """Columns give back the very events they were made of, absent parts and empty ones apart."""
    events = data.draw(st.lists(any_event, min_size=1, max_size=8))
    seqs = sorted(data.draw(st.sets(st.integers(0, 10**9), min_size=len(events), max_size=len(events))))
    assert list(events_of(table_of(events, seqs))) == list(zip(seqs, events, strict=True))


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_files_come_back_exactly(
    any_event: st.SearchStrategy, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A segment's file holds the events, and what is listed of it agrees with it."""
    events = data.draw(st.lists(any_event, min_size=1, max_size=5))
    folder = tmp_path_factory.mktemp("archive")
    info = write_segment(folder, events, range(7, 7 + len(events)))
    verify_segment(folder, info)
    assert list(read_rows(folder / info.name)) == list(enumerate(events, start=7))
    assert (info.first_seq, info.last_seq, info.n) == (7, 6 + len(events), len(events))
    assert (info.min_at, info.max_at) == (min(e.at for e in events), max(e.at for e in events))


def test_the_same_events_give_the_same_file(make_event: Make, tmp_path: Path) -> None:
    """Name and bytes follow from the events and their numbers; no temporary file stays."""
    events = [make_event(i) for i in range(10)]
    one = write_segment(tmp_path, events, range(10))
    assert write_segment(tmp_path, events, range(10)) == one
    assert [path.name for path in tmp_path.iterdir()] == [one.name]
    assert one.name == "events-000000000000-000000000009.parquet"


def test_times_select_rows_and_skip_groups(
    make_event: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``since`` is included and ``until`` is not, for events and for tables, across row groups."""
    monkeypatch.setattr(archive, "ROW_GROUP", 4)
    events = [make_event(i) for i in range(10)]
    info = write_segment(tmp_path, events, range(10))
    path = tmp_path / info.name
    for since in (None, *range(0, 11, 3)):
        for until in (None, *range(0, 11, 2)):
            low = None if since is None else events[0].at + since * 1_000_000
            high = None if until is None else events[0].at + until * 1_000_000
            wanted = events[since or 0 : 10 if until is None else until]
            assert list(read_segment(path, since=low, until=high)) == wanted
            table = read_table(path, ["event.id"], since=low, until=high)
            assert table.column_names == ["event.id"]
            assert table.column(0).to_pylist() == [event.id for event in wanted]


def test_columns_can_be_chosen(make_event: Make, tmp_path: Path) -> None:
    """A table holds the columns asked for in that order; an unknown one is refused."""
    info = write_segment(tmp_path, [make_event(1)], [1])
    assert read_table(tmp_path / info.name).schema.equals(SCHEMA)
    assert read_table(tmp_path / info.name, ["post.text", "seq"]).to_pylist() == [
        {"post.text": "你好 hello", "seq": 1}
    ]
    with pytest.raises(ValueError, match="colour"):
        read_table(tmp_path / info.name, ["colour"])


@pytest.mark.parametrize("place", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_damaged_segment_is_found_out(make_event: Make, tmp_path: Path, place: float) -> None:
    """A flipped byte anywhere is told by the hash, and reading never gives other events silently."""
    events = [make_event(i, f"text {i}") for i in range(200)]
    info = write_segment(tmp_path, events, range(200))
    path = tmp_path / info.name
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 0x55
    path.write_bytes(data)
    with pytest.raises(StoreError) as caught:
        verify_segment(tmp_path, info)
    assert caught.value.code == "events/segment-damaged"
    try:
        assert list(read_segment(path)) == events
    except StoreError as error:
        assert error.code == "events/segment-damaged"
        assert error.faults[0].where is not None


def test_cut_foreign_and_missing_files_are_told_apart(make_event: Make, tmp_path: Path) -> None:
    """Half a file and another kind of Parquet are damage; no file is a missing segment."""
    info = write_segment(tmp_path, [make_event(i) for i in range(50)], range(50))
    path = tmp_path / info.name
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(StoreError) as caught:
        list(read_segment(path))
    assert caught.value.code == "events/segment-damaged"
    archive.pq.write_table(archive.pa.table({"a": [1]}), path)
    with pytest.raises(StoreError, match="other columns"):
        list(read_segment(path))
    path.unlink()
    for read in (lambda: list(read_segment(path)), lambda: verify_segment(tmp_path, info)):
        with pytest.raises(StoreError) as caught:
            read()
        assert caught.value.code == "events/segment-missing"


def test_a_failed_write_leaves_nothing(make_event: Make, tmp_path: Path) -> None:
    """Where the folder is gone, or a value does not fit, no file and no part of one is left."""
    with pytest.raises(StoreError) as caught:
        write_segment(tmp_path / "gone", [make_event(1)], [1])
    assert caught.value.code == "events/segment-not-written"
    huge = Event("e", 2**70, "post", Account("a"))
    with pytest.raises(StoreError):
        write_segment(tmp_path, [huge], [1])
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="0 events"):
        write_segment(tmp_path, [], [])


def test_a_full_disk_leaves_nothing(
    make_event: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full the unfinished file is removed and the error says what to do."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.pq, "write_table", full)
    with pytest.raises(StoreError, match="free space") as caught:
        write_segment(tmp_path, [make_event(1)], [1])
    assert caught.value.code == "events/segment-not-written"
    assert list(tmp_path.iterdir()) == []


def test_erasing_keeps_the_frame_only(make_event: Make, tmp_path: Path) -> None:
    """The erased event keeps ids, kind and times and no words; its neighbours keep everything."""
    full = Event(
        "e1",
        5,
        "report",
        Account("a", name="Name", bio="bio", credentials=["x"], followers=3),
        post=Post(id="p", text="secret words", urls=["u"], media=[Media("image")], parent_id="q"),
        target=Target("b"),
        payment=Payment(2.0, "CNY", "secret memo"),
        report=Report("4.4", "secret report"),
        extra={"secret": 1},
    )
    events = [make_event(0), full, make_event(2)]
    info = write_segment(tmp_path, events, [10, 11, 12])
    erased = redact_segment(tmp_path / info.name, {11})
    assert erased.name == "events-000000000010-000000000012.r1.parquet"
    got = list(read_segment(tmp_path / erased.name))
    assert [got[0], got[2]] == [events[0], events[2]]
    assert got[1] == Event(
        "e1",
        5,
        "report",
        Account("a", followers=3),
        post=Post(id="p", parent_id="q"),
        target=Target("b"),
        payment=Payment(2.0, "CNY"),
        report=Report("4.4"),
    )
    assert b"secret" not in (tmp_path / erased.name).read_bytes()
    again = redact_segment(tmp_path / erased.name, {10})
    assert again.name.endswith(".r2.parquet")
    assert set(TEXTS) < set(SCHEMA.names)
    with pytest.raises(StoreError):
        redact_segment(tmp_path / "other.parquet", {1})


def test_sketches_stand_beside_events_and_are_erased_with_them(make_event: Make, tmp_path: Path) -> None:
    """What signals remember comes back with time and ids, by time, and an erasure takes it too."""
    events = [make_event(n) for n in range(4)]
    sketches = Sketches("toy-1", [b"\x00one", None, b"two", b"three"])
    info = write_segment(tmp_path, events, [1, 2, 3, 4], sketches)
    path = tmp_path / info.name
    assert sketched_by(path) == "toy-1"
    assert list(read_segment(path)) == events
    found = dict(read_sketches(path))
    assert {seq: seen.sketch for seq, seen in found.items()} == {1: b"\x00one", 3: b"two", 4: b"three"}
    post = events[2].post
    assert post is not None
    assert found[3][:4] == (events[2].at, events[2].id, events[2].account.id, post.id or events[2].id)
    assert [seq for seq, _ in read_sketches(path, since=events[2].at, until=events[3].at)] == [3]
    erased = tmp_path / redact_segment(path, {3}).name
    assert sketched_by(erased) == "toy-1"
    assert [seq for seq, _ in read_sketches(erased)] == [1, 4]
    assert b"two" not in erased.read_bytes()


def test_a_segment_from_before_sketches_opens(
    make_event: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file without the column gives its events and no sketch, and can be erased from."""
    events = [make_event(n) for n in range(3)]
    with monkeypatch.context() as before:
        before.setattr(archive, "table_of", lambda *given: table_of(*given).drop_columns(["sketch"]))
        info = write_segment(tmp_path, events, [1, 2, 3])
    path = tmp_path / info.name
    assert "sketch" not in archive.pq.read_schema(path).names
    assert list(read_segment(path)) == events
    assert read_table(path).schema.equals(SCHEMA)
    assert read_table(path, ["seq", "sketch"]).column("sketch").to_pylist() == [None] * 3
    assert sketched_by(path) == ""
    assert list(read_sketches(path)) == []
    erased = list(read_segment(tmp_path / redact_segment(path, {2}).name))
    assert (erased[0], erased[2]) == (events[0], events[2])


def test_orphans_are_removed_and_nothing_else(make_event: Make, tmp_path: Path) -> None:
    """Unlisted segments and unfinished files go; listed ones and files of others stay."""
    kept = write_segment(tmp_path, [make_event(1)], [1])
    orphan = write_segment(tmp_path, [make_event(2)], [2])
    (tmp_path / ".events-1-2.parquet.part").touch()
    (tmp_path / "notes.txt").touch()
    assert remove_orphans(tmp_path, {kept.name}) == [".events-1-2.parquet.part", orphan.name]
    assert sorted(path.name for path in tmp_path.iterdir()) == [kept.name, "notes.txt"]
