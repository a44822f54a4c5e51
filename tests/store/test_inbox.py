"""The inbox: which events were seen."""

from __future__ import annotations

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ombud.store import Store, inbox
from ombud.store.inbox import CONFLICT, DUPLICATE, NEW


def key(i: int) -> bytes:
    """Return a key of 16 bytes."""
    return i.to_bytes(16, "big")


def test_new_duplicate_conflict(store: Store) -> None:
    """A repeat with the same content is a duplicate, with other content a conflict; days are apart."""
    with store.begin() as tx:
        assert inbox.take(tx, []) == []
        assert inbox.take(tx, [(1, key(1), b"a"), (1, key(2), b"a")]) == [NEW, NEW]
    with store.begin() as tx:
        rows = [(1, key(1), b"a"), (1, key(2), b"b"), (2, key(1), b"a"), (1, key(3), b"c")]
        assert inbox.take(tx, rows) == [DUPLICATE, CONFLICT, NEW, NEW]
        assert inbox.take(tx, rows) == [DUPLICATE, CONFLICT, DUPLICATE, DUPLICATE]
        assert inbox.count(tx) == 4


def test_repeats_within_one_call(store: Store) -> None:
    """Of equal keys in one call the first is new and the others are measured by it."""
    with store.begin() as tx:
        rows = [(1, key(1), b"a"), (1, key(1), b"b"), (1, key(1), b"a")]
        assert inbox.take(tx, rows) == [NEW, CONFLICT, DUPLICATE]
        assert inbox.take(tx, [(1, key(1), b"b")]) == [CONFLICT]


def test_look_enters_nothing(store: Store) -> None:
    """Looking tells the same and leaves new events new."""
    rows = [(1, key(1), b"a"), (1, key(2), b"a"), (1, key(1), b"b"), (1, key(2), b"a")]
    with store.begin() as tx:
        inbox.take(tx, rows[:1])
        for _ in range(2):
            assert inbox.look(tx, rows) == [DUPLICATE, NEW, CONFLICT, NEW]
        assert inbox.look(tx, []) == []


def test_forget(store: Store) -> None:
    """Days before the given one go; the others stay."""
    with store.begin() as tx:
        inbox.take(tx, [(day, key(day), b"") for day in range(5)])
        assert inbox.forget(tx, 3) == 3
        assert inbox.take(tx, [(2, key(2), b""), (3, key(3), b"")]) == [NEW, DUPLICATE]


def test_large_batch_with_few_repeats(store: Store) -> None:
    """A batch larger than any IN list is sorted out row by row."""
    with store.begin() as tx:
        inbox.take(tx, [(1, key(i), b"a") for i in range(0, 3000, 7)])
        outcomes = inbox.take(tx, [(1, key(i), b"a") for i in range(3000)])
        assert [i for i, outcome in enumerate(outcomes) if outcome == DUPLICATE] == list(range(0, 3000, 7))


def test_rollback_forgets(store: Store) -> None:
    """What a failed transaction took is new again."""
    with pytest.raises(ZeroDivisionError), store.begin() as tx:
        inbox.take(tx, [(1, key(1), b"a")])
        _ = 1 // 0
    with store.begin() as tx:
        assert inbox.take(tx, [(1, key(1), b"a")]) == [NEW]


def test_two_workers(store: Store) -> None:
    """Of workers that take the same events at the same time, exactly one gets each as new."""
    rows = [(1, key(i), b"a") for i in range(200)]
    won: list[int] = []

    def work() -> None:
        for start in range(0, 200, 20):
            with store.begin() as tx:
                outcomes = inbox.take(tx, rows[start : start + 20])
            won.extend(start + i for i, outcome in enumerate(outcomes) if outcome == NEW)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == list(range(200))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5), st.sampled_from([b"a", b"b"])), max_size=30),
    st.data(),
)
def test_batch_size_does_not_matter(
    sqlite_store: Store, rows: list[tuple[int, int, bytes]], data: st.DataObject
) -> None:
    """Any cut of a stream into batches gives the outcomes of taking its rows one by one."""
    keyed = [(day, key(number), content) for day, number, content in rows]
    seen: dict[tuple[int, bytes], bytes] = {}
    expected = []
    for day, name, content in keyed:
        expected.append(
            NEW if (day, name) not in seen else DUPLICATE if seen[day, name] == content else CONFLICT
        )
        seen.setdefault((day, name), content)
    outcomes: list[int] = []
    with sqlite_store.begin() as tx:
        inbox.forget(tx, 100)
        while len(outcomes) < len(keyed):
            cut = data.draw(st.integers(1, len(keyed) - len(outcomes)))
            outcomes += inbox.take(tx, keyed[len(outcomes) : len(outcomes) + cut])
    assert outcomes == expected
