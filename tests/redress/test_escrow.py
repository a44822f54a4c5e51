"""Kept income: paid out when it ends or is undone, refunded only if a person decided so in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ombud.base.clock import DAY, HOUR, FixedClock
from ombud.measures.choose import Chosen
from ombud.redress.appeal import file_appeal
from ombud.redress.decide import Decided
from ombud.redress.escrow import refund
from ombud.redress.executors import connect
from ombud.redress.judge import change, keep, reverse
from ombud.redress.orders import Order
from ombud.redress.receiver import Receiver, read_order
from ombud.redress.senders import Outgoing
from ombud.redress.tick import Ticked, tick
from ombud.store import Store, Tx, clauses, escrows, ledger, notices, pins
from ombud.store.clauses import ClauseVersion

Fails = Callable[..., None]
DAYS = 90


class Platform:
    """The reference receiver, and what it was asked."""

    def __init__(self) -> None:
        self.receiver, self.asked, self.at = Receiver(), list[str](), 0

    def carry_out(self, order: Order) -> Any:
        """Take an order as it travels."""
        self.asked.append(order.order)
        return self.receiver.take(read_order(order.to_bytes()), self.at)

    def send(self, item: Outgoing) -> None:
        """Take a notice."""


@pytest.fixture
def platform(store: Store, life: Any) -> Platform:
    """A platform that is connected, and a clause whose ladder knows escrow."""
    with store.begin() as tx:
        pins.pin(tx, "cc", version="1.1.0", hash="h2", payload={}, at=1, seq=2, adopt=True)
        (row,) = clauses.versions(tx, "cc", "4.4")
        given = {name: getattr(row, name) for name in ClauseVersion.__struct_fields__}
        given |= {"id": "k-escrow", "version": "1.1.0", "ordinal": 2, "in_force_from": life.now - 90 * DAY}
        given["measures"] = ",hint,notice,disable,escrow,"
        assert clauses.put(tx, ClauseVersion(**given))
        connect(tx, "https://platform.example/", "olga", at=life.now)
    return Platform()


def kept(tx: Tx, life: Any, post: str = "p1", days: int = DAYS) -> Decided:
    """Decide that an item's income is kept."""
    made = life.answered(tx, life.case(tx, post=post))
    done: Decided = life.decided(
        tx, made, life.choice(Chosen("escrow", days * 24), earned="900 yuan in tips")
    )
    return done


def ticked(store: Store, at: int, platform: Platform) -> Ticked:
    """Let time pass."""
    return tick(store, FixedClock(at), [platform], platform)


def letters(store: Store, done: Decided) -> list[notices.Notice]:
    """Return what was written about a decision."""
    with store.read() as tx:
        return notices.of_decision(tx, done.decision)


def test_paid_out_at_the_end(store: Store, life: Any, platform: Platform) -> None:
    """After 90 days the income is paid out by itself, once, and the person is told."""
    with store.begin() as tx:
        done = kept(tx, life)
    end = life.now + DAYS * DAY
    assert ticked(store, life.now, platform).orders_done == 1
    assert ticked(store, end - 1, platform).escrows_ended == 0
    seen = ticked(store, end, platform)
    assert (seen.ended, seen.escrows_ended) == (1, 1)
    assert ticked(store, end + DAY, platform).escrows_ended == 0
    assert platform.receiver.state() == {done.measures[0]: "paid_out"}
    assert platform.asked[0] == "apply"
    assert platform.asked[-1] == "pay_out"
    *_, last = letters(store, done)
    assert "paid out to you" in last.body
    with store.read() as tx:
        (entry,) = [e.body for e in ledger.entries(tx) if e.kind == "escrow-ended"]
    assert (entry["outcome"], entry["notice"]) == ("paid_out", last.id)


@pytest.mark.parametrize("days", [1, DAYS + 1])
def test_paid_out_on_reversal(store: Store, life: Any, platform: Platform, days: int) -> None:
    """A reversal pays out what was kept, before the end or after it."""
    with store.begin() as tx:
        done = kept(tx, life)
    ticked(store, life.now, platform)
    at = life.now + days * DAY
    ticked(store, at, platform)
    with store.begin() as tx:
        appeal = file_appeal(tx, done.notice, "I earned it.", at=at).id
        reverse(tx, appeal, "ada", "True.", at=at, no_conflict=True)
    ticked(store, at, platform)
    assert platform.receiver.state() == {done.measures[0]: "paid_out"}
    assert platform.asked.count("pay_out") == 1


def test_refunded(store: Store, life: Any, platform: Platform) -> None:
    """A person decides to refund, the person concerned is told ahead, and at the end it is ordered."""
    with store.begin() as tx:
        done = kept(tx, life)
        told = refund(
            tx, done.measures[0], "bob", "It was begged under a lie.", at=life.now, no_conflict=True
        )
    letter = next(each for each in letters(store, done) if each.id == told)
    assert "begged under a lie" in letter.body
    assert letter.appeal_until is not None
    end = life.now + DAYS * DAY
    ticked(store, life.now, platform)
    assert platform.asked == ["apply"]
    assert ticked(store, end, platform).escrows_ended == 1
    assert platform.receiver.state() == {done.measures[0]: "refunded"}
    assert "refunded to those who paid" in letters(store, done)[-1].body
    with store.begin() as tx:  # the decision falls after all: the author is owed what was kept
        appeal = file_appeal(tx, told, "I did not lie.", at=end).id
        reverse(tx, appeal, "ada", "True.", at=end + 1, no_conflict=True)
    ticked(store, end + 1, platform)
    assert platform.receiver.state() == {done.measures[0]: "paid_out"}


