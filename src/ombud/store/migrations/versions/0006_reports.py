"""Reports by people: what was told, how to reach who told it, and what it weighs in the queue.

A case that only reports opened has no findings, so the place in the queue is reckoned anew
(see ombud.cases.priority, which a test holds equal to this).
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()

RANK = (
    "(NEW.opened_at - 864000000000 * (NEW.severity - 1) - 86400000000 * ({counted} - 1)"
    " - 864000000000 * NEW.imminence - 432000000000 * NEW.vulnerable"
    " - 3600000000 * (NEW.confidence * 120 / 100)) / 3600000000"
)


def upgrade() -> None:
    _reports()
    op.create_table(
        "report_contacts",
        _need("report_id", TEXT),
        _need("name", TEXT),
        _need("email", TEXT),
        _need("at", sa.BigInteger),
        sa.PrimaryKeyConstraint("report_id", name="pk_report_contacts"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_report_contacts_report_id"),
    )
    op.add_column("cases", sa.Column("confidence", sa.SmallInteger, nullable=False, server_default="0"))
    if op.get_context().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()
    op.execute("UPDATE cases SET severity = severity")


def _need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("n", sa.BigInteger, autoincrement=False, nullable=False),
        _need("id", TEXT),
        _need("key", sa.LargeBinary),
        sa.Column("origin", TEXT),
        _need("event_id", TEXT),
        _need("at", sa.BigInteger),
        _need("filed_at", sa.BigInteger),
        _need("door", TEXT),
        _need("reporter", TEXT),
        sa.Column("created_at", sa.BigInteger),
        _need("subject_kind", TEXT),
        _need("subject", TEXT),
        *(sa.Column(name, TEXT) for name in ("account", "location", "code", "clause", "named")),
        _need("text", TEXT),
        _need("content", TEXT),
        _need("evidence", JSON),
        sa.Column("legal", JSON),
        *(sa.Column(name, TEXT) for name in ("language", "audience", "case_id", "no_case")),
        sa.Column("receipt", sa.LargeBinary),
        sa.Column("salt", sa.LargeBinary),
        sa.PrimaryKeyConstraint("n", name="pk_reports"),
        sa.UniqueConstraint("id", name="uq_reports_id"),
        sa.UniqueConstraint("key", name="uq_reports_key"),
        sa.UniqueConstraint("receipt", name="uq_reports_receipt"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_reports_case_id"),
    )
    for columns in (["case_id", "n"], ["reporter", "n"], ["account"]):
        op.create_index(f"ix_reports_{'_'.join(columns)}", "reports", columns)


def _sqlite() -> None:
    rank = RANK.format(counted="max(min(NEW.findings, 4), 1)")
    watched = "opened_at, severity, findings, imminence, vulnerable, confidence"
    for name, event in (("insert", "INSERT"), ("update", f"UPDATE OF {watched}")):
        op.execute(f"DROP TRIGGER IF EXISTS cases_rank_{name}")
        op.execute(
            f"CREATE TRIGGER cases_rank_{name} AFTER {event} ON cases BEGIN"  # noqa: S608
            f" UPDATE cases SET rank = {rank} WHERE n = NEW.n AND rank IS NOT {rank}; END"
        )


def _postgresql() -> None:
    rank = RANK.format(counted="greatest(least(NEW.findings, 4), 1)")
    op.execute(
        "CREATE OR REPLACE FUNCTION ombud_cases_rank() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN NEW.rank := {rank}; RETURN NEW; END $$"
    )
