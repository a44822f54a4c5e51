"""Getting erased bytes off the disk: a database keeps what it deletes until it is rewritten."""

from __future__ import annotations

import sqlite3

from sqlalchemy import text

from ombud.base.errors import Fault, StoreError, Where
from ombud.store.faults import told
from ombud.store.opening import Store
from ombud.store.tables.columns import metadata

_WAIT = 10.0  # seconds
_WRITTEN = text("""
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'r' AND (
        pg_relation_size(c.oid) > 0
        OR coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0) > 0
        OR pg_indexes_size(c.oid) > current_setting('block_size')::int
            * (SELECT count(*) FROM pg_index i WHERE i.indrelid = c.oid))
""")
"""The tables of which a file holds more than an empty table is made with: one first page an index."""


def scrub(store: Store) -> None:
    """Rewrite the database so that neither free pages nor the write-ahead log hold what was erased.

    SQLite: ``VACUUM`` with ``secure_delete``, then the log is emptied (needs room for a second copy
    of the database while it runs). PostgreSQL: ``VACUUM FULL`` of every table that has a page on the disk.

    Raises:
        StoreError: ``store/still-read`` when a reader keeps the log from being emptied; the
            erasure is then not finished and can be repeated.
    """
    if store.backend == "postgresql":
        with store.read() as tx:
            written = set(tx.run(_WRITTEN).scalars())
        for table in metadata.sorted_tables:
            if table.name in written:
                store.maintain(f'VACUUM (FULL) "{table.name}"')
        return
    path = store.archive.parent / "ombud.db"
    with told(store.place):
        try:
            db = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
            try:
                db.execute("PRAGMA secure_delete = ON")
                db.execute("VACUUM")
                busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                db.close()
        except sqlite3.OperationalError as problem:
            raise _still_read(path, str(problem)) from problem
    if busy:
        raise _still_read(path, "the write-ahead log is in use")


def _still_read(path: object, said: str) -> StoreError:
    hint = "end what reads the store and run the same command again: it finishes the erasure"
    message = f"the erased rows are gone, their old bytes on the disk not yet ({said})"
    return StoreError(Fault("store/still-read", message, Where(str(path)), hint))
