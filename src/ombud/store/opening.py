"""Opening a store: a directory with SQLite, or an address of a PostgreSQL server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from ombud.base.clock import Clock, SystemClock
from ombud.base.errors import Fault, StoreError, Where
from ombud.store import engines, migrate
from ombud.store.faults import told
from ombud.store.lock import FileLock, Holder, Lock, SessionLock
from ombud.store.transaction import Tx


class Store:
    """An open store. Close it, or use it as a context manager.

    Attributes:
        place: what it was opened with, without any password.
        archive: the folder of sealed segments.
        cache: a folder whose content may be deleted at any time.
    """

    def __init__(self, engine: Engine, place: str, folder: Path, secret: migrate.Secret) -> None:
        self._engine = engine
        self._secret = secret
        self._folder = folder
        self.place = place
        self.backend = engine.dialect.name
        self.archive = folder / "archive"
        self.cache = folder / "cache"

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Give a transaction that writes; it commits at the end, or not at all.

        Raises:
            StoreError: the database refuses (busy, full, read-only, damaged, gone).
        """
        with told(self.place, files=False), self._engine.connect() as connection:
            engines.for_writing(connection)
            with connection.begin():
                yield Tx(connection, self.backend, self._secret.salt, self._secret.repeatable)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Give a transaction that sees one state of the store and cannot write.

        Raises:
            StoreError: the database refuses, or something tries to write.
        """
        with told(self.place, files=False), self._engine.connect() as connection:
            engines.for_reading(connection)
            with connection.begin():
                yield Tx(connection, self.backend, self._secret.salt, self._secret.repeatable)

    def lock(self, purpose: str = "run", clock: Clock | None = None) -> Lock:
        """Take the store for one run; ``purpose`` and the start are shown to who comes second.

        Raises:
            StoreError: ``store/locked``, with the holder's process id and start.
        """
        holder = Holder(os.getpid(), (clock or SystemClock()).now(), purpose)
        if self.backend == "postgresql":
            return SessionLock(self._engine, self.place, holder)
        return FileLock(self._folder / "store.lock", holder)

    def maintain(self, statement: str) -> None:
        """Run a statement that a database takes only outside a transaction, such as ``VACUUM``.

        Raises:
            StoreError: the database refuses.
        """
        with told(self.place, files=False), self._engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(statement)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(
    place: str | os.PathLike[str],
    *,
    create: bool = True,
    salt: bytes | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> Store:
    """Open a store, making or upgrading it where needed.

    Args:
        place: a directory, or ``postgresql://user@host/database``.
        create: make a store where there is none.
        salt: the secret of a *new* store (up to 64 bytes; default: 32 random ones). Names
            of cases and salts of findings derive from it, so two stores with one salt and
            one input are equal. Give one in tests and shows only: whoever knows it can
            recompute a salt that was erased.
        folder: where files go beside a PostgreSQL store (default: ``ombud-files``).

    Raises:
        StoreError: ``store/missing``, ``store/not-a-database``, ``store/not-a-store``,
            ``store/newer-schema``, ``store/read-only``, ``store/disk-full``, and so on.
    """
    address = os.fspath(place)
    if address.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        home = Path(folder or "ombud-files")
        engine = engines.postgresql(address)
        shown = engine.url.render_as_string(hide_password=True)
    else:
        home = Path(address)
        shown = address
        _look(home, create)
        engine = engines.sqlite(home / "ombud.db")
    try:
        with told(shown):
            _folders(home)
            secret = migrate.bring_up(engine, shown, create=create, salt=salt)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, shown, home, secret)


def _look(home: Path, create: bool) -> None:
    with told(home):
        there = (home / "ombud.db").exists()
        if home.exists() and not home.is_dir():
            hint = "a store is a directory; name one, or a path where one can be made"
            raise StoreError(Fault("store/not-a-directory", "this is not a directory", Where(home), hint))
    if not there and not create:
        hint = "`ombud run --store DIR` makes one; check the spelling of the path"
        raise StoreError(Fault("store/missing", "there is no store here", Where(home), hint))


def _folders(home: Path) -> None:
    for folder in (home / "archive", home / "cache"):
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
