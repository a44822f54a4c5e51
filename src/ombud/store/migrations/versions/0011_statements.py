"""Statements of reasons as they were exported, wordings by people, and example cases.

Nothing is deleted. An exported statement keeps its hash for good; words can only be erased. An
example is written by one person and published by another, once.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()

# table: (key columns, columns that never change, columns that are filled in once, words that can be erased)
KEPT: dict[str, tuple[str, str, str, str]] = {
    "statements": ("measure_id", "measure_id schema at hash", "", ""),
    "statement_words": ("n", "n measure_id at worded_by keywords", "", "facts explanation"),
    "examples": (
        "n",
        "n id at code clause outcome written_by",
        "published_at published_by stands_for withdrawn_at withdrawn_by",
        "en zh",
    ),
}


def upgrade() -> None:
    _statements()
    _words()
    _examples()
    if op.get_context().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _number() -> sa.Column[int]:
    return sa.Column("n", sa.BigInteger, autoincrement=False, nullable=False)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=f"fk_{table}_{column}")


def _statements() -> None:
    op.create_table(
        "statements",
        _need("measure_id", TEXT),
        _need("schema", TEXT),
        _need("at", sa.BigInteger),
        _need("body", JSON),
        _need("hash", TEXT),
        sa.PrimaryKeyConstraint("measure_id", name="pk_statements"),
        _key("statements", "measure_id", "measures.id"),
    )


def _words() -> None:
    op.create_table(
        "statement_words",
        _number(),
        _need("measure_id", TEXT),
        _need("at", sa.BigInteger),
        _need("worded_by", TEXT),
        _need("facts", TEXT),
        _need("explanation", TEXT),
        _need("keywords", JSON),
        sa.Column("salt", sa.LargeBinary),
        sa.PrimaryKeyConstraint("n", name="pk_statement_words"),
        _key("statement_words", "measure_id", "measures.id"),
        _key("statement_words", "worded_by", "people.id"),
    )
    op.create_index("ix_statement_words_measure_id_n", "statement_words", ["measure_id", "n"])


def _examples() -> None:
    op.create_table(
        "examples",
        _number(),
        _need("id", TEXT),
        _need("at", sa.BigInteger),
        _need("code", TEXT),
        _need("clause", TEXT),
        _need("outcome", TEXT),
        _need("en", TEXT),
        _need("zh", TEXT),
        _need("written_by", TEXT),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("published_at", sa.BigInteger),
        sa.Column("published_by", TEXT),
        sa.Column("stands_for", sa.Integer),
        sa.Column("withdrawn_at", sa.BigInteger),
        sa.Column("withdrawn_by", TEXT),
        sa.PrimaryKeyConstraint("n", name="pk_examples"),
        sa.UniqueConstraint("id", name="uq_examples_id"),
        _key("examples", "written_by", "people.id"),
        _key("examples", "published_by", "people.id"),
        _key("examples", "withdrawn_by", "people.id"),
        sa.CheckConstraint("outcome IN ('stood', 'reversed')", name="ck_examples_outcome"),
        sa.CheckConstraint(
            "published_at IS NULL"
            " OR (published_by IS NOT NULL AND published_by <> written_by AND stands_for >= 5)",
            name="ck_examples_published",
        ),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="ck_examples_withdrawn"),
    )
    op.create_index("ix_examples_code_clause_n", "examples", ["code", "clause", "n"])


def _refused(table: str, differs: str) -> str:
    """Return the condition under which an update changes what it may not."""
    _, frozen, once, words = (part.split() for part in KEPT[table])
    parts = [f"NEW.{name} {differs} OLD.{name}" for name in frozen]
    parts += [f"(OLD.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in once]
    parts += [
        f"(NEW.{name} {differs} OLD.{name} AND NOT (NEW.salt IS NULL AND NEW.{name} = 'erased'))"
        for name in words
    ]
    if words:
        parts.append(f"(NEW.salt {differs} OLD.salt AND NEW.salt IS NOT NULL)")
    return " OR ".join(parts)


def _sqlite() -> None:
    def guard(name: str, event: str, when: str, said: str) -> None:
        when = f" WHEN {when}" if when else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event}{when} BEGIN SELECT RAISE(ABORT, 'ombud: {said}'); END"
        )

    for table, (key, *_) in KEPT.items():
        guard(f"{table}_no_delete", f"DELETE ON {table}", "", f"{table} are kept")
        guard(f"{table}_no_update", f"UPDATE ON {table}", _refused(table, "IS NOT"), f"{table} do not change")
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608
        guard(f"{table}_no_replace", f"INSERT ON {table}", taken, f"{table} are kept")


def _postgresql() -> None:
    def function(name: str, body: str) -> None:
        op.execute(
            f"CREATE FUNCTION ombud_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
        )

    def refuse(said: str) -> str:
        return f"RAISE EXCEPTION 'ombud: {said}' USING ERRCODE = 'integrity_constraint_violation';"

    for table in KEPT:
        when = _refused(table, "IS DISTINCT FROM")
        body = f"IF {when} THEN {refuse(f'{table} do not change')} END IF; RETURN NEW;"
        function(f"{table}_no_update", body)
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION ombud_{table}_no_update()"
        )
        function(f"{table}_kept", refuse(f"{table} are kept"))
        for what, each in (("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION ombud_{table}_kept()"
            )
