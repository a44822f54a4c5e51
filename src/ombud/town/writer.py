"""A town on disk: events as JSONL, the answer sheet beside them when asked."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import msgspec

from ombud.town.build import Town


def write(path: Path, town: Town, *, truth: bool | Path = False) -> int:
    """Write the town's events to ``path``, one JSON object a line, and return how many.

    Args:
        path: the file to make (or replace); its folder must exist.
        town: what to write.
        truth: ``True`` writes the answer sheet to ``<path>.truth.jsonl``, a path writes it there.

    Raises:
        OSError: the file cannot be written.
    """
    path = Path(path)
    encoder = msgspec.json.Encoder()
    count = 0
    with path.open("wb") as out:
        for event in town.events():
            out.write(encoder.encode(event) + b"\n")
            count += 1
    if truth:
        sheet = path.with_name(path.name + ".truth.jsonl") if truth is True else Path(truth)
        with sheet.open("wb") as out:
            for event_id, planted in town.truth.items():
                out.write(encoder.encode({"event": event_id, **asdict(planted)}) + b"\n")
    return count
