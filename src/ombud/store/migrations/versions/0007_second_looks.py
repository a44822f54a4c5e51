"""Events that the house itself tells, and cases decided twice.

A told event is kept once: its line goes when the archive has it, or when it is erased; its key
and its place stay. A look is drawn once for a decision or a shadow finding, answered once, by nobody who
had a part in that decision, and kept. Pieces of decided texts find cases like them; they go
with an erasure.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ombud.store.guards import guard, kept

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()
EMPTY = "('', 'erased')"
DRAWN = "n id case_id decision_id finding drawn_at share rules"
ONCE = "answered_at answered_by answer considered_at considered_by"
WORDS = "reasons conclusion"
NEW = (
    "NEW.answer IS NOT NULL OR NEW.considered_at IS NOT NULL OR (NEW.finding IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM decisions d WHERE d.id = NEW.decision_id AND d.case_id = NEW.case_id"
    "  AND d.answer <> 'interim')) OR (NEW.finding IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM findings f WHERE f.n = NEW.finding AND f.case_id IS NULL AND NOT f.hypothetical))"
)
OWN = (
    "NEW.answered_by IS NOT NULL AND EXISTS (SELECT 1 FROM decisions d WHERE d.id = NEW.decision_id"
    "  AND (d.decided_by = NEW.answered_by OR d.seconded_by = NEW.answered_by))"
)
SAID = {
    "new": "a look is drawn for a decision that answers the question, or for a shadow finding",
    "own": "nobody looks a second time at their own decision",
}


def upgrade() -> None:
    _filed()
    _second_looks()
    _precedents()
    kept("second_looks", _frozen, ("n", "id", "decision_id", "finding"), called="second looks")
    guard("second_looks_new", "second_looks", "INSERT", NEW, SAID["new"])
    guard("second_looks_own", "second_looks", "UPDATE", OWN, SAID["own"])


def _need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _filed() -> None:
    op.create_table(
        "filed",
        sa.Column("n", sa.BigInteger, autoincrement=False, nullable=False),
        _need("key", sa.LargeBinary),
        _need("at", sa.BigInteger),
        _need("payload", sa.LargeBinary),
        sa.Column("seq", sa.BigInteger),
        sa.PrimaryKeyConstraint("n", name="pk_filed"),
        sa.UniqueConstraint("key", name="uq_filed_key"),
    )
    op.create_index("ix_filed_seq_n", "filed", ["seq", "n"])


def _second_looks() -> None:
    def refers(column: str, to: str) -> sa.ForeignKeyConstraint:
        return sa.ForeignKeyConstraint([column], [to], name=f"fk_second_looks_{column}")

    op.create_table(
        "second_looks",
        sa.Column("n", sa.BigInteger, autoincrement=False, nullable=False),
        _need("id", TEXT),
        sa.Column("case_id", TEXT),
        sa.Column("decision_id", TEXT),
        sa.Column("finding", sa.BigInteger),
        _need("drawn_at", sa.BigInteger),
        _need("share", sa.Integer),
        _need("rules", JSON),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("answered_by", TEXT),
        sa.Column("answer", TEXT),
        sa.Column("reasons", TEXT),
        sa.Column("considered_at", sa.BigInteger),
        sa.Column("considered_by", TEXT),
        sa.Column("conclusion", TEXT),
        sa.Column("salt", sa.LargeBinary),
        sa.PrimaryKeyConstraint("n", name="pk_second_looks"),
        sa.UniqueConstraint("id", name="uq_second_looks_id"),
        sa.UniqueConstraint("decision_id", name="uq_second_looks_decision_id"),
        sa.UniqueConstraint("finding", name="uq_second_looks_finding"),
        refers("finding", "findings.n"),
        refers("case_id", "cases.id"),
        refers("decision_id", "decisions.id"),
        refers("answered_by", "people.id"),
        refers("considered_by", "people.id"),
        sa.CheckConstraint(
            "(decision_id IS NULL) = (case_id IS NULL) AND (decision_id IS NULL) <> (finding IS NULL)",
            name="ck_second_looks_at",
        ),
        sa.CheckConstraint(
            "answer IN ('applies', 'does_not_apply', 'cannot_tell')", name="ck_second_looks_answer"
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by IS NULL)"
            " AND (answer IS NULL) = (reasons IS NULL)",
            name="ck_second_looks_answered",
        ),
        sa.CheckConstraint(
            "(considered_at IS NULL) = (considered_by IS NULL)"
            " AND (considered_at IS NULL) = (conclusion IS NULL)"
            " AND (considered_at IS NULL OR answer IS NOT NULL)",
            name="ck_second_looks_considered",
        ),
    )
    op.create_index("ix_second_looks_case_id", "second_looks", ["case_id"])
    op.create_index("ix_second_looks_answered_at_n", "second_looks", ["answered_at", "n"])


def _precedents() -> None:
    op.create_table(
        "precedents",
        _need("harm", TEXT),
        sa.Column("piece", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("harm", "piece", "n", name="pk_precedents"),
        sa.ForeignKeyConstraint(["n"], ["decisions.n"], name="fk_precedents_n"),
    )
    op.create_index("ix_precedents_n", "precedents", ["n"])


def _frozen(differs: str) -> str:
    """Return the condition under which an update changes what it may not."""
    parts = [f"NEW.{name} {differs} OLD.{name}" for name in DRAWN.split()]
    parts += [f"(OLD.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in ONCE.split()]
    parts += [
        f"(OLD.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name}"
        f" AND NOT (NEW.salt IS NULL AND NEW.{name} IN {EMPTY}))"
        for name in WORDS.split()
    ]
    return " OR ".join(parts)
