"""Executors and the orders to them, how escrow ends, disputes before a body outside.

No order without a measure and a notice that is on its way; at most one order of a measure is
the last one, and rows are kept. Nobody carries out a dispute body's decision on their own case.
"""

from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op

from ombud.store.guards import guard, kept

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
LAST = "followed_at IS NULL"
OPEN = "followed_at IS NULL AND acked_at IS NULL AND given_up_at IS NULL"

# table: (key columns, columns that never change, columns that are written once, columns that erasure empties)
RULES: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    "executors": (("n",), "n kind address", "", ""),
    "orders": (
        ("n", "key"),
        "n key executor measure_id seq kind notice_id at",
        "followed_at acked_at",
        "",
    ),
    "escrow_ends": (
        ("measure_id",),
        "measure_id",
        "refund_at refund_by refund_notice outcome outcome_at outcome_notice",
        "reasons",
    ),
    "disputes": (
        ("n", "id"),
        "n id notice_id decision_id at brought_at recorded_by",
        "outcome decided_at outcome_at outcome_by implemented answered_at answered_by answer_notice",
        "body reference words reasons",
    ),
}
ONCE_FROM_NULL = frozenset({"words", "reasons"})
"""Columns that are written once and may be emptied later."""
EMPTY = "('', 'erased')"

NEW_ORDER = (
    "NOT EXISTS (SELECT 1 FROM measures m JOIN notices n ON n.id = NEW.notice_id"
    "  JOIN outbox b ON b.notice_id = n.id AND b.kind = 'notice'"
    "  WHERE m.id = NEW.measure_id"
    "  AND (NEW.kind IN ('apply', 'undo') OR m.kind = 'escrow')"
    "  AND (NEW.kind <> 'apply' OR n.decision_id = m.decision_id AND n.role = 'subject'"
    "   AND m.reversed_at IS NULL AND m.ended_at IS NULL))"
    " OR NEW.acked_at IS NOT NULL OR NEW.followed_at IS NOT NULL"
    " OR EXISTS (SELECT 1 FROM orders o WHERE o.executor = NEW.executor AND o.measure_id = NEW.measure_id"
    "  AND (o.followed_at IS NULL OR o.seq >= NEW.seq))"
)
NEW_DISPUTE = (
    "NOT EXISTS (SELECT 1 FROM notices n WHERE n.id = NEW.notice_id AND n.decision_id = NEW.decision_id)"
    " OR NEW.outcome IS NOT NULL OR NEW.implemented IS NOT NULL"
)
OWN_DISPUTE = (
    "NEW.answered_by IS NOT NULL AND EXISTS (SELECT 1 FROM decisions d WHERE d.id = NEW.decision_id"
    "  AND (d.decided_by = NEW.answered_by OR d.seconded_by = NEW.answered_by))"
)
SAID = {
    "orders": "an order needs its measure, a notice on its way, and the last place",
    "disputes": "a dispute is about a notice and has no outcome yet",
    "own": "nobody answers a dispute about their own decision",
}


def upgrade() -> None:
    _executors()
    _orders()
    _escrow_ends()
    _disputes()
    for table, (keys, *_) in RULES.items():
        kept(table, partial(_changed, table), keys)
    guard("orders_new", "orders", "INSERT", NEW_ORDER, SAID["orders"])
    guard("disputes_new", "disputes", "INSERT", NEW_DISPUTE, SAID["disputes"])
    guard("disputes_own", "disputes", "UPDATE", OWN_DISPUTE, SAID["own"])


def _need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _number() -> sa.Column[int]:
    return sa.Column("n", sa.BigInteger, autoincrement=False, nullable=False)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}")


