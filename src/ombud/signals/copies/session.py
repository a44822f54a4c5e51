"""The signal ``copies`` at work on one stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ombud.base.clock import DAY, SECOND, day_of
from ombud.events.envelope import Event
from ombud.signals.base import ANY_LANGUAGE, NOTHING, Measured, Registers
from ombud.signals.catalogue import Declared, fields_of
from ombud.signals.copies.groups import Day, Placed
from ombud.signals.copies.registered import Registered
from ombud.signals.copies.written import Written, written

WINDOW = DAY
"""Copies are counted over the events of the last 24 hours."""

COUNTED = frozenset({"post", "comment", "repost", "edit"})
"""Kinds of events whose text is counted."""


class Copies:
    """Counts copies and filled-in frames in a rolling day; knows registered texts."""

    name = "copies"
    languages = frozenset({ANY_LANGUAGE})
    version = "1"
    horizon = 2 * DAY

    @property
    def fields(self) -> Mapping[str, Declared]:
        """Field → type and meaning."""
        return fields_of(self.name)

    def session(self, registers: Registers) -> CopiesSession:
        """Start a session that reads the registers ``alerts`` and ``originals``."""
        return CopiesSession(registers)


class CopiesSession:
    """Two days of texts, and the place of the last one."""

    def __init__(self, registers: Registers) -> None:
        self._registered = Registered(registers)
        self._day: Day | None = None
        self._last: tuple[Event, Written, Placed] | None = None

    def observe(self, event: Event) -> None:
        """Count the text of an event."""
        self._last = None
        if event.kind not in COUNTED or event.post is None:
            return
        text = written(event.post.text)
        if text is None:
            return
        place = self._today(event.at).place(text)
        place.group.add(place.cluster, event.at, event.account.id)
        self._last = event, text, place

    def _today(self, at: int) -> Day:
        number = day_of(at)
        day = self._day
        if day is None or day.number != number:
            if day is not None:
                day.close()
            before = day if day is not None and day.number == number - 1 else None
            day = self._day = Day(number, before)
        return day

    def measure(self, event: Event) -> Measured:
        """Return the counts that hold right after an event, the event itself included."""
        last = self._last
        if last is None or not _is_twin(last[0], event):
            return NOTHING
        _, text, place = last
        since = event.at - WINDOW
        size, accounts, first = place.cluster.members.counted(since)
        frame, writers, began = place.group.members.counted(since)
        assert event.post is not None
        registered = self._registered.find(event.at, text, event.post.text or "")
        values: dict[str, Any] = {
            "cluster_size": size,
            "cluster_accounts": accounts,
            "cluster_first_seen": first,
            "cluster_span": (event.at - first) // SECOND,
            "template_size": frame,
            "template_accounts": writers,
            "template_first_seen": began,
            "template_span": (event.at - began) // SECOND,
            "registered": registered is not None,
        }
        if registered is not None:
            values["registered_as"] = registered
        return Measured(values)


def _is_twin(seen: Event, asked: Event) -> bool:
    """Tell whether an event is the one observed, or the post that an edit leaves behind."""
    if seen is asked:
        return True
    if seen.post is None or asked.post is None or seen.at != asked.at or seen.account.id != asked.account.id:
        return False
    return seen.post.text == asked.post.text
