"""How fast events are read, hashed and archived, in events per CPU-second (indicative).

python -m benchmarks.reading EVENTS.jsonl [LIMIT]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ombud.events.archive import read_segment, write_segment
from ombud.events.decode import content_digest, encode, event_key
from ombud.events.envelope import Event
from ombud.events.readers import open_source

SEGMENT = 100_000


def _timed(name: str, n: int, work: Callable[[], object]) -> None:
    started = time.process_time()
    work()
    spent = time.process_time() - started
    print(f"{name:<24}{n / spent:>12,.0f} events/CPU-s  {spent / n * 1e6:>6.2f} µs each")


def _read(path: Path, keep: list[Event], limit: int) -> None:
    with open_source(path) as source:
        while len(keep) < limit:
            chunk = source.read(None, 4096)
            keep += chunk.records
            if chunk.end:
                return


def _archive(events: list[Event], folder: Path) -> None:
    for start in range(0, len(events), SEGMENT):
        part = events[start : start + SEGMENT]
        write_segment(folder, part, range(start, start + len(part)))


def main() -> None:
    """Measure reading, digests and the archive on the file given."""
    parser = argparse.ArgumentParser(description="How fast events are read, hashed and archived.")
    parser.add_argument("path", type=Path, metavar="EVENTS.jsonl", help="the events to read")
    parser.add_argument("limit", type=int, nargs="?", default=300_000, help="how many (default: %(default)s)")
    args = parser.parse_args()
    events: list[Event] = []
    started = time.process_time()
    _read(args.path, events, args.limit)
    n = len(events)
    spent = time.process_time() - started
    print(f"{'read + decode':<24}{n / spent:>12,.0f} events/CPU-s  {spent / n * 1e6:>6.2f} µs each")
    _timed("encode", n, lambda: [encode(event) for event in events])
    _timed("digest + key", n, lambda: [(content_digest(e), event_key(e.origin, e.id)) for e in events])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _timed("archive write", n, lambda: _archive(events, folder))
        size = sum(path.stat().st_size for path in folder.iterdir())
        _timed("archive read", n, lambda: [sum(1 for _ in read_segment(p)) for p in folder.iterdir()])
    print(f"archive: {size / n:.0f} bytes an event")


if __name__ == "__main__":
    main()
