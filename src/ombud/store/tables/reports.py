"""The tables of reports by people: what was told, and how to reach who told it.

``at`` is the report's own time (an event's), ``filed_at`` the wall clock's. What a person
wrote, and who they are, stands here alone; the ledger holds salted digests.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table, UniqueConstraint

from ombud.store.tables.columns import metadata, needed, number
from ombud.store.text import JsonText, SafeText

reports = Table(
    "reports",
    metadata,
    number(),
    needed("id", SafeText),
    needed("key", LargeBinary),
    Column("origin", SafeText),
    needed("event_id", SafeText),
    needed("at", BigInteger),
    needed("filed_at", BigInteger),
    needed("door", SafeText),
    needed("reporter", SafeText),
    Column("created_at", BigInteger),
    needed("subject_kind", SafeText),
    needed("subject", SafeText),
    Column("account", SafeText),
    Column("location", SafeText),
    Column("code", SafeText),
    Column("clause", SafeText),
    Column("named", SafeText),
    needed("text", SafeText),
    needed("content", SafeText),
    needed("evidence", JsonText),
    Column("legal", JsonText),
    Column("language", SafeText),
    Column("audience", SafeText),
    Column("case_id", SafeText, ForeignKey("cases.id")),
    Column("no_case", SafeText),
    Column("receipt", LargeBinary),
    Column("salt", LargeBinary),
    UniqueConstraint("id"),
    UniqueConstraint("key"),
    UniqueConstraint("receipt"),
    Index(None, "case_id", "n"),
    Index(None, "reporter", "n"),
    Index(None, "account"),
)

contacts = Table(
    "report_contacts",
    metadata,
    Column("report_id", SafeText, ForeignKey("reports.id"), primary_key=True),
    needed("name", SafeText),
    needed("email", SafeText),
    needed("at", BigInteger),
)
