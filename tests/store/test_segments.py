"""The list of sealed files."""

from __future__ import annotations

import pytest

from ombud.base.errors import StoreError
from ombud.store import Store, segments
from ombud.store.segments import Segment

ONE = Segment("2026-01-01/a.parquet", 1, 10, 100, 200, 10, "ab" * 32)
TWO = Segment("2026-01-02/b.parquet", 11, 20, 150, 300, 9, "cd" * 32)


def test_list(store: Store) -> None:
    """Listed files come back in the order of their numbers, and by the time they span."""
    with store.begin() as tx:
        assert segments.last_seq(tx) == 0
        segments.add(tx, TWO)
        segments.add(tx, ONE)
        assert segments.between(tx) == [ONE, TWO]
        assert segments.between(tx, min_at=201) == [TWO]
        assert segments.between(tx, max_at=149) == [ONE]
        assert segments.between(tx, 160, 170) == [ONE, TWO]
        assert segments.last_seq(tx) == 20


def test_orphans(store: Store) -> None:
    """A file that no row lists is an orphan; so is one that was taken off."""
    with store.begin() as tx:
        segments.add(tx, ONE)
        assert segments.orphans(tx, ["z", ONE.file, "a"]) == ["a", "z"]
        segments.remove(tx, ONE.file)
        assert segments.orphans(tx, [ONE.file]) == [ONE.file]


def test_listed_once(store: Store) -> None:
    """The same file cannot be listed twice."""
    with pytest.raises(StoreError), store.begin() as tx:
        segments.add(tx, ONE)
        segments.add(tx, ONE)
