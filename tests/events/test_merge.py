"""Merging: one order out of several files, and a position in each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.events.decode import decode, encode
from ombud.events.envelope import Event
from ombud.events.jsonl import JsonLines
from ombud.events.merge import Merge, Merged, Positions

Make = Callable[..., Event]


def drain(merge: Merge, limit: int) -> list[Merged]:
    reads = [merge.read(limit)]
    while not reads[-1].end:
        reads.append(merge.read(limit))
    merge.close()
    return reads


def opened(paths: list[Path], ahead: int = 3, positions: Positions | None = None) -> Merge:
    merge = Merge([JsonLines(path, decode) for path in paths], look_ahead=ahead)
    merge.start(positions or {})
    return merge


def flat(reads: list[Merged]) -> list[tuple[str, str, int]]:
    return [(e.id, *p) for read in reads for e, p in zip(read.records, read.places, strict=True)]


def bad(reads: list[Merged]) -> list[tuple[str, int]]:
    return sorted((reject.source, reject.line) for read in reads for reject in read.rejects)


FILES = st.lists(st.lists(st.one_of(st.none(), st.integers(0, 30)), max_size=8), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(FILES, st.booleans(), st.integers(1, 5), st.integers(1, 4), st.data())
def test_one_order_and_no_loss(
    make_event: Make,
    tmp_path_factory: pytest.TempPathFactory,
    contents: list[list[int | None]],
    tidy: bool,
    limit: int,
    ahead: int,
    data: st.DataObject,
) -> None:
    """The order is that of a merge by (at, id); it does not depend on sizes, and goes on from anywhere."""
    folder = tmp_path_factory.mktemp("merge")
    paths, wanted = [], []
    for number, seconds in enumerate(contents):
        if tidy:
            seconds = sorted(second for second in seconds if second is not None)
        events = [
            None if s is None else make_event(100 * number + i, seconds=s) for i, s in enumerate(seconds)
        ]
        path = folder / f"{number}.jsonl"
        path.write_bytes(b"".join((b"{" if e is None else encode(e)) + b"\n" for e in events))
        paths.append(path)
        wanted += [event for event in events if event is not None]
    reads = drain(opened(paths, ahead), limit)
    everything = flat(reads)
    assert everything == flat(drain(opened(paths, 100), 1000))
    assert len(everything) == len(wanted)
    if tidy:
        assert [name for name, _, _ in everything] == [
            event.id for event in sorted(wanted, key=lambda event: (event.at, event.id))
        ]
    assert len(bad(reads)) == sum(item is None for file in contents for item in file) * (not tidy)
    chosen = data.draw(st.sampled_from(reads))
    count = data.draw(st.integers(0, len(chosen.records)))
    before = sum(len(read.records) for read in reads[: reads.index(chosen)]) + count
    rest = drain(opened(paths, ahead, chosen.after(count)), limit)
    assert flat(rest) == everything[before:]
    told = bad(reads[: reads.index(chosen) + (count == len(chosen.records))])
    if count == len(chosen.records):
        assert sorted(told + bad(rest)) == bad(reads)


def test_ties_go_by_id_and_then_by_source(make_event: Make, tmp_path: Path) -> None:
    """Of one instant the smaller id comes first; the same event in two files comes in their order."""
    for name, numbers in (("a", [2, 5]), ("b", [1, 5])):
        lines = b"".join(encode(make_event(n, seconds=0)) + b"\n" for n in numbers)
        (tmp_path / name).write_bytes(lines)
    got = flat(drain(opened([tmp_path / "a", tmp_path / "b"]), 10))
    assert [(name, Path(path).name) for name, path, _ in got] == [
        ("e1", "b"),
        ("e2", "a"),
        ("e5", "a"),
        ("e5", "b"),
    ]


def test_followed_sources_do_not_hold_each_other(make_event: Make, tmp_path: Path) -> None:
    """A followed file with nothing new lets the other go on; when both are quiet the read is idle."""
    for name in "ab":
        (tmp_path / name).touch()
    merge = Merge([JsonLines(tmp_path / name, decode, follow=True) for name in "ab"])
    assert merge.read().idle
    (tmp_path / "b").write_bytes(encode(make_event(1)) + b"\n")
    assert [event.id for event in merge.read().records] == ["e1"]
    (tmp_path / "a").write_bytes(encode(make_event(0)) + b"\n")
    read = merge.read()
    assert [event.id for event in read.records] == ["e0"]
    assert not read.end
    merge.close()


def test_nothing_to_merge_is_a_mistake() -> None:
    """A merge of no sources is refused."""
    with pytest.raises(ValueError, match="nothing to read"):
        Merge([])
