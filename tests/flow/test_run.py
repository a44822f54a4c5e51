"""The run: what is taken, found and opened does not depend on how it was cut or restarted."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.base.clock import DAY, HOUR, SECOND, FixedClock, parse_time
from ombud.base.errors import OmbudError, StoreError, UsageError
from ombud.conduct.model import Code
from ombud.conduct.starter import init_code
from ombud.events.decode import encode
from ombud.flow.codes import load_codes
from ombud.flow.embedded import run_codes
from ombud.flow.history import history
from ombud.flow.options import RunOptions, RunReport
from ombud.store import cases, findings, ledger, open_store, pins, quarantine

CLOCK = FixedClock(parse_time("2026-07-01T00:00:00Z"))
START = parse_time("2026-06-01T00:00:00Z") // SECOND
PROMISE = "Guaranteed profit, no risk! ({n})"


@pytest.fixture(scope="session")
def club(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the example code of `ombud code init`, with its window rule made stable."""
    folder = tmp_path_factory.mktemp("codes") / "club"
    init_code(folder)
    rule = folder / "rules" / "false-promise.yaml"
    rule.write_text(rule.read_text("utf-8").replace("status: experimental", "status: stable"), "utf-8")
    return folder


@pytest.fixture(scope="session")
def codes(club: Path) -> list[Code]:
    """Give the loaded code."""
    return load_codes([str(club)])


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store without content, to be copied: making its tables takes longer than a short run."""
    folder = tmp_path_factory.mktemp("empty") / "store"
    open_store(folder, salt=b"t").close()
    return folder


def line(number: int, at: float, text: str, account: str = "a1", **fields: Any) -> bytes:
    """Return one event as a line."""
    event = {
        "id": f"e{number:05d}",
        "at": START + at,
        "kind": "post",
        "audience": "public",
        "account": {"id": account},
        "post": {"id": f"p{number}", "text": text},
        **fields,
    }
    return msgspec.json.encode(event)


def run(folder: Path, codes: list[Code], files: list[Path], **how: Any) -> RunReport:
    """Run codes that are in force from the start of time."""
    how.setdefault("clock", CLOCK)
    return run_codes(folder, codes, files, in_force_from=0, salt=b"t", **how)


def left_behind(folder: Path) -> dict[str, Any]:
    """Return what a store holds, but for what tells how it was cut: run numbers and ledger."""
    with open_store(folder, create=False) as store, store.read() as tx:
        return {
            "archive": [(seq, encode(event)) for seq, event in history(store, tx)],
            "findings": [msgspec.structs.replace(row, run=None) for row in findings.page(tx, limit=10**6)],
            "cases": cases.page(tx, limit=10**6),
            "quarantine": sorted((row.code, row.raw) for row in quarantine.page(tx, limit=10**6)),
        }


def stream(seed: int, size: int) -> list[bytes]:
    """Return a stream of few accounts with promises, ties, repeats, contradictions and broken lines."""
    chance = random.Random(seed)
    lines: list[bytes] = []
    at = 0.0
    for number in range(size):
        at += chance.choice([0, 0, 1, 60, 1200])
        text = PROMISE.format(n=number) if chance.random() < 0.4 else f"hello {number}"
        lines.append(line(number, at - chance.choice([0, 0, 0, 300]), text, f"a{chance.randrange(4)}"))
        if chance.random() < 0.1:
            lines.append(chance.choice(lines))
        if chance.random() < 0.05:
            lines.append(b'{"broken": ')
    return lines


@given(
    seed=st.integers(0, 10**6),
    size=st.integers(1, 60),
    batch=st.integers(1, 70),
    stops=st.lists(st.integers(0, 6), max_size=4),
    twice=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_cuts_restarts_and_repeats_change_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    empty: Path,
    codes: list[Code],
    seed: int,
    size: int,
    batch: int,
    stops: list[int],
    twice: bool,
) -> None:
    """Any batch size, any number of clean stops and a second delivery leave the same behind."""
    folder = tmp_path_factory.mktemp("run")
    file = folder / "stream.jsonl"
    file.write_bytes(b"\n".join(stream(seed, size)) + b"\n")
    for name in ("whole", "cut"):
        shutil.copytree(empty, folder / name)
    options = RunOptions(lateness=5 * 60 * SECOND)
    run(folder / "whole", codes, [file], options=options)
    cut = RunOptions(lateness=5 * 60 * SECOND, batch=batch, segment_rows=17)
    for after in stops:
        left = [after]

        def stop(left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] < 0

        run(folder / "cut", codes, [file], options=cut, stop=stop)
    run(folder / "cut", codes, [file], options=cut)
    if twice:
        again = folder / "again.jsonl"
        good = [one for one in file.read_bytes().splitlines() if not one.startswith(b'{"broken')]
        again.write_bytes(b"\n".join(good) + b"\n")
        report = run(folder / "cut", codes, [again], options=cut)
        assert report.counts.events == 0
    expected, got = left_behind(folder / "whole"), left_behind(folder / "cut")
    if twice:
        expected["quarantine"] = got["quarantine"] = []
    assert got == expected


def test_events_of_several_files_are_merged_by_time(tmp_path: Path, codes: list[Code]) -> None:
    """Promises spread over two files are counted in one window, whatever the order of the files."""
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_bytes(b"\n".join(line(i, i, PROMISE) for i in (0, 2)) + b"\n")
    two.write_bytes(b"\n".join(line(i, i, PROMISE) for i in (1, 3)) + b"\n")
    first = run(tmp_path / "a", codes, [one, two])
    second = run(tmp_path / "b", codes, [two, one])
    assert first.counts.findings == second.counts.findings == 2
    assert left_behind(tmp_path / "a") == left_behind(tmp_path / "b")


def test_a_second_call_goes_on_where_the_first_ended(tmp_path: Path, codes: list[Code]) -> None:
    """A file that has grown is read on; windows remember what came before."""
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"".join(line(i, i, PROMISE) + b"\n" for i in range(2)))
    assert run(tmp_path / "s", codes, [file]).counts.events == 2
    with file.open("ab") as out:
        out.write(line(3, 30, PROMISE) + b"\n")
    report = run(tmp_path / "s", codes, [file])
    assert (report.counts.events, report.counts.findings) == (1, 1)
    assert report.total.events == 3


@pytest.fixture(scope="session")
def plain(club: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Code]:
    """Give the same code with a rule that looks at the post alone."""
    folder = tmp_path_factory.mktemp("codes") / "plain"
    shutil.copytree(club, folder)
    head = folder / "code.yaml"
    head.write_text(head.read_text("utf-8").replace("id: club", "id: plain"), "utf-8")
    rule = folder / "rules" / "false-promise.yaml"
    text = rule.read_text("utf-8")
    window, after = text.index("\n  AND count_within"), text.index("\nexplains:")
    text = text[:window] + "\n  AND contains(folded(post.text), 'no risk! (')" + text[after:]
    near, next_test = text.index("  - clears: two promises"), text.index("  - clears: a warning")
    rule.write_text(text[:near] + text[next_test:], "utf-8")
    return load_codes([str(folder)])


def test_an_edit_mends_a_finding_and_the_case_keeps_it(tmp_path: Path, plain: list[Code]) -> None:
    """A windowless finding on a post is marked mended when an edit takes the words away."""
    file = tmp_path / "s.jsonl"
    mended = line(2, 60, "I sell cups", kind="edit")
    mended = mended.replace(b'"p2"', b'"p1"')
    file.write_bytes(line(1, 0, PROMISE) + b"\n" + mended + b"\n" + line(3, 90, "hi") + b"\n")
    report = run(tmp_path / "s", plain, [file])
    assert (report.counts.findings, report.counts.mended, report.counts.cases) == (1, 1, 1)
    with open_store(tmp_path / "s", create=False) as store, store.read() as tx:
        (row,) = findings.page(tx)
        assert row.mended_at == (START + 60) * SECOND
        assert row.case_id is not None


def test_old_events_are_left_out_until_asked_for(tmp_path: Path, codes: list[Code]) -> None:
    """A code binds from its date of effect; --as-if-in-force marks findings as hypothetical."""
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"".join(line(i, i, PROMISE) + b"\n" for i in range(4)))
    report = run_codes(tmp_path / "a", codes, [file], clock=CLOCK)
    assert report.counts.findings == 0
    assert any("date of effect" in note for note in report.notes)
    report = run_codes(tmp_path / "b", codes, [file], clock=CLOCK, options=RunOptions(as_if_in_force=True))
    assert report.counts.findings == 2
    with open_store(tmp_path / "b", create=False) as store, store.read() as tx:
        assert all(row.hypothetical for row in findings.page(tx))
        assert all(case.hypothetical for case in cases.page(tx))


def test_shadow_findings_open_no_case(tmp_path: Path, codes: list[Code]) -> None:
    """With --shadow every rule is treated as experimental."""
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"".join(line(i, i, PROMISE) + b"\n" for i in range(4)))
    report = run(tmp_path / "s", codes, [file], options=RunOptions(shadow=True))
    assert (report.counts.findings, report.counts.cases) == (2, 0)


def test_a_changed_code_needs_a_word(tmp_path: Path, codes: list[Code], club: Path) -> None:
    """The store pins each code; another text is refused until it is adopted, which the ledger records."""
    file = tmp_path / "s.jsonl"
    file.write_bytes(line(1, 0, "hello") + b"\n")
    run(tmp_path / "s", codes, [file])
    changed = tmp_path / "club"
    shutil.copytree(club, changed)
    words = changed / "lists" / "promises.txt"
    words.write_text(words.read_text("utf-8") + "money for nothing\n", "utf-8")
    other = load_codes([str(changed)])
    with pytest.raises(StoreError) as refused:
        run(tmp_path / "s", other, [file])
    assert refused.value.code == "store/other-code"
    run(tmp_path / "s", other, [file], options=RunOptions(adopt=True))
    with open_store(tmp_path / "s", create=False) as store, store.read() as tx:
        assert len(pins.every(tx)) == 2
        assert [entry.kind for entry in ledger.entries(tx)].count("code-adopted") == 2


def test_a_second_run_on_one_store_is_refused(tmp_path: Path, codes: list[Code]) -> None:
    """Two runs never write one store at a time."""
    file = tmp_path / "s.jsonl"
    file.write_bytes(line(1, 0, "hello") + b"\n")
    run(tmp_path / "s", codes, [file])
    with open_store(tmp_path / "s") as store, store.lock("another"), pytest.raises(StoreError) as refused:
        run(tmp_path / "s", codes, [file])
    assert refused.value.code == "store/locked"


def test_nothing_starts_on_a_wrong_call(tmp_path: Path, codes: list[Code]) -> None:
    """A missing file, a file named twice or two followed files end before the store is made."""
    file = tmp_path / "s.jsonl"
    file.write_bytes(line(1, 0, "hello") + b"\n")
    for files, options, code in (
        ([tmp_path / "no.jsonl"], RunOptions(), "events/no-such-file"),
        ([file, file], RunOptions(), "flow/file-twice"),
        ([file, tmp_path / "t.jsonl"], RunOptions(follow=True), "flow/follow-one"),
    ):
        with pytest.raises(UsageError) as refused:
            run(tmp_path / "s", codes, files, options=options)
        assert refused.value.code == code
    assert not (tmp_path / "s").exists()


def test_a_rule_that_finds_on_everything_is_stopped(tmp_path: Path, codes: list[Code]) -> None:
    """A runaway rule opens no more cases, says so, and runs again after a person's word."""
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"".join(line(i, i, PROMISE) + b"\n" for i in range(1200)))
    report = run(tmp_path / "s", codes, [file])
    assert report.counts.findings == 1198
    assert report.counts.cases < 900
    assert any("opens no more cases" in note for note in report.notes)
    with pytest.raises(UsageError) as refused:
        run(tmp_path / "s", codes, [file], untrip=["club/no-such-rule"])
    assert refused.value.code == "flow/not-tripped"
    with file.open("ab") as out:
        out.write(line(5000, 2000, PROMISE) + b"\n")
    assert run(tmp_path / "s", codes, [file]).counts.cases == 0
    with file.open("ab") as out:
        out.write(b"".join(line(6000 + i, 2100 + i, PROMISE) + b"\n" for i in range(2)))
    assert run(tmp_path / "s", codes, [file], untrip=["club/false-promise"]).counts.cases > 0


