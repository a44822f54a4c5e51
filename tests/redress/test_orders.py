"""Orders to an executor: the notice goes first, a repeat does nothing, what is undone stays undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ombud.base.clock import DAY, HOUR, MINUTE, FixedClock
from ombud.measures.choose import Chosen
from ombud.redress.appeal import file_appeal
from ombud.redress.executors import connect, disconnect, resend, retry
from ombud.redress.hold import hold
from ombud.redress.judge import keep, reverse
from ombud.redress.orders import Order
from ombud.redress.receiver import Receiver, read_order
from ombud.redress.senders import RETRIES, Outgoing
from ombud.redress.tick import Ticked, tick
from ombud.store import Store, executors, ledger, orders

Fails = Callable[..., None]


class Post:
    """A way by which notices leave, open or shut."""

    def __init__(self) -> None:
        self.shut = False
        self.taken: list[str] = []

    def send(self, item: Outgoing) -> None:
        """Take a notice, or fail."""
        if self.shut:
            raise OSError("no such mailbox")
        self.taken.append(item.notice)


class Platform:
    """The reference receiver as an executor that can be away, lose its answers, or answer wrongly."""

    def __init__(self, at: int) -> None:
        self.receiver = Receiver()
        self.at = at
        self.away = self.deaf = False
        self.wrong: Any = None
        self.got: list[Order] = []

    def carry_out(self, order: Order) -> Mapping[str, Any]:
        """Take an order as it travels."""
        if self.away:
            raise OSError("no route to host")
        order = read_order(order.to_bytes())
        self.got.append(order)
        ack = self.receiver.take(order, self.at)
        if self.deaf:
            raise OSError("the answer was lost")
        return ack if self.wrong is None else self.wrong


@pytest.fixture
def post() -> Post:
    """A way by which notices leave."""
    return Post()


@pytest.fixture
def platform(store: Store, life: Any) -> Platform:
    """A platform that is connected."""
    with store.begin() as tx:
        connect(tx, "https://platform.example/measures", "olga", at=life.now)
    return Platform(life.now)


def ticked(store: Store, at: int, post: Post, platform: Platform) -> Ticked:
    """Let time pass."""
    return tick(store, FixedClock(at), [post], platform)


def test_decided_applied_reversed_undone(store: Store, life: Any, post: Post, platform: Platform) -> None:
    """An order names whom it concerns and no more; a reversal is carried out the same way."""
    with store.begin() as tx:
        done = life.whole(tx, "disable", Chosen("posting_pause", 24))
        assert [o.kind for m in done.measures for o in orders.of_measure(tx, m)] == ["apply", "apply"]
    seen = ticked(store, life.now, post, platform)
    assert (seen.orders_done, seen.orders_failed) == (2, 0)
    first = platform.got[0]
    assert (first.account, first.subject_kind, first.subject, first.kind) == ("a1", "post", "p1", "disable")
    assert (first.notice, first.told, first.ends_at, first.order) == (done.notice, True, None, "apply")
    assert b"private one" not in first.to_bytes()
    assert b"ann" not in first.to_bytes()
    assert set(platform.receiver.state().values()) == {"applied"}
    with store.begin() as tx:
        appeal = file_appeal(tx, done.notice, "Mine.", at=life.now).id
        reverse(tx, appeal, "ada", "It was their own.", at=life.now + 1, no_conflict=True)
    assert ticked(store, life.now + 1, post, platform).orders_done == 2
    assert set(platform.receiver.state().values()) == {"undone"}
    with store.read() as tx:
        entries = [e.body for e in ledger.entries(tx) if e.kind == "order-done"]
        assert [e["asks"] for e in entries] == ["apply", "apply", "undo", "undo"]
        acked = orders.of_measure(tx, done.measures[0])
        assert all(row.acked_at is not None and row.key in (row.ack or "") for row in acked)
    assert ticked(store, life.now + 2, post, platform).orders_done == 0


def test_nothing_is_ordered_without_an_executor(store: Store, life: Any, post: Post) -> None:
    """Without an executor no order is put; once one is connected, what is in effect is ordered."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        life.whole(tx, Chosen("posting_pause", 24), post="p2")
        assert orders.of_measure(tx, done.measures[0]) == []
    later = life.now + 2 * DAY
    tick(store, FixedClock(later), [post])
    with store.begin() as tx:
        assert orders.page(tx) == []
        connect(tx, "https://platform.example/", "olga", at=later)
    platform = Platform(later)
    assert ticked(store, later, post, platform).orders_done == 1
    assert [o.measure for o in platform.got] == list(done.measures)


