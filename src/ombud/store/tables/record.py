"""The tables of the record: signed checkpoints, holds on erasure, erasures, demands, disclosures.

All instants are the wall clock's. Rows are kept for good; migration 0004 holds which
columns may still change. A ``salt`` hides a row's digest in the ledger until it is told.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint

from ombud.store.tables.columns import metadata, needed, number
from ombud.store.text import JsonText, SafeText

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("key", SafeText, primary_key=True),
    needed("root", LargeBinary),
    needed("note", SafeText),
    needed("at", BigInteger),
)

holds = Table(
    "holds",
    metadata,
    number(),
    needed("id", SafeText),
    needed("kind", SafeText),
    needed("scope", SafeText),
    needed("reason", SafeText),
    needed("at", BigInteger),
    needed("ends_at", BigInteger),
    needed("placed_by", SafeText, ForeignKey("people.id")),
    needed("seconded_by", SafeText, ForeignKey("people.id")),
    Column("salt", LargeBinary),
    Column("lifted_at", BigInteger),
    Column("lifted_by", SafeText, ForeignKey("people.id")),
    UniqueConstraint("id"),
    Index(None, "kind", "scope"),
)

erasures = Table(
    "erasures",
    metadata,
    number(),
    needed("at", BigInteger),
    needed("kind", SafeText),
    needed("digest", LargeBinary),
    needed("reason", SafeText),
    Column("done_by", SafeText),
    needed("pseudonym", SafeText),
    needed("counts", JsonText),
    Column("done_at", BigInteger),
    Index(None, "digest"),
)

demands = Table(
    "demands",
    metadata,
    number(),
    needed("id", SafeText),
    needed("at", BigInteger),
    needed("body", SafeText),
    needed("door", SafeText),
    needed("asks", SafeText),
    needed("instrument", SafeText),
    needed("article", SafeText),
    needed("scope", SafeText),
    needed("territory", SafeText),
    Column("case_id", SafeText, ForeignKey("cases.id")),
    Column("gag_until", BigInteger),
    Column("gag_law", SafeText),
    needed("recorded_by", SafeText, ForeignKey("people.id")),
    needed("salt", LargeBinary),
    UniqueConstraint("id"),
    Index(None, "case_id"),
)

demand_answers = Table(
    "demand_answers",
    metadata,
    Column("demand_id", SafeText, ForeignKey("demands.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    needed("at", BigInteger),
    needed("answer", SafeText),
    needed("reasons", SafeText),
    Column("code", SafeText),
    Column("clause", SafeText),
    needed("answered_by", SafeText, ForeignKey("people.id")),
    needed("salt", LargeBinary),
)

disclosures = Table(
    "disclosures",
    metadata,
    number(),
    needed("id", SafeText),
    needed("at", BigInteger),
    needed("ground", SafeText),
    needed("law", SafeText),
    needed("recipient", SafeText),
    needed("data", JsonText),
    needed("why", SafeText),
    needed("territory", SafeText),
    needed("account", SafeText),
    needed("tell_by", BigInteger),
    needed("recorded_by", SafeText, ForeignKey("people.id")),
    needed("seconded_by", SafeText, ForeignKey("people.id")),
    Column("salt", LargeBinary),
    Column("told_at", BigInteger),
    UniqueConstraint("id"),
    Index(None, "told_at", "tell_by"),
)
