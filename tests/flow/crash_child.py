"""A run in a process of its own, to be killed: its words are STORE FILE…; `CODES` are loaded before it.

Prints a line once events are being taken, so that the killer does not shoot at imports.
"""

from __future__ import annotations

import sys

from ombud.base.clock import DAY, FixedClock, parse_time
from ombud.flow.embedded import run_codes
from ombud.flow.options import RunOptions
from ombud.flow.run import Progress

CLOCK = FixedClock(parse_time("2026-06-01T00:00:00Z"))
OPTIONS = RunOptions(batch=80, lateness=2 * 3600 * 1_000_000, max_jump=DAY, segment_rows=400)


def told(progress: Progress) -> None:
    """Say that a batch was committed."""
    print(progress.events, flush=True)


store, *files = sys.argv[1:]
print("start", flush=True)
run_codes(
    store,
    CODES,  # type: ignore[name-defined]  # noqa: F821 - loaded before the fork
    files,
    options=OPTIONS,
    in_force_from=0,
    clock=CLOCK,
    salt=b"crash test",
    on_progress=told,
)
print("end", flush=True)
