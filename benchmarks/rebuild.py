"""What a restart costs: `python -m benchmarks.rebuild [--events 1000000]`.

A year of made-up posts is sealed with what the signal `recycled` remembers of each. Then a fresh
evaluator is brought to the end of it: from sketches, as a start does, and from whole events, as
it would without. CPU-seconds of one process; memory is what Python holds more afterwards.
"""

from __future__ import annotations

import random
import tempfile
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.every_signal import EVERY, every_signal
from ombud.base.clock import DAY
from ombud.events.archive import Sketches, read_rows, write_segment
from ombud.events.envelope import Account, Event, Post
from ombud.flow.rebuild import recall
from ombud.rules.bind import bind
from ombud.rules.evaluate import Evaluator
from ombud.store import Store, open_store, segments

SEGMENT = 65_536
SIGNS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动"


def posts(count: int, first: int, step: int) -> list[Event]:
    """Return posts of 100 signs, one in five of them said before."""
    rng = random.Random(first // 5)
    made = []
    for n in range(first, first + count):
        text = "".join(random.Random(n // 5 if n % 5 == 4 else n).choices(SIGNS, k=100))
        who = Account(f"a{rng.randrange(100_000)}")
        made.append(Event(f"e{n:09}", n * step, "post", who, audience="public", post=Post(f"p{n:09}", text)))
    return made


def fresh() -> Evaluator:
    """Return an evaluator of the one rule that looks back a year, with nothing seen."""
    code = every_signal({"recycled": EVERY["recycled"]})
    return Evaluator(bind([code]), {code.id: None})


def fill(store: Store, count: int, step: int) -> None:
    """Seal posts into the archive."""
    evaluator = fresh()
    for first in range(0, count, SEGMENT):
        events: Sequence[Event] = posts(min(SEGMENT, count - first), first, step)
        seqs = [*range(first + 1, first + 1 + len(events))]
        sketches = Sketches(evaluator.remembered_by, [evaluator.remember(event) for event in events])
        info = write_segment(store.archive, events, seqs, sketches)
        with store.begin() as tx:
            row = (info.name, info.first_seq, info.last_seq, info.min_at, info.max_at, info.n, info.sha256)
            segments.add(tx, segments.Segment(*row))


@click.command()
@click.option("--events", default=1_000_000, show_default=True)
@click.option("--memory/--no-memory", default=True, show_default=True, help="Measure memory too (slow).")
def main(events: int, memory: bool) -> None:
    """Print what it takes to rebuild a year of EVENTS."""
    step = 360 * DAY // events
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "store") as store:
        started = time.process_time()
        fill(store, events, step)
        size = sum(path.stat().st_size for path in store.archive.iterdir())
        took = time.process_time() - started
        print(f"{events:,} posts sealed: {took:.1f} CPU-s, {size / 1e6:,.0f} MB on disk")
        boundary = events * step
        if memory:
            tracemalloc.start()
            kept = fresh()
            with store.read() as tx:
                recall(store, tx, kept, boundary)
            print(f"memory held: {tracemalloc.get_traced_memory()[0] / 1e6:,.0f} MB")
            tracemalloc.stop()
        evaluator = fresh()
        started = time.process_time()
        with store.read() as tx:
            recall(store, tx, evaluator, boundary)
        print(f"from sketches: {time.process_time() - started:.1f} CPU-s")
        evaluator = fresh()
        started = time.process_time()
        with store.read() as tx:
            for row in segments.between(tx):
                evaluator.observe([event for _, event in read_rows(store.archive / row.file)])
        print(f"from whole events: {time.process_time() - started:.1f} CPU-s")


if __name__ == "__main__":
    main()
