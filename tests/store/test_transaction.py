"""What every function of the store is given."""

from __future__ import annotations

import threading
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from ombud.store import Store, ledger
from ombud.store.transaction import chunks


@given(st.lists(st.integers(), max_size=50), st.integers(1, 10))
def test_chunks(items: list[int], size: int) -> None:
    """Chunks put together are the whole, and none is larger than asked."""
    parts = list(chunks(items, size))
    assert [item for part in parts for item in part] == items
    assert all(0 < len(part) <= size for part in parts)


def test_secret_digest(store: Store) -> None:
    """Equal parts give equal digests; how the parts are cut matters."""
    with store.read() as tx:
        assert tx.secret_digest(b"a", b"b") == tx.secret_digest(b"a", b"b")
        assert tx.secret_digest(b"ab") != tx.secret_digest(b"a", b"b") != tx.secret_digest(b"", b"ab")


def test_numbering_waits(reopen: Callable[[], Store]) -> None:
    """Writers that number rows at the same time get numbers without gap or repeat."""
    stores = [reopen() for _ in range(3)]

    def work(store: Store) -> None:
        for i in range(15):
            with store.begin() as tx:
                ledger.append(tx, "note", {"n": i}, i)

    threads = [threading.Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with stores[0].read() as tx:
        assert ledger.check(tx)[0] == 45
