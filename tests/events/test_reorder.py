"""The reorder buffer: order, nothing lost, lateness, clocks that run ahead, restarts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.base.clock import DAY, HOUR, MINUTE
from ombud.events.reorder import Released, Reorder, State


@dataclass(frozen=True, slots=True)
class Account:
    """An account with nothing but an id."""

    id: str


@dataclass(frozen=True, slots=True, eq=False)
class Ev:
    """An event with what the buffer reads; equal only to itself."""

    at: int
    id: str
    account: Account

    def __repr__(self) -> str:
        return f"{self.id}@{self.at}/{self.account.id}"


def ev(at: int, account: str = "a", name: str | None = None) -> Ev:
    """One event; its id tells where it came from unless a name is given."""
    return Ev(at, name if name is not None else f"{account}{at}", Account(account))


def key(event: Ev) -> tuple[int, bytes]:
    """The order of the design: at, then the id's UTF-8 bytes."""
    return event.at, event.id.encode()


def names(events: Iterable[Ev]) -> list[str]:
    """The ids, in order."""
    return [event.id for event in events]


@dataclass
class Run:
    """Everything that came out of a run, call by call joined."""

    events: list[Ev]
    late: list[Ev]
    ahead: list[Ev]

    def add(self, out: Released[Ev]) -> Released[Ev]:
        """Join one call's result."""
        self.events += out.events
        self.late += out.late
        self.ahead += out.ahead
        return out


def run(buffer: Reorder[Ev], events: list[Ev], size: int | None = None, finish: bool = True) -> Run:
    """Push events in chunks of one size (default: all at once)."""
    whole = Run([], [], [])
    size = size or max(len(events), 1)
    for i in range(0, len(events), size):
        whole.add(buffer.push(events[i : i + size]))
    if finish:
        whole.add(buffer.finish())
    return whole


def crowd(start: int, count: int, step: int = MINUTE, accounts: int = 5) -> list[Ev]:
    """A busy stretch: events of several accounts, one a step."""
    return [ev(start + i * step, f"c{i % accounts}") for i in range(count)]


# --- hypothesis: any arrivals ---------------------------------------------------------------

JUMP = 10
ATS = st.integers(0, 12) | st.integers(0, 60) | st.sampled_from([500, 505, 511, 2000, -300])
ARRIVALS = st.lists(
    st.builds(ev, ATS, st.sampled_from("abcd"), st.sampled_from(["", "1", "2", "é", "￿", "𐀀"])), max_size=50
)
BUFFERS = st.tuples(
    st.sampled_from([0, 0, 1, 5, 100]), st.sampled_from([0, JUMP, JUMP, 10_000]), st.integers(1, 30)
)


def made(shape: tuple[int, int, int]) -> Reorder[Ev]:
    """A buffer of (lateness, max_jump, max_waiting)."""
    return Reorder(shape[0], shape[1], max_waiting=shape[2])


def parts(data: st.DataObject, events: list[Ev]) -> Iterator[list[Ev]]:
    """Cut the arrivals at random."""
    while events:
        cut = data.draw(st.integers(1, len(events)))
        yield events[:cut]
        events = events[cut:]


def model(events: list[Ev], lateness: int, jump: int, limit: int) -> tuple[list[Ev], list[Ev], list[Ev]]:
    """The rules of the module's docstring, spelled out one event at a time without any index."""
    trusted: int | None = None
    inside: list[Ev] = []
    waiting: list[Ev] = []
    released: list[Ev] = []
    late: list[Ev] = []
    ahead: list[Ev] = []
    unconfirmed = 0

    def believe(at: int) -> None:
        nonlocal trusted
        trusted = at if trusted is None else max(trusted, at)
        for event in sorted(waiting, key=key):
            if event.at <= trusted + jump:
                waiting.remove(event)
                inside.append(event)
                trusted = max(trusted, event.at)

    for event in events:
        if trusted is not None and event.at < trusted - lateness:
            late.append(event)
        elif trusted is not None and event.at <= trusted + jump:
            inside.append(event)
            unconfirmed = 0
            believe(event.at)
        else:
            waiting.append(event)
            unconfirmed += 1
            windows = [[w for w in waiting if t.at <= w.at <= t.at + jump] for t in waiting]
            agreed = [w for w in windows if len({e.account.id for e in w}) >= 3]
            if agreed:
                believe(min(e.at for w in agreed for e in w))
            elif len(waiting) > limit:
                if unconfirmed > limit // 10:
                    believe(min(e.at for e in waiting))
                else:
                    far = max(reversed(waiting), key=key)
                    waiting.remove(far)
                    ahead.append(far)
        if trusted is not None:
            released += sorted((e for e in inside if e.at < trusted - lateness), key=key)
            inside = [e for e in inside if e.at >= trusted - lateness]
    return released + sorted(inside + waiting, key=key), late, ahead


