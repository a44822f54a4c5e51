"""The tables as the code sees them today; the migrations are how a store gets there.

Instants are microseconds since 1970-01-01 UTC. Times of events and of the wall are
told apart by name: ``at``, ``first_at``, ``last_at`` belong to events; ``started``,
``opened_at``, ``adopted_at`` and a ledger entry's ``at`` belong to the wall clock.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    UniqueConstraint,
    text,
)

from ombud.store.tables import life, outside, published, record, registers, reports, second, wider
from ombud.store.tables.columns import metadata, needed, number
from ombud.store.text import JsonText, SafeText

# Every revision the code knows, oldest first; a test holds it equal to the migrations.
REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
)
HEAD = REVISIONS[-1]

__all__ = [
    "HEAD",
    "REVISIONS",
    "life",
    "metadata",
    "outside",
    "published",
    "record",
    "registers",
    "reports",
    "second",
    "wider",
]

inbox = Table(
    "inbox",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, primary_key=True),
    needed("content", LargeBinary),
    sqlite_with_rowid=False,
)

pending = Table(
    "pending",
    metadata,
    number("first_seq"),
    needed("count", Integer),
    needed("min_at", BigInteger),
    needed("max_at", BigInteger),
    needed("blob", LargeBinary),
)

held = Table(
    "held",
    metadata,
    number("chunk"),
    needed("count", Integer),
    needed("blob", LargeBinary),
)

segments = Table(
    "segments",
    metadata,
    Column("file", SafeText, primary_key=True),
    needed("first_seq", BigInteger),
    needed("last_seq", BigInteger),
    needed("min_at", BigInteger),
    needed("max_at", BigInteger),
    needed("n", BigInteger),
    needed("sha256", SafeText),
)

positions = Table(
    "positions",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    needed("source", SafeText),
    needed("position", JsonText),
)

state = Table("state", metadata, Column("key", SafeText, primary_key=True), needed("value", JsonText))

runs = Table(
    "runs",
    metadata,
    number("id"),
    needed("started", BigInteger),
    Column("ended", BigInteger),
    needed("status", SafeText),
    needed("options", JsonText),
    needed("codes", JsonText),
    Column("register_revision", SafeText),
    needed("counters", JsonText),
)

quarantine = Table(
    "quarantine",
    metadata,
    number(),
    needed("key", LargeBinary),
    needed("code", SafeText),
    needed("message", SafeText),
    needed("source", SafeText),
    Column("line", BigInteger),
    Column("offset", BigInteger),
    needed("raw", LargeBinary),
    needed("at", BigInteger),
    needed("status", SafeText),
    Column("run", BigInteger, ForeignKey("runs.id")),
    UniqueConstraint("key"),
    Index(None, "status", "n"),
)

pins = Table(
    "pins",
    metadata,
    Column("code", SafeText, primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    needed("version", SafeText),
    needed("hash", SafeText),
    needed("adopted_at", BigInteger),
    needed("adopted_seq", BigInteger),
    needed("payload", JsonText),
)

cases = Table(
    "cases",
    metadata,
    number(),
    needed("id", SafeText),
    needed("key", LargeBinary),
    needed("ordinal", Integer),
    needed("subject_kind", SafeText),
    needed("subject", SafeText),
    needed("code", SafeText),
    needed("clause", SafeText),
    needed("clause_version", SafeText),
    needed("lane", SmallInteger),
    needed("severity", SmallInteger),
    needed("state", SafeText),
    needed("hypothetical", Boolean),
    needed("opened_at", BigInteger),
    needed("first_at", BigInteger),
    needed("last_at", BigInteger),
    needed("findings", Integer),
    needed("imminence", SmallInteger, server_default="0"),
    needed("vulnerable", SmallInteger, server_default="0"),
    needed("reach", BigInteger, server_default="0"),
    needed("confidence", SmallInteger, server_default="0"),
    Column("language", SafeText),
    Column("rank", BigInteger),  # set by a trigger; see ombud.cases.priority
    UniqueConstraint("id"),
    UniqueConstraint("key", "ordinal"),
)
Index("ix_cases_rank", cases.c.state, cases.c.lane, cases.c.rank, cases.c.reach.desc(), cases.c.n)
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
    needed("at", BigInteger),
    needed("kind", SafeText),
    needed("body", JsonText),
)

findings = Table(
    "findings",
    metadata,
    number(),
    needed("key", LargeBinary),
    Column("salt", LargeBinary),
    needed("event_id", SafeText),
    Column("origin", SafeText),
    needed("event_seq", BigInteger),
    needed("at", BigInteger),
    needed("code", SafeText),
    needed("rule", SafeText),
    needed("rule_hash", SafeText),
    needed("clause", SafeText),
    needed("clause_version", SafeText),
    needed("status", SafeText),
    needed("hypothetical", Boolean),
    Column("mended_at", BigInteger),
    needed("evidence", JsonText),
    needed("subject_kind", SafeText),
    needed("subject", SafeText),
    needed("account", SafeText),
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
    number("seq"),
    needed("at", BigInteger),
    needed("kind", SafeText),
    needed("entry", LargeBinary),
    needed("leaf", LargeBinary),
    needed("nodes", LargeBinary),
    needed("root", LargeBinary),
)
