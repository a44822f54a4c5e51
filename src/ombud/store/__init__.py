"""Everything a store remembers: tables, transactions, and the append-only record.

Takes: rows made by the rooms above, as plain values; a directory or a PostgreSQL address.
Gives: transactions, and one module for each noun (inbox, pending, held, segments, quarantine,
    positions, state, runs, pins, findings, cases, ledger; people, clauses, casework, decisions,
    notices, measures, appeals, outbox), whose functions take a transaction.
Keeps: the database ``ombud.db`` (or a PostgreSQL schema), the lock file, and the two folders
    ``archive`` and ``cache`` that other rooms fill.
Never: reads an event's meaning, decides anything, changes or deletes an entry of the ledger.
"""

from ombud.store.opening import Store, open_store
from ombud.store.transaction import Tx

__all__ = ["Store", "Tx", "open_store"]
