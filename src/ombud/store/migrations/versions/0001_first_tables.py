"""The first tables: inbox, pending, held, segments, quarantine, positions, state, runs, pins,
cases and their history, findings, and the ledger that only grows."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()
OPEN = sa.text("state <> 'closed'")
MESSAGE = "ombud: the ledger only grows"


def upgrade() -> None:
    _stream()
    _places()
    _runs()
    _pins()
    _cases()
    _findings()
    _ledger()


def _need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _number(name: str = "n") -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, autoincrement=False, nullable=False)


def _stream() -> None:
    op.create_table(
        "inbox",
        sa.Column("day", sa.Integer, autoincrement=False, nullable=False),
        _need("key", sa.LargeBinary),
        _need("content", sa.LargeBinary),
        sa.PrimaryKeyConstraint("day", "key", name="pk_inbox"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pending",
        _number("first_seq"),
        _need("count", sa.Integer),
        _need("min_at", sa.BigInteger),
        _need("max_at", sa.BigInteger),
        _need("blob", sa.LargeBinary),
        sa.PrimaryKeyConstraint("first_seq", name="pk_pending"),
    )
    op.create_table(
        "held",
        _number("chunk"),
        _need("count", sa.Integer),
        _need("blob", sa.LargeBinary),
        sa.PrimaryKeyConstraint("chunk", name="pk_held"),
    )


def _places() -> None:
    op.create_table(
        "segments",
        _need("file", TEXT),
        _need("first_seq", sa.BigInteger),
        _need("last_seq", sa.BigInteger),
        _need("min_at", sa.BigInteger),
        _need("max_at", sa.BigInteger),
        _need("n", sa.BigInteger),
        _need("sha256", TEXT),
        sa.PrimaryKeyConstraint("file", name="pk_segments"),
    )
    op.create_table(
        "positions",
        _need("key", sa.LargeBinary),
        _need("source", TEXT),
        _need("position", JSON),
        sa.PrimaryKeyConstraint("key", name="pk_positions"),
    )
    op.create_table(
        "state", _need("key", TEXT), _need("value", JSON), sa.PrimaryKeyConstraint("key", name="pk_state")
    )


def _runs() -> None:
    op.create_table(
        "runs",
        _number("id"),
        _need("started", sa.BigInteger),
        sa.Column("ended", sa.BigInteger),
        _need("status", TEXT),
        _need("options", JSON),
        _need("codes", JSON),
        sa.Column("register_revision", TEXT),
        _need("counters", JSON),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_table(
        "quarantine",
        _number(),
        _need("key", sa.LargeBinary),
        _need("code", TEXT),
        _need("message", TEXT),
        _need("source", TEXT),
        sa.Column("line", sa.BigInteger),
        sa.Column("offset", sa.BigInteger),
        _need("raw", sa.LargeBinary),
        _need("at", sa.BigInteger),
        _need("status", TEXT),
        sa.Column("run", sa.BigInteger),
        sa.PrimaryKeyConstraint("n", name="pk_quarantine"),
        sa.UniqueConstraint("key", name="uq_quarantine_key"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_quarantine_run"),
    )
    op.create_index("ix_quarantine_status_n", "quarantine", ["status", "n"])


def _pins() -> None:
    op.create_table(
        "pins",
        _need("code", TEXT),
        sa.Column("ordinal", sa.Integer, autoincrement=False, nullable=False),
        _need("version", TEXT),
        _need("hash", TEXT),
        _need("adopted_at", sa.BigInteger),
        _need("adopted_seq", sa.BigInteger),
        _need("payload", JSON),
        sa.PrimaryKeyConstraint("code", "ordinal", name="pk_pins"),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        _number(),
        _need("id", TEXT),
        _need("key", sa.LargeBinary),
        _need("ordinal", sa.Integer),
        _need("subject_kind", TEXT),
        _need("subject", TEXT),
        _need("code", TEXT),
        _need("clause", TEXT),
        _need("clause_version", TEXT),
        _need("lane", sa.SmallInteger),
        _need("severity", sa.SmallInteger),
        _need("state", TEXT),
        _need("hypothetical", sa.Boolean),
        _need("opened_at", sa.BigInteger),
        _need("first_at", sa.BigInteger),
        _need("last_at", sa.BigInteger),
        _need("findings", sa.Integer),
        sa.PrimaryKeyConstraint("n", name="pk_cases"),
        sa.UniqueConstraint("id", name="uq_cases_id"),
        sa.UniqueConstraint("key", "ordinal", name="uq_cases_key_ordinal"),
    )
    op.create_index("ix_cases_queue", "cases", ["state", "lane", sa.text("severity DESC"), "n"])
    op.create_index("ux_cases_open", "cases", ["key"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "case_history",
        _need("case_id", TEXT),
        sa.Column("n", sa.Integer, autoincrement=False, nullable=False),
        _need("at", sa.BigInteger),
        _need("kind", TEXT),
        _need("body", JSON),
        sa.PrimaryKeyConstraint("case_id", "n", name="pk_case_history"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_history_case_id"),
    )


def _findings() -> None:
    op.create_table(
        "findings",
        _number(),
        _need("key", sa.LargeBinary),
        sa.Column("salt", sa.LargeBinary),
        _need("event_id", TEXT),
        sa.Column("origin", TEXT),
        _need("event_seq", sa.BigInteger),
        _need("at", sa.BigInteger),
        _need("code", TEXT),
        _need("rule", TEXT),
        _need("rule_hash", TEXT),
        _need("clause", TEXT),
        _need("clause_version", TEXT),
        _need("status", TEXT),
        _need("hypothetical", sa.Boolean),
        sa.Column("mended_at", sa.BigInteger),
        _need("evidence", JSON),
        _need("subject_kind", TEXT),
        _need("subject", TEXT),
        _need("account", TEXT),
        sa.Column("post", TEXT),
        sa.Column("post_key", sa.LargeBinary),
        sa.Column("case_id", TEXT),
        sa.Column("run", sa.BigInteger),
        sa.PrimaryKeyConstraint("n", name="pk_findings"),
        sa.UniqueConstraint("key", name="uq_findings_key"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_findings_case_id"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_findings_run"),
    )
    op.create_index("ix_findings_case_id_n", "findings", ["case_id", "n"])
    op.create_index("ix_findings_post_key", "findings", ["post_key"])


def _ledger() -> None:
    op.create_table(
        "ledger",
        _number("seq"),
        _need("at", sa.BigInteger),
        _need("kind", TEXT),
        _need("entry", sa.LargeBinary),
        _need("leaf", sa.LargeBinary),
        _need("nodes", sa.LargeBinary),
        _need("root", sa.LargeBinary),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger"),
    )
    if op.get_context().dialect.name == "sqlite":
        _sqlite_triggers()
    else:
        _postgresql_triggers()


def _sqlite_triggers() -> None:
    # REPLACE deletes without firing a delete trigger, so an insert must also be the next one.
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    op.execute(f"CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger {refuse}")
    op.execute(f"CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger {refuse}")
    op.execute(
        "CREATE TRIGGER ledger_next BEFORE INSERT ON ledger"  # noqa: S608
        f" WHEN NEW.seq <> (SELECT coalesce(max(seq) + 1, 0) FROM ledger) {refuse}"
    )


def _postgresql_triggers() -> None:
    op.execute(
        "CREATE FUNCTION ombud_ledger_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"  # noqa: S608
        " IF TG_OP = 'INSERT' THEN"
        "   IF NEW.seq = (SELECT coalesce(max(seq) + 1, 0) FROM ledger) THEN RETURN NEW; END IF;"
        " END IF;"
        f" RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER ledger_grows BEFORE INSERT OR UPDATE OR DELETE ON ledger"
        " FOR EACH ROW EXECUTE FUNCTION ombud_ledger_grows()"
    )
    op.execute(
        "CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger"
        " FOR EACH STATEMENT EXECUTE FUNCTION ombud_ledger_grows()"
    )
