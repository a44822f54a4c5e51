"""Tables of registers: they only grow."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ombud.base.errors import OmbudError
from ombud.store import Store, registers
from ombud.store.registers import NewRow


def some(key: str = "12345", **changes: object) -> NewRow:
    base = {"source": "s", "valid_from": None, "valid_to": None, "withdrawn": False, "payload": {"name": "x"}}
    return NewRow(key=key, **{**base, **changes})  # type: ignore[arg-type]


def add(store: Store, *rows: NewRow, register: str = "hotlines") -> registers.Import:
    with store.begin() as tx:
        return registers.add(tx, register, rows, at=5, name="f.csv", sha256="00", revision="r")


def test_rows_come_back_as_recorded(store: Store) -> None:
    """Rows keep their order, dates and payload; another register's rows stay apart."""
    first = add(store, some(), some("12\x00", payload={"n": [1, 2.5, "é"]}))
    add(store, some(valid_from=1, valid_to=9, withdrawn=True))
    add(store, some(), register="files")
    with store.read() as tx:
        found = registers.rows(tx, "hotlines")
        assert [(row.key, row.valid_from, row.withdrawn) for row in found] == [
            ("12345", None, False),
            ("12\x00", None, False),
            ("12345", 1, True),
        ]
        assert found[1].payload == {"n": [1, 2.5, "é"]}
        assert len(registers.rows(tx, "hotlines", through=first.n)) == 2
        assert [(i.added, i.withdrawn) for i in registers.imports(tx, "hotlines")] == [(2, 0), (0, 1)]
        assert registers.names(tx) == ["files", "hotlines"]
        last = registers.last_import(tx, "files")
        assert last is not None
        assert last.n == 3
        assert registers.last_import(tx, "alerts") is None


@pytest.mark.parametrize("table", ["register_rows", "register_imports"])
@pytest.mark.parametrize("act", ["UPDATE {0} SET n = 77", "DELETE FROM {0}"])
def test_nothing_recorded_changes(store: Store, table: str, act: str) -> None:
    """No statement changes or removes what was recorded."""
    add(store, some())
    with pytest.raises((OmbudError, DBAPIError), match="only grow"), store.begin() as tx:
        tx.run(text(act.format(table)))
