"""The two databases, set up so that they behave alike."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from ombud.base.errors import Fault, StoreError, Where

_BUSY_MS = 10_000
_CACHE_KIB = 65_536  # the inbox of the last days is hit at random: keep its pages at hand
_PRAGMAS = (
    f"PRAGMA busy_timeout = {_BUSY_MS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    f"PRAGMA cache_size = -{_CACHE_KIB}",
)
_READS = "ombud_reads"


def sqlite(path: Path) -> Engine:
    """Return an engine on an SQLite file: WAL, every commit on the disk, foreign keys held."""
    engine = create_engine(URL.create("sqlite", database=str(path)))
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, so that DDL is inside as well
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def postgresql(address: str) -> Engine:
    """Return an engine on a PostgreSQL database; ``?options=-csearch_path%3Dname`` picks a schema.

    Raises:
        StoreError: the address does not parse, or the driver is not installed.
    """
    try:
        url = make_url(address).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        hint = "write postgresql://user@host:5432/database"
        raise StoreError(Fault("store/bad-address", "the address does not parse", None, hint)) from None
    if importlib.util.find_spec("psycopg") is None:
        hint = "pip install 'ombud[postgres]'"
        where = Where(url.render_as_string(hide_password=True))
        raise StoreError(Fault("store/no-driver", "psycopg is not installed", where, hint))
    return create_engine(url, connect_args={"connect_timeout": 10})


def for_reading(connection: Connection) -> None:
    """Make the connection's next transaction see one state and write nothing."""
    if connection.dialect.name == "sqlite":
        connection.execution_options(**{_READS: True})
    else:
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def for_writing(connection: Connection) -> None:
    """Make the connection's next transaction one that writes."""
    if connection.dialect.name == "sqlite":
        connection.execution_options(**{_READS: False})
