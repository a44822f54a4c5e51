"""Registers: dated facts that the operator keeps, and the imports that brought them.

Both tables only grow: a fact is corrected or withdrawn by a later row.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TABLES = ("register_imports", "register_rows")
MESSAGE = "ombud: registers only grow"


def upgrade() -> None:
    op.create_table(
        "register_imports",
        _number(),
        _need("register", TEXT),
        _need("at", sa.BigInteger),
        _need("name", TEXT),
        _need("sha256", TEXT),
        _need("added", sa.Integer),
        _need("withdrawn", sa.Integer),
        _need("revision", TEXT),
        sa.PrimaryKeyConstraint("n", name="pk_register_imports"),
    )
    op.create_index("ix_register_imports_register_n", "register_imports", ["register", "n"])
    op.create_table(
        "register_rows",
        _number(),
        _need("register", TEXT),
        _need("key", TEXT),
        _need("source", TEXT),
        sa.Column("valid_from", sa.BigInteger),
        sa.Column("valid_to", sa.BigInteger),
        _need("recorded_at", sa.BigInteger),
        _need("withdrawn", sa.Boolean),
        _need("payload", sa.Text()),
        _need("import_n", sa.BigInteger),
        sa.PrimaryKeyConstraint("n", name="pk_register_rows"),
        sa.ForeignKeyConstraint(["import_n"], ["register_imports.n"], name="fk_register_rows_import_n"),
    )
    op.create_index("ix_register_rows_register_n", "register_rows", ["register", "n"])
    if op.get_context().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _number() -> sa.Column[int]:
    return sa.Column("n", sa.BigInteger, autoincrement=False, nullable=False)


def _sqlite() -> None:
    # REPLACE deletes without firing a delete trigger, so an insert must also be the next one.
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    for table in TABLES:
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        op.execute(
            f"CREATE TRIGGER {table}_next BEFORE INSERT ON {table}"  # noqa: S608
            f" WHEN NEW.n <> (SELECT coalesce(max(n), 0) + 1 FROM {table}) {refuse}"
        )


def _postgresql() -> None:
    op.execute(
        "CREATE FUNCTION ombud_registers_grow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_grows BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION ombud_registers_grow()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ombud_registers_grow()"
        )
