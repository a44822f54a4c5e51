"""What the house itself tells is archived once, and changes nothing that rules find."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.base.clock import DAY, SECOND, FixedClock, Micros, parse_time
from ombud.conduct.model import Code
from ombud.conduct.starter import init_code
from ombud.events.decode import encode
from ombud.events.envelope import Account, Event, Report, Target
from ombud.flow.codes import load_codes
from ombud.flow.embedded import run_codes
from ombud.flow.history import history, ordered, streamed
from ombud.flow.options import RunOptions, RunReport
from ombud.flow.plan import plan
from ombud.flow.trip import BLOCK, SHARE
from ombud.store import Store, cases, filed, findings, ledger, open_store, quarantine, segments, state

NOW = parse_time("2026-07-01T00:00:00Z")
START = parse_time("2026-06-01T00:00:00Z")
PROMISE = "Guaranteed profit, no risk! ({n})"


@pytest.fixture(scope="module")
def codes(tmp_path_factory: pytest.TempPathFactory) -> list[Code]:
    """The example code, whose stable rule counts every event of an account in an hour."""
    folder = tmp_path_factory.mktemp("codes") / "club"
    init_code(folder)
    rule = folder / "rules" / "false-promise.yaml"
    rule.write_text(rule.read_text("utf-8").replace("status: experimental", "status: stable"), "utf-8")
    return load_codes([str(folder)])


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without content, to be copied."""
    folder = tmp_path_factory.mktemp("empty") / "store"
    open_store(folder, salt=b"t").close()
    return folder


def promise(n: int, account: str = "a1", at: Micros | None = None) -> bytes:
    """Return a post that promises, as a line; each number is a minute."""
    event = Event(f"e{n}", START + n * 60 * SECOND if at is None else at, "post", Account(account))
    shown = msgspec.to_builtins(event) | {
        "at": event.at / SECOND,
        "audience": "public",
        "post": {"id": f"p{n}", "text": PROMISE.format(n=n)},
    }
    return msgspec.json.encode(shown)


def told(n: int, at: Micros = NOW, account: str = "a1", kind: str = "outcome", **more: Any) -> Event:
    """Return an event of the house; by default it names an account that also posts."""
    return Event(f"t{n}", at, kind, Account(account), target=Target(post_id=f"p{n}"), **more)


def put(folder: Path, *events: Event) -> None:
    """Tell events, as an act does."""
    with open_store(folder, create=False) as store, store.begin() as tx:
        for event in events:
            filed.put(tx, encode(event), NOW)


def run(folder: Path, codes: list[Code], files: list[Path], **how: Any) -> RunReport:
    """Run codes that bind from the start of time."""
    return run_codes(folder, codes, files, in_force_from=0, salt=b"t", clock=FixedClock(NOW), **how)


def write(place: Path, lines: list[bytes]) -> Path:
    """Write a file of events."""
    place.write_bytes(b"\n".join(lines) + b"\n")
    return place


def found_in(store: Store) -> dict[str, Any]:
    """Return what rules made of the stream, without the numbers that depend on what was told when."""
    with store.read() as tx:
        return {
            "stream": [encode(event) for event in ordered(store, tx)],
            "findings": [
                msgspec.structs.replace(row, run=None, event_seq=0) for row in findings.page(tx, limit=10**6)
            ],
            "cases": [msgspec.structs.replace(row, opened_at=0) for row in cases.page(tx, limit=10**6)],
            "boundary": (state.load(tx, "run") or {})["buffer"],
        }


def test_told_events_reach_the_archive_once(tmp_path: Path, empty: Path, codes: list[Code]) -> None:
    """The next run archives them in the order in which they were told; telling again changes nothing."""
    folder = tmp_path / "store"
    shutil.copytree(empty, folder)
    file = write(tmp_path / "a.jsonl", [promise(n) for n in range(3)])
    put(folder, told(2), told(1, NOW - DAY), told(2))
    assert run(folder, codes, [file]).counts.told == 2
    put(folder, told(1, NOW - DAY), told(2))
    report = run(folder, codes, [file])
    assert (report.counts.told, report.total.told, report.total.events) == (0, 2, 3)
    with open_store(folder) as store, store.read() as tx:
        assert [event.id for _, event in history(store, tx)] == ["t2", "t1", "e0", "e1", "e2"]
        assert [event.id for _, event in streamed(store, tx)] == ["e0", "e1", "e2"]
        assert filed.numbers(tx) == [1, 2]
        assert filed.count(tx) == (2, 0)
        assert filed.payloads(tx) == []
        kinds = [entry.kind for entry in ledger.entries(tx)]
        assert kinds.count("told") == 1


def test_the_house_s_clock_does_not_move_the_stream(tmp_path: Path, empty: Path, codes: list[Code]) -> None:
    """An event of today among those of last month is neither ahead nor makes later ones late."""
    folder = tmp_path / "store"
    shutil.copytree(empty, folder)
    first = write(tmp_path / "a.jsonl", [promise(n) for n in range(3)])
    second = write(tmp_path / "b.jsonl", [promise(n) for n in range(3, 6)])
    run(folder, codes, [first])
    put(folder, told(1), told(2, START - DAY))
    run(folder, codes, [second])
    with open_store(folder) as store, store.read() as tx:
        assert quarantine.page(tx) == []
        assert len(list(history(store, tx))) == 8
        assert (state.load(tx, "run") or {})["buffer"]["released_through"] == START + 5 * 60 * SECOND


