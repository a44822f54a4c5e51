"""Tables are made by migrations, and are the ones the code expects."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from ombud.base.errors import StoreError
from ombud.store import Store, migrate, open_store
from ombud.store.tables import core


def test_code_and_migrations_agree(store: Store) -> None:
    """A migrated store has exactly the tables, columns, types, keys and indexes of the code."""
    with store.begin() as tx:
        context = MigrationContext.configure(tx.connection, opts={"compare_type": True})
        assert compare_metadata(context, core.metadata) == []
        seen = inspect(tx.connection)
        for table in core.metadata.tables.values():
            assert seen.get_pk_constraint(table.name)["constrained_columns"] == [
                c.name for c in table.primary_key
            ]
            nullable = {column["name"]: column["nullable"] for column in seen.get_columns(table.name)}
            assert nullable == {column.name: column.nullable for column in table.columns}
            keys = {tuple(key["constrained_columns"]) for key in seen.get_foreign_keys(table.name)}
            assert keys == {tuple(key.column_keys) for key in table.foreign_key_constraints}


def test_all_revisions_are_known() -> None:
    """The code's list of revisions is the migrations' one line of descent."""
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert tuple(revision.revision for revision in script.walk_revisions())[::-1] == core.REVISIONS
    assert script.get_heads() == [core.HEAD]


def test_migrations_are_packaged() -> None:
    """The migrations lie inside the package."""
    assert (Path(migrate.__file__).parent / "migrations" / "env.py").is_file()


def test_newer_schema(reopen: Callable[[], Store]) -> None:
    """A store written by a newer version is refused with the revision named, and not changed."""
    with reopen().begin() as tx:
        tx.run(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as caught:
        reopen()
    assert caught.value.code == "store/newer-schema"
    assert "9999" in str(caught.value)


def test_an_interrupted_creation_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables come all together: a failure half-way leaves an empty database that opens again."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(migrate, "_first_rows", fail)
        with pytest.raises(ZeroDivisionError):
            open_store(tmp_path / "s")
    with open_store(tmp_path / "s") as store, store.read() as tx:
        assert "ledger" in inspect(tx.connection).get_table_names()


def test_an_open_store_needs_no_alembic(tmp_path: Path) -> None:
    """Opening a store that is up to date does not even import Alembic or pyarrow."""
    open_store(tmp_path / "s").close()
    code = (
        "import sys; from ombud.store import open_store; open_store(sys.argv[1]).close();"
        "print({'alembic', 'pyarrow', 'psycopg'} & set(sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "s")], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "set()"


def test_created_by_two_at_once(tmp_path: Path) -> None:
    """Processes that open the same new store at once all succeed, with one secret."""
    code = (
        "import sys; from ombud.store import open_store; s = open_store(sys.argv[1]);"
        "t = s.read(); print(t.__enter__().salt.hex())"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "s")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    salts = {process.communicate()[0] for process in processes}
    assert len(salts) == 1
    assert len(salts.pop()) == 65
