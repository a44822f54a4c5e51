"""A run that is killed at random moments ends exactly as one that was left alone."""

from __future__ import annotations

import random
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from outcomes import outcome
from signal_stream import CONDITIONS, registers, write

from ombud.conduct.find import find_code
from ombud.store import open_store
from ombud.town import town

CHILD = Path(__file__).with_name("crash_child.py").read_text("utf-8")
KILLS = 20


def write_streams(folder: Path) -> list[Path]:
    """Write a disordered stream with repeats, contradictions, late and broken lines, in two files."""
    chance = random.Random(7)
    events = list(town(seed=5, days=10, scale=0.1).events())[:2500]
    lines = [msgspec.json.encode(event) for event in events]
    for i in chance.sample(range(len(lines) - 40), 60):
        lines[i], lines[i + chance.randrange(40)] = lines[i + chance.randrange(40)], lines[i]
    for _ in range(40):
        lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    for i, bad in enumerate([b"{", b'{"id": 1}', b"\xff\xfe", b"[" * 5000, b""]):
        lines.insert((i + 1) * len(lines) // 7, bad)
    changed = msgspec.json.encode({**events[100], "post": {"id": "other", "text": "other words"}})
    lines.insert(130, changed)
    one, two = folder / "one.jsonl", folder / "two.jsonl"
    one.write_bytes(b"\n".join(lines[::2]) + b"\n")
    two.write_bytes(b"\n".join(lines[1::2]) + b"\n")
    return [one, two]


@pytest.mark.slow
def test_twenty_kills_change_nothing(tmp_path: Path, forks: Any) -> None:
    """SIGKILL twenty times: findings, cases, archive, quarantine, counts and ledger root are the same."""
    files = write_streams(tmp_path)
    code = tmp_path / "clear-culture"
    shutil.copytree(find_code("clear-culture"), code)
    forks.ready(f"from ombud.flow.codes import load_codes; CODES = load_codes([{str(code)!r}])")
    expected = survives(tmp_path, forks, files, kills=KILLS)
    assert expected["cases"]
    reasons = {reason for _, _, reason, _ in expected["quarantine"]}
    assert reasons >= {"events/broken-json", "events/invalid-utf8", "events/id-conflict"}


@pytest.mark.slow
def test_kills_change_nothing_with_every_signal_on(tmp_path: Path, forks: Any) -> None:
    """The same with every signal measured on every post: each signal's state is back after each kill."""
    forks.ready(
        f"import sys; sys.path[:0] = {sys.path[:2]!r}\n"
        "from benchmarks.every_signal import every_signal\n"
        "from signal_stream import CONDITIONS\n"
        "from ombud.flow.codes import gate\n"
        "CODES = [every_signal(CONDITIONS)]\n"
        "gate(CODES)"  # here, so that children that are killed are killed at their run
    )
    expected = survives(tmp_path, forks, [write(tmp_path / "events.jsonl", 900)], kills=5, prepare=prepared)
    found = {row.rule for row in expected["findings"]}
    assert found == {f"every-{name.replace('_', '-')}" for name in CONDITIONS}


def prepared(place: Path) -> None:
    """Make a store with the registers that signals read."""
    with open_store(place, salt=b"crash test") as store:
        registers(store)


def survives(
    folder: Path, forks: Any, files: list[Path], *, kills: int, prepare: Callable[[Path], None] | None = None
) -> dict[str, Any]:
    """Run once in peace and once with kills; both must leave the same, which is returned."""

    def running(store: Path) -> Any:
        """Start a run and give it once it is about to take events."""
        if prepare is not None and not store.exists():
            prepare(store)
        child = forks.start(CHILD, store, *files)
        assert child.stdout.readline() == "start\n", child.errors()
        return child

    child = running(folder / "calm")
    started = time.monotonic()
    assert child.wait() == 0, child.errors()
    whole = time.monotonic() - started
    expected = outcome(folder / "calm")
    assert expected["findings"]
    assert len(expected["segments"]) >= 1
    chance = random.Random(11)
    for _ in range(kills):
        child = running(folder / "shot")
        time.sleep(chance.uniform(0, whole))
        child.kill()
        if child.wait() == 0:  # it was done before the shot: begin anew
            shutil.rmtree(folder / "shot")
    child = running(folder / "shot")
    assert child.wait() == 0, child.errors()
    assert outcome(folder / "shot") == expected
    return expected
