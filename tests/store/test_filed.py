"""Events that the house tells wait in order, once, and are settled with their place."""

from __future__ import annotations

import json

from ombud.store import Store, filed


def line(name: str, origin: str | None = None, **more: object) -> bytes:
    """Return an encoded event as far as this table reads it."""
    return json.dumps({"id": name, "at": 1, "kind": "outcome", "origin": origin, **more}).encode()


def test_told_once_and_in_order(store: Store) -> None:
    """The same id of one origin is told once; another origin, or none, is another event."""
    with store.begin() as tx:
        assert filed.put(tx, line("o1"), 5)
        assert not filed.put(tx, line("o1", more="words"), 6)
        assert filed.put(tx, line("o1", "site"), 7)
        assert filed.put(tx, line("o1", ""), 8)
        assert filed.put(tx, line("o0"), 9)
        rows = filed.waiting(tx, 10)
        assert [bytes(row.payload) for row in rows] == [
            line("o1"), line("o1", "site"), line("o1", ""), line("o0")
        ]  # fmt: skip
        assert [row.n for row in filed.waiting(tx, 2)] == [rows[0].n, rows[1].n]
        assert filed.count(tx) == (4, 4)


def test_settled_events_leave_their_place_only(store: Store) -> None:
    """After settling, the line is gone and its number stays; telling it again changes nothing."""
    with store.begin() as tx:
        for name in ("a", "b", "c"):
            filed.put(tx, line(name), 5)
        one, two, _ = filed.waiting(tx, 10)
        filed.settle(tx, {one.n: 17, two.n: filed.KNOWN})
        assert filed.numbers(tx) == [17]
        assert (filed.numbers(tx, 18), filed.numbers(tx, 17, 17), filed.numbers(tx, last=16)) == (
            [],
            [17],
            [],
        )
        assert filed.payloads(tx) == [line("c")]
        assert filed.count(tx) == (3, 1)
        assert not filed.put(tx, line("a"), 9)


def test_lines_that_wait_can_be_emptied_of_words(store: Store) -> None:
    """An erasure rewrites what waits, and counts what changed."""
    with store.begin() as tx:
        for i in range(1500):
            filed.put(tx, line(f"e{i}", said="mei" if i % 500 == 0 else "else"), 5)
        assert filed.rewrite(tx, lambda raw: raw.replace(b"mei", b"")) == 3
        assert filed.rewrite(tx, lambda raw: raw.replace(b"mei", b"")) == 0
        assert not any(b"mei" in raw for raw in filed.payloads(tx))
        assert filed.count(tx) == (1500, 1500)
