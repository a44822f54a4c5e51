"""Runs and what they counted."""

from __future__ import annotations

import pytest

from ombud.store import Store, runs


def test_life_of_a_run(store: Store) -> None:
    """A run is entered, counts, and ends; the counters are replaced as a whole."""
    with store.begin() as tx:
        run = runs.start(tx, 5, {"shadow": True}, {"clear-culture": "ab"}, "r1")
        runs.count(tx, run, {"events": 1})
        runs.count(tx, run, {"events": 2})
        assert runs.get(tx, run) == runs.Run(
            1, 5, None, "running", {"shadow": True}, {"clear-culture": "ab"}, "r1", {"events": 2}
        )
        runs.end(tx, run, 9, "stopped")
    with store.read() as tx:
        assert [(r.id, r.ended, r.status) for r in runs.every(tx)] == [(1, 9, "stopped")]
        assert runs.get(tx, 99) is None


def test_a_run_that_died(store: Store) -> None:
    """The next run marks one that never ended."""
    with store.begin() as tx:
        runs.start(tx, 5, {}, {})
        assert runs.start(tx, 6, {}, {}) == 2
        assert [run.status for run in runs.every(tx)] == ["died", "running"]


def test_ends_known(store: Store) -> None:
    """A run ends in one of three ways."""
    with store.begin() as tx, pytest.raises(ValueError, match="does not end"):
        runs.end(tx, 1, 1, "running")
