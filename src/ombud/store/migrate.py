"""Bringing a store's tables up to the code's: made, upgraded, or refused when newer.

Alembic is imported only when there is something to do; a store that is up to date
opens with two small queries.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, inspect, select, text

from ombud.base.errors import Fault, StoreError, Where
from ombud.store import engines
from ombud.store.tables.core import HEAD, REVISIONS, metadata, state

MIGRATIONS = Path(__file__).parent / "migrations"
_SALT = "store.salt"
_REPEATABLE = "store.repeatable"
_APPLICATION_ID = 0x4F4D4244  # "OMBD": tells our file from other programs' SQLite files


class Secret(NamedTuple):
    """A store's secret, and whether it was given, so that equal input gives equal stores."""

    salt: bytes
    repeatable: bool


def bring_up(engine: Engine, place: str, *, create: bool, salt: bytes | None) -> Secret:
    """Make or upgrade the tables if needed and return the store's secret.

    Raises:
        StoreError: another program's database, a newer schema, no store and ``create`` is false.
    """
    with engine.connect() as connection:
        engines.for_reading(connection)
        with connection.begin():
            if _revision(connection, place) == HEAD:
                return _read_secret(connection)
    with engine.connect() as connection:
        engines.for_writing(connection)
        with connection.begin():
            _one_at_a_time(connection)
            revision = _revision(connection, place)
            if revision is None and not create:
                hint = "`ombud run` makes the tables; check the address"
                raise StoreError(Fault("store/missing", "there is no store here", Where(place), hint))
            if revision != HEAD:
                upgrade(connection)
            if revision is None:
                _first_rows(connection, salt)
            return _read_secret(connection)


def _one_at_a_time(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(1869439588)"))  # "ombd"


def _revision(connection: Connection, place: str) -> str | None:
    """Return the store's revision, or ``None`` when there are no tables yet."""
    sqlite = connection.dialect.name == "sqlite"
    tables = inspect(connection).get_table_names()
    if sqlite and tables and connection.exec_driver_sql("PRAGMA application_id").scalar() != _APPLICATION_ID:
        hint = "name another directory, or move that file away"
        problem = "ombud.db is an SQLite database of another program"
        raise StoreError(Fault("store/not-a-store", problem, Where(place), hint))
    if "alembic_version" not in tables or "ledger" not in tables:
        return None
    found = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
    if found not in REVISIONS:
        message = f"the store has schema {found}; this version of ombud knows up to {HEAD}"
        hint = "install the newer ombud that wrote it; a store is never taken back"
        raise StoreError(Fault("store/newer-schema", message, Where(place), hint))
    return found


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["target_metadata"] = metadata
    command.upgrade(config, revision)


def _first_rows(connection: Connection, salt: bytes | None) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION_ID}")
    secret = secrets.token_bytes(32) if salt is None else salt
    rows: list[dict[str, Any]] = [
        {"key": _SALT, "value": secret.hex()},
        {"key": _REPEATABLE, "value": salt is not None},
    ]
    connection.execute(state.insert(), rows)


def _read_secret(connection: Connection) -> Secret:
    wanted = select(state.c.key, state.c.value).where(state.c.key.in_([_SALT, _REPEATABLE]))
    found: dict[str, Any] = {row.key: row.value for row in connection.execute(wanted)}
    return Secret(bytes.fromhex(found[_SALT]), bool(found.get(_REPEATABLE, False)))
