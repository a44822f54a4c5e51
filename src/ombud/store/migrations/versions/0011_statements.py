"""Statements of reasons as they were exported, wordings by people, and example cases.

Nothing is deleted. An exported statement keeps its hash for good; words can only be erased. An
example is written by one person and published by another, once.
"""

from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op

from ombud.store.guards import kept

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
    for table, (key, *_) in KEPT.items():
        kept(table, partial(_refused, table), (key,))


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
