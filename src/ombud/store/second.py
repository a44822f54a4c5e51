"""The tables of what comes after a decision: events that the house tells, and second looks at cases.

All instants are the wall clock's. The triggers that hold the rest stand in migration 0007.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, UniqueConstraint

from ombud.store.columns import metadata, needed, number

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
