"""The tables of registers: dated facts, and the imports that brought them; both only grow."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table

from ombud.store.tables.columns import metadata, needed, number
from ombud.store.text import JsonText, SafeText

register_imports = Table(
    "register_imports",
    metadata,
    number(),
    needed("register", SafeText),
    needed("at", BigInteger),
    needed("name", SafeText),
    needed("sha256", SafeText),
    needed("added", Integer),
    needed("withdrawn", Integer),
    needed("revision", SafeText),
    Index(None, "register", "n"),
)

register_rows = Table(
    "register_rows",
    metadata,
    number(),
    needed("register", SafeText),
    needed("key", SafeText),
    needed("source", SafeText),
    Column("valid_from", BigInteger),
    Column("valid_to", BigInteger),
    needed("recorded_at", BigInteger),
    needed("withdrawn", Boolean),
    needed("payload", JsonText),
    needed("import_n", BigInteger, ForeignKey("register_imports.n")),
    Index(None, "register", "n"),
)
