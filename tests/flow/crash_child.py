"""A run in a process of its own, to be killed: `python crash_child.py STORE CODE FILE…`.

Prints a line once events are being taken, so that the killer does not shoot at imports.
"""

from __future__ import annotations

import sys

from ombud.base.clock import DAY, FixedClock, parse_time
from ombud.flow.embedded import run_files
from ombud.flow.options import RunOptions
from ombud.flow.run import Progress

CLOCK = FixedClock(parse_time("2026-06-01T00:00:00Z"))
OPTIONS = RunOptions(batch=300, lateness=2 * 3600 * 1_000_000, max_jump=DAY, segment_rows=1500)


def told(progress: Progress) -> None:
    """Say that a batch was committed."""
    print(progress.events, flush=True)


if __name__ == "__main__":
    store, code, *files = sys.argv[1:]
    print("start", flush=True)
    run_files(
        store,
        [code],
        files,
        options=OPTIONS,
        in_force_from=0,
        clock=CLOCK,
        salt=b"crash test",
        on_progress=told,
    )
    print("end", flush=True)
