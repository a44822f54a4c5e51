"""The reorder buffer: events leave in (``at``, ``id``) order, whatever order they came in.

**Trusted instant.** The latest ``at`` the buffer believes in. An event at most
``max_jump`` ahead of it is on time and moves it; one farther ahead *waits*
aside and moves nothing until

- three accounts (its own and two others) wait within ``max_jump`` of one
  another: they are believed, and with them whatever is now on time; or
- the trusted instant comes within ``max_jump`` of it by itself; or
- the caller ends the input (:meth:`Reorder.finish`) or vouches for an instant
  with its own clock (:meth:`Reorder.advance`).

At the start nothing is trusted, so the first events wait for one another too.

**Boundary.** With lateness L everything with ``at`` < trusted - L has been
released: the order is *released through* B = trusted - L - 1. An event with
``at`` <= B is late, for its place in the order has passed. Events of the
trusted instant itself stay, so that ties leave sorted by ``id``. Each event is
judged against all events before it, in arrival order; so neither the split
into pushes nor a restart changes what is released, late or waiting.

**Too many waiting.** With more than ``max_waiting`` events aside, the farthest
goes out as ``ahead``, as long as other events are still on time. When none was
on time while the last tenth of ``max_waiting`` came in (a quiet place with one
account, or the start of its file), the stream itself has moved on, and the
earliest that wait are believed.

Ids compare as Python strings, by code point, which is the order of their UTF-8
bytes; lone surrogates, where the two differ, never enter an event.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import attrgetter
from typing import Generic, Protocol, TypedDict, TypeVar

from ombud.base.clock import DAY

LATE = "events/late"
"""Quarantine code of an event behind the boundary."""
AHEAD = "events/clock-ahead"
"""Quarantine code of an event with an impossible or unconfirmed future time."""

MAX_WAITING = 10_000

_NEVER = -(1 << 63)  # before every instant of an event (int64 microseconds)
_END = (1 << 63) - 1  # after every one
_SLICES = 64  # parts the lateness is cut into; a push touches the ripe parts only

_at = attrgetter("at")
_order = attrgetter("at", "id")


class Named(Protocol):
    """Something with an id."""

    @property
    def id(self) -> str: ...


class Item(Protocol):
    """What the buffer reads of an event: its instant in microseconds UTC, its id, whose it is."""

    @property
    def at(self) -> int: ...
    @property
    def id(self) -> str: ...
    @property
    def account(self) -> Named: ...


E = TypeVar("E", bound=Item)


class State(TypedDict):
    """All the buffer knows besides the events inside it; plain JSON."""

    trusted: int | None
    released_through: int | None
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class Released(Generic[E]):
    """What one call let out, and what it took in.

    ``events``: in (``at``, ``id``) order, after all events of earlier calls.
    ``late`` and ``ahead``: for quarantine under :data:`LATE` and :data:`AHEAD`,
    in arrival order. ``kept``: events of this call that stay inside; so what is
    held now is what was held before, plus ``kept``, without ``events`` and ``ahead``.
    """

    events: list[E]
    late: list[E]
    ahead: list[E]
    kept: list[E]


class Reorder(Generic[E]):
    """A reorder buffer with protection against clocks that run ahead.

    Args:
        lateness: microseconds an event may come behind the trusted instant.
        max_jump: microseconds an event may be ahead of it and be believed alone.
        live: whether :meth:`advance` may be used, which makes the result depend
            on when it is called.
        max_waiting: how many events may wait aside.

    Raises:
        ValueError: a negative length, or ``max_waiting`` below 1.
    """

    def __init__(
        self,
        lateness: int = 0,
        max_jump: int = DAY,
        *,
        live: bool = False,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        if lateness < 0 or max_jump < 0 or max_waiting < 1:
            raise ValueError("lateness and max_jump are at least 0, max_waiting at least 1")
        self._lateness = lateness
        self._jump = max_jump
        self._live = live
        self._max_waiting = max_waiting
        self._trusted = _NEVER
        self._floor = _NEVER  # events below it are released or late
        self._unconfirmed = 0  # events that had to wait since the last one on time
        self._buffer: _Buffer[E] = _Buffer(lateness // _SLICES + 1)
        self._waiting: _Waiting[E] = _Waiting(max_jump)

    @property
    def released_through(self) -> int | None:
        """The boundary: events with ``at`` up to here are released or late; ``None`` at the start."""
        return None if self._floor == _NEVER else self._floor - 1

    @property
    def waiting(self) -> int:
        """How many events wait aside because their time is too far ahead."""
        return len(self._waiting)

    def __len__(self) -> int:
        """Return how many events are inside, buffered or waiting."""
        return len(self._buffer) + len(self._waiting)

    def push(self, events: Iterable[E], latest: int | None = None) -> Released[E]:
        """Take events in arrival order and return those whose turn has come.

        Args:
            events: any number of events; one call with many is cheapest.
            latest: the last instant the caller's clock allows, in microseconds;
                events after it go out as ``ahead`` at once. Give it for files
                too: no file holds honest events of the future.
        """
        step = _Step[E](_END if latest is None else latest)
        ordered = self._accept(events, step)
        return self._settle(step, ordered)

    def finish(self) -> Released[E]:
        """Release everything inside, waiting events included: the input has ended.

        The boundary moves to the last event's ``at``, even where only a stray
        clock stands behind it; ``latest`` in :meth:`push` keeps impossible ones out,
        and :meth:`drain` leaves all unconfirmed ones inside.
        """
        if self._waiting.events:
            return self._end(self._waiting.events[-1].at)
        return self._end(self._trusted)

    def drain(self) -> Released[E]:
        """Release everything but the waiting events, without regard to lateness."""
        return self._end(self._trusted)

    def advance(self, to: int) -> Released[E]:
        """Take the caller's word that the stream has reached the instant ``to``.

        For a live stream that has gone quiet: the last events need not wait for
        a next one. ``to`` is the caller's clock minus what delivery may take,
        in microseconds; later arrivals from before ``to`` - lateness are late.

        Raises:
            ValueError: the buffer was not made with ``live=True``.
        """
        if not self._live:
            raise ValueError("only a live stream follows the clock; end a file with finish()")
        step = _Step[E](_END)
        if to > self._trusted:
            self._trust(to, step)
            self._floor = max(self._floor, self._trusted - self._lateness)
        return self._settle(step, True)

    def held(self) -> list[E]:
        """Return all events inside, buffered and waiting, in (``at``, ``id``) order."""
        return sorted([*self._buffer.all(), *self._waiting.events], key=_order)

    def state(self) -> State:
        """Return what, with :meth:`held`, continues this buffer after a restart."""
        return State(
            trusted=None if self._trusted == _NEVER else self._trusted,
            released_through=self.released_through,
            unconfirmed=self._unconfirmed,
        )

    def restore(self, held: Sequence[E], state: State) -> None:
        """Continue from an earlier buffer's :meth:`held` (in its order) and :meth:`state`.

        Lateness and ``max_jump`` may differ from the earlier buffer's; they
        hold for what comes next.

        Raises:
            ValueError: this buffer has already taken something.
        """
        if len(self) or self._trusted != _NEVER or self._floor != _NEVER:
            raise ValueError("only a new buffer can be restored")
        trusted, through = state["trusted"], state["released_through"]
        self._trusted = _NEVER if trusted is None else trusted
        self._floor = _NEVER if through is None else through + 1
        self._unconfirmed = state["unconfirmed"]
        step = _Step[E](_END)
        for event in held:
            if event.at <= self._trusted + self._jump:
                step.fresh.append(event)
                self._trusted = max(self._trusted, event.at)
            elif self._waiting.add(event):
                self._trust(event.at, step)
        self._buffer.add(step.fresh)

    def _accept(self, events: Iterable[E], step: _Step[E]) -> bool:
        """Judge each event against all before it; return whether ``step.fresh`` is in order."""
        jump, lateness, last, fresh, ordered = self._jump, self._lateness, step.last, step.fresh, True
        trusted, floor = self._trusted, self._floor
        cap, wake = min(trusted + jump, last), self._waiting.first - jump
        for event in events:
            at = event.at
            if trusted < at <= cap and at < wake:
                trusted = at
                cap = at + jump if at + jump < last else last
                if at - lateness > floor:
                    floor = at - lateness
                fresh.append(event)
            elif at <= trusted:
                if at < floor:
                    step.late.append(event)
                    continue
                if ordered and fresh:
                    prior = fresh[-1]
                    ordered = prior.at < at or (prior.at == at and prior.id <= event.id)
                fresh.append(event)
            else:
                self._trusted = trusted
                if at > cap:
                    self._ahead(event, step)
                else:
                    fresh.append(event)
                    self._trust(at, step)
                trusted = self._trusted
                floor = max(floor, trusted - lateness)
                cap, wake = min(trusted + jump, last), self._waiting.first - jump
        if len(fresh) > step.mark:
            self._unconfirmed = 0
        self._trusted, self._floor = trusted, floor
        return ordered

    def _ahead(self, event: E, step: _Step[E]) -> None:
        """Refuse an event after ``last``; let one beyond the jump wait, and see whether that tips it."""
        if event.at > step.last:
            step.ahead.append(event)
            return
        if len(step.fresh) > step.mark:
            self._unconfirmed = 0
        self._unconfirmed += 1
        step.asked.append(event)
        if self._waiting.add(event):
            self._trust(event.at, step)
        elif len(self._waiting) > self._max_waiting:
            if self._unconfirmed > self._max_waiting // 10:
                self._trust(self._waiting.first, step)
            else:
                step.ahead.append(self._waiting.drop_last())
        step.mark = len(step.fresh)

    def _trust(self, at: int, step: _Step[E]) -> None:
        """Believe the instant ``at``; what waits within reach enters, and may reach farther."""
        while True:
            self._trusted = max(self._trusted, at)
            entered = self._waiting.take(self._trusted + self._jump)
            if not entered:
                return
            step.fresh += entered
            step.entered += entered
            at = entered[-1].at

    def _settle(self, step: _Step[E], ordered: bool) -> Released[E]:
        """Release what lies below the floor; keep the rest of the step's events."""
        fresh, floor = step.fresh, self._floor
        if not ordered:
            fresh.sort(key=_order)
        cut = bisect_left(fresh, floor, key=_at)
        rest = fresh[cut:]
        out = self._buffer.take(floor)
        if out and cut:
            overlap = _order(out[-1]) > _order(fresh[0])
            out += fresh[:cut]
            if overlap:
                out.sort(key=_order)
        elif cut:
            out = fresh[:cut] if rest else fresh
        self._buffer.add(rest)
        return Released(out, step.late, step.ahead, self._kept(rest, step))

    def _kept(self, rest: list[E], step: _Step[E]) -> list[E]:
        if not step.asked and not step.entered:
            return rest
        asked = {id(event) for event in step.asked}
        before = {id(event) for event in step.entered} - asked  # were inside when the step began
        gone = {id(event) for event in step.ahead}
        kept = [event for event in rest if id(event) not in before]
        bound = self._trusted + self._jump
        return kept + [event for event in step.asked if event.at > bound and id(event) not in gone]

    def _end(self, through: int) -> Released[E]:
        step = _Step[E](_END)
        if through > _NEVER:
            self._trust(through, step)
            self._floor = max(self._floor, self._trusted + 1)
        return self._settle(step, True)


