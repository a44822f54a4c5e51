"""A run that is killed at random moments ends exactly as one that was left alone."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ombud.conduct.find import find_code
from ombud.events.archive import SegmentInfo, verify_segment
from ombud.events.decode import encode
from ombud.flow.history import history
from ombud.store import (
    cases,
    casework,
    findings,
    ledger,
    open_store,
    quarantine,
    reports,
    segments,
    state,
)
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


def outcome(store: Path) -> dict[str, Any]:
    """Return everything a run leaves behind, but for run numbers."""
    with open_store(store, create=False) as opened, opened.read() as tx:
        size, root = ledger.check(tx)
        for s in segments.between(tx):
            info = SegmentInfo(s.file, s.first_seq, s.last_seq, s.min_at, s.max_at, s.n, s.sha256)
            verify_segment(opened.archive, info)
        files = {path.name for path in opened.archive.iterdir()}
        return {
            "ledger": (size, root.hex()),
            "archive": [(seq, encode(event)) for seq, event in history(opened, tx)],
            "segments": [s.file for s in segments.between(tx)],
            "no orphans": files == {s.file for s in segments.between(tx)},
            "findings": [
                msgspec.structs.replace(row, run=None) for row in findings.page(tx, limit=1_000_000)
            ],
            "cases": cases.page(tx, limit=1_000_000),
            "reports": reports.page(tx, limit=1_000_000),
            "queue": [(w.id, w.confidence, w.rank) for w in casework.queue(tx, limit=1_000_000)],
            "quarantine": sorted(
                (row.source, row.line, row.code, row.raw) for row in quarantine.page(tx, limit=1_000_000)
            ),
            "total": state.load(tx, "run")["total"],
        }


@pytest.mark.slow
def test_twenty_kills_change_nothing(tmp_path: Path, forks: Any) -> None:
    """SIGKILL twenty times: findings, cases, archive, quarantine, counts and ledger root are the same."""
    files = write_streams(tmp_path)
    code = tmp_path / "clear-culture"
    shutil.copytree(find_code("clear-culture"), code)
    forks.ready(f"from ombud.flow.codes import load_codes; CODES = load_codes([{str(code)!r}])")

    def running(store: Path) -> Any:
        """Start a run and give it once it is about to take events."""
        child = forks.start(CHILD, store, *files)
        assert child.stdout.readline() == "start\n", child.errors()
        return child

    child = running(tmp_path / "calm")
    started = time.monotonic()
    assert child.wait() == 0, child.errors()
    whole = time.monotonic() - started
    expected = outcome(tmp_path / "calm")
    assert expected["findings"]
    assert expected["cases"]
    assert any(row.case_id is not None for row in expected["reports"])
    assert len(expected["segments"]) >= 1
    reasons = {reason for _, _, reason, _ in expected["quarantine"]}
    assert reasons >= {"events/broken-json", "events/invalid-utf8", "events/id-conflict"}

    chance = random.Random(11)
    for _ in range(KILLS):
        child = running(tmp_path / "shot")
        time.sleep(chance.uniform(0, whole))
        child.kill()
        if child.wait() == 0:  # it was done before the shot: begin anew
            shutil.rmtree(tmp_path / "shot")
    child = running(tmp_path / "shot")
    assert child.wait() == 0, child.errors()
    assert outcome(tmp_path / "shot") == expected