@settings(max_examples=400)
@given(ARRIVALS, BUFFERS, st.integers(1, 7))
def test_the_buffer_equals_its_rules_spelled_out(
    arrivals: list[Ev], shape: tuple[int, int, int], size: int
) -> None:
    """Releases, late and refused events equal a plain model of the documented rules."""
    out = run(made(shape), arrivals, size)
    released, late, ahead = model(arrivals, *shape)
    assert [key(e) for e in out.events] == [key(e) for e in released]
    assert out.late == late
    assert [key(e) for e in out.ahead] == [key(e) for e in ahead]


FLOODS = st.lists(
    st.sampled_from([ev(0, "ok"), *(ev(at, a) for at in (95, 100, 109, 120) for a in "ab")]),
    min_size=10,
    max_size=60,
)


@settings(max_examples=300)
@given(FLOODS, st.integers(1, 20), st.integers(1, 7))
def test_a_flood_from_the_future_follows_the_rules_too(flood: list[Ev], limit: int, size: int) -> None:
    """With two accounts crowding the waiting list, who is refused or believed equals the plain model."""
    opening = [ev(0, account) for account in "xyz"]
    arrivals = opening + [ev(e.at, e.account.id, f"{i:03}") for i, e in enumerate(flood)]
    out = run(Reorder(0, JUMP, max_waiting=limit), arrivals, size)
    assert (out.events, out.late, out.ahead) == model(arrivals, 0, JUMP, limit)


@given(ARRIVALS, BUFFERS, st.data())
def test_order_holds_and_nothing_is_lost(
    arrivals: list[Ev], shape: tuple[int, int, int], data: st.DataObject
) -> None:
    """Releases are in order over all calls, and every event is released, late, refused or held; once."""
    buffer, out, pushed = made(shape), Run([], [], []), 0
    held: set[int] = set()
    for part in parts(data, arrivals):
        step = out.add(buffer.push(part))
        pushed += len(part)
        assert len(buffer) == len(buffer.held())
        assert buffer.waiting <= shape[2]
        accounted = [*out.events, *out.late, *out.ahead, *buffer.held()]
        assert len(accounted) == pushed
        assert {id(e) for e in accounted} == {id(e) for e in arrivals[:pushed]}
        kept, gone = {id(e) for e in step.kept}, {id(e) for e in [*step.events, *step.ahead]}
        assert kept <= {id(e) for e in part}
        assert not kept & (held | gone)
        held = (held | kept) - gone
        assert held == {id(e) for e in buffer.held()}
    out.add(buffer.finish())
    assert len(buffer) == 0
    assert out.events == sorted(out.events, key=key)
    assert len(out.events) + len(out.late) + len(out.ahead) == len(arrivals)


@given(ARRIVALS, BUFFERS, st.data())
def test_the_split_into_pushes_and_restarts_changes_nothing(
    arrivals: list[Ev], shape: tuple[int, int, int], data: st.DataObject
) -> None:
    """Any split, with an export and import (through JSON) at any point, gives the same releases."""
    whole = run(made(shape), arrivals)
    buffer, out = made(shape), Run([], [], [])
    for part in parts(data, arrivals):
        out.add(buffer.push(part))
        if data.draw(st.booleans()):
            held, state = buffer.held(), json.loads(json.dumps(buffer.state()))
            buffer = made(shape)
            buffer.restore(held, state)
            assert buffer.state() == state
            assert buffer.held() == held
    out.add(buffer.finish())
    assert (out.events, out.late, out.ahead) == (whole.events, whole.late, whole.ahead)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=60), st.integers(0, 9))
