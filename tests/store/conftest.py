"""Stores to test on: one suite runs on SQLite and, where a server answers, on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

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


@pytest.fixture
def schema_url() -> Iterator[str]:
    """The address of an empty schema on a PostgreSQL server, thrown away afterwards."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: PostgreSQL is NOT tested")
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as problem:
        pytest.skip(
            f"PostgreSQL is NOT tested: {POSTGRES} does not answer ({problem}); set OMBUD_TEST_POSTGRES"
        )
    name = f"ombud_test_{uuid.uuid4().hex[:12]}"
    with server:
        server.execute(f"CREATE SCHEMA {name}")
        yield f"{POSTGRES}?options=-csearch_path%3D{name}"
        server.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def reopen(request: pytest.FixtureRequest, tmp_path: Path, template: Path) -> Iterator[Callable[[], Store]]:
    """Open one and the same empty store, as often as wanted."""
    opened: list[Store] = []
    if request.param == "sqlite":
        place = str(tmp_path / "store")
        shutil.copytree(template, place)
    else:
        place = request.getfixturevalue("schema_url")

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
