"""How far each source was read."""

from __future__ import annotations

from ombud.store import Store, positions


def test_save_and_load(store: Store) -> None:
    """The last position saved under an identity comes back; unknown sources have none."""
    hostile = "a\0b\ud800" + "x" * 5_000
    with store.begin() as tx:
        assert positions.load(tx, hostile) is None
        positions.save(tx, hostile, {"byte": 1})
        positions.save(tx, hostile, {"byte": 2**60, "line": 3})
        positions.save(tx, "b", [1, None])
    with store.read() as tx:
        assert positions.load(tx, hostile) == {"byte": 2**60, "line": 3}
        assert positions.every(tx) == {hostile: {"byte": 2**60, "line": 3}, "b": [1, None]}
