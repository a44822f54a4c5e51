"""The tables as the code sees them today; the migrations are how a store gets there.

Instants are microseconds since 1970-01-01 UTC. Times of events and of the wall are
told apart by name: ``at``, ``first_at``, ``last_at`` belong to events; ``started``,
``opened_at``, ``adopted_at`` and a ledger entry's ``at`` belong to the wall clock.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    UniqueConstraint,
    text,
)

from ombud.store.text import JsonText, SafeText

# Every revision the code knows, oldest first; a test holds it equal to the migrations.
REVISIONS = ("0001",)
HEAD = REVISIONS[-1]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _number(name: str = "n") -> Column[int]:
    """Return a primary key that the code numbers itself, so that a run's numbers repeat."""
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _needed(name: str, kind: Any, **more: Any) -> Column[Any]:
    return Column(name, kind, nullable=False, **more)


inbox = Table(
    "inbox",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, primary_key=True),
    _needed("content", LargeBinary),
    sqlite_with_rowid=False,
)

pending = Table(
    "pending",
    metadata,
    _number("first_seq"),
    _needed("count", Integer),
    _needed("min_at", BigInteger),
    _needed("max_at", BigInteger),
    _needed("blob", LargeBinary),
)

held = Table(
    "held",
    metadata,
    _number("chunk"),
    _needed("count", Integer),
    _needed("blob", LargeBinary),
)

segments = Table(
    "segments",
    metadata,
    Column("file", SafeText, primary_key=True),
    _needed("first_seq", BigInteger),
    _needed("last_seq", BigInteger),
    _needed("min_at", BigInteger),
    _needed("max_at", BigInteger),
    _needed("n", BigInteger),
    _needed("sha256", SafeText),
)

positions = Table(
    "positions",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    _needed("source", SafeText),
    _needed("position", JsonText),
)

state = Table("state", metadata, Column("key", SafeText, primary_key=True), _needed("value", JsonText))

runs = Table(
    "runs",
    metadata,
    _number("id"),
    _needed("started", BigInteger),
    Column("ended", BigInteger),
    _needed("status", SafeText),
    _needed("options", JsonText),
    _needed("codes", JsonText),
    Column("register_revision", SafeText),
    _needed("counters", JsonText),
)

quarantine = Table(
    "quarantine",
    metadata,
    _number(),
    _needed("key", LargeBinary),
    _needed("code", SafeText),
    _needed("message", SafeText),
    _needed("source", SafeText),
    Column("line", BigInteger),
    Column("offset", BigInteger),
    _needed("raw", LargeBinary),
    _needed("at", BigInteger),
    _needed("status", SafeText),
    Column("run", BigInteger, ForeignKey("runs.id")),
    UniqueConstraint("key"),
    Index(None, "status", "n"),
)

pins = Table(
    "pins",
    metadata,
    Column("code", SafeText, primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    _needed("version", SafeText),
    _needed("hash", SafeText),
    _needed("adopted_at", BigInteger),
    _needed("adopted_seq", BigInteger),
    _needed("payload", JsonText),
)

cases = Table(
    "cases",
    metadata,
    _number(),
    _needed("id", SafeText),
    _needed("key", LargeBinary),
    _needed("ordinal", Integer),
    _needed("subject_kind", SafeText),
    _needed("subject", SafeText),
    _needed("code", SafeText),
    _needed("clause", SafeText),
    _needed("clause_version", SafeText),
    _needed("lane", SmallInteger),
    _needed("severity", SmallInteger),
    _needed("state", SafeText),
    _needed("hypothetical", Boolean),
    _needed("opened_at", BigInteger),
    _needed("first_at", BigInteger),
    _needed("last_at", BigInteger),
    _needed("findings", Integer),
    UniqueConstraint("id"),
    UniqueConstraint("key", "ordinal"),
)
Index("ix_cases_queue", cases.c.state, cases.c.lane, cases.c.severity.desc(), cases.c.n)
Index(
    "ux_cases_open",
    cases.c.key,
    unique=True,
    sqlite_where=text("state <> 'closed'"),
    postgresql_where=text("state <> 'closed'"),
)

case_history = Table(
    "case_history",
    metadata,
    Column("case_id", SafeText, ForeignKey("cases.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    _needed("at", BigInteger),
    _needed("kind", SafeText),
    _needed("body", JsonText),
)

findings = Table(
    "findings",
    metadata,
    _number(),
    _needed("key", LargeBinary),
    Column("salt", LargeBinary),
    _needed("event_id", SafeText),
    Column("origin", SafeText),
    _needed("event_seq", BigInteger),
    _needed("at", BigInteger),
    _needed("code", SafeText),
    _needed("rule", SafeText),
    _needed("rule_hash", SafeText),
    _needed("clause", SafeText),
    _needed("clause_version", SafeText),
    _needed("status", SafeText),
    _needed("hypothetical", Boolean),
    Column("mended_at", BigInteger),
    _needed("evidence", JsonText),
    _needed("subject_kind", SafeText),
    _needed("subject", SafeText),
    _needed("account", SafeText),
    Column("post", SafeText),
    Column("post_key", LargeBinary),
    Column("case_id", SafeText, ForeignKey("cases.id")),
    Column("run", BigInteger, ForeignKey("runs.id")),
    UniqueConstraint("key"),
    Index(None, "case_id", "n"),
    Index(None, "post_key"),
)

ledger = Table(
    "ledger",
    metadata,
    _number("seq"),
    _needed("at", BigInteger),
    _needed("kind", SafeText),
    _needed("entry", LargeBinary),
    _needed("leaf", LargeBinary),
    _needed("nodes", LargeBinary),
    _needed("root", LargeBinary),
)
