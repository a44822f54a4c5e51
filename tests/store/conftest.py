"""Stores to test on: one suite runs on SQLite and, where a server answers, on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ombud.store import Store, open_store

POSTGRES = os.environ.get("OMBUD_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
SALT = b"a salt for tests"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to be copied."""
    folder = tmp_path_factory.mktemp("template") / "store"
    open_store(folder, salt=SALT).close()
    return folder


def _server() -> Any:
    """Return a connection to the PostgreSQL server, or skip, loudly."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: PostgreSQL is NOT tested")
    try:
        return psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as problem:
        pytest.skip(
            f"PostgreSQL is NOT tested: {POSTGRES} does not answer ({problem}); set OMBUD_TEST_POSTGRES"
        )


@pytest.fixture
def schema_url() -> Iterator[str]:
    """The address of an empty schema on a PostgreSQL server, thrown away afterwards."""
    name = f"ombud_test_{uuid.uuid4().hex[:12]}"
    with _server() as server:
        server.execute(f"CREATE SCHEMA {name}")
        yield f"{POSTGRES}?options=-csearch_path%3D{name}"
        server.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A schema that is migrated once, with its rows kept in a second one, to be put back."""
    name = f"ombud_test_{uuid.uuid4().hex[:12]}"
    with _server() as server:
        server.execute(f"CREATE SCHEMA {name}")
        server.execute(f"CREATE SCHEMA {name}_kept")
        url = f"{POSTGRES}?options=-csearch_path%3D{name}"
        open_store(url, salt=SALT, folder=tmp_path_factory.mktemp("files")).close()
        for table in _tables(server, name):
            server.execute(f'CREATE TABLE {name}_kept."{table}" AS TABLE {name}."{table}"')
        yield name
        server.execute(f"DROP SCHEMA {name}_kept, {name} CASCADE")


def _tables(server: Any, schema: str) -> list[str]:
    rows = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [schema])
    return [row[0] for row in rows]


def _put_back(name: str) -> None:
    """Empty a migrated schema, its numbers included; guards do not fire for a replica, so rows can go."""
    with _server() as server, server.transaction():
        server.execute("SET LOCAL session_replication_role = replica")
        for table in _tables(server, name):
            server.execute(f'DELETE FROM {name}."{table}"')
            server.execute(f'INSERT INTO {name}."{table}" SELECT * FROM {name}_kept."{table}"')
        numbers = "SELECT sequencename FROM pg_sequences WHERE schemaname = %s"
        for (number,) in server.execute(numbers, [name]).fetchall():
            server.execute(f'ALTER SEQUENCE {name}."{number}" RESTART')


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def reopen(request: pytest.FixtureRequest, tmp_path: Path, template: Path) -> Iterator[Callable[[], Store]]:
    """Open one and the same empty store, as often as wanted."""
    opened: list[Store] = []
    if request.param == "sqlite":
        place = str(tmp_path / "store")
        shutil.copytree(template, place)
    else:
        schema = request.getfixturevalue("postgres_template")
        _put_back(schema)
        place = f"{POSTGRES}?options=-csearch_path%3D{schema}"

    def again() -> Store:
        opened.append(open_store(place, salt=SALT, folder=tmp_path / "files"))
        return opened[-1]

    yield again
    for store in opened:
        store.close()


@pytest.fixture
def store(reopen: Callable[[], Store]) -> Store:
    """An empty store."""
    return reopen()


@pytest.fixture
def sqlite_store(tmp_path: Path, template: Path) -> Iterator[Store]:
    """An empty store on SQLite, for what is SQLite's own."""
    shutil.copytree(template, tmp_path / "store")
    with open_store(tmp_path / "store") as opened:
        yield opened
