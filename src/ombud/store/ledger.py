"""The record that only grows: canonical JSON entries under an RFC 9162 Merkle tree.

An entry is the RFC 8785 form of ``{"at", "body", "kind", "seq"}``, where ``seq`` counts
from 0 and is the leaf's index. With each entry stand its leaf hash, the inner nodes
that it completed (level 1 first) and the root of the tree that ends with it. The
database itself refuses to change or delete one.

Never put a person's data into a body: salted digests and figures only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import func, select

from ombud.base.clock import Micros, format_time
from ombud.base.errors import Fault, StoreError
from ombud.base.ids import canonical
from ombud.store import tree
from ombud.store.tables.core import ledger
from ombud.store.text import escape
from ombud.store.transaction import Tx, chunks

_COLUMNS = ("seq", "at", "kind", "entry", "leaf", "nodes", "root")
_HASH = 32
_AT_ONCE = 1_000
_SIZE = select(func.coalesce(func.max(ledger.c.seq) + 1, 0))


class Entry(msgspec.Struct, frozen=True):
    """An entry: index from 0, wall-clock instant, kind, body, its leaf hash and the root it made."""

    seq: int
    at: Micros
    kind: str
    body: Any
    leaf: bytes
    root: bytes


class Proof(msgspec.Struct, frozen=True):
    """Evidence about the tree of ``size`` entries with ``root``.

    Inclusion: ``of`` is the entry's index. Consistency: ``of`` is the smaller tree's size.
    """

    of: int
    size: int
    path: list[bytes]
    root: bytes


def append(tx: Tx, kind: str, body: Mapping[str, Any], at: Micros) -> Entry:
    """Write one entry.

    Raises:
        ValueError: the body is not JSON.
    """
    return append_many(tx, [(kind, body)], at)[0]


def append_many(tx: Tx, items: Sequence[tuple[str, Mapping[str, Any]]], at: Micros) -> list[Entry]:
    """Write several entries of one instant, in order.

    Raises:
        ValueError: a body is not JSON.
    """
    if not items:
        return []
    tx.alone()
    grown, when = _frontier(tx, size(tx)), format_time(at)
    entries, rows = [], []
    for kind, body in items:
        seq = grown.size
        data = canonical({"at": when, "body": dict(body), "kind": kind, "seq": seq})
        leaf = tree.leaf_hash(data)
        grown, nodes = grown.append(leaf)
        root = grown.root()
        rows.append((seq, at, escape(kind), data, leaf, b"".join(nodes), root))
        entries.append(Entry(seq, at, kind, dict(body), leaf, root))
    tx.insert(ledger, _COLUMNS, rows)
    return entries


def size(tx: Tx) -> int:
    """Return the number of entries."""
    return int(tx.run(_SIZE).scalar_one())


def root(tx: Tx) -> bytes:
    """Return the root of the whole tree (of the empty one when there is no entry)."""
    last = select(ledger.c.root).order_by(ledger.c.seq.desc()).limit(1)
    found = tx.run(last).scalar_one_or_none()
    return tree.EMPTY_ROOT if found is None else bytes(found)


def root_at(tx: Tx, of_size: int) -> bytes:
    """Return the root of the tree over the first so many entries.

    Raises:
        ValueError: there are not so many.
    """
    if of_size == 0:
        return tree.EMPTY_ROOT
    found = tx.run(select(ledger.c.root).where(ledger.c.seq == of_size - 1)).scalar_one_or_none()
    if found is None:
        raise ValueError(f"the ledger has no {of_size} entries")
    return bytes(found)


def raw(tx: Tx, first: int = 0, last: int | None = None) -> Iterator[bytes]:
    """Yield the entries from ``first`` to ``last`` (both included) as they were hashed."""
    wanted = select(ledger.c.entry).where(ledger.c.seq >= first).order_by(ledger.c.seq)
    if last is not None:
        wanted = wanted.where(ledger.c.seq <= last)
    for row in tx.run(wanted.execution_options(yield_per=_AT_ONCE)):
        yield bytes(row.entry)


def entries(tx: Tx, first: int = 0, last: int | None = None) -> Iterator[Entry]:
    """Yield the entries from ``first`` to ``last`` (both included) in order."""
    wanted = select(ledger).where(ledger.c.seq >= first).order_by(ledger.c.seq)
    if last is not None:
        wanted = wanted.where(ledger.c.seq <= last)
    for row in tx.run(wanted.execution_options(yield_per=_AT_ONCE)):
        body = json.loads(bytes(row.entry))["body"]
        yield Entry(row.seq, row.at, row.kind, body, bytes(row.leaf), bytes(row.root))


def _places(tx: Tx, places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Return the hashes of perfect subtrees: each stands with the entry that completed it."""
    rows: dict[int, tuple[bytes, bytes]] = {}
    for some in chunks({((index + 1) << level) - 1 for level, index in places}):
        wanted = select(ledger.c.seq, ledger.c.leaf, ledger.c.nodes).where(ledger.c.seq.in_(some))
        rows.update((seq, (bytes(leaf), bytes(nodes))) for seq, leaf, nodes in tx.run(wanted))
    found = {}
    for level, index in places:
        leaf, nodes = rows[((index + 1) << level) - 1]
        found[level, index] = nodes[(level - 1) * _HASH : level * _HASH] if level else leaf
    return found