def test_disorder_within_the_lateness_is_never_late(moves: list[tuple[int, int]], lateness: int) -> None:
    """With lateness L, events at most L behind the latest before them all leave, sorted."""
    at, arrivals = 0, []
    for i, (step, back) in enumerate(moves):
        at += step
        arrivals.append(ev(at - min(back, lateness), "abc"[i % 3], f"{i:03}"))
    out = run(Reorder(lateness, 10**6), arrivals, 4)
    assert out.events == sorted(arrivals, key=key)
    assert not out.late


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(0, 9), st.integers(1, 9))
def test_without_jumps_late_means_behind_the_latest_minus_lateness(
    ats: list[int], lateness: int, size: int
) -> None:
    """Once three accounts have agreed, an event is late exactly if below the maximum before it - L."""
    first = [ev(0, account, "") for account in "xyz"]
    arrivals = [ev(at, "a", f"{i:03}") for i, at in enumerate(ats)]
    out = run(Reorder(lateness, 10**6), first + arrivals, size)
    late = [e for i, e in enumerate(arrivals) if e.at < max([0, *ats[:i]]) - lateness]
    assert out.late == late
    assert out.events == sorted((e for e in first + arrivals if e not in late), key=key)


@given(ARRIVALS)
def test_one_account_alone_gets_everything_out_sorted_at_the_end(arrivals: list[Ev]) -> None:
    """A file of one account: all events wait, none is late, and the end releases them in order."""
    alone = [ev(e.at, "only", e.id) for e in arrivals]
    out = run(Reorder(0, 0), alone, 3)
    assert out.events == sorted(alone, key=key)


# --- scenarios by name ------------------------------------------------------------------------


def test_events_of_one_instant_are_held_until_time_moves_on() -> None:
    """Ties leave together, by id as UTF-8 bytes, whatever order they came in."""
    buffer: Reorder[Ev] = Reorder()
    newest = crowd(0, 3)[2]
    buffer.push([*crowd(0, 2), newest])
    out = buffer.push([ev(HOUR, "a", n) for n in ("𐀀", "b", "￿", "a")])
    assert out.events == [newest]
    assert names(buffer.push([ev(HOUR, "b", "B")]).events) == []
    assert names(buffer.push([ev(HOUR + 1)]).events) == ["B", "a", "b", "￿", "𐀀"]


def test_an_event_at_the_boundary_is_late_and_one_after_it_is_not() -> None:
    """The boundary is exact: at <= released_through is late."""
    buffer: Reorder[Ev] = Reorder(10)
    buffer.push([ev(100, account) for account in "abc"])
    assert buffer.released_through == 89
    out = buffer.push([ev(89), ev(90, "d")])
    assert names(out.late) == ["a89"]
    assert "d90" in names(buffer.held())


def test_nothing_is_trusted_at_the_start() -> None:
    """A first event from 2090 does not make the rest late: three accounts must agree first."""
    stray = ev(120 * 365 * DAY, "clock")
    rest = crowd(45 * 365 * DAY, 20)
    buffer: Reorder[Ev] = Reorder()
    out = run(buffer, [stray, *rest], 1, finish=False)
    assert out.events == rest[:-1]
    assert buffer.held() == [rest[-1], stray]
    assert not out.late
    assert buffer.finish().events == [rest[-1], stray]


def test_a_first_event_from_long_ago_does_not_hold_the_rest_up() -> None:
    """A clock reset to 1970 is released first, and the stream goes on as soon as three accounts agree."""
    old, rest = ev(0, "clock"), crowd(45 * 365 * DAY, 20)
    out = run(Reorder(), [old, *rest], 1, finish=False)
    assert out.events == [old, *rest[:-1]]


def test_one_stray_clock_inside_a_file_makes_nothing_late() -> None:
    """An event far ahead waits until the end; everything after it goes on."""
    events = crowd(0, 100)
    stray = ev(90 * 365 * DAY, "clock")
    buffer: Reorder[Ev] = Reorder()
    out = run(buffer, [*events[:50], stray, *events[50:]], 7)
    assert not out.late
    assert out.events == [*events, stray]


def test_a_device_that_keeps_sending_from_the_future_agrees_with_nobody() -> None:
    """Any number of events of one account, or of two, do not advance the watermark."""
    events = crowd(0, 60)
    strays = [ev(30 * DAY + i, "ab"[i % 2]) for i in range(60)]
    buffer: Reorder[Ev] = Reorder()
    out = run(buffer, [e for pair in zip(events, strays, strict=True) for e in pair], 5, finish=False)
    assert not out.late
    assert out.events == events[:-1]
    assert buffer.waiting == 60


