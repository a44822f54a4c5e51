"""Exact sliding windows: how many events, or how many different values, a key had lately.

A window of length ``micros`` holds, for the row at ``now``, the observed events
of the same key with ``at > now - micros``: an event exactly ``micros`` old is
out. Rows come in (``at``, ``id``) order, so what has been observed so far is
also what precedes the row, and no clock is read: the state is a pure function
of the rows.

Every window keeps one queue of its events in time order and one table of live
keys. Expiry pops the queue, so an event costs the same whether its key has one
event or a million, and a key without live events has no entry anywhere.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

Observer = Callable[[int, Hashable, Hashable | None], None]
"""``observe(at, key, value)``: takes one event into a window."""
Measurer = Callable[[int, Hashable], int]
"""``measure(at, key)``: tells what the window holds for a key at the instant ``at``."""

_ALWAYS_DUE = -(1 << 63)  # before every instant an event can have (int64 microseconds)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a window measures.

    ``aggregate``: ``count`` counts events, ``distinct`` counts different values
    that are not NULL. ``micros``: the window's length in microseconds, not negative.
    """

    aggregate: Literal["count", "distinct"]
    micros: int


@dataclass(frozen=True, slots=True)
class _Window:
    observe: Observer
    measure: Measurer
    expire: Callable[[int], None]
    size: Callable[[], int]


class Windows:
    """State of several windows over rows that come in (``at``, ``id``) order.

    For each row the caller first observes it in every window whose ``where`` is
    TRUE and whose key is not NULL, then measures what it needs. ``at`` (int
    microseconds UTC) must never fall from one call to the next, whichever
    window the calls go to; whoever feeds the rows checks that once a row.

    Keys and values compare as Python's, within one window all of one column
    type (``str``, ``int``, ``float`` or ``bool``). Memory is bounded by the
    events inside the horizon.

    Raises:
        ValueError: a shape has a negative length or an unknown aggregate.
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self.shapes: tuple[Shape, ...] = tuple(shapes)
        self.horizon: int = max((shape.micros for shape in self.shapes), default=0)
        """The longest window's length in microseconds; 0 without windows."""
        self._windows = [_build(shape) for shape in self.shapes]

    def observer(self, i: int) -> Observer:
        """Return the function that takes an event into window ``i``.

        It is called with (``at``, ``key``, ``value``); a ``count`` ignores the
        value, a ``distinct`` ignores an event whose value is ``None`` (NULL).
        """
        return self._windows[i].observe

    def measurer(self, i: int) -> Measurer:
        """Return the function that measures window ``i`` for (``at``, ``key``); 0 for an unknown key."""
        return self._windows[i].measure

    def advance(self, at: int) -> None:
        """Let go of everything that is out of its window at the instant ``at``.

        Never needed for the result. A window that neither observes nor is
        measured for long keeps its last events until it is called again.
        """
        for window in self._windows:
            window.expire(at)

    def size(self) -> int:
        """Return how many entries all windows hold: queued events, live keys and live values."""
        return sum(window.size() for window in self._windows)


def _build(shape: Shape) -> _Window:
    if shape.micros < 0:
        raise ValueError(f"a window's length cannot be negative: {shape.micros}")
    if shape.aggregate == "count":
        return _count(shape.micros)
    if shape.aggregate == "distinct":
        return _distinct(shape.micros)
    raise ValueError(f"no such aggregate: {shape.aggregate!r}")


# `due` is an instant before which nothing can expire, so that most calls spend
# one comparison on expiry. It may be early (a call then finds nothing), never late:
# with the queue empty at `at`, later events are at `at` or after it.


def _count(micros: int) -> _Window:
    counts: dict[Hashable, int] = {}
    times: deque[int] = deque()
    keys: deque[Hashable] = deque()
    due = _ALWAYS_DUE
    get, add_time, add_key, next_key = counts.get, times.append, keys.append, keys.popleft

    def expire(at: int) -> None:
        nonlocal due
        cut = at - micros
        while times and times[0] <= cut:
            del times[0]
            key = next_key()
            left = counts[key] - 1
            if left:
                counts[key] = left
            else:
                del counts[key]
        due = (times[0] if times else at) + micros

    def observe(at: int, key: Hashable, _value: Hashable | None) -> None:
        if at >= due:
            expire(at)
        counts[key] = get(key, 0) + 1
        add_time(at)
        add_key(key)

    def measure(at: int, key: Hashable) -> int:
        if at >= due:
            expire(at)
        return get(key, 0)

    return _Window(observe, measure, expire, lambda: len(times) + len(counts))


def _distinct(micros: int) -> _Window:
    live: dict[Hashable, dict[Hashable, int]] = {}  # key -> value -> events that have it
    times: deque[int] = deque()
    pairs: deque[Hashable] = deque()  # key, value, key, value, ...
    due = _ALWAYS_DUE
    get, add_time, add, take = live.get, times.append, pairs.append, pairs.popleft

    def expire(at: int) -> None:
        nonlocal due
        cut = at - micros
        while times and times[0] <= cut:
            del times[0]
            key, value = take(), take()
            values = live[key]
            left = values[value] - 1
            if left:
                values[value] = left
            else:
                del values[value]
                if not values:
                    del live[key]
        due = (times[0] if times else at) + micros

    def observe(at: int, key: Hashable, value: Hashable | None) -> None:
        if value is None:
            return
        if at >= due:
            expire(at)
        values = get(key)
        if values is None:
            live[key] = {value: 1}
        else:
            values[value] = values.get(value, 0) + 1
        add_time(at)
        add(key)
        add(value)

    def measure(at: int, key: Hashable) -> int:
        if at >= due:
            expire(at)
        values = get(key)
        return 0 if values is None else len(values)

    return _Window(observe, measure, expire, lambda: len(times) + len(live) + sum(map(len, live.values())))
