"""Which text of a code the store works with."""

from __future__ import annotations

import pytest

from ombud.base.errors import StoreError
from ombud.store import Store, pins


def test_first_then_same(store: Store) -> None:
    """The first text is adopted by itself; the same text again changes nothing."""
    with store.begin() as tx:
        first, new = pins.pin(tx, "cc", version="1", hash="aa", payload={"r": "\0"}, at=1, seq=0)
        assert new
        assert pins.pin(tx, "cc", version="1", hash="aa", payload={}, at=9, seq=9) == (first, False)
        assert pins.get(tx, "cc") == first
        assert pins.get(tx, "other") is None


def test_another_text(store: Store) -> None:
    """Another text is refused with both versions named, and taken with adopt; the old one stays."""
    with store.begin() as tx:
        first, _ = pins.pin(tx, "cc", version="1", hash="aa", payload={"old": 1}, at=1, seq=0)
        with pytest.raises(StoreError) as caught:
            pins.pin(tx, "cc", version="2", hash="bb", payload={}, at=2, seq=5)
        assert caught.value.code == "store/other-code"
        assert "1 (aa)" in str(caught.value)
        assert "--adopt" in str(caught.value)
        second, new = pins.pin(tx, "cc", version="2", hash="bb", payload={}, at=2, seq=5, adopt=True)
        assert (second.ordinal, second.adopted_seq, new) == (2, 5, True)
        assert pins.find(tx, "cc", "aa") == first
        assert pins.find(tx, "cc", "zz") is None
        assert pins.every(tx) == [first, second]


def test_back_again(store: Store) -> None:
    """Going back to an earlier text is an adoption as well."""
    with store.begin() as tx:
        for i, text in enumerate(("aa", "bb", "aa")):
            pins.pin(tx, "cc", version="1", hash=text, payload={}, at=i, seq=i, adopt=True)
        assert [(pin.ordinal, pin.hash) for pin in pins.every(tx)] == [(1, "aa"), (2, "bb"), (3, "aa")]
        found = pins.find(tx, "cc", "aa")
        assert found is not None
        assert found.ordinal == 3
