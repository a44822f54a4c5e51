"""Events that wait for the sealer."""

from __future__ import annotations

from ombud.store import Store, pending


def fill(store: Store) -> None:
    """Put three batches of two, three and one events into the store."""
    with store.begin() as tx:
        pending.add(tx, 1, [b'{"id":1}', b"\0\xff"], 10, 20)
        pending.add(tx, 3, [b"c", b"", b"e\nf"], 20, 30)
        pending.add(tx, 6, [b"g"], 40, 50)
        pending.add(tx, 7, [], 0, 0)


def test_read_back(store: Store) -> None:
    """Payloads come back byte for byte and in order; an empty batch is none."""
    fill(store)
    with store.read() as tx:
        batches = list(pending.read(tx))
        assert [batch.payloads for batch in batches] == [
            [b'{"id":1}', b"\0\xff"],
            [b"c", b"", b"e\nf"],
            [b"g"],
        ]
        assert [(b.first_seq, b.last_seq, b.min_at, b.max_at) for b in batches] == [
            *((1, 2, 10, 20), (3, 5, 20, 30), (6, 6, 40, 50)),
        ]
        assert pending.extent(tx) == (6, 6)


def test_read_a_part(store: Store) -> None:
    """Reading from a time or up to a number skips whole batches."""
    fill(store)
    with store.read() as tx:
        assert [batch.first_seq for batch in pending.read(tx, min_at=25)] == [3, 6]
        assert [batch.first_seq for batch in pending.read(tx, through_seq=4)] == [1, 3]


def test_clear(store: Store) -> None:
    """Batches that end at or before a number go; one that reaches over it stays whole."""
    fill(store)
    with store.begin() as tx:
        assert pending.clear(tx, 4) == 2
        assert pending.extent(tx) == (4, 6)
        assert pending.clear(tx, 6) == 4
        assert pending.extent(tx) == (0, 0)


def test_rewrite(store: Store) -> None:
    """Erasing one event empties its place and moves no other."""
    fill(store)
    with store.begin() as tx:
        assert pending.rewrite(tx, 3, lambda seq, payload: None if seq == 5 else payload) == 1
        assert pending.rewrite(tx, 3, lambda _, payload: payload) == 0
        assert pending.rewrite(tx, 99, lambda _, payload: None) == 0
        assert list(pending.read(tx))[1].payloads == [b"c", b"", b""]