def test_the_notice_goes_first(store: Store, life: Any, post: Post, platform: Platform) -> None:
    """Nothing is applied before its notice; who cannot be reached is told in the order, after a day."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
    assert tick(store, FixedClock(life.now), (), platform).orders_untold == 1
    assert tick(store, FixedClock(life.now + 9 * DAY), (), platform).orders_untold == 1
    assert platform.got == []
    post.shut = True
    assert ticked(store, life.now + 1, post, platform).orders_untold == 1
    assert ticked(store, life.now + DAY - 1, post, platform).orders_untold == 1
    assert platform.got == []
    assert ticked(store, life.now + DAY, post, platform).orders_done == 1
    assert [(o.measure, o.told) for o in platform.got] == [(done.measures[0], False)]


def test_a_person_in_danger_does_not_wait(store: Store, life: Any, post: Post, platform: Platform) -> None:
    """A hold is ordered as soon as its notice was tried, delivered or not."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx))
        hold(tx, made, "ann", reasons="It is an address.", at=life.now)
    assert tick(store, FixedClock(life.now), (), platform).orders_done == 0
    post.shut = True
    assert ticked(store, life.now, post, platform).orders_done == 1


def test_delayed_start_and_end(store: Store, life: Any, post: Post, platform: Platform) -> None:
    """What starts after seven days is ordered then, rests for an appeal, and is undone at its end."""
    with store.begin() as tx:
        choice = life.choice(Chosen("product_links_off", 24 * 30), earned="it sold")
        done = life.decided(tx, life.answered(tx, life.case(tx)), choice)
    (measure,) = done.measures
    start = life.now + 7 * DAY
    assert ticked(store, start - 1, post, platform).orders_done == 0
    assert ticked(store, start, post, platform).orders_done == 1
    assert platform.receiver.state() == {measure: "applied"}
    with store.begin() as tx:
        appeal = file_appeal(tx, done.notice, "No.", at=start + 1).id
        assert [o.kind for o in orders.of_measure(tx, measure)] == ["apply", "undo"]
    ticked(store, start + 1, post, platform)
    assert platform.receiver.state() == {measure: "undone"}
    with store.begin() as tx:
        judged = keep(tx, appeal, "ada", "It stays.", at=start + DAY, no_conflict=True)
    ticked(store, start + DAY, post, platform)
    assert platform.receiver.state() == {measure: "applied"}
    assert platform.got[-1].notice == judged.notice
    ticked(store, start + 30 * DAY, post, platform)
    assert platform.receiver.state() == {measure: "undone"}
    assert [o.order for o in platform.got] == ["apply", "undo", "apply", "undo"]


def test_undone_before_it_was_delivered(store: Store, life: Any, post: Post, platform: Platform) -> None:
    """An order to apply that was not delivered is never sent after the undo, nor obeyed if it comes late."""
    platform.away = True
    with store.begin() as tx:
        done = life.whole(tx, "disable")
    ticked(store, life.now, post, platform)
    with store.begin() as tx:
        early = orders.of_measure(tx, done.measures[0])[0]
        appeal = file_appeal(tx, done.notice, "Mine.", at=life.now).id
        reverse(tx, appeal, "ada", "It was.", at=life.now + 1, no_conflict=True)
    platform.away = False
    ticked(store, life.now + DAY, post, platform)
    assert [o.order for o in platform.got] == ["undo"]
    (undo,) = platform.got
    late = Order(**{**{n: getattr(undo, n) for n in Order.__slots__}, "order": "apply", "seq": early.seq})
    platform.receiver.take(late, life.now)
    assert set(platform.receiver.state().values()) == {"undone"}


