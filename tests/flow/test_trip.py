"""A rule that finds on everything stops opening cases, wherever the batches were cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ombud.flow.trip import BLOCK, SHARE, Trips


def test_a_rule_trips_at_its_share_of_a_block() -> None:
    """The finding that passes the share is the first that opens no case."""
    trips = Trips()
    limit = int(BLOCK * SHARE)
    assert not any(trips.count("r", seq) for seq in range(limit))
    assert trips.count("r", limit)
    assert trips.tripped == {"r": limit}


def test_a_busy_week_is_not_a_runaway() -> None:
    """Counts start again with each block."""
    trips = Trips()
    step = int(1 / SHARE) + 1
    assert not any(trips.count("r", seq) for seq in range(0, BLOCK * 3, step))


def test_a_person_lets_it_run_again() -> None:
    """After a reset the rule opens cases until it passes the share again."""
    trips = Trips()
    for seq in range(BLOCK):
        trips.count("r", seq)
    trips.reset("r")
    assert not trips.count("r", BLOCK - 1)


@given(st.lists(st.integers(0, 20_000), unique=True).map(sorted), st.integers(0, 50))
def test_a_restart_changes_nothing(seqs: list[int], cut: int) -> None:
    """State dumped and loaded in the middle gives the same answers."""
    whole, part = Trips(), Trips()
    expected = [whole.count("r", seq) for seq in seqs]
    got = [part.count("r", seq) for seq in seqs[:cut]]
    part = Trips.load(part.dump())
    got += [part.count("r", seq) for seq in seqs[cut:]]
    assert got == expected
    assert part.dump() == whole.dump()
