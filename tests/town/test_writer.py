"""A town on disk."""

from __future__ import annotations

import json
from pathlib import Path

from ombud.town import town, write


def test_events_and_truth_are_written_apart(tmp_path: Path) -> None:
    """Events are one JSON object a line in order; the answer sheet lies beside them only when asked."""
    made = town(4, 3, 0.02)
    target = tmp_path / "town.jsonl"
    assert write(target, made) == len(made)
    assert [p.name for p in tmp_path.iterdir()] == ["town.jsonl"]
    assert [json.loads(line) for line in target.read_bytes().splitlines()] == list(made.events())
    write(target, made, truth=True)
    rows = [json.loads(line) for line in (tmp_path / "town.jsonl.truth.jsonl").read_text().splitlines()]
    assert {row["event"] for row in rows} == set(made.truth)
    write(target, made, truth=tmp_path / "sheet.jsonl")
    assert (tmp_path / "sheet.jsonl").exists()