def test_lost_answers_and_repeats(store: Store, life: Any, post: Post, platform: Platform) -> None:
    """An answer that was lost makes a repeat, which changes nothing; each repeat has the same key."""
    platform.deaf = True
    with store.begin() as tx:
        life.whole(tx, "disable")
    assert ticked(store, life.now, post, platform).orders_failed == 1
    assert ticked(store, life.now + MINUTE, post, platform).orders_failed == 1
    platform.deaf = False
    assert ticked(store, life.now + HOUR, post, platform).orders_done == 1
    assert len({o.key for o in platform.got}) == 1
    assert len(platform.got) == 3
    platform.receiver.take(platform.got[0], life.now)
    assert set(platform.receiver.state().values()) == {"applied"}


@pytest.mark.parametrize("answer", [{}, {"key": "order-other"}, {"key": None}, [], "ok", None])
def test_wrong_answers(store: Store, life: Any, post: Post, platform: Platform, answer: Any) -> None:
    """An answer without the order's key is a failure that can be seen, and the order is tried again."""
    platform.wrong = answer if answer is not None else "nothing"
    with store.begin() as tx:
        life.whole(tx, "disable")
    assert ticked(store, life.now, post, platform).orders_failed == 1
    with store.read() as tx:
        (row,) = orders.page(tx, state="failing")
        assert "redress/bad-ack" in (row.error or "")


