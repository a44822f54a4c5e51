"""Killed at any moment, a store holds whole transactions and nothing else."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ombud.base.errors import StoreError
from ombud.store import Store, cases, findings, inbox, ledger, open_store, pending, positions, runs

WRITER = """
import os, resource, signal, sys
from ombud.base.errors import StoreError
from ombud.store import cases, findings, inbox, ledger, open_store, pending, positions
place, files, stop_at, limit = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
steps = 0

def step():
    global steps
    steps += 1
    if steps == stop_at:
        os.kill(os.getpid(), signal.SIGKILL)

def finding(i, case):
    return findings.NewFinding(i.to_bytes(16, "big"), f"e{i}", None, i, i, "cc", "r", "h", "4.4", "1",
                               "stable", False, {}, "account", f"s{i % 7}", "a", None, case)

def batch(tx, k):
    numbers = range(k * 50, k * 50 + 50)
    inbox.take(tx, [(1, i.to_bytes(16, "big"), b"c" * 8) for i in numbers]); step()
    pending.add(tx, k * 50 + 1, [os.urandom(200) for _ in numbers], 1, 2); step()
    leads = [cases.Lead("account", f"s{i % 7}", "cc", "4.4", "1", 1, 2, i, False) for i in numbers]
    opened = cases.open_or_join(tx, leads, 9); step()
    findings.add_many(tx, [finding(i, case) for i, (case, _) in zip(numbers, opened)]); step()
    ledger.append(tx, "batch", {"k": k}, k); step()
    positions.save(tx, "source", k + 1); step()

store = open_store(place, folder=files)
with store.lock():
    with store.read() as tx:
        k = positions.load(tx, "source") or 0
    print("go", flush=True)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        while True:
            with store.begin() as tx:
                batch(tx, k)
            step()
            k += 1
    except StoreError as error:
        print(error.code, k, flush=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        with store.begin() as tx:
            batch(tx, k)
"""


def whole(store: Store) -> int:
    """Return how many batches the store holds, having shown that it holds no part of one."""
    with store.read() as tx:
        k = positions.load(tx, "source") or 0
        assert inbox.count(tx) == k * 50
        assert pending.extent(tx) == (k * 50, k * 50)
        assert findings.count(tx) == k * 50
        assert sum(case.findings for case in cases.page(tx)) == k * 50
        assert ledger.check(tx)[0] == k
        assert sum(len(batch.payloads) for batch in pending.read(tx)) == k * 50
    return int(k)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store can be opened by several processes."""
    return str(tmp_path / "s") if request.param == "sqlite" else request.getfixturevalue("schema_url")


@pytest.fixture
def writer(place: str, tmp_path: Path, forks: Any) -> Callable[..., Any]:
    """Start a process that writes batches until it is killed."""

    def start(stop_at: int = 0, limit: int = 0) -> Any:
        return forks.start(WRITER, place, tmp_path / "files", stop_at, limit)

    return start


def test_killed_between_any_two_steps(place: str, tmp_path: Path, writer: Callable[..., Any]) -> None:
    """SIGKILL after each step of a transaction leaves the transactions before it, whole."""
    with open_store(place, folder=tmp_path / "files") as store:
        expected = 0
        for stop_at in (1, 3, 6, 7, 12):
            assert writer(stop_at).wait() == -signal.SIGKILL
            expected += stop_at // 7
            assert whole(store) == expected


def test_killed_at_random_moments(place: str, tmp_path: Path, writer: Callable[..., Any]) -> None:
    """SIGKILL at moments of the clock's choosing leaves whole transactions, and the next start goes on."""
    with open_store(place, folder=tmp_path / "files") as store:
        before = 0
        for moment in random.Random(7).sample(range(300), 4):
            process = writer()
            assert process.stdout.readline() == "go\n", process.errors()
            time.sleep(moment / 1000)
            process.kill()
            assert process.wait() == -signal.SIGKILL
            after = whole(store)
            assert after >= before
            before = after


def test_file_size_limit(tmp_path: Path) -> None:
    """When the disk takes no more, the run ends with a clear code, loses nothing, and can go on."""
    place = str(tmp_path / "s")
    open_store(place).close()
    command = [sys.executable, "-c", WRITER, place, "", "0", "600000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    code, written = process.stdout.readline().split()
    process.communicate()
    assert code in ("store/disk-error", "store/disk-full")
    assert process.returncode == 0
    with open_store(place) as store:
        assert whole(store) == int(written) + 1


def test_undone_by_an_error(store: Store) -> None:
    """An error in the middle undoes everything the transaction did, in every table."""
    with pytest.raises(StoreError), store.begin() as tx:
        runs.start(tx, 1, {}, {})
        inbox.take(tx, [(1, b"k" * 16, b"c")])
        ledger.append(tx, "note", {}, 1)
        tx.connection.exec_driver_sql("SELECT nonsense")
    with store.read() as tx:
        assert (inbox.count(tx), ledger.size(tx), runs.every(tx)) == (0, 0, [])