def test_a_blind_rule_says_so(tmp_path: Path, plain: list[Code]) -> None:
    """A rule whose columns the stream never fills is named, with the columns."""
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"".join(line(i, i, "x", post={"id": f"p{i}"}) + b"\n" for i in range(3)))
    report = run(tmp_path / "s", plain, [file])
    assert any("plain/false-promise was UNKNOWN" in note and "post.text" in note for note in report.notes)


def test_one_clock_ahead_harms_nobody(tmp_path: Path, codes: list[Code]) -> None:
    """An event of 2090 is quarantined, one of next month waits, and all the others are taken."""
    file = tmp_path / "s.jsonl"
    lines = [line(i, i * 60, "hello", f"a{i % 5}") for i in range(20)]
    lines.insert(5, line(100, 64 * 365 * 86_400, "from 2090"))
    lines.insert(9, line(101, 20 * 86_400, "a clock that runs ahead"))
    file.write_bytes(b"\n".join(lines) + b"\n")
    report = run(tmp_path / "s", codes, [file])
    assert (report.counts.events, report.counts.quarantined) == (21, 1)
    held = left_behind(tmp_path / "s")
    assert [code for code, _ in held["quarantine"]] == ["events/time-out-of-bounds"]
    assert b"e00101" in held["archive"][-1][1]


