"""Rows per CPU-second into the store, by table: ``python -m benchmarks.store [--postgres URL] [--json]``.

CPU time is this process's own; what a PostgreSQL server spends is not in it, so wall time
stands beside it. Figures are indicative: they depend on the machine and its disk.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ombud.store import Store, cases, findings, inbox, ledger, open_store, pending

POSTGRES = "postgresql://127.0.0.1/postgres"
SCHEMA = "ombud_bench"
BATCH = 5_000


def digest(text: str, size: int = 16) -> bytes:
    """Return a digest that stands for a key."""
    return hashlib.blake2b(text.encode(), digest_size=size).digest()


def inbox_rows(n: int) -> list[list[inbox.InboxRow]]:
    """Return batches of rows spread over a few days."""
    rows = [(20_000 + i // 200_000, digest(f"e{i}"), digest(f"c{i}", 8)) for i in range(n)]
    return [rows[i : i + BATCH] for i in range(0, n, BATCH)]


def line(i: int) -> bytes:
    """Return an event of about 350 bytes, half of it Chinese text."""
    text = "".join(chr(0x4E00 + (i * 7919 + j * 104_729) % 3_000) for j in range(40))
    event = {
        "id": f"e{i}",
        "at": 1_347_334_462 + i,
        "kind": "repost",
        "origin": "bench",
        "audience": "public",
    }
    event |= {"account": {"id": f"a{i * 31 % 100_003}", "followers": i % 5_000, "verified": False}}
    event |= {"post": {"id": f"p{i}", "text": text, "parent_id": f"p{i // 7}", "urls": []}}
    return json.dumps(event, ensure_ascii=False).encode()


def finding(i: int) -> findings.NewFinding:
    """Return a finding of the usual size."""
    return findings.NewFinding(
        *(digest(f"f{i}"), f"e{i}", "bench", i, 1_347_334_462_000_000 + i, "clear-culture", f"rule-{i % 7}"),
        *("ab" * 32, "4.4", "1", "stable", True, {"post.text": "联系电话 13800000000", "n": i}),
        *("account", f"a{i % 1_000}", f"a{i % 1_000}", f"p{i}"),
    )


def lead(i: int) -> cases.Lead:
    """Return what brings that finding to a case."""
    return cases.Lead("account", f"a{i % 10_000}", "clear-culture", "4.4", "1", 1, 2, i, True)


def in_batches(store: Store, batches: list, work: Callable) -> None:  # type: ignore[type-arg]
    """Do the work on each batch, one transaction each."""
    for batch in batches:
        with store.begin() as tx:
            work(tx, batch)


def measures(store: Store) -> Iterator[tuple[str, int, Callable[[], None]]]:
    """Yield (name, rows, what to time)."""
    rows = inbox_rows(300_000)
    yield "inbox.take, all new", 300_000, lambda: in_batches(store, rows, inbox.take)
    yield "inbox.take, all duplicates", 100_000, lambda: in_batches(store, rows[:20], inbox.take)
    mixed = [new[: BATCH // 2] + old[: BATCH // 2] for new, old in zip(_fresh(), rows, strict=False)]
    yield "inbox.take, half duplicates", 100_000, lambda: in_batches(store, mixed, inbox.take)
    lines = [(i, [line(i + j) for j in range(BATCH)]) for i in range(0, 200_000, BATCH)]
    yield (
        "pending.add",
        200_000,
        lambda: in_batches(store, lines, lambda tx, b: pending.add(tx, b[0], b[1], 1, 2)),
    )
    yield "pending.read", 200_000, lambda: _read(store)
    kept = [[finding(i + j) for j in range(1_000)] for i in range(0, 100_000, 1_000)]
    yield "findings.add_many", 100_000, lambda: in_batches(store, kept, findings.add_many)
    leads = [[lead(i + j) for j in range(1_000)] for i in range(0, 100_000, 1_000)]
    yield (
        "cases.open_or_join",
        100_000,
        lambda: in_batches(store, leads, lambda tx, b: cases.open_or_join(tx, b, 5)),
    )
    many = [[("note", {"n": i, "digest": "ab" * 32})] * 1_000 for i in range(30)]
    yield (
        "ledger.append_many",
        30_000,
        lambda: in_batches(store, many, lambda tx, b: ledger.append_many(tx, b, 5)),
    )
    yield "ledger.check", 30_000, lambda: _check(store)
    one = [[("note", {"n": i, "digest": "ab" * 32})] for i in range(1_000)]
    yield (
        "ledger.append, one a commit",
        1_000,
        lambda: in_batches(store, one, lambda tx, b: ledger.append_many(tx, b, 5)),
    )


def _fresh() -> list[list[inbox.InboxRow]]:
    rows = [(20_009, digest(f"n{i}"), digest(f"c{i}", 8)) for i in range(100_000)]
    return [rows[i : i + BATCH] for i in range(0, 100_000, BATCH)]


def _read(store: Store) -> None:
    with store.read() as tx:
        for _ in pending.read(tx):
            pass


def _check(store: Store) -> None:
    with store.read() as tx:
        ledger.check(tx)


def bench(store: Store, backend: str) -> list[dict[str, object]]:
    """Run every measure once and return its figures."""
    results: list[dict[str, object]] = []
    for name, rows, work in measures(store):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        results.append(
            {
                "store": backend,
                "work": name,
                "rows_per_cpu_s": round(rows / cpu),
                "rows_per_s": round(rows / wall),
            }
        )
    return results


@contextmanager
def throw_away(url: str, folder: Path) -> Iterator[Store | None]:
    """Give a store in a schema of its own, or ``None`` where no server answers."""
    import psycopg

    try:
        server = psycopg.connect(url, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as problem:
        print(f"no PostgreSQL at {url}: {problem}", file=sys.stderr)
        yield None
        return
    with server:
        server.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        server.execute(f"CREATE SCHEMA {SCHEMA}")
        try:
            with open_store(f"{url}?options=-csearch_path%3D{SCHEMA}", folder=folder) as store:
                yield store
        finally:
            server.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def main() -> None:
    """Measure SQLite and, where it answers, PostgreSQL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default=POSTGRES, help="address of a server (default: %(default)s)")
    parser.add_argument("--dir", type=Path, help="where the SQLite store goes (default: a temporary folder)")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.dir) as folder:
        with open_store(Path(folder) / "store") as store:
            results = bench(store, "sqlite")
        with throw_away(given.postgres, Path(folder) / "files") as server:
            if server is not None:
                results += bench(server, "postgresql")
    if given.json:
        print(json.dumps(results, indent=1))
        return
    for row in results:
        speed = f"{row['rows_per_cpu_s']:>9} rows/CPU-s {row['rows_per_s']:>9} rows/s"
        print(f"{row['store']:<11} {row['work']:<30} {speed}")


if __name__ == "__main__":
    main()
