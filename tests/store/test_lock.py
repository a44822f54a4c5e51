"""One run at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ombud.base.clock import FixedClock
from ombud.base.errors import StoreError
from ombud.store import Store, open_store

HOLD = """
import sys
from ombud.store import open_store
lock = open_store(sys.argv[1], folder=sys.argv[2]).lock("run")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store can be opened by several processes."""
    return str(tmp_path / "s") if request.param == "sqlite" else request.getfixturevalue("schema_url")


def test_second_is_refused(reopen: Callable[[], Store]) -> None:
    """The second is told who holds the lock and since when; afterwards the lock is free."""
    one, two = reopen(), reopen()
    with one.lock("run", FixedClock(1_500_000_000_000_000)):
        with pytest.raises(StoreError) as caught:
            two.lock()
        assert caught.value.code == "store/locked"
        assert str(os.getpid()) in str(caught.value)
        assert "2017-07-14T02:40:00Z" in str(caught.value)
        with pytest.raises(StoreError):
            one.lock()
    lock = two.lock()
    lock.release()
    lock.release()
    one.lock().release()


def test_reading_and_writing_go_on(reopen: Callable[[], Store]) -> None:
    """The lock keeps out a second run, not readers or short writes."""
    one, two = reopen(), reopen()
    with one.lock(), two.begin() as tx:
        tx.alone()


def test_killed_holder_frees_it(place: str, tmp_path: Path) -> None:
    """Another process is refused while the holder lives, and let in after SIGKILL."""
    files = str(tmp_path / "files")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, place, files], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with open_store(place, folder=files) as store:
            with pytest.raises(StoreError) as caught:
                store.lock()
            assert str(holder.pid) in str(caught.value)
            holder.send_signal(signal.SIGKILL)
            holder.wait()
            _soon(store).release()
    finally:
        holder.kill()
        holder.communicate()


def _soon(store: Store):  # type: ignore[no-untyped-def]
    """Take the lock; a server may need a moment to notice that a session is gone."""
    for _ in range(50):
        try:
            return store.lock()
        except StoreError:
            time.sleep(0.1)
    return store.lock()


def test_rubbish_in_the_lock_file(sqlite_store: Store, tmp_path: Path) -> None:
    """What a crash left in the file does not matter."""
    (tmp_path / "store" / "store.lock").write_bytes(b"\xff{rubbish" * 1000)
    with sqlite_store.lock(), pytest.raises(StoreError) as caught:
        sqlite_store.lock()
    assert caught.value.code == "store/locked"
