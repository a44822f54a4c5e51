"""The tables of what is published in words: statements of reasons, their re-wordings, example cases.

All instants are the wall clock's. Rows are kept for good; migration 0011 holds which columns
may still change, and that two people stand behind a published example.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint

from ombud.store.tables.columns import metadata, needed, number
from ombud.store.text import JsonText, SafeText

statements = Table(
    "statements",
    metadata,
    Column("measure_id", SafeText, ForeignKey("measures.id"), primary_key=True),
    needed("schema", SafeText),
    needed("at", BigInteger),
    needed("body", JsonText),
    needed("hash", SafeText),
)

statement_words = Table(
    "statement_words",
    metadata,
    number(),
    needed("measure_id", SafeText, ForeignKey("measures.id")),
    needed("at", BigInteger),
    needed("worded_by", SafeText, ForeignKey("people.id")),
    needed("facts", SafeText),
    needed("explanation", SafeText),
    needed("keywords", JsonText),
    Column("salt", LargeBinary),
    Index(None, "measure_id", "n"),
)

examples = Table(
    "examples",
    metadata,
    number(),
    needed("id", SafeText),
    needed("at", BigInteger),
    needed("code", SafeText),
    needed("clause", SafeText),
    needed("outcome", SafeText),
    needed("en", SafeText),
    needed("zh", SafeText),
    needed("written_by", SafeText, ForeignKey("people.id")),
    Column("salt", LargeBinary),
    Column("published_at", BigInteger),
    Column("published_by", SafeText, ForeignKey("people.id")),
    Column("stands_for", Integer),
    Column("withdrawn_at", BigInteger),
    Column("withdrawn_by", SafeText, ForeignKey("people.id")),
    UniqueConstraint("id"),
    Index(None, "code", "clause", "n"),
)