def _frontier(tx: Tx, of_size: int) -> tree.Frontier:
    places = tree.frontier_places(of_size)
    found = _places(tx, places)
    return tree.Frontier(of_size, tuple(found[place] for place in places))


def prove_inclusion(tx: Tx, seq: int, of_size: int | None = None) -> Proof:
    """Prove that an entry is in the tree of a size (default: all entries).

    Raises:
        ValueError: no such entry or size.
    """
    total = _checked_size(tx, of_size)
    path = tree.inclusion_proof(seq, total, lambda level, i: _places(tx, [(level, i)])[level, i])
    return Proof(seq, total, path, _frontier(tx, total).root())


def prove_consistency(tx: Tx, old: int, new: int | None = None) -> Proof:
    """Prove that the tree of ``old`` entries begins that of ``new`` (default: all entries).

    Raises:
        ValueError: no such sizes.
    """
    total = _checked_size(tx, new)
    path = tree.consistency_proof(old, total, lambda level, i: _places(tx, [(level, i)])[level, i])
    return Proof(old, total, path, _frontier(tx, total).root())


def _checked_size(tx: Tx, wanted: int | None) -> int:
    total = size(tx)
    if wanted is not None and not 0 <= wanted <= total:
        raise ValueError(f"the ledger has {total} entries, not {wanted}")
    return total if wanted is None else wanted


def check(tx: Tx, expected: tuple[int, bytes] | None = None) -> tuple[int, bytes]:
    """Recompute the whole tree and return its size and root.

    Args:
        tx: a transaction.
        expected: a size and root known from elsewhere; without one, entries cut off at
            the end cannot be noticed.

    Raises:
        StoreError: ``store/ledger-broken``, naming the first entry that does not hold.
    """
    grown, seen = tree.Frontier(), None
    for row in tx.run(select(ledger).order_by(ledger.c.seq).execution_options(yield_per=_AT_ONCE)):
        grown = _checked(row, grown)
        if expected is not None and grown.size == expected[0]:
            seen = grown.root()
    if expected is not None:
        found = tree.EMPTY_ROOT if expected[0] == 0 else seen
        if found is None:
            raise _broken(grown.size, f"the ledger ends here; {expected[0]} entries were expected")
        if found != expected[1]:
            raise _broken(expected[0] - 1, "the root up to here is not the expected one")
    return grown.size, grown.root()


def _checked(row: Any, grown: tree.Frontier) -> tree.Frontier:
    if row.seq != grown.size:
        raise _broken(grown.size, f"the entry is missing (the next one is {row.seq})")
    data = bytes(row.entry)
    leaf = tree.leaf_hash(data)
    if leaf != bytes(row.leaf):
        raise _broken(row.seq, "the entry was changed: it does not have its hash")
    longer, nodes = grown.append(leaf)
    if b"".join(nodes) != bytes(row.nodes) or longer.root() != bytes(row.root):
        raise _broken(row.seq, "the tree does not lead to the root that stands here")
    said = msgspec.json.decode(data)
    if (said["seq"], said["kind"], said["at"]) != (row.seq, row.kind, format_time(row.at)):
        raise _broken(row.seq, "the columns beside the entry say something else than the entry")
    return longer


def _broken(seq: int, what: str) -> StoreError:
    hint = "compare with a back-up or a published checkpoint; entries before this one hold"
    return StoreError(Fault("store/ledger-broken", f"ledger entry {seq}: {what}", None, hint))
