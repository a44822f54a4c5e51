"""A repeated delivery does not bring back what was erased."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ombud.base.clock import DAY, HOUR, FixedClock
from ombud.events.archive import write_segment
from ombud.events.envelope import Account, Event, Post
from ombud.flow import intake
from ombud.publication import erase
from ombud.store import Store, open_store, segments

T0 = 20_000 * DAY
CLOCK = FixedClock(T0 + 30 * DAY)


def event(i: int, account: str) -> Event:
    """Return a post."""
    return Event(
        f"e{i}", T0 + i * HOUR, "post", Account(account), "site", "public", Post(f"p{i}", f"by {account}")
    )


def taken(store: Store, *, remembered: bool) -> list[Event]:
    """Take four events into inbox and archive; without ``remembered`` the inbox has forgotten them."""
    events = [event(i, "ab"[i % 2]) for i in range(4)]
    info = write_segment(store.archive, events, range(1, 5))
    with store.begin() as tx:
        assert len(intake.take(tx, events).events) == 4
        segments.add(tx, segments.Segment(*msgspec.structs.astuple(info)))
        if not remembered:
            intake.forget(tx, T0 + 30 * DAY)
    return events


@pytest.mark.parametrize("remembered", [True, False])
@pytest.mark.parametrize(
    ("kind", "target", "gone"), [("account", "a", {"e0", "e2"}), ("event", "e1", {"e1"})]
)
def test_a_repeat_is_only_a_repeat(
    tmp_path: Path, remembered: bool, kind: str, target: str, gone: set[str]
) -> None:
    """Events of the erased account or id are counted as repeats, also when the inbox forgot them."""
    with open_store(tmp_path / "s") as store:
        events = taken(store, remembered=remembered)
        erase.erase(store, kind, target, reason="asked", clock=CLOCK)
        with store.begin() as tx:
            late = intake.LateDoor(store).sort_out(tx, events)
        assert (late.late, late.conflicts, late.duplicates) == ([], [], 4)


def test_a_real_contradiction_is_still_one(tmp_path: Path) -> None:
    """Other content under the id of somebody who was not erased goes to quarantine as before."""
    with open_store(tmp_path / "s") as store:
        events = taken(store, remembered=True)
        erase.erase(store, "account", "a", reason="asked", clock=CLOCK)
        changed = [msgspec.structs.replace(e, post=Post("p", "other")) for e in events]
        with store.begin() as tx:
            found = intake.take(tx, changed)
        assert [e.id for e in found.conflicts] == ["e1", "e3"]
        assert found.duplicates == 2
