"""Rewriting the database leaves no page with what was deleted."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from ombud.store import Store, open_store
from ombud.store.scrub import scrub

pytestmark = pytest.mark.postgres

FILES = """
    SELECT c.relname, c.relfilenode, pg_total_relation_size(c.oid) FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r'
"""


@pytest.fixture
def store(schema_url: str, tmp_path: Any) -> Any:
    """A new store on PostgreSQL."""
    with open_store(schema_url, folder=tmp_path / "files") as opened:
        yield opened


def files(store: Store) -> dict[str, tuple[int, int]]:
    """Return for each table the number of its file, and the bytes of it with its indexes."""
    with store.read() as tx:
        return {name: (number, size) for name, number, size in tx.run(text(FILES))}


def test_what_was_written_is_rewritten_and_nothing_else(store: Store) -> None:
    """A table whose rows are gone is made anew even where only its index still tells; unused ones stay."""
    new = files(store)
    with store.begin() as tx:
        tx.run(text("INSERT INTO held SELECT n, 1, 'words' FROM generate_series(1, 3000) n"))
        tx.run(text("DELETE FROM held"))
    store.maintain("VACUUM held")
    with store.read() as tx:
        assert tx.run(text("SELECT pg_relation_size('held')")).scalar_one() == 0
    left = files(store)
    assert left["held"][1] > new["held"][1]
    scrub(store)
    now = files(store)
    assert now["held"][1] == new["held"][1]
    assert {name for name in now if now[name][0] != left[name][0]} == {"held", "state"}
