"""Events in the reorder buffer at a commit."""

from __future__ import annotations

from ombud.store import Store, held
from ombud.store.held import Held

A, B, C = Held("x.jsonl\0", 1, b"\0\xff"), Held("x.jsonl", None, b"b"), Held("-", 3, b"")


def test_chunks_come_and_go(store: Store) -> None:
    """A chunk is written, replaced and dropped by its number, the others untouched."""
    with store.begin() as tx:
        held.put(tx, 2, [A, B])
        held.put(tx, 1, [C])
    with store.begin() as tx:
        assert held.read(tx) == {1: [C], 2: [A, B]}
        assert list(held.read(tx)) == [1, 2]
        held.put(tx, 2, [B])
        assert held.read(tx) == {1: [C], 2: [B]}
        held.put(tx, 2, [])
        held.drop(tx, [1, 9])
        assert held.read(tx) == {}


def test_replace_all(store: Store) -> None:
    """Replacing leaves exactly what was given."""
    with store.begin() as tx:
        held.put(tx, 5, [A])
        held.replace(tx, [B, C])
        assert held.read(tx) == {0: [B, C]}
        held.replace(tx, [])
        assert held.read(tx) == {}
