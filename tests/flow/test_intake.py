"""The door: new, repeated, contradicting and late events are told apart, however old."""

from __future__ import annotations

from typing import Any

from ombud.base.clock import DAY, day_of
from ombud.events.archive import write_segment
from ombud.flow.intake import LateDoor, forget, take
from ombud.store import Store, inbox, pending, segments


def test_a_repeat_is_counted_and_a_contradiction_is_set_apart(store: Store, make_event: Any) -> None:
    """The same id with the same content is a duplicate; with other content it is a conflict."""
    first, other = make_event(1), make_event(2)
    changed = make_event(1, post={"id": "p1", "text": "something else"})
    with store.begin() as tx:
        taken = take(tx, [first, other])
        assert taken.events == [first, other]
        again = take(tx, [first, make_event(3), changed])
    assert (again.duplicates, again.conflicts) == (1, [changed])
    assert [event.id for event in again.events] == ["e000003"]
    assert len(again.payloads) == 1


def test_the_order_of_keys_makes_no_other_content(store: Store, make_event: Any) -> None:
    """A platform that writes its fields in another order has sent the same event."""
    with store.begin() as tx:
        take(tx, [make_event(1, extra={"a": 1, "b": 2})])
        assert take(tx, [make_event(1, extra={"b": 2, "a": 1})]).duplicates == 1


def test_a_late_repeat_is_no_late_event(store: Store, make_event: Any) -> None:
    """Delivery is at least once: what was taken in time may come again after its time."""
    taken, never = make_event(1), make_event(2)
    with store.begin() as tx:
        take(tx, [taken])
        late = LateDoor(store).sort_out(tx, [taken, never])
    assert (late.duplicates, late.late, late.conflicts) == (1, [never], [])


def test_repeats_older_than_the_inbox_are_found_in_the_archive(store: Store, make_event: Any) -> None:
    """Days that the inbox forgot are looked up in their segment, and a contradiction is seen there too."""
    old = make_event(1)
    changed = make_event(1, post={"id": "p1", "text": "something else"})
    info = write_segment(store.archive, [old], [1])
    with store.begin() as tx:
        take(tx, [old])
        segments.add(
            tx,
            segments.Segment(
                info.name, info.first_seq, info.last_seq, info.min_at, info.max_at, info.n, info.sha256
            ),
        )
        forget(tx, old.at + 9 * DAY)
        assert inbox.count(tx) == 0
        late = LateDoor(store).sort_out(tx, [old, changed, make_event(2)])
    assert late.duplicates == 1
    assert late.conflicts == [changed]
    assert [event.id for event in late.late] == ["e000002"]


def test_the_inbox_keeps_a_week(store: Store, make_event: Any) -> None:
    """Only whole days more than seven behind the watermark are forgotten."""
    event = make_event(1)
    with store.begin() as tx:
        take(tx, [event])
        forget(tx, (day_of(event.at) + 7) * DAY)
        assert inbox.count(tx) == 1
        forget(tx, (day_of(event.at) + 8) * DAY)
        assert inbox.count(tx) == 0


def test_repeats_that_only_wait_to_be_sealed_are_found(store: Store, make_event: Any) -> None:
    """An event that the inbox forgot and no segment holds yet is still known: it is pending."""
    old = make_event(1)
    with store.begin() as tx:
        taken = take(tx, [old])
        pending.add(tx, 1, taken.payloads, old.at, old.at)
        forget(tx, old.at + 9 * DAY)
        late = LateDoor(store).sort_out(tx, [old, make_event(2)])
    assert (late.duplicates, [event.id for event in late.late]) == (1, ["e000002"])
