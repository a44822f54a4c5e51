"""Stores to test on: one suite runs on SQLite and, where a server answers, on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ombud.store import Store, open_store

SALT = b"a salt for tests"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to be copied."""
    folder = tmp_path_factory.mktemp("template") / "store"
    open_store(folder, salt=SALT).close()
    return folder


@pytest.fixture(scope="session")
def postgres_template(keep_database: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A migrated, empty database on a PostgreSQL server, to be put back."""
    files = tmp_path_factory.mktemp("files")
    return keep_database(lambda url: open_store(url, salt=SALT, folder=files).close())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def reopen(request: pytest.FixtureRequest, tmp_path: Path, template: Path) -> Iterator[Callable[[], Store]]:
    """Open one and the same empty store, as often as wanted."""
    opened: list[Store] = []
    if request.param == "sqlite":
        place = str(tmp_path / "store")
        shutil.copytree(template, place)
    else:
        database = request.getfixturevalue("postgres_template")
        database.put_back()
        place = database.url

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
