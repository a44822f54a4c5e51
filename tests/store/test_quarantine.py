"""Lines that could not be taken."""

from __future__ import annotations

import pytest

from ombud.store import Store, quarantine, runs
from ombud.store.quarantine import DROPPED, RETRIED, WAITING, Bad


def bad(line: int | None, code: str = "events/not-json", raw: bytes = b"{\0\xff") -> Bad:
    """Return a bad line of one file."""
    return Bad(code, "broken \ud800\0", "x.jsonl\0abc", line, raw, 7, offset=3)


def test_kept_exactly(store: Store) -> None:
    """Code, words, place and raw bytes come back as they were, whatever they hold."""
    with store.begin() as tx:
        run = runs.start(tx, 1, {}, {})
        assert quarantine.add(tx, [bad(1)], run) == 1
        (row,) = quarantine.page(tx)
        assert (row.n, row.line, row.offset, row.at, row.status, row.run) == (1, 1, 3, 7, WAITING, run)
        assert (row.message, row.source, row.raw) == ("broken \ud800\0", "x.jsonl\0abc", b"{\0\xff")


def test_reading_again_changes_nothing(store: Store) -> None:
    """The same line of the same source with the same reason is kept once, even once settled."""
    with store.begin() as tx:
        assert quarantine.add(tx, []) == 0
        assert quarantine.add(tx, [bad(1), bad(2), bad(1), bad(1, "events/other")]) == 3
        assert quarantine.add(tx, [bad(2), bad(3)]) == 1
        quarantine.settle(tx, [1], DROPPED)
        assert quarantine.add(tx, [bad(1)]) == 0
        assert [row.n for row in quarantine.page(tx)] == [1, 2, 3, 4]


def test_pages_and_filters(store: Store) -> None:
    """Pages go on after the last number seen, and filters narrow them."""
    with store.begin() as tx:
        quarantine.add(tx, [bad(i, f"events/{i % 2}") for i in range(1_200)])
        first = quarantine.page(tx, limit=5, code="events/1")
        assert [row.line for row in first] == [1, 3, 5, 7, 9]
        assert [row.line for row in quarantine.page(tx, after=first[-1].n, limit=2)] == [10, 11]
        assert quarantine.page(tx, source="other") == []
        assert quarantine.count(tx) == {"events/0": 600, "events/1": 600}


def test_settle(store: Store) -> None:
    """Only waiting lines are settled, once, as retried or dropped."""
    with store.begin() as tx:
        quarantine.add(tx, [bad(i) for i in range(3)])
        assert quarantine.settle(tx, [1, 2, 99], RETRIED) == 2
        assert quarantine.settle(tx, [1, 3], DROPPED) == 1
        assert [row.status for row in quarantine.page(tx)] == [RETRIED, RETRIED, DROPPED]
        assert quarantine.page(tx, status=WAITING) == []
        with pytest.raises(ValueError, match="not settled"):
            quarantine.settle(tx, [1], "waiting")
