"""Tables of wider acts: one decision about many cases, labels that a rule may set, decisions taken
back, reviews of closings, and calls to the people on duty.

None of them holds an account's id or words about a person. The guards stand in migration 0008.
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
)

from ombud.store.tables.columns import metadata, needed, number
from ombud.store.text import JsonText, SafeText

clusters = Table(
    "clusters",
    metadata,
    number(),
    needed("id", SafeText),
    needed("at", BigInteger),
    needed("code", SafeText),
    needed("clause", SafeText),
    needed("shared", SafeText),
    needed("size", Integer),
    needed("sample", Integer),
    needed("proposed_by", SafeText, ForeignKey("people.id")),
    needed("state", SafeText),
    Column("digest", SafeText),
    Column("choice", JsonText),
    Column("confirmed_at", BigInteger),
    Column("confirmed_by", SafeText, ForeignKey("people.id")),
    Column("seconded_by", SafeText, ForeignKey("people.id")),
    Column("undone_at", BigInteger),
    Column("undone_by", SafeText, ForeignKey("people.id")),
    Column("undone_because", SafeText),
    Column("salt", LargeBinary),
    UniqueConstraint("id"),
    Index(None, "state", "n"),
)

cluster_members = Table(
    "cluster_members",
    metadata,
    Column("cluster_id", SafeText, ForeignKey("clusters.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    needed("case_id", SafeText, ForeignKey("cases.id")),
    needed("who", SafeText),
    needed("findings", JsonText),
    needed("sampled", Boolean),
    needed("seen", Integer),
    needed("state", SafeText),
    Column("why", SafeText),
    Column("shown", SafeText),
    Column("decision_id", SafeText, ForeignKey("decisions.id")),
    UniqueConstraint("case_id"),
    UniqueConstraint("decision_id"),
    Index(None, "cluster_id", "state", "n"),
)

cluster_agreements = Table(
    "cluster_agreements",
    metadata,
    Column("cluster_id", SafeText, ForeignKey("clusters.id"), primary_key=True),
    Column("person", SafeText, ForeignKey("people.id"), primary_key=True),
    needed("at", BigInteger),
    needed("digest", SafeText),
)

automation_acts = Table(
    "automation_acts",
    metadata,
    number(),
    needed("at", BigInteger),
    needed("code", SafeText),
    needed("clause", SafeText),
    needed("granted", Boolean),
    Column("person", SafeText, ForeignKey("people.id")),
    needed("after", BigInteger),
    needed("why", SafeText),
    Index(None, "code", "clause", "n"),
)

automatic_labels = Table(
    "automatic_labels",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    needed("decision_id", SafeText, ForeignKey("decisions.id")),
    needed("finding", BigInteger, ForeignKey("findings.n")),
    needed("at", BigInteger),
    UniqueConstraint("decision_id"),
    Index(None, "finding"),
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("decision_id", SafeText, ForeignKey("decisions.id"), primary_key=True),
    needed("notice_id", SafeText, ForeignKey("notices.id")),
    needed("at", BigInteger),
    needed("ground", SafeText),
    Column("withdrawn_by", SafeText, ForeignKey("people.id")),
    UniqueConstraint("notice_id"),
)

closing_reviews = Table(
    "closing_reviews",
    metadata,
    number(),
    needed("measure_id", SafeText, ForeignKey("measures.id")),
    needed("at", BigInteger),
    needed("reviewed_by", SafeText, ForeignKey("people.id")),
    needed("outcome", SafeText),
    needed("notice_id", SafeText, ForeignKey("notices.id")),
    UniqueConstraint("notice_id"),
    Index(None, "measure_id", "at"),
)

on_call = Table(
    "on_call",
    metadata,
    Column("person", SafeText, ForeignKey("people.id"), primary_key=True),
    needed("since", BigInteger),
    needed("set_by", SafeText, ForeignKey("people.id")),
)

pages = Table(
    "pages",
    metadata,
    Column("case_id", SafeText, ForeignKey("cases.id"), primary_key=True),
    needed("rounds", Integer),
    Column("first_at", BigInteger),
    Column("last_at", BigInteger),
    needed("next_at", BigInteger),
    Column("error", SafeText),
)
