"""Opening a store, and what stands in the way."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ombud.base.errors import StoreError
from ombud.store import Store, inbox, open_store, state


def test_a_fresh_directory(tmp_path: Path) -> None:
    """A store is made where there is none, with its folders, and opens again."""
    place = tmp_path / "some" / "where"
    with open_store(place) as store:
        assert (place / "ombud.db").is_file()
        assert store.archive.is_dir()
        assert store.cache.is_dir()
        with store.begin() as tx:
            state.save(tx, "k", 1)
    with open_store(place, create=False) as store, store.read() as tx:
        assert state.load(tx, "k") == 1


def test_missing(tmp_path: Path) -> None:
    """Without create nothing is made, and the error says where it looked."""
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path / "nothing", create=False)
    assert caught.value.code == "store/missing"
    assert str(tmp_path / "nothing") in str(caught.value)
    assert not (tmp_path / "nothing").exists()


def test_not_a_database(tmp_path: Path) -> None:
    """A file of another kind is refused and not touched."""
    (tmp_path / "ombud.db").write_bytes(b"this is a text file, and not a short one" * 100)
    before = (tmp_path / "ombud.db").read_bytes()
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path)
    assert caught.value.code == "store/not-a-database"
    assert (tmp_path / "ombud.db").read_bytes() == before


def test_another_programs_database(tmp_path: Path) -> None:
    """An SQLite file of another program is refused and gets no tables."""
    other = sqlite3.connect(tmp_path / "ombud.db")
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path)
    assert caught.value.code == "store/not-a-store"


def test_a_file_in_place_of_the_directory(tmp_path: Path) -> None:
    """A path that is a file, or leads through one, is refused."""
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreError):
            open_store(place)


def test_an_empty_file_is_a_fresh_store(tmp_path: Path) -> None:
    """A crash before the first commit leaves an empty file; opening goes on from there."""
    (tmp_path / "ombud.db").touch()
    with open_store(tmp_path) as store, store.read() as tx:
        assert inbox.count(tx) == 0


def test_damage(sqlite_store: Store, tmp_path: Path) -> None:
    """A damaged database is told as such, when it is met."""
    with sqlite_store.begin() as tx:
        inbox.take(tx, [(1, i.to_bytes(16, "big"), b"a" * 8) for i in range(20_000)])
    sqlite_store.close()
    path = tmp_path / "store" / "ombud.db"
    data = bytearray(path.read_bytes())
    for page in range(40, len(data) // 4096):
        data[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    path.write_bytes(data)
    with pytest.raises(StoreError) as caught, open_store(tmp_path / "store") as store, store.read() as tx:
        inbox.count(tx)
    assert caught.value.code == "store/damaged"


@pytest.mark.parametrize("address", ["postgresql://127.0.0.1:1/nothing", "postgresql://host:port/x"])
def test_no_server(address: str, tmp_path: Path) -> None:
    """A server that does not answer, or an address that does not parse, is a clear error."""
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError) as caught:
        open_store(address, folder=tmp_path)
    assert caught.value.code in ("store/unreachable", "store/bad-address")


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    """Messages name the address without its password."""
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError) as caught:
        open_store("postgresql://me:hunter2@127.0.0.1:1/nothing", folder=tmp_path)
    assert "hunter2" not in str(caught.value)


AS_NOBODY = """
import os, sys
import sqlalchemy.dialects.sqlite, pyarrow
from ombud.base.errors import StoreError
from ombud.store import open_store, state
os.setuid(65534)
try:
    with open_store(sys.argv[1]) as store, store.begin() as tx:
        state.save(tx, "k", 1)
except StoreError as error:
    print(error.code)
"""


@pytest.mark.parametrize("made_before", [True, False])
def test_a_directory_that_cannot_be_written(made_before: bool) -> None:
    """Without the right to write, opening or writing says so."""
    if os.getuid() != 0:
        pytest.skip("only root can become someone without rights: read-only directories are NOT tested")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        if made_before:
            open_store(folder).close()
        command = [sys.executable, "-c", AS_NOBODY, folder]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.stdout.strip() == "store/read-only", ended.stderr


def test_reading_cannot_write(store: Store) -> None:
    """A reading transaction refuses to write, and the next writing one works."""
    with pytest.raises(StoreError) as caught, store.read() as tx:
        inbox.take(tx, [(1, b"k" * 16, b"c")])
    assert caught.value.code == "store/read-only"
    with store.begin() as tx:
        assert inbox.take(tx, [(1, b"k" * 16, b"c")]) == [inbox.NEW]


def test_reading_sees_one_state(reopen: Callable[[], Store]) -> None:
    """What another connection commits meanwhile does not show until the next transaction."""
    one, two = reopen(), reopen()
    with one.read() as reading:
        assert inbox.count(reading) == 0
        with two.begin() as tx:
            inbox.take(tx, [(1, b"k" * 16, b"c")])
        assert inbox.count(reading) == 0
    with one.read() as reading:
        assert inbox.count(reading) == 1


def test_an_error_of_the_callers_passes(store: Store) -> None:
    """Errors that are none of the store's are not renamed; the transaction is undone."""
    with pytest.raises(FileNotFoundError), store.begin() as tx:
        state.save(tx, "k", 1)
        Path("/nonexistent/file").read_bytes()
    with store.read() as tx:
        assert state.load(tx, "k") is None


def test_salt(tmp_path: Path) -> None:
    """A new store has a secret of its own unless one is given; it is kept and not replaced."""
    salts = []
    for name, salt in (("a", None), ("b", None), ("c", b"x"), ("c", b"y")):
        with open_store(tmp_path / name, salt=salt) as store, store.read() as tx:
            salts.append(tx.salt)
    assert len({salts[0], salts[1]}) == 2
    assert len(salts[0]) == 32
    assert salts[2:] == [b"x", b"x"]


def test_durable_settings(sqlite_store: Store) -> None:
    """Every connection has WAL, a sync at each commit, and foreign keys."""
    with sqlite_store.read() as tx:
        found = [tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in
                 ("journal_mode", "synchronous", "foreign_keys")]  # fmt: skip
    assert found == ["wal", 2, 1]