def test_a_quiet_place_recovers_when_two_other_accounts_agree() -> None:
    """After three quiet days one account waits; with two others near it all enter at once, in order."""
    buffer: Reorder[Ev] = Reorder()
    run(buffer, crowd(0, 10), finish=False)
    after = [ev(3 * DAY, "a"), ev(3 * DAY + HOUR, "a"), ev(3 * DAY + 2 * HOUR, "b")]
    assert names(buffer.push(after).events) == []
    assert buffer.waiting == 3
    out = buffer.push([ev(3 * DAY + 90 * MINUTE, "c"), ev(3 * DAY + 3 * HOUR, "a")])
    assert out.events[1:] == [after[0], after[1], *[e for e in out.events if e.account.id == "c"], after[2]]
    assert buffer.waiting == 0
    assert not out.late


def test_a_quiet_end_of_a_file_is_released_in_order() -> None:
    """What still waits at the end of the input leaves in order, none lost."""
    events = [*crowd(0, 10), ev(3 * DAY, "a"), ev(9 * DAY, "b"), ev(5 * DAY, "a")]
    assert run(Reorder(), events, 1).events == sorted(events, key=key)


def test_waiting_events_must_be_near_one_another_to_agree() -> None:
    """Three accounts whose instants spread over more than max_jump are three strays."""
    buffer: Reorder[Ev] = Reorder()
    run(buffer, crowd(0, 10), finish=False)
    buffer.push([ev(10 * DAY, "a"), ev(11 * DAY, "b"), ev(11 * DAY + 1, "c")])
    assert buffer.waiting == 3
    buffer.push([ev(10 * DAY + 1, "d")])
    assert buffer.waiting == 0


@pytest.mark.parametrize(
    "waiting",
    [
        [(105, "a"), (109, "b"), (112, "c")],
        [(108, "a"), (112, "b"), (115, "c")],
        [(101, "a"), (109, "a"), (112, "b"), (119, "c")],
        [(105, "a"), (111, "b"), (119, "b"), (115, "c")],
        [(100, "a"), (100, "b"), (110, "c")],
    ],
)
def test_three_accounts_agree_in_whatever_order_they_come(waiting: list[tuple[int, str]]) -> None:
    """Within max_jump (10) of one another anywhere on the line, the last to come tips it."""
    for arrivals in permutations(ev(at, account) for at, account in waiting):
        buffer: Reorder[Ev] = Reorder(0, 10)
        buffer.push([ev(0, a) for a in "xyz"])
        assert buffer.push(arrivals[:2]).events == []
        assert buffer.waiting == 2
        buffer.push(arrivals[2:])
        assert buffer.waiting == 0


