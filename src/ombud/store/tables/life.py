"""The tables of a case's life: people, clauses as adopted, claims, decisions, notices, measures, appeals.

The keys make silence impossible: a measure needs a notice and its decision, a notice a
decision, a decision a case and a clause as it was adopted. The triggers that hold the rest
stand in migration 0003. All instants are the wall clock's, but ``breach_at``.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from ombud.store.tables.columns import metadata, needed, number
from ombud.store.text import JsonText, SafeText

people = Table(
    "people",
    metadata,
    Column("id", SafeText, primary_key=True),
    needed("languages", JsonText),
    needed("at", BigInteger),
)

role_acts = Table(
    "role_acts",
    metadata,
    number(),
    needed("at", BigInteger),
    needed("person", SafeText, ForeignKey("people.id")),
    needed("role", SafeText),
    needed("granted", Boolean),
    needed("granted_by", SafeText, ForeignKey("people.id")),
    Index(None, "person", "role", "n"),
)

clause_versions = Table(
    "clause_versions",
    metadata,
    Column("id", SafeText, primary_key=True),
    needed("code", SafeText),
    needed("clause", SafeText),
    needed("version", SafeText),
    needed("ordinal", Integer),
    needed("in_force_from", BigInteger),
    needed("harm", SafeText),
    needed("severity", SmallInteger),
    needed("measures", SafeText),
    needed("ceiling", SafeText),
    Column("correction", Integer),
    Column("appeal", Integer),
    needed("automation", SafeText),
    needed("body", JsonText),
    ForeignKeyConstraint(["code", "ordinal"], ["pins.code", "pins.ordinal"]),
    Index(None, "code", "clause", "in_force_from"),
)

claims = Table(
    "claims",
    metadata,
    Column("case_id", SafeText, ForeignKey("cases.id"), primary_key=True),
    needed("person", SafeText, ForeignKey("people.id")),
    needed("at", BigInteger),
    Index(None, "person"),
)

conflicts = Table(
    "conflicts",
    metadata,
    Column("case_id", SafeText, ForeignKey("cases.id"), primary_key=True),
    Column("person", SafeText, ForeignKey("people.id"), primary_key=True),
    needed("at", BigInteger),
    needed("why", SafeText),
)

decisions = Table(
    "decisions",
    metadata,
    number(),
    needed("id", SafeText),
    needed("case_id", SafeText, ForeignKey("cases.id")),
    needed("clause_id", SafeText, ForeignKey("clause_versions.id")),
    needed("at", BigInteger),
    needed("decided_by", SafeText, ForeignKey("people.id")),
    Column("seconded_by", SafeText, ForeignKey("people.id")),
    needed("automatic", Boolean),
    needed("answer", SafeText),
    needed("account", SafeText),
    Column("breach_at", BigInteger),
    needed("severity", SmallInteger),
    needed("facts", JsonText),
    needed("incidents", JsonText),
    needed("rules", JsonText),
    needed("reasons", SafeText),
    needed("considered", JsonText),
    needed("hijacked", Boolean),
    needed("danger", Boolean),
    Column("replaces", SafeText, ForeignKey("decisions.id")),
    Column("salt", LargeBinary),
    UniqueConstraint("id"),
    Index(None, "case_id"),
    Index(None, "account", "at"),
    Index(None, "at"),
)

notices = Table(
    "notices",
    metadata,
    number(),
    needed("id", SafeText),
    needed("decision_id", SafeText, ForeignKey("decisions.id")),
    needed("kind", SafeText),
    needed("role", SafeText),
    needed("recipient", SafeText),
    needed("language", SafeText),
    needed("title", SafeText),
    needed("body", SafeText),
    needed("announces", SafeText),
    needed("at", BigInteger),
    needed("receipt", LargeBinary),
    Column("appeal_until", BigInteger),
    Column("delivered_at", BigInteger),
    Column("salt", LargeBinary),
    UniqueConstraint("id"),
    UniqueConstraint("receipt"),
    UniqueConstraint("id", "decision_id"),
    Index(None, "decision_id"),
    Index(None, "recipient", "n"),
)

corrections = Table(
    "corrections",
    metadata,
    Column("notice_id", SafeText, ForeignKey("notices.id"), primary_key=True),
    needed("decision_id", SafeText, ForeignKey("decisions.id")),
    needed("hours", Integer),
    needed("free", Boolean),
    Column("due_at", BigInteger),
    Column("outcome", SafeText),
    Column("outcome_at", BigInteger),
    Column("judged_by", SafeText, ForeignKey("people.id")),
    Column("reasons", SafeText),
    UniqueConstraint("decision_id"),
    Index(None, "outcome", "due_at"),
)

measures = Table(
    "measures",
    metadata,
    number(),
    needed("id", SafeText),
    needed("notice_id", SafeText),
    needed("decision_id", SafeText),
    needed("kind", SafeText),
    needed("account", SafeText),
    needed("subject_kind", SafeText),
    needed("subject", SafeText),
    needed("territory", SafeText),
    needed("at", BigInteger),
    needed("starts_at", BigInteger),
    Column("ends_at", BigInteger),
    needed("needs_points", Integer),
    needed("details", JsonText),
    Column("reversed_at", BigInteger),
    Column("reversed_notice", SafeText, ForeignKey("notices.id")),
    Column("ended_at", BigInteger),
    UniqueConstraint("id"),
    UniqueConstraint("notice_id", "kind"),
    ForeignKeyConstraint(["notice_id", "decision_id"], ["notices.id", "notices.decision_id"]),
    Index(None, "decision_id"),
    Index(None, "account"),
    Index(None, "at", "kind"),
    Index(None, "ended_at", "ends_at"),
)

suspensions = Table(
    "suspensions",
    metadata,
    Column("measure_id", SafeText, ForeignKey("measures.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    needed("since", BigInteger),
    Column("until", BigInteger),
    needed("why", SafeText),
)

appeals = Table(
    "appeals",
    metadata,
    number(),
    needed("id", SafeText),
    needed("notice_id", SafeText, ForeignKey("notices.id")),
    needed("decision_id", SafeText, ForeignKey("decisions.id")),
    needed("at", BigInteger),
    Column("representative", SafeText),
    needed("text", SafeText),
    needed("files", JsonText),
    needed("due_at", BigInteger),
    Column("late_at", BigInteger),
    Column("outcome", SafeText),
    Column("decided_at", BigInteger),
    Column("judged_by", SafeText, ForeignKey("people.id")),
    Column("reasons", SafeText),
    Column("answer_notice", SafeText, ForeignKey("notices.id")),
    Column("replaced_by", SafeText, ForeignKey("decisions.id")),
    Column("salt", LargeBinary),
    UniqueConstraint("id"),
    UniqueConstraint("notice_id"),
    Index(None, "decision_id"),
    Index(None, "outcome", "due_at"),
)

outbox = Table(
    "outbox",
    metadata,
    number(),
    needed("key", SafeText),
    needed("kind", SafeText),
    needed("notice_id", SafeText, ForeignKey("notices.id")),
    needed("at", BigInteger),
    needed("next_at", BigInteger),
    needed("attempts", Integer),
    Column("sent_at", BigInteger),
    Column("given_up_at", BigInteger),
    Column("error", SafeText),
    UniqueConstraint("key"),
    Index(None, "sent_at", "given_up_at", "next_at"),
    Index(None, "notice_id"),
)

credits_earned = Table(
    "credits_earned",
    metadata,
    number(),
    needed("account", SafeText),
    needed("at", BigInteger),
    needed("points", Integer),
    needed("granted_by", SafeText, ForeignKey("people.id")),
    needed("reason", SafeText),
    Column("salt", LargeBinary),
    Index(None, "account"),
)
