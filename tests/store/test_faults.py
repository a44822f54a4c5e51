"""What a database says, in our words."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from ombud.base.errors import StoreError
from ombud.store import Store, engines, inbox, open_store, state
from ombud.store.faults import told


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "store/disk-full"),
        (errno.EROFS, "store/read-only"),
        (errno.EACCES, "store/read-only"),
        (errno.EIO, "store/disk-error"),
        (errno.ELOOP, "store/failed"),
    ],
)
def test_file_system(number: int, code: str) -> None:
    """A file system's refusal is told by its number, with the place and a hint."""
    with pytest.raises(StoreError) as caught, told("/some/place"):
        raise OSError(number, "words")
    assert caught.value.code == code
    assert "/some/place" in str(caught.value)
    assert caught.value.faults[0].hint


def test_full(sqlite_store: Store) -> None:
    """A full database refuses the transaction and keeps what was there before."""
    with sqlite_store.begin() as tx:
        state.save(tx, "k", 1)
    with pytest.raises(StoreError) as caught, sqlite_store.begin() as tx:
        pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
        state.save(tx, "k", 2)
        inbox.take(tx, [(1, i.to_bytes(16, "big"), b"a" * 8) for i in range(20_000)])
    assert caught.value.code == "store/disk-full"
    with sqlite_store.begin() as tx:
        assert state.load(tx, "k") == 1
        assert inbox.count(tx) == 0
        tx.connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        inbox.take(tx, [(1, i.to_bytes(16, "big"), b"a" * 8) for i in range(20_000)])


def test_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that waits too long for another one is told so."""
    monkeypatch.setattr(engines, "_PRAGMAS", ("PRAGMA busy_timeout = 1", *engines._PRAGMAS[1:]))
    with open_store(tmp_path) as one, open_store(tmp_path) as two, one.begin():
        with pytest.raises(StoreError) as caught, two.begin():
            pass
        assert caught.value.code == "store/busy"


def test_a_mistake_in_sql(store: Store) -> None:
    """What nobody expected is still a StoreError, and asks to be reported."""
    with pytest.raises(StoreError) as caught, store.begin() as tx:
        tx.connection.exec_driver_sql("SELECT nonsense FROM nowhere")
    assert caught.value.code == "store/failed"
    assert "report" in str(caught.value)