class _Step(Generic[E]):
    """What one call gathers: ``fresh`` is accepted, in order of acceptance."""

    __slots__ = ("ahead", "asked", "entered", "fresh", "last", "late", "mark")

    def __init__(self, last: int) -> None:
        self.last = last  # events after it are refused
        self.fresh: list[E] = []
        self.late: list[E] = []
        self.ahead: list[E] = []
        self.asked: list[E] = []  # had to wait, in this call
        self.entered: list[E] = []  # no longer wait
        self.mark = 0  # length of `fresh` when an event last had to wait


class _Buffer(Generic[E]):
    """Accepted events by slices of time: adding is one look-up, taking sorts the ripe slices only."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._slices: dict[int, list[E]] = {}
        self._len = 0

    def __len__(self) -> int:
        return self._len

    def all(self) -> list[E]:
        return [event for part in self._slices.values() for event in part]

    def add(self, events: list[E]) -> None:
        slices, width = self._slices, self._width
        for event in events:
            number = event.at // width
            part = slices.get(number)
            if part is None:
                slices[number] = [event]
            else:
                part.append(event)
        self._len += len(events)

    def take(self, floor: int) -> list[E]:
        """Remove and return the events below the floor, sorted."""
        edge = floor // self._width
        out: list[E] = []
        for number in sorted(n for n in self._slices if n <= edge):
            part = self._slices.pop(number)
            if number == edge:
                stay = [event for event in part if event.at >= floor]
                if stay:
                    self._slices[edge] = stay
                    part = [event for event in part if event.at < floor]
            out += part
        out.sort(key=_order)
        self._len -= len(out)
        return out


class _Waiting(Generic[E]):
    """Events too far ahead, sorted, and who vouches for which stretch of time.

    Time is cut into stretches of ``max_jump``. Two events of one stretch are
    within ``max_jump`` of each other, so a stretch holds at most two accounts
    (a third would have been an agreement), and three accounts that agree across
    stretches do so in two neighbouring ones. That makes the question cheap.
    """

    def __init__(self, jump: int) -> None:
        self._jump = jump
        self._width = max(jump, 1)
        self._stretches: dict[int, dict[str, list[int]]] = {}  # stretch -> account -> sorted instants
        self.events: list[E] = []
        self.first = _END
        """The earliest instant that waits; beyond every instant when none does."""

    def __len__(self) -> int:
        return len(self.events)

    def add(self, event: E) -> bool:
        """Let an event wait; return whether three accounts agree with it now."""
        at = event.at
        self.events.insert(bisect_right(self.events, (at, event.id), key=_order), event)
        self.first = self.events[0].at
        number = at // self._width
        times = self._stretches.setdefault(number, {}).setdefault(event.account.id, [])
        times.insert(bisect_right(times, at), at)
        return self._agree(number) or self._agree(number - 1)

    def take(self, bound: int) -> list[E]:
        """Remove and return the events up to and including the bound."""
        if bound < self.first:
            return []
        cut = bisect_right(self.events, bound, key=_at)
        out = self.events[:cut]
        del self.events[:cut]
        self.first = self.events[0].at if self.events else _END
        for event in out:
            self._forget(event, 0)
        return out

    def drop_last(self) -> E:
        """Remove and return the farthest event."""
        event = self.events.pop()
        self.first = self.events[0].at if self.events else _END
        self._forget(event, -1)
        return event

    def _forget(self, event: E, end: int) -> None:
        number, account = event.at // self._width, event.account.id
        accounts = self._stretches[number]
        times = accounts[account]
        del times[end]
        if not times:
            del accounts[account]
            if not accounts:
                del self._stretches[number]

    def _agree(self, number: int) -> bool:
        """Return whether three accounts lie within the jump in this stretch and the next."""
        near, far = self._stretches.get(number, {}), self._stretches.get(number + 1, {})
        if len(near) > 2 or len(far) > 2:
            return True
        if len(near.keys() | far.keys()) < 3:
            return False
        ends = [(account, times[-1]) for account, times in near.items()]
        starts = [(account, times[0]) for account, times in far.items()]
        return any(
            len({account for account, _ in group}) == 3
            and max(at for _, at in group) - min(at for _, at in group) <= self._jump
            for group in combinations(ends + starts, 3)
        )
