"""Small facts that outlive a run."""

from __future__ import annotations

import pytest

from ombud.store import Store, state


def test_save_load_drop(store: Store) -> None:
    """A value is kept, replaced and forgotten; a kept null differs from nothing."""
    with store.begin() as tx:
        assert state.load(tx, "watermark", 7) == 7
        state.save(tx, "watermark", 1)
        state.save(tx, "watermark", {"at": 2, "text": "\0"})
        assert state.load(tx, "watermark") == {"at": 2, "text": "\0"}
        state.save(tx, "watermark", None)
        assert state.load(tx, "watermark", 7) is None
        state.drop(tx, "watermark")
        assert state.load(tx, "watermark", 7) == 7


def test_own_names(store: Store) -> None:
    """Nobody overwrites the store's own secrets by accident."""
    with store.begin() as tx:
        for change in (lambda: state.save(tx, "store.salt", ""), lambda: state.drop(tx, "store.salt")):
            with pytest.raises(ValueError, match="own"):
                change()
