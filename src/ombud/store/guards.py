"""Triggers that refuse a write: what every migration with rows that are kept writes, on both databases.

A migration that was released never changes, so neither does what these functions write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from alembic import op

Changed = Callable[[str], str]
"""Given the database's word for "differs", returns the condition under which an update is refused."""


def guard(name: str, table: str, event: str, when: str, said: str) -> None:
    """Refuse an ``INSERT`` or ``UPDATE`` of a row where a condition holds."""
    if _sqlite():
        _sqlite_trigger(name, table, event, when, said)
    else:
        _function(name, f"IF {when} THEN {_refuse(said)} END IF; RETURN NEW;")
        _trigger(name, table, event, "ROW", name)


def kept(table: str, changed: Changed, keys: Sequence[str] = (), *, called: str | None = None) -> None:
    """Let nobody delete rows of a table, or change what may not change.

    Args:
        table: the table.
        changed: see :data:`Changed`.
        keys: columns of which each is unique: REPLACE on SQLite deletes without firing a delete
            trigger, so an insert there checks that nobody holds them.
        called: the table in words, for the error.
    """
    words = called or table
    if _sqlite():
        _sqlite_trigger(f"{table}_no_delete", table, "DELETE", "", f"{words} are kept")
        guard(f"{table}_no_update", table, "UPDATE", changed("IS NOT"), f"{words} do not change")
        if keys:
            same = " OR ".join(f"{name} = NEW.{name}" for name in keys)
            taken = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608
            guard(f"{table}_no_replace", table, "INSERT", taken, f"{words} are kept")
        return
    guard(f"{table}_no_update", table, "UPDATE", changed("IS DISTINCT FROM"), f"{words} do not change")
    _function(f"{table}_kept", _refuse(f"{words} are kept"))
    for what, each in (("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        _trigger(f"{table}_no_{what.lower()}", table, what, each, f"{table}_kept")


def _sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def _sqlite_trigger(name: str, table: str, event: str, when: str, said: str) -> None:
    when = f" WHEN {when}" if when else ""
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table}{when}"
        f" BEGIN SELECT RAISE(ABORT, 'ombud: {said}'); END"
    )


def _refuse(said: str) -> str:
    return f"RAISE EXCEPTION 'ombud: {said}' USING ERRCODE = 'integrity_constraint_violation';"


def _function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION ombud_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")


def _trigger(name: str, table: str, event: str, each: str, function: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION ombud_{function}()"
    )