def test_given_up_and_tried_again(
    store: Store, life: Any, post: Post, platform: Platform, fails: Fails
) -> None:
    """To apply is given up in the end and can be retried; to undo is never given up."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
    platform.away, at = True, life.now
    for _ in range(len(RETRIES) + 1):
        seen = ticked(store, at, post, platform)
        at += DAY
    assert (seen.orders_failed, seen.orders_given_up) == (1, 1)
    assert ticked(store, at, post, platform).orders_failed == 0
    fails("cases/wrong-role", store, lambda tx: retry(tx, "ann", at=at))
    fails("redress/no-such-order", store, lambda tx: retry(tx, "olga", at=at, key="order-x"))
    with store.begin() as tx:
        (row,) = orders.page(tx, state="given_up")
        assert retry(tx, "olga", at=at, key=row.key) == 1
    platform.away = False
    assert ticked(store, at, post, platform).orders_done == 1
    platform.away = True
    with store.begin() as tx:
        appeal = file_appeal(tx, done.notice, "Mine.", at=at).id
        reverse(tx, appeal, "ada", "It was.", at=at, no_conflict=True)
    for _ in range(len(RETRIES) + 3):
        seen = ticked(store, at, post, platform)
        assert (seen.orders_failed, seen.orders_given_up) == (1, 0)
        at += DAY
    platform.away = False
    assert ticked(store, at, post, platform).orders_done == 1
    assert set(platform.receiver.state().values()) == {"undone"}


def test_an_executor_that_is_away_is_not_asked_for_everything(
    store: Store, life: Any, post: Post, platform: Platform
) -> None:
    """After five failures in a row the rest waits, untouched, for the next tick."""
    with store.begin() as tx:
        for i in range(8):
            life.whole(tx, "disable", post=f"p{i}")
    platform.away = True
    assert ticked(store, life.now, post, platform).orders_failed == 5
    platform.away = False
    assert ticked(store, life.now + 1, post, platform).orders_done == 3
    assert ticked(store, life.now + HOUR, post, platform).orders_done == 5


def test_connecting(store: Store, life: Any, post: Post, platform: Platform, fails: Fails) -> None:
    """An operator connects; another executor is told all that is in effect, the first one the difference."""
    now = life.now
    for address, code in (
        ("http://platform.example/", "redress/bad-webhook"),
        ("https://user:pw@platform.example/", "redress/bad-webhook"),
        ("http://localhost:1@evil.example/", "redress/bad-webhook"),
        ("no_such_entry", "redress/no-such-executor"),
        ("https://platform.example/measures", "redress/connected"),
    ):
        fails(code, store, lambda tx, a=address: connect(tx, a, "olga", at=now))
    fails("cases/wrong-role", store, lambda tx: connect(tx, "https://other.example/", "ann", at=now))
    with store.begin() as tx:
        first = life.whole(tx, "disable")
    ticked(store, now, post, platform)
    other = Platform(now)
    with store.begin() as tx:
        connect(tx, "https://other.example/", "olga", at=now)
    assert ticked(store, now + 1, post, other).orders_done == 1
    with store.begin() as tx:
        appeal = file_appeal(tx, first.notice, "Mine.", at=now + 1).id
        reverse(tx, appeal, "ada", "It was.", at=now + 1, no_conflict=True)
        life.whole(tx, "disable", post="p2")
        assert connect(tx, "https://platform.example/measures", "olga", at=now + 2).n == 1
    assert ticked(store, now + 2, post, platform).orders_done == 2
    assert sorted(platform.receiver.state().values()) == ["applied", "undone"]
    with store.begin() as tx:
        assert disconnect(tx, "olga", at=now + 3) == 1
        assert executors.connected(tx) is None
    fails("redress/no-executor", store, lambda tx: disconnect(tx, "olga", at=now))
    fails("redress/no-executor", store, lambda tx: retry(tx, "olga", at=now))


def test_resend(store: Store, life: Any, post: Post, platform: Platform) -> None:
    """After a restore everything that is not over is said anew, above all earlier numbers."""
    with store.begin() as tx:
        life.whole(tx, "disable")
    ticked(store, life.now, post, platform)
    lost = platform.got[-1]
    later = Order(**{**{n: getattr(lost, n) for n in Order.__slots__}, "order": "undo", "seq": lost.seq + 5})
    platform.receiver.take(later, life.now)
    with store.begin() as tx:
        assert resend(tx, "olga", at=life.now + 10) == 1
    ticked(store, life.now + 10, post, platform)
    assert set(platform.receiver.state().values()) == {"applied"}


def test_clock_put_back(store: Store, life: Any, post: Post, platform: Platform) -> None:
    """With the clock put back nothing that was undone or over comes again."""
    with store.begin() as tx:
        done = life.whole(tx, "disable", Chosen("posting_pause", 24))
        end = life.now + DAY
    ticked(store, end, post, platform)
    assert sorted(platform.receiver.state().values()) == ["applied", "undone"]
    with store.begin() as tx:
        appeal = file_appeal(tx, done.notice, "Mine.", at=end).id
        reverse(tx, appeal, "ada", "It was.", at=end, no_conflict=True)
    for at in (end, life.now + 1, life.now - DAY):
        ticked(store, at, post, platform)
        assert "applied" not in platform.receiver.state().values()


def test_what_was_held_stays_down(store: Store, life: Any, post: Post, platform: Platform) -> None:
    """A held item whose clause applies is not shown again while its notice cannot be delivered."""
    post.shut = True
    with store.begin() as tx:
        case = life.case(tx)
        hold(tx, life.answered(tx, case), "ann", reasons="It is an address.", at=life.now)
    ticked(store, life.now, post, platform)
    with store.begin() as tx:
        done = life.decided(tx, life.answered(tx, case), life.choice("disable"), at=life.now + 1)
    assert ticked(store, life.now + 1, post, platform).orders_done == 2
    assert [(o.order, o.kind) for o in platform.got[1:]] == [("apply", "disable"), ("undo", "hold")]
    assert platform.receiver.state()[done.measures[0]] == "applied"


def test_reversed_while_the_order_is_on_its_way(
    store: Store, life: Any, post: Post, platform: Platform
) -> None:
    """An order that another tick has overtaken comes late to the platform, and is not obeyed."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")

    class Slow:
        """A connection on which an order lingers while the decision is reversed elsewhere."""

        def carry_out(self, order: Order) -> Mapping[str, Any]:
            """Let everything else happen first."""
            with store.begin() as tx:
                appeal = file_appeal(tx, done.notice, "Mine.", at=life.now).id
                reverse(tx, appeal, "ada", "It was.", at=life.now + 1, no_conflict=True)
            assert ticked(store, life.now + 1, post, platform).orders_done == 1
            return platform.carry_out(order)

    assert tick(store, FixedClock(life.now), [post], Slow()).orders_done == 1
    assert [o.order for o in platform.got] == ["undo", "apply"]
    assert set(platform.receiver.state().values()) == {"undone"}
    assert ticked(store, life.now + 2, post, platform).orders_done == 0