@given(
    size=st.integers(4, 40),
    batch=st.integers(1, 50),
    rows=st.integers(2, 30),
    tells=st.lists(st.tuples(st.integers(0, 12), st.integers(-50, 50)), max_size=8),
)
@settings(max_examples=25, deadline=None)
def test_no_rule_sees_what_was_told(
    tmp_path_factory: pytest.TempPathFactory,
    empty: Path,
    codes: list[Code],
    size: int,
    batch: int,
    rows: int,
    tells: list[tuple[int, int]],
) -> None:
    """Told before any batch, at any time, by an account under a window: findings stay the same."""
    folder = tmp_path_factory.mktemp("told")
    file = write(folder / "a.jsonl", [promise(n, f"a{n % 2}") for n in range(size)])
    for name in ("plain", "told"):
        shutil.copytree(empty, folder / name)
    run(folder / "plain", codes, [file])
    rest = list(enumerate(tells))
    for turn in range(13):
        mine = [told(i, START + minute * 60 * SECOND) for i, (when, minute) in rest if when == turn]
        put(folder / "told", *mine)
        run(
            folder / "told",
            codes,
            [file],
            options=RunOptions(batch=batch, segment_rows=rows),
            stop=_after(1),
        )
    run(folder / "told", codes, [file], options=RunOptions(batch=batch, segment_rows=rows))
    with open_store(folder / "plain") as plain, open_store(folder / "told") as with_told:
        assert found_in(with_told) == found_in(plain)
        with with_told.read() as tx:
            assert len(list(history(with_told, tx))) == size + len(tells)
            listed = [n for s in segments.between(tx) for n in range(s.first_seq, s.last_seq + 1)]
            assert listed == list(range(1, len(listed) + 1))


def _after(turns: int) -> Callable[[], bool]:
    """Return a hand on the switch that stops a run after so many batches."""
    left = [turns]

    def stop() -> bool:
        left[0] -= 1
        return left[0] < 0

    return stop


def test_a_run_at_work_takes_them_between_batches(tmp_path: Path, empty: Path, codes: list[Code]) -> None:
    """What is told while a run reads is archived before its next batch."""
    folder = tmp_path / "store"
    shutil.copytree(empty, folder)
    file = write(tmp_path / "a.jsonl", [promise(n) for n in range(4)])

    def tell(_: object) -> None:
        put(folder, told(1))

    run(folder, codes, [file], options=RunOptions(batch=2), on_progress=tell)
    with open_store(folder) as store, store.read() as tx:
        assert sorted(event.id for _, event in history(store, tx)) == ["e0", "e1", "e2", "e3", "t1"]
        assert filed.count(tx) == (1, 0)


def test_a_failure_on_the_way_loses_and_doubles_nothing(
    tmp_path: Path, empty: Path, codes: list[Code], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a run dies before what was told is settled, the next one archives it, once."""
    folder = tmp_path / "store"
    shutil.copytree(empty, folder)
    file = write(tmp_path / "a.jsonl", [promise(n) for n in range(3)])
    put(folder, told(1))

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(filed, "settle", fail)
        with pytest.raises(ZeroDivisionError):
            run(folder, codes, [file])
    with open_store(folder) as store, store.read() as tx:
        assert list(history(store, tx)) == []
        assert filed.count(tx) == (1, 1)
    assert run(folder, codes, [file]).counts.told == 1
    with open_store(folder) as store, store.read() as tx:
        assert [event.id for _, event in history(store, tx)] == ["t1", "e0", "e1", "e2"]


def test_the_brake_counts_the_stream_only(tmp_path: Path, empty: Path, codes: list[Code]) -> None:
    """A rule trips at the same finding, however much was told before."""
    limit = int(BLOCK * SHARE)
    file = write(tmp_path / "a.jsonl", [promise(n, at=START + n * SECOND) for n in range(limit + 40)])
    opened = {}
    for name, many in (("plain", 0), ("told", BLOCK - 400)):
        shutil.copytree(empty, tmp_path / name)
        put(tmp_path / name, *(told(n) for n in range(many)))
        run(tmp_path / name, codes, [file])
        with open_store(tmp_path / name) as store, store.read() as tx:
            opened[name] = findings.count(tx) - sum(row.findings for row in cases.page(tx, limit=10**6))
    assert opened["plain"] > 0
    assert opened["told"] == opened["plain"]


def test_another_event_under_a_told_id_is_shown(tmp_path: Path, empty: Path, codes: list[Code]) -> None:
    """Where the stream had the id before, with other content, the house's event is quarantined, not lost."""
    folder = tmp_path / "store"
    shutil.copytree(empty, folder)
    stream = Event("t1", NOW, "post", Account("a1"))
    run(folder, codes, [write(tmp_path / "a.jsonl", [encode(stream)])])
    put(folder, told(1))
    assert run(folder, codes, [tmp_path / "a.jsonl"]).counts.quarantined == 1
    with open_store(folder) as store, store.read() as tx:
        (bad,) = quarantine.page(tx)
        assert (bad.code, bad.source) == ("events/id-conflict", "told")
        assert filed.count(tx) == (1, 0)
        assert filed.numbers(tx) == []


def test_a_plan_looks_back_from_the_stream_s_end(tmp_path: Path, empty: Path, codes: list[Code]) -> None:
    """The days of a plan are counted from the stream's newest event, not from the last decision."""
    folder = tmp_path / "store"
    shutil.copytree(empty, folder)
    put(folder, told(1), told(2, kind="report", report=Report("1", "look")))
    run(folder, codes, [write(tmp_path / "a.jsonl", [promise(n) for n in range(5)])])
    with open_store(folder) as store:
        made = plan(store, codes[0], codes[0], days=1, clock=FixedClock(NOW))
    assert made.events == 5
