"""Windows and the reorder buffer: events per CPU-second and bytes per held event.

    python -m benchmarks.windows [--events 1000000]

Figures are CPU time of one process (``time.process_time``) and indicative: they
move with the machine and with whoever else uses it.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from ombud.base.clock import DAY, HOUR, MINUTE, SECOND
from ombud.events.reorder import Reorder
from ombud.expr.windows import Shape, Windows

SEED = 2026


@dataclass(frozen=True, slots=True)
class Account:
    """Whose event it is."""

    id: str


@dataclass(frozen=True, slots=True)
class Ev:
    """As much of an event as the two parts read."""

    at: int
    id: str
    account: Account


def rows(count: int, accounts: int, gap: int) -> list[tuple[int, str, str]]:
    """(at, key, value) in time order; instants in whole seconds, so there are ties."""
    rng, at, out = random.Random(SEED), 0, []
    for _ in range(count):
        at += rng.randrange(2 * gap)
        out.append((at // SECOND * SECOND, f"account-{rng.randrange(accounts)}", f"t{rng.randrange(5000)}"))
    return out


def arrivals(count: int, gap: int, disorder: int) -> list[Ev]:
    """Events whose instants go forward, each moved by up to ``disorder`` microseconds."""
    rng, at, out = random.Random(SEED), DAY, []
    people = [Account(f"account-{i}") for i in range(5000)]
    for i in range(count):
        at += rng.randrange(2 * gap)
        out.append(Ev(at + rng.randint(-disorder, disorder), f"e{i:08}", rng.choice(people)))
    return out


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one call, with the collector's backlog cleared first."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def observe_and_measure(data: list[tuple[int, str, str]], shape: Shape) -> Windows:
    """Feed every row to one window and measure its key, as a rule does."""
    windows = Windows([shape])
    observe, measure = windows.observer(0), windows.measurer(0)
    for at, key, value in data:
        observe(at, key, value)
        measure(at, key)
    return windows


def bytes_held(build: Callable[[], object], held: int) -> float:
    """Bytes that stay allocated for each event a built object holds; what it was built from is gone."""
    gc.collect()
    tracemalloc.start()
    kept = build()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return size / held


def say(name: str, count: int, seconds: float) -> None:
    """Print one line: events per CPU-second and microseconds an event."""
    print(f"{name:58} {count / seconds:>12,.0f}/s  {seconds / count * 1e6:6.2f} us")


def measure_windows(count: int) -> None:
    """Time both aggregates on few, many and one-shot accounts, then weigh held events."""
    kinds: tuple[Literal["count", "distinct"], ...] = ("count", "distinct")
    for accounts in (5, 50_000, 1_000_000_000):
        data = rows(count, accounts, SECOND)
        for kind in kinds:
            seconds = cpu(partial(observe_and_measure, data, Shape(kind, HOUR)))
            say(f"window {kind}, 1 hour, {accounts:,} accounts", count, seconds)
    for kind in kinds:
        each = bytes_held(partial(fill, count // 5, kind), count // 5)
        print(f"{f'bytes a held event with its own strings, {kind}':58} {each:>12,.0f}")


def fill(count: int, kind: Literal["count", "distinct"]) -> Windows:
    """A window that holds all of so many events, built from rows that are gone afterwards."""
    return observe_and_measure(rows(count, 50_000, SECOND), Shape(kind, 1000 * DAY))


def reorder(events: list[Ev], lateness: int, size: int) -> int:
    """Push all events in chunks; return how many were late."""
    buffer: Reorder[Ev] = Reorder(lateness)
    late = 0
    for start in range(0, len(events), size):
        late += len(buffer.push(events[start : start + size]).late)
    buffer.finish()
    return late


def hold(events: list[Ev]) -> Reorder[Ev]:
    """A buffer that holds every event."""
    buffer: Reorder[Ev] = Reorder(1000 * DAY)
    buffer.push(events)
    return buffer


def measure_reorder(count: int) -> None:
    """Time sorted and slightly disordered arrivals in two chunk sizes, then weigh held events."""
    for title, disorder, lateness in (
        ("sorted", 0, 0),
        ("sorted, lateness 1 minute", 0, MINUTE),
        ("5 s of disorder, lateness 10 s", 5 * SECOND, 10 * SECOND),
        ("5 s of disorder, lateness 1 hour", 5 * SECOND, HOUR),
        ("25 min of disorder, lateness 1 hour", 25 * MINUTE, HOUR),
    ):
        events = arrivals(count, SECOND, disorder)
        for size in (500, 5000):
            seconds = cpu(partial(reorder, events, lateness, size))
            say(f"reorder {title}, chunks of {size}", count, seconds)
    events = arrivals(count // 5, SECOND, 5 * SECOND)
    each = bytes_held(partial(hold, events), len(events))
    print(f"{'bytes a held event beside the event itself, reorder':58} {each:>12,.0f}")


def main() -> None:
    """Run both measurements."""
    parser = argparse.ArgumentParser(description="Windows and the reorder buffer, per CPU-second.")
    parser.add_argument("--events", type=int, default=1_000_000)
    count = parser.parse_args().events
    measure_windows(count)
    measure_reorder(count)


if __name__ == "__main__":
    main()
