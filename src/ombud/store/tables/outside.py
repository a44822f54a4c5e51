"""The tables of what passes between us and the outside: executors, orders, escrow, disputes.

An order names its measure and a notice that was put in the outbox; migration 0009 holds the
triggers. All instants are the wall clock's, but ``brought_at`` and ``decided_at`` of a
dispute, which are dates that the dispute body gave.
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
    Table,
    UniqueConstraint,
    text,
)

from ombud.store.tables.columns import metadata, needed, number
from ombud.store.text import SafeText

executors = Table(
    "executors",
    metadata,
    number(),
    needed("kind", SafeText),
    needed("address", SafeText),
    needed("at", BigInteger),
    needed("connected_by", SafeText, ForeignKey("people.id")),
    Column("ended_at", BigInteger),
    UniqueConstraint("kind", "address"),
)

orders = Table(
    "orders",
    metadata,
    number(),
    needed("key", SafeText),
    needed("executor", BigInteger, ForeignKey("executors.n")),
    needed("measure_id", SafeText, ForeignKey("measures.id")),
    needed("seq", BigInteger),
    needed("kind", SafeText),
    needed("notice_id", SafeText, ForeignKey("notices.id")),
    needed("at", BigInteger),
    needed("next_at", BigInteger),
    needed("attempts", Integer),
    Column("followed_at", BigInteger),
    Column("acked_at", BigInteger),
    Column("ack", SafeText),
    Column("given_up_at", BigInteger),
    Column("error", SafeText),
    UniqueConstraint("key"),
    UniqueConstraint("executor", "measure_id", "seq"),
    Index(None, "measure_id"),
    Index(None, "notice_id"),
)
Index(
    "ux_orders_last",
    orders.c.executor,
    orders.c.measure_id,
    unique=True,
    sqlite_where=text("followed_at IS NULL"),
    postgresql_where=text("followed_at IS NULL"),
)
Index(
    "ix_orders_open",
    orders.c.executor,
    orders.c.next_at,
    orders.c.n,
    sqlite_where=text("followed_at IS NULL AND acked_at IS NULL AND given_up_at IS NULL"),
    postgresql_where=text("followed_at IS NULL AND acked_at IS NULL AND given_up_at IS NULL"),
)

escrow_ends = Table(
    "escrow_ends",
    metadata,
    Column("measure_id", SafeText, ForeignKey("measures.id"), primary_key=True),
    Column("refund_at", BigInteger),
    Column("refund_by", SafeText, ForeignKey("people.id")),
    Column("refund_notice", SafeText, ForeignKey("notices.id")),
    Column("reasons", SafeText),
    Column("salt", LargeBinary),
    Column("outcome", SafeText),
    Column("outcome_at", BigInteger),
    Column("outcome_notice", SafeText, ForeignKey("notices.id")),
)

disputes = Table(
    "disputes",
    metadata,
    number(),
    needed("id", SafeText),
    needed("notice_id", SafeText, ForeignKey("notices.id")),
    needed("decision_id", SafeText, ForeignKey("decisions.id")),
    needed("at", BigInteger),
    needed("brought_at", BigInteger),
    needed("body", SafeText),
    needed("reference", SafeText),
    needed("recorded_by", SafeText, ForeignKey("people.id")),
    Column("salt", LargeBinary),
    Column("outcome", SafeText),
    Column("decided_at", BigInteger),
    Column("outcome_at", BigInteger),
    Column("outcome_by", SafeText, ForeignKey("people.id")),
    Column("words", SafeText),
    Column("implemented", Boolean),
    Column("answered_at", BigInteger),
    Column("answered_by", SafeText, ForeignKey("people.id")),
    Column("reasons", SafeText),
    Column("answer_notice", SafeText, ForeignKey("notices.id")),
    UniqueConstraint("id"),
    Index(None, "decision_id"),
    Index(None, "notice_id"),
    Index(None, "outcome", "at"),
)
