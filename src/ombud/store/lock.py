"""One run at a time: the lock that a second run is refused by.

A store in a directory is locked with ``flock`` on ``store.lock``; the kernel frees it
when the process ends, however it ends. On PostgreSQL a session's advisory lock does
the same. Who holds it is written beside it, for the message only.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from ombud.base.clock import Micros, format_time
from ombud.base.errors import Fault, StoreError, Where
from ombud.store.faults import told

_LOCK_CLASS = 0x6F6D6264  # "ombd", beside which the schema's name is the second half of the key


class Holder(msgspec.Struct, frozen=True):
    """Who holds a lock: process id, instant it began (microseconds UTC), and what for."""

    pid: int
    started: Micros
    purpose: str


class Lock:
    """A lock that is held until :meth:`release`, or the end of a ``with``."""

    def release(self) -> None:
        """Give the lock back; doing it twice is harmless."""
        raise NotImplementedError

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class FileLock(Lock):
    """``flock`` on a file of the store's directory."""

    def __init__(self, path: Path, holder: Holder) -> None:
        """Take the lock.

        Raises:
            StoreError: ``store/locked`` when another process has it; others when the
                directory cannot be written.
        """
        with told(path):
            self._fd: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            with told(path):
                _flock(self._fd, path)
                os.ftruncate(self._fd, 0)
                os.pwrite(self._fd, msgspec.json.encode(holder), 0)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Give the lock back."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def _flock(fd: int, path: Path) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = None
        with suppress(msgspec.DecodeError):
            holder = msgspec.json.decode(os.pread(fd, 4096, 0), type=Holder)
        raise _refusal(path, holder) from None


class SessionLock(Lock):
    """A PostgreSQL advisory lock, held by a connection of its own."""

    def __init__(self, engine: Engine, place: str, holder: Holder) -> None:
        """Take the lock.

        Raises:
            StoreError: ``store/locked`` when another session has it.
        """
        self._connection: Connection | None = None
        with told(place):
            connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            try:
                self._take(connection, place, holder)
            except BaseException:
                connection.invalidate()
                connection.close()
                raise
        self._connection = connection

    @staticmethod
    def _take(connection: Connection, place: str, holder: Holder) -> None:
        name = f"ombud {holder.purpose} pid {holder.pid} since {format_time(holder.started)}"
        schema = str(connection.execute(text("SELECT current_schema()")).scalar_one())
        key = {"a": _LOCK_CLASS, "b": zlib.crc32(schema.encode()) - 2**31}
        connection.execute(text("SELECT set_config('application_name', :name, false)"), {"name": name[:63]})
        if not connection.execute(text("SELECT pg_try_advisory_lock(:a, :b)"), key).scalar_one():
            raise _session_refusal(place, connection.execute(_WHO, {**key, "b": key["b"] % 2**32}).first())

    def release(self) -> None:
        """Give the lock back and end its connection, which alone would free it a moment later."""
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


_WHO = text(
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :a AND l.objid = :b"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def _refusal(place: str | Path, holder: Holder | None) -> StoreError:
    who = "another process"
    if holder is not None:
        who = f"`{holder.purpose}` (process {holder.pid}, since {format_time(holder.started)})"
    return _locked(place, who)


def _session_refusal(place: str, row: Any) -> StoreError:
    return _locked(place, row[0] if row is not None else "another session")


def _locked(place: str | Path, who: str) -> StoreError:
    hint = "wait for it to end, or stop it; one store takes one run at a time"
    return StoreError(Fault("store/locked", f"the store is in use by {who}", Where(place), hint))