def _executors() -> None:
    op.create_table(
        "executors",
        _number(),
        _need("kind", TEXT),
        _need("address", TEXT),
        _need("at", sa.BigInteger),
        _need("connected_by", TEXT),
        sa.Column("ended_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("n", name="pk_executors"),
        sa.UniqueConstraint("kind", "address", name="uq_executors_kind_address"),
        _refers("executors", "connected_by", "people.id"),
        sa.CheckConstraint("kind IN ('webhook', 'python')", name="ck_executors_kind"),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        _number(),
        _need("key", TEXT),
        _need("executor", sa.BigInteger),
        _need("measure_id", TEXT),
        _need("seq", sa.BigInteger),
        _need("kind", TEXT),
        _need("notice_id", TEXT),
        _need("at", sa.BigInteger),
        _need("next_at", sa.BigInteger),
        _need("attempts", sa.Integer),
        sa.Column("followed_at", sa.BigInteger),
        sa.Column("acked_at", sa.BigInteger),
        sa.Column("ack", TEXT),
        sa.Column("given_up_at", sa.BigInteger),
        sa.Column("error", TEXT),
        sa.PrimaryKeyConstraint("n", name="pk_orders"),
        sa.UniqueConstraint("key", name="uq_orders_key"),
        sa.UniqueConstraint("executor", "measure_id", "seq", name="uq_orders_executor_measure_id_seq"),
        _refers("orders", "executor", "executors.n"),
        _refers("orders", "measure_id", "measures.id"),
        _refers("orders", "notice_id", "notices.id"),
        sa.CheckConstraint("kind IN ('apply', 'undo', 'pay_out', 'refund')", name="ck_orders_kind"),
        sa.CheckConstraint("attempts >= 0", name="ck_orders_attempts"),
        sa.CheckConstraint("acked_at IS NULL OR ack IS NOT NULL", name="ck_orders_acked"),
    )
    op.create_index("ix_orders_measure_id", "orders", ["measure_id"])
    op.create_index("ix_orders_notice_id", "orders", ["notice_id"])
    for name, columns, unique, where in (
        ("ux_orders_last", ["executor", "measure_id"], True, sa.text(LAST)),
        ("ix_orders_open", ["executor", "next_at", "n"], False, sa.text(OPEN)),
    ):
        op.create_index(name, "orders", columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _escrow_ends() -> None:
    op.create_table(
        "escrow_ends",
        _need("measure_id", TEXT),
        sa.Column("refund_at", sa.BigInteger),
        sa.Column("refund_by", TEXT),
        sa.Column("refund_notice", TEXT),
        sa.Column("reasons", TEXT),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("outcome", TEXT),
        sa.Column("outcome_at", sa.BigInteger),
        sa.Column("outcome_notice", TEXT),
        sa.PrimaryKeyConstraint("measure_id", name="pk_escrow_ends"),
        _refers("escrow_ends", "measure_id", "measures.id"),
        _refers("escrow_ends", "refund_by", "people.id"),
        _refers("escrow_ends", "refund_notice", "notices.id"),
        _refers("escrow_ends", "outcome_notice", "notices.id"),
        sa.CheckConstraint(
            "(refund_at IS NULL) = (refund_by IS NULL) AND (refund_at IS NULL) = (refund_notice IS NULL)"
            " AND (refund_at IS NULL) = (reasons IS NULL)",
            name="ck_escrow_ends_refund",
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome = 'paid_out' OR outcome = 'carried_over'"
            " OR outcome = 'refunded' AND refund_at IS NOT NULL",
            name="ck_escrow_ends_outcome",
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (outcome_at IS NULL) AND (outcome IS NULL) = (outcome_notice IS NULL)",
            name="ck_escrow_ends_told",
        ),
    )


def _disputes() -> None:
    op.create_table(
        "disputes",
        _number(),
        _need("id", TEXT),
        _need("notice_id", TEXT),
        _need("decision_id", TEXT),
        _need("at", sa.BigInteger),
        _need("brought_at", sa.BigInteger),
        _need("body", TEXT),
        _need("reference", TEXT),
        _need("recorded_by", TEXT),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("outcome", TEXT),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("outcome_at", sa.BigInteger),
        sa.Column("outcome_by", TEXT),
        sa.Column("words", TEXT),
        sa.Column("implemented", sa.Boolean),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("answered_by", TEXT),
        sa.Column("reasons", TEXT),
        sa.Column("answer_notice", TEXT),
        sa.PrimaryKeyConstraint("n", name="pk_disputes"),
        sa.UniqueConstraint("id", name="uq_disputes_id"),
        *(_refers("disputes", name, "notices.id") for name in ("notice_id", "answer_notice")),
        _refers("disputes", "decision_id", "decisions.id"),
        *(_refers("disputes", name, "people.id") for name in ("recorded_by", "outcome_by", "answered_by")),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('upheld', 'overturned', 'settled', 'withdrawn')",
            name="ck_disputes_outcome",
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (outcome_at IS NULL)"
            " AND (outcome IS NULL) = (outcome_by IS NULL) AND (outcome IS NULL) = (words IS NULL)",
            name="ck_disputes_decided",
        ),
        sa.CheckConstraint(
            "(implemented IS NULL) = (answered_at IS NULL) AND (implemented IS NULL) = (answered_by IS NULL)"
            " AND (implemented IS NULL) = (reasons IS NULL)"
            " AND (implemented IS NULL) = (answer_notice IS NULL)",
            name="ck_disputes_answered",
        ),
        sa.CheckConstraint(
            "implemented IS NULL OR outcome IS NOT NULL AND outcome IN ('overturned', 'settled')",
            name="ck_disputes_implemented",
        ),
        sa.CheckConstraint("body <> '' OR salt IS NULL", name="ck_disputes_body"),
    )
    op.create_index("ix_disputes_decision_id", "disputes", ["decision_id"])
    op.create_index("ix_disputes_notice_id", "disputes", ["notice_id"])
    op.create_index("ix_disputes_outcome_at", "disputes", ["outcome", "at"])


def _changed(table: str, differs: str) -> str:
    """Return the condition under which an update changes what it may not."""
    _, fixed, once, empties = RULES[table]
    parts = [f"NEW.{name} {differs} OLD.{name}" for name in fixed.split()]
    parts += [f"(OLD.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in once.split()]
    for name in empties.split():
        free = f"OLD.{name} IS NOT NULL AND " if name in ONCE_FROM_NULL else ""
        emptied = f"(NEW.salt IS NULL AND NEW.{name} IN {EMPTY})"
        parts.append(f"({free}NEW.{name} {differs} OLD.{name} AND NOT {emptied})")
    return " OR ".join(parts)