@pytest.mark.parametrize("jump", [0, 3, 10])
def test_accounts_farther_apart_than_the_jump_never_agree(jump: int) -> None:
    """A span of max_jump + 1 is too wide, wherever it lies and in whatever order its events come."""
    for start in range(95, 108):
        trio = [
            ev(start, "a"),
            ev(start + jump // 2, "b"),
            ev(start + jump // 2, "b"),
            ev(start + jump + 1, "c"),
        ]
        for arrivals in permutations(trio):
            buffer: Reorder[Ev] = Reorder(0, jump)
            buffer.push([ev(0, a) for a in "xyz"])
            buffer.push(arrivals)
            assert buffer.waiting == 4


def test_waiting_events_enter_when_time_reaches_them() -> None:
    """An event that waits is on time once the trusted instant comes within max_jump of it."""
    buffer: Reorder[Ev] = Reorder(0, 10)
    run(buffer, [ev(0, a) for a in "abc"], finish=False)
    assert names(buffer.push([ev(15), ev(25), ev(26, "b")]).kept) == ["a15", "a25", "b26"]
    out = buffer.push([ev(5, "b"), ev(30, "b")])
    assert names(out.events) == ["a0", "b0", "c0", "b5", "a15", "a25", "b26"]
    assert names(out.kept) == ["b30"]


def test_exactly_max_jump_ahead_is_on_time() -> None:
    """The limit itself is allowed; one microsecond more waits."""
    buffer: Reorder[Ev] = Reorder(0, DAY)
    run(buffer, [ev(0, a) for a in "abc"], finish=False)
    buffer.push([ev(DAY + 1)])
    assert buffer.waiting == 1
    buffer.push([ev(DAY)])
    assert buffer.waiting == 0


def test_the_clock_of_the_caller_refuses_the_future_at_once() -> None:
    """Events after `latest` are refused; they neither wait nor agree."""
    buffer: Reorder[Ev] = Reorder()
    out = buffer.push([*crowd(0, 5), *(ev(9 * DAY + i, a) for i, a in enumerate("xyz"))], latest=DAY)
    assert names(out.ahead) == [f"{a}{9 * DAY + i}" for i, a in enumerate("xyz")]
    assert len(out.events) == 4
    assert buffer.push([ev(HOUR + 1)], latest=HOUR).ahead
    assert not buffer.push([ev(HOUR)], latest=HOUR).ahead
    assert names(buffer.push([ev(HOUR + 2), ev(HOUR + 4), ev(HOUR + 3)], latest=HOUR + 3).ahead) == [
        f"a{HOUR + 4}"
    ]
    assert not buffer.push([ev(9 * DAY)], latest=9 * DAY).ahead
    assert buffer.waiting == 1


@pytest.mark.parametrize("size", [1, 2, 7])
def test_too_many_waiting_beside_a_living_stream_are_refused_farthest_first(size: int) -> None:
    """While others are on time, a flood from the future is bounded; its farthest events go out."""
    buffer: Reorder[Ev] = Reorder(max_waiting=20)
    run(buffer, crowd(0, 5), finish=False)
    pairs = [(ev(HOUR + i, "ok"), ev(30 * DAY - i, "flood")) for i in range(60)]
    out = run(buffer, [event for pair in pairs for event in pair], size, finish=False)
    assert buffer.waiting == 20
    assert not out.late
    assert len(out.ahead) == 40
    assert min(e.at for e in out.ahead) > max(e.at for e in buffer.held() if e.account.id == "flood")


def test_one_account_after_a_gap_is_believed_when_nobody_else_is_left() -> None:
    """A file whose only writer comes back after a gap goes on once too many wait; nothing is refused."""
    events = [*crowd(0, 5), *(ev(5 * DAY + i * MINUTE, "solo") for i in range(100))]
    buffer: Reorder[Ev] = Reorder(max_waiting=20)
    out = run(buffer, events, 3, finish=False)
    assert out.events == events[:-1]
    assert not out.late
    assert not out.ahead


def test_an_account_that_was_refused_no_longer_vouches() -> None:
    """When a third account comes, only accounts that still wait count; the refused is not kept either."""
    buffer: Reorder[Ev] = Reorder(0, 10, max_waiting=10)
    flood = [ev(100, "a", f"{i}") for i in range(10)]
    run(buffer, [*(ev(0, a) for a in "xyz"), *flood, ev(1, "x")], finish=False)
    for stray in (ev(109, "b"), ev(108, "c"), ev(109, "d")):
        out = buffer.push([stray, ev(1, "x")])
        assert out.ahead == [stray]
        assert stray not in out.kept
    assert buffer.waiting == 10


def test_the_stream_has_moved_on_only_after_a_tenth_of_the_list_without_an_event_on_time() -> None:
    """With 20 places, the third event in a row that has to wait tips a full list, not the second."""
    buffer: Reorder[Ev] = Reorder(max_waiting=20)
    run(buffer, [*crowd(0, 5), *(ev(5 * DAY + i, "solo") for i in range(20)), ev(HOUR, "ok")], finish=False)
    for i in (20, 21):
        assert len(buffer.push([ev(5 * DAY + i, "solo")]).ahead) == 1
    assert buffer.waiting == 20
    assert len(buffer.push([ev(5 * DAY + 22, "solo")]).events) == 21
    assert buffer.waiting == 0


def test_a_sparse_file_passes_through_a_full_waiting_list() -> None:
    """One event every two days by one account: the earliest leave as more come, nothing is refused."""
    events = [ev(2 * i * DAY, "solo") for i in range(60)]
    out = run(Reorder(max_waiting=10), events, 1)
    assert out.events == events
    assert not out.ahead


def test_a_live_stream_can_be_advanced_by_the_clock() -> None:
    """advance() releases what the caller vouches for, and later arrivals from before it are late."""
    buffer: Reorder[Ev] = Reorder(0, 10, live=True)
    buffer.push([ev(1), ev(5, "b")])
    assert names(buffer.advance(6).events) == ["a1", "b5"]
    assert names(buffer.push([ev(5, "c"), ev(6, "c")]).late) == ["c5"]
    assert names(buffer.advance(6).events) == []
    buffer.push([ev(100)])
    assert buffer.waiting == 1
    out = buffer.advance(95)
    assert names(out.events) == ["c6"]
    assert buffer.waiting == 0
    assert names(buffer.held()) == ["a100"]


def test_a_file_does_not_follow_the_clock() -> None:
    """advance() is refused unless the buffer is live."""
    with pytest.raises(ValueError, match="live"):
        Reorder[Ev]().advance(1)


def test_drain_leaves_the_unconfirmed_inside() -> None:
    """drain() releases what is trusted; a stray stays and the boundary stays with the trusted instant."""
    buffer: Reorder[Ev] = Reorder(HOUR)
    events, stray = crowd(0, 10), ev(90 * DAY, "clock")
    run(buffer, [*events, stray], finish=False)
    assert buffer.drain().events == events
    assert buffer.held() == [stray]
    assert buffer.released_through == events[-1].at
    assert buffer.push([ev(events[-1].at, "z")]).late
    assert Reorder[Ev]().drain().events == []


def test_after_the_end_later_events_go_on_and_earlier_ones_are_late() -> None:
    """A second file pushed after finish() continues behind the boundary."""
    buffer: Reorder[Ev] = Reorder()
    run(buffer, crowd(0, 10))
    last = 9 * MINUTE
    out = buffer.push([ev(last, "x"), ev(last + 1, "x"), ev(last + 2, "y")])
    assert names(out.late) == [f"x{last}"]
    assert names(out.events) == [f"x{last + 1}"]


def test_duplicates_stay_both_and_in_order_of_arrival() -> None:
    """The same id at the same instant twice: both leave, first come first; the inbox tells them apart."""
    first, second = ev(7, "a", "same"), ev(7, "b", "same")
    buffer: Reorder[Ev] = Reorder(5)
    run(buffer, [ev(0, a) for a in "abc"], finish=False)
    buffer.push([first])
    buffer.push([second])
    assert buffer.finish().events[-2:] == [first, second]


def test_a_restart_may_change_lateness_and_jump() -> None:
    """New limits hold for what comes after the restart; order and boundary stay."""
    old: Reorder[Ev] = Reorder(HOUR, DAY)
    run(old, [*crowd(0, 60), *(ev(3 * DAY + i, a) for i, a in enumerate("xy"))], finish=False)
    new: Reorder[Ev] = Reorder(0, 4 * DAY)
    new.restore(old.held(), old.state())
    assert new.waiting == 0
    out = new.push([ev(HOUR, "z")])
    assert len(out.late) == 1
    assert out.events == sorted(out.events, key=key)
    assert len(new) == 1


def test_a_restart_after_the_end_keeps_the_boundary() -> None:
    """What was released through finish() stays released: the same instant is late after the restart."""
    old: Reorder[Ev] = Reorder(HOUR)
    run(old, crowd(0, 10))
    new: Reorder[Ev] = Reorder(HOUR)
    new.restore(old.held(), old.state())
    assert new.released_through == old.released_through == 9 * MINUTE
    assert names(new.push([ev(9 * MINUTE), ev(9 * MINUTE + 1)]).late) == [f"a{9 * MINUTE}"]


def test_only_a_new_buffer_is_restored() -> None:
    """Restoring into a buffer that has taken events would mix two histories."""
    buffer: Reorder[Ev] = Reorder()
    buffer.push(crowd(0, 3))
    with pytest.raises(ValueError, match="new"):
        buffer.restore([], State(trusted=None, released_through=None, unconfirmed=0))


@pytest.mark.parametrize(("lateness", "jump", "limit"), [(-1, 0, 1), (0, -1, 1), (0, 0, 0)])
def test_impossible_limits_are_refused(lateness: int, jump: int, limit: int) -> None:
    """Negative lengths and an empty waiting list raise ValueError."""
    with pytest.raises(ValueError, match="at least"):
        Reorder[Ev](lateness, jump, max_waiting=limit)


def test_an_empty_buffer_ends_quietly() -> None:
    """No events: nothing comes out, nothing is known."""
    buffer: Reorder[Ev] = Reorder()
    assert buffer.push([]) == Released([], [], [], [])
    assert buffer.finish() == Released([], [], [], [])
    assert buffer.state() == State(trusted=None, released_through=None, unconfirmed=0)
