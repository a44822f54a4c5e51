"""Orders to a platform, acknowledged one by one and in batches: ``python -m benchmarks.orders``.

10,000 measures in effect, each ordered anew every round; the two ways take turns in one run. The
platform answers at once, so what is measured is ours. CPU time is this process's own; wall
time has the disk in it. Medians of the rounds, on SQLite.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import update

from benchmarks.cases import ENDING, NOW, Platform, decision, endings, fill
from ombud.base.clock import SECOND, FixedClock
from ombud.redress.executors import resend
from ombud.redress.orders import AT_ONCE, catch_up, deliver
from ombud.store import Store, open_store
from ombud.store.tables import life


def bench(store: Store, rounds: int) -> dict[int, list[tuple[float, float]]]:
    """Return CPU and wall seconds by how many acknowledgements are written together."""
    (case,) = fill(store, 1)
    decision(store, case, NOW, [])
    endings(store, case)
    with store.begin() as tx:
        tx.run(update(life.notices).values(delivered_at=NOW))
    catch_up(store, NOW)
    deliver(store, FixedClock(NOW), Platform())
    spent: dict[int, list[tuple[float, float]]] = {1: [], AT_ONCE: []}
    at = NOW
    for _ in range(rounds):
        for at_once, times in spent.items():
            at += SECOND
            with store.begin() as tx:
                resend(tx, "olga", at=at)
            cpu, wall = time.process_time(), time.perf_counter()
            done = deliver(store, FixedClock(at), Platform(), at_once=at_once).done
            times.append((time.process_time() - cpu, time.perf_counter() - wall))
            assert done >= ENDING
    return spent


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.orders", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "store") as store:
        spent = bench(store, given.rounds)
    for at_once, times in spent.items():
        cpu, wall = (statistics.median(each) for each in zip(*times, strict=True))
        rate = f"{ENDING / wall:,.0f} orders/s"
        print(f"{at_once:>4} written together: {cpu:6.1f} s CPU {wall:6.1f} s wall, {rate}")


if __name__ == "__main__":
    main()
