"""The reorder buffer: events leave in (``at``, ``id``) order, whatever order they came in.

**Trusted instant.** The latest ``at`` the buffer believes in. An event at most
``max_jump`` ahead of it is on time and moves it. One farther ahead *waits* aside
and moves nothing, until three accounts (its own and two others) wait within
``max_jump`` of one another, or the trusted instant comes within ``max_jump`` of
it by itself, or the caller ends the input (:meth:`Reorder.finish`) or vouches for
an instant (:meth:`Reorder.advance`). At the start nothing is trusted, so the
first events wait for one another too.

**Boundary.** With lateness L everything with ``at`` < trusted - L has been
released: the order is *released through* B = trusted - L - 1, and an event with
``at`` <= B is late, for its place has passed. Events of the trusted instant
itself stay, so that ties leave sorted by ``id``. Each event is judged against
all before it, in arrival order; so neither the split into pushes nor a restart
changes what is released, late or waiting.

**Too many waiting.** With more than ``max_waiting`` events aside, the farthest
goes out as ``ahead``, as long as others are still on time. When none was on time
while the last tenth of ``max_waiting`` came in (a quiet place with one account,
or the start of its file), the stream itself has moved on, and the earliest that
wait are believed.

Ids compare by code point, the order of their UTF-8 bytes (an event has no lone surrogates).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from operator import attrgetter
from typing import Generic, Protocol, TypedDict, TypeVar

from ombud.base.clock import DAY

LATE = "events/late"  # quarantine code of an event behind the boundary
AHEAD = "events/clock-ahead"  # quarantine code of an event with an impossible or unconfirmed future time
MAX_WAITING = 10_000  # with the text of a post each, some tens of MB

_NEVER = -(1 << 63)  # before every instant of an event (int64 microseconds)
_END = (1 << 63) - 1  # after every one
_SLICES = 64  # parts the lateness is cut into; a push touches the ripe parts only

_at = attrgetter("at")
_order = attrgetter("at", "id")


class Named(Protocol):
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
    """What one call let out. ``events``: in (``at``, ``id``) order, after all events of earlier calls.
    ``late`` and ``ahead``: for quarantine under :data:`LATE` and :data:`AHEAD`,
    in the order they were refused. ``kept``: events of this call that stay inside;
    so held now is what was held before plus ``kept``, without ``events`` and ``ahead``.
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
        live: allow :meth:`advance`; the result then depends on when it is called.
        max_waiting: how many events may wait aside.

    Raises:
        ValueError: a negative length, or ``max_waiting`` below 1.
    """

    def __init__(
        self, lateness: int = 0, max_jump: int = DAY, *, live: bool = False, max_waiting: int = MAX_WAITING
    ) -> None:
        if lateness < 0 or max_jump < 0 or max_waiting < 1:
            raise ValueError("lateness and max_jump are at least 0, max_waiting at least 1")
        self._lateness, self._jump, self._live, self._max_waiting = lateness, max_jump, live, max_waiting
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
        return len(self._waiting.events)

    def __len__(self) -> int:
        return len(self._buffer) + len(self._waiting.events)

    def push(self, events: Iterable[E], latest: int | None = None) -> Released[E]:
        """Take events in arrival order and return those whose turn has come.

        Args:
            events: any number of events; one call with many is cheapest.
            latest: the last instant the caller's clock allows, in microseconds;
                events after it go out as ``ahead`` at once. Give it for files
                too: no file holds honest events of the future.
        """
        step = _Step[E](_END if latest is None else latest)
        return self._settle(step, self._accept(events, step))

    def finish(self) -> Released[E]:
        """Release everything inside, waiting events included: the input has ended.

        The boundary moves to the last event's ``at``, even a stray clock's; ``latest``
        in :meth:`push` keeps impossible ones out, :meth:`drain` leaves them inside.
        """
        return self._believe(self._waiting.events[-1].at if self._waiting.events else self._trusted, -1)

    def drain(self) -> Released[E]:
        """Release everything but the waiting events, without regard to lateness."""
        return self._believe(self._trusted, -1)

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
        return self._believe(to, self._lateness)

    def held(self) -> list[E]:
        """Return all events inside, buffered and waiting, in (``at``, ``id``) order."""
        return sorted([*self._buffer, *self._waiting.events], key=_order)

    def state(self) -> State:
        """Return what, with :meth:`held`, continues this buffer after a restart."""
        trusted = None if self._trusted == _NEVER else self._trusted
        return State(trusted=trusted, released_through=self.released_through, unconfirmed=self._unconfirmed)

    def restore(self, held: Sequence[E], state: State) -> None:
        """Continue from an earlier buffer's :meth:`held` (in its order) and :meth:`state`.

        Lateness and ``max_jump`` may differ; they hold for what comes next.

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
                self._trusted = max(self._trusted, event.at)  # rises only where max_jump grew
            elif self._waiting.add(event):
                self._trust(event.at, step)
        self._buffer.add(step.fresh)
        self._floor = max(self._floor, self._trusted - self._lateness)

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
        elif len(self._waiting.events) > self._max_waiting and self._unconfirmed > self._max_waiting // 10:
            self._trust(self._waiting.first, step)
        elif len(self._waiting.events) > self._max_waiting:
            step.ahead.append(self._waiting.take_last())
        step.mark = len(step.fresh)

    def _trust(self, at: int, step: _Step[E]) -> None:
        """Believe the instant ``at``; what waits within reach enters, and may reach farther."""
        self._trusted = max(self._trusted, at)
        while entered := self._waiting.take(self._trusted + self._jump):
            step.fresh += entered
            step.entered += entered
            self._trusted = max(self._trusted, entered[-1].at)

    def _settle(self, step: _Step[E], ordered: bool) -> Released[E]:
        """Release what lies below the floor; keep the rest of the step's events."""
        fresh, floor = step.fresh, self._floor
        if not ordered:
            fresh.sort(key=_order)
        cut = bisect_left(fresh, floor, key=_at)
        rest = fresh[cut:]
        taken = self._buffer.take(floor)
        out = [*taken, *fresh[:cut]]
        if taken and cut and _order(taken[-1]) > _order(fresh[0]):
            out.sort(key=_order)
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

    def _believe(self, at: int, lateness: int) -> Released[E]:
        step = _Step[E](_END)
        if at > _NEVER:
            self._trust(at, step)
            self._floor = max(self._floor, self._trusted - lateness)
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
        self._slices: defaultdict[int, list[E]] = defaultdict(list)

    def __iter__(self) -> Iterator[E]:
        return chain.from_iterable(self._slices.values())

    def __len__(self) -> int:
        return sum(map(len, self._slices.values()))

    def add(self, events: list[E]) -> None:
        for event in events:
            self._slices[event.at // self._width].append(event)

    def take(self, floor: int) -> list[E]:
        """Remove and return the events below the floor, sorted; equal ones in order of arrival."""
        edge = floor // self._width
        out: list[E] = []
        for number in sorted(n for n in self._slices if n <= edge):
            out += self._slices.pop(number)
        out.sort(key=_order)
        cut = bisect_left(out, floor, key=_at)
        if cut < len(out):
            self._slices[edge] = out[cut:]
            del out[cut:]
        return out


class _Waiting(Generic[E]):
    """Events too far ahead, sorted, and who has some in which stretch of time.

    A stretch is ``max_jump`` long, so it holds at most two accounts (a third
    would have been an agreement), and three accounts that agree across stretches
    do so in two neighbouring ones. That makes the question cheap.
    """

    def __init__(self, jump: int) -> None:
        self._jump = jump
        self._width = max(jump, 1)
        self._stretches: dict[int, dict[str, list[int]]] = {}  # stretch -> account -> sorted instants
        self.events: list[E] = []
        self.first = _END  # the earliest instant that waits

    def add(self, event: E) -> bool:
        """Let an event wait; return whether three accounts agree with it now."""
        at = event.at
        self.events.insert(bisect_right(self.events, (at, event.id), key=_order), event)
        self.first = self.events[0].at
        number = at // self._width
        insort(self._stretches.setdefault(number, {}).setdefault(event.account.id, []), at)
        return self._agree(number) or self._agree(number - 1)

    def take(self, bound: int) -> list[E]:
        """Remove and return the events up to the bound; the caller goes on to whatever is near them."""
        if bound < self.first:
            return []
        cut = bisect_right(self.events, bound, key=_at)
        out = self.events[:cut]
        del self.events[:cut]
        self.first = self.events[0].at if self.events else _END
        for number in {event.at // self._width for event in out}:  # never leaves a part: it is near itself
            self._stretches.pop(number, None)
        return out

    def take_last(self) -> E:
        event = self.events.pop()
        self.first = self.events[0].at if self.events else _END
        number, account = event.at // self._width, event.account.id
        accounts = self._stretches[number]
        accounts[account].pop()
        if not accounts[account]:
            del accounts[account]
        if not accounts:
            del self._stretches[number]
        return event

    def _agree(self, number: int) -> bool:
        """Return whether three accounts lie within the jump in this stretch and the next."""
        near, far = self._stretches.get(number, {}), self._stretches.get(number + 1, {})
        if len(near) > 2 or len(far) > 2:
            return True
        if len(near.keys() | far.keys()) < 3:
            return False
        ends = [(times[-1], account) for account, times in near.items()]
        starts = [(times[0], account) for account, times in far.items()]
        return any(
            len({account for _, account in three}) == 3 and max(three)[0] - min(three)[0] <= self._jump
            for three in combinations(ends + starts, 3)
        )