def test_metrics_tell_what_each_rule_cost(tmp_path: Path, codes: list[Code]) -> None:
    """--metrics counts candidates, findings and unknowns of each rule, and finds the same."""
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"".join(line(i, i, PROMISE if i % 2 else "hi") + b"\n" for i in range(10)))
    report = run(tmp_path / "s", codes, [file], options=RunOptions(metrics=True))
    measured = report.rules["club/false-promise"]
    assert measured["findings"] == report.counts.findings == 4
    assert measured["rows"] == 10
    assert 4 <= measured["candidates"] <= 10


def test_a_follower_takes_what_is_added(tmp_path: Path, codes: list[Code]) -> None:
    """--follow goes on until it is told to stop, and takes lines that arrive meanwhile."""
    file = tmp_path / "s.jsonl"
    file.write_bytes(line(1, 0, "one") + b"\n")
    asked = [0]

    def stop() -> bool:
        asked[0] += 1
        if asked[0] == 3:
            with file.open("ab") as out:
                out.write(line(2, 60, "two") + b"\n" + line(3, 120, "three") + b"\n")
        return asked[0] > 9

    report = run(tmp_path / "s", codes, [file], options=RunOptions(follow=True, quiet_s=0.3), stop=stop)
    assert report.stopped
    assert report.counts.events == 3