@pytest.mark.parametrize(("answer", "then"), [("kept", "refunded"), ("late", "paid_out"), (None, "undone")])
def test_a_refund_waits_for_an_appeal(
    store: Store, life: Any, platform: Platform, answer: str | None, then: str
) -> None:
    """While an appeal waits no money moves; kept = refunded, late = paid out."""
    end = life.now + DAYS * DAY
    with store.begin() as tx:
        done = kept(tx, life)
        told = refund(tx, done.measures[0], "bob", "It was a lie.", at=life.now, no_conflict=True)
    ticked(store, life.now, platform)
    with store.begin() as tx:
        appeal = file_appeal(tx, told, "I did not lie.", at=end - DAY).id
    assert ticked(store, end, platform).escrows_ended == 0
    if answer == "kept":
        with store.begin() as tx:
            keep(tx, appeal, "ada", "You did.", at=end + HOUR, no_conflict=True)
    ticked(store, end + (15 if answer == "late" else 1) * DAY, platform)
    assert platform.receiver.state() == {done.measures[0]: then}


def test_refunds_that_are_refused(store: Store, life: Any, platform: Platform, fails: Fails) -> None:
    """Not without role, reasons, declaration; not twice, not in the last week, not of what is no escrow."""
    now, end = life.now, life.now + DAYS * DAY
    with store.begin() as tx:
        done, other = kept(tx, life), life.whole(tx, "disable", post="p9")
    (measure,) = done.measures

    def act(name: str = measure, who: str = "bob", why: str = "x", at: int = now, ok: bool = True) -> Any:
        return lambda tx: refund(tx, name, who, why, at=at, no_conflict=ok)

    fails("redress/no-such-escrow", store, act("m-none"))
    fails("redress/no-such-escrow", store, act(other.measures[0]))
    fails("cases/wrong-role", store, act(who="ada"))
    fails("redress/no-reasons", store, act(why=" "))
    fails("redress/declare", store, act(ok=False))
    fails("redress/refund-too-late", store, act(at=end - 7 * DAY + 1))
    fails("redress/escrow-over", store, act(at=end))
    with store.begin() as tx:
        act(at=end - 7 * DAY)(tx)
    fails("redress/refund-decided", store, act())


def test_two_measures_on_one_item(store: Store, life: Any, platform: Platform) -> None:
    """While another measure keeps the item's income, the end of one moves no money."""
    with store.begin() as tx:
        first, second = kept(tx, life, days=10), kept(tx, life, days=20)
    ticked(store, life.now, platform)
    ticked(store, life.now + 10 * DAY, platform)
    states = platform.receiver.state()
    assert (states[first.measures[0]], states[second.measures[0]]) == ("undone", "applied")
    with store.read() as tx:
        end = escrows.get(tx, first.measures[0])
        assert end is not None
        assert end.outcome == "carried_over"
    ticked(store, life.now + 20 * DAY, platform)
    assert platform.receiver.state()[second.measures[0]] == "paid_out"


def test_changed_on_appeal(store: Store, life: Any, platform: Platform, fails: Fails) -> None:
    """A change to a shorter escrow keeps the money where it is; it never ends later than the first."""
    at = life.now + 40 * DAY
    with store.begin() as tx:
        done = kept(tx, life)
        appeal = file_appeal(tx, done.notice, "Too long.", at=at).id
    ticked(store, at, platform)

    def act(days: int) -> Callable[[Tx], Any]:
        choice = life.choice(Chosen("escrow", days * 24), earned="900 yuan")
        return lambda tx: change(tx, appeal, "ada", choice, at=at, no_conflict=True)

    fails("redress/harsher", store, act(60))
    with store.begin() as tx:
        judged = act(20)(tx)
    ticked(store, at, platform)
    assert platform.receiver.state()[done.measures[0]] == "undone"
    assert sorted(platform.receiver.state().values()) == ["applied", "undone"]
    assert judged.undone == done.measures
    ticked(store, at + 20 * DAY, platform)
    assert sorted(platform.receiver.state().values()) == ["paid_out", "undone"]


def test_in_chinese(store: Store, life: Any, platform: Platform) -> None:
    """Whoever was told in Chinese is told of the end in Chinese."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx, post="p1"))
        choice = life.choice(Chosen("escrow", 240), earned="900 元打赏", language="zh")
        done = life.decided(tx, made, choice)
        refund(tx, done.measures[0], "bob", "以谎言骗取。", at=life.now, no_conflict=True)
    ticked(store, life.now + 10 * DAY, platform)
    words = [each.body for each in letters(store, done)]
    assert "将退还付款人" in words[1]
    assert "现退还付款人" in words[2]
