"""The inbox at the door: which events are new, which repeat, which contradict an earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from ombud.base.clock import DAY, Micros, day_of, format_time
from ombud.events.archive import read_segment
from ombud.events.decode import content_digest, encode, event_key
from ombud.events.envelope import Event
from ombud.flow.history import pending_events
from ombud.store import Store, Tx, erasures, inbox, segments

REMEMBERED = 7
"""Days behind the watermark that the inbox remembers; older repeats are looked up in the archive."""


@dataclass(frozen=True, slots=True)
class Taken:
    """New events with their encoded lines, how many only repeated, and those that contradict."""

    events: list[Event]
    payloads: list[bytes]
    duplicates: int
    conflicts: list[Event]


def take(tx: Tx, events: Sequence[Event]) -> Taken:
    """Enter events into the inbox and sort out what is new."""
    payloads = [encode(event) for event in events]
    rows = [
        (day_of(event.at), event_key(event.origin, event.id), blake2b(payload, digest_size=8).digest())
        for event, payload in zip(events, payloads, strict=True)
    ]
    outcomes = inbox.take(tx, rows)
    if not any(outcomes):
        return Taken(list(events), payloads, 0, [])
    new = [i for i, outcome in enumerate(outcomes) if outcome == inbox.NEW]
    differ = [events[i] for i, outcome in enumerate(outcomes) if outcome == inbox.CONFLICT]
    conflicts = _not_erased(tx, differ)
    return Taken(
        [events[i] for i in new],
        [payloads[i] for i in new],
        outcomes.count(inbox.DUPLICATE) + len(differ) - len(conflicts),
        conflicts,
    )


def _not_erased(tx: Tx, conflicts: list[Event]) -> list[Event]:
    """Leave out events that differ from what was kept because it was erased: they only repeat.

    In quarantine they would bring the erased words back.
    """
    gone = erasures.among(tx, [(e.origin, e.id, e.account.id) for e in conflicts])
    return [event for event, erased in zip(conflicts, gone, strict=True) if not erased]


@dataclass(frozen=True, slots=True)
class Late:
    """What became of events behind the boundary: truly late, seen before, contradicting."""

    late: list[Event]
    duplicates: int
    conflicts: list[Event]


class LateDoor:
    """Tells a late event from a late repeat of one that was taken in time.

    The inbox answers for the last days; what is older is looked up in the archive's
    segments, of which the last one read is kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._file = ""
        self._known: dict[bytes, bytes] = {}

    def sort_out(self, tx: Tx, events: Sequence[Event]) -> Late:
        """Look late events up and return what each is."""
        if not events:
            return Late([], 0, [])
        rows = [(day_of(e.at), event_key(e.origin, e.id), content_digest(e)) for e in events]
        outcomes = inbox.look(tx, rows)
        late: list[Event] = []
        conflicts: list[Event] = []
        duplicates = 0
        unseen = [event.at for event, outcome in zip(events, outcomes, strict=True) if outcome == inbox.NEW]
        older = list(self._older(tx, min(unseen), max(unseen))) if unseen else []
        for event, (_, key, content), outcome in zip(events, rows, outcomes, strict=True):
            if outcome == inbox.NEW:
                outcome = _compared(older, key, content)
            if outcome == inbox.DUPLICATE:
                duplicates += 1
            else:
                (late if outcome == inbox.NEW else conflicts).append(event)
        real = _not_erased(tx, conflicts)
        return Late(late, duplicates + len(conflicts) - len(real), real)

    def _older(self, tx: Tx, first: Micros, last: Micros) -> Iterator[Mapping[bytes, bytes]]:
        """Yield what the archive knows around these instants, sealed and pending: key -> content."""
        for segment in segments.between(tx, first, last):
            if segment.file != self._file:
                self._file = segment.file
                self._known = _contents(read_segment(self._store.archive / segment.file))
            yield self._known
        yield _contents(event for _, event in pending_events(tx, since=first))


def _contents(events: Iterable[Event]) -> dict[bytes, bytes]:
    return {event_key(event.origin, event.id): content_digest(event) for event in events}


def _compared(older: Sequence[Mapping[bytes, bytes]], key: bytes, content: bytes) -> int:
    for known in older:
        if key in known:
            return inbox.DUPLICATE if known[key] == content else inbox.CONFLICT
    return inbox.NEW


def forget(tx: Tx, watermark: Micros) -> None:
    """Drop the inbox's days that lie too far behind the watermark."""
    inbox.forget(tx, day_of(watermark - REMEMBERED * DAY))


def late_words(event: Event, boundary: Micros | None) -> str:
    """Say why an event came too late."""
    through = format_time(boundary) if boundary is not None else "the start"
    return f"event {event.id!r} of {format_time(event.at)} came after the stream had passed {through}"