def test_the_days_of_the_inbox_are_bounded(tmp_path: Path, codes: list[Code]) -> None:
    """After three weeks of events only the last week and a day are remembered by the inbox."""
    from ombud.store import inbox

    file = tmp_path / "s.jsonl"
    hours = range(0, 21 * 24, 6)
    file.write_bytes(b"".join(line(h, h * HOUR / SECOND, "hi", f"a{h % 4}") + b"\n" for h in hours))
    run(tmp_path / "s", codes, [file], options=RunOptions(batch=8))
    with open_store(tmp_path / "s", create=False) as store, store.read() as tx:
        assert inbox.count(tx) <= 9 * DAY // (6 * HOUR)


def test_a_full_disk_stops_cleanly_and_goes_on_later(tmp_path: Path, codes: list[Code]) -> None:
    """When the store cannot grow, the run ends with an error, and the next one completes it."""
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"".join(line(i, i, PROMISE * 20, f"a{i}") + b"\n" for i in range(3000)))
    run(tmp_path / "calm", codes, [file])
    options = RunOptions(batch=200)
    script = f"""
import resource, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from ombud.flow.embedded import run_files
from ombud.flow.options import RunOptions
from ombud.base.clock import FixedClock
from ombud.base.errors import OmbudError
try:
    run_files({str(tmp_path / "full")!r}, [{str(codes[0].path)!r}], [{str(file)!r}],
              in_force_from=0, salt=b"t", clock=FixedClock({CLOCK.at}), options=RunOptions(batch=200))
except OmbudError as error:
    print(error.code)
"""
    import subprocess
    import sys

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("store/disk-full", "store/disk-error"), done.stderr
    run(tmp_path / "full", codes, [file], options=options)
    assert left_behind(tmp_path / "full") == left_behind(tmp_path / "calm")


def test_errors_of_the_flow_have_codes(tmp_path: Path, codes: list[Code]) -> None:
    """Every refusal carries a permanent code and a hint."""
    with pytest.raises(OmbudError) as refused:
        run(tmp_path / "s", codes, [tmp_path])
    assert refused.value.code == "events/is-a-folder"
    assert refused.value.faults[0].hint
