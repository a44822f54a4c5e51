"""The tables of what comes after a decision: events that the house tells, and second looks at cases.

All instants are the wall clock's. The triggers that hold the rest stand in migration 0007.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint

from ombud.store.tables.columns import metadata, needed, number
from ombud.store.text import JsonText, SafeText

filed = Table(
    "filed",
    metadata,
    number(),
    needed("key", LargeBinary),
    needed("at", BigInteger),
    needed("payload", LargeBinary),
    Column("seq", BigInteger),
    UniqueConstraint("key"),
    Index(None, "seq", "n"),
)

second_looks = Table(
    "second_looks",
    metadata,
    number(),
    needed("id", SafeText),
    Column("case_id", SafeText, ForeignKey("cases.id")),
    Column("decision_id", SafeText, ForeignKey("decisions.id")),
    Column("finding", BigInteger, ForeignKey("findings.n")),
    needed("drawn_at", BigInteger),
    needed("share", Integer),
    needed("rules", JsonText),
    Column("answered_at", BigInteger),
    Column("answered_by", SafeText, ForeignKey("people.id")),
    Column("answer", SafeText),
    Column("reasons", SafeText),
    Column("considered_at", BigInteger),
    Column("considered_by", SafeText, ForeignKey("people.id")),
    Column("conclusion", SafeText),
    Column("salt", LargeBinary),
    UniqueConstraint("id"),
    UniqueConstraint("decision_id"),
    UniqueConstraint("finding"),
    Index(None, "case_id"),
    Index(None, "answered_at", "n"),
)

precedents = Table(
    "precedents",
    metadata,
    Column("harm", SafeText, primary_key=True),
    Column("piece", BigInteger, primary_key=True, autoincrement=False),
    Column("n", BigInteger, ForeignKey("decisions.n"), primary_key=True, autoincrement=False),
    Index(None, "n"),
)
