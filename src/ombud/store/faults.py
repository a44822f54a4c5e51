"""What a database or a file system says, in our words and with what to do about it."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ombud.base.errors import Fault, StoreError, Where

_FULL = (
    "store/disk-full",
    "the disk (or its quota) is full; nothing of this transaction was kept",
    "free some space and run the same command again: it goes on where it stopped",
)
_READ_ONLY = (
    "store/read-only",
    "the store cannot be written",
    "check the owner and the mode of the store's directory, and that its disk is mounted read-write",
)
_BUSY = (
    "store/busy",
    "another process holds the store's database for longer than we wait",
    "wait for it to finish, then run the same command again",
)
_DAMAGED = (
    "store/damaged",
    "the store's database is damaged",
    "restore the directory from a back-up; `sqlite3 ombud.db 'PRAGMA integrity_check'` says more",
)
_NOT_A_DATABASE = (
    "store/not-a-database",
    "ombud.db exists and is not an SQLite database",
    "name another directory, or move that file away",
)
_DISK = (
    "store/disk-error",
    "the disk refused to read or write",
    "look at the system's log; a limit on file sizes (`ulimit -f`) has the same effect",
)
_APPEND_ONLY = (
    "store/append-only",
    "the ledger only grows: an entry is never changed, deleted or put in between",
    "write a new entry that corrects the old one",
)
_UNREACHABLE = (
    "store/unreachable",
    "the database server does not answer, or ended the connection",
    "check the address and the server, then run the same command again",
)

_CONSTRAINT = (
    "store/constraint",
    "a row contradicts what the store holds already",
    "nothing of this transaction was kept; please report it with the whole message",
)

# https://www.sqlite.org/rescode.html (primary result codes)
_SQLITE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _NOT_A_DATABASE,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_CONSTRAINT: _CONSTRAINT,
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html (codes and classes)
_POSTGRES = {
    "53100": _FULL,
    "25006": _READ_ONLY,
    "42501": _READ_ONLY,
    "40001": _BUSY,
    "40P01": _BUSY,
    "55P03": _BUSY,
    "53300": _UNREACHABLE,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
    "58030": _DISK,
}
_POSTGRES_CLASSES = {"08": _UNREACHABLE, "57": _UNREACHABLE, "23": _CONSTRAINT}
_OS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EIO: _DISK,
    errno.EFBIG: _DISK,
}


@contextmanager
def told(place: str | Path, *, files: bool = True) -> Iterator[None]:
    """Turn what a database (and, with ``files``, a file system) raises inside into a :class:`StoreError`.

    Raises:
        StoreError: with a permanent code, the store's place and a hint.
    """
    try:
        yield
    except DBAPIError as problem:
        raise _error(_of_database(problem), str(problem.orig), place) from problem
    except SQLAlchemyError as problem:
        raise _error(None, str(problem), place) from problem
    except OSError as problem:
        if not files:
            raise
        raise _error(_OS.get(problem.errno or 0), str(problem), place) from problem


def _of_database(problem: DBAPIError) -> tuple[str, str, str] | None:
    orig = problem.orig
    if "ombud: the ledger only grows" in str(orig):
        return _APPEND_ONLY
    state = getattr(orig, "sqlstate", None)
    if isinstance(state, str):
        return _POSTGRES.get(state) or _POSTGRES_CLASSES.get(state[:2])
    code = getattr(orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _SQLITE.get(code & 0xFF)
    return _UNREACHABLE if type(orig).__name__ == "OperationalError" else None


def _error(known: tuple[str, str, str] | None, said: str, place: str | Path) -> StoreError:
    said = said.strip().splitlines()[0] if said.strip() else "no reason given"
    where = Where(place)
    if known is None:
        hint = "this is not expected; please report it with the whole message"
        return StoreError(Fault("store/failed", f"the database refused: {said}", where, hint))
    code, message, hint = known
    return StoreError(Fault(code, f"{message} ({said})", where, hint))
