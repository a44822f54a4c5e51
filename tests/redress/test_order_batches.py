"""Acknowledgements are written in batches: what is lost before is said again, and nothing else changes."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ombud.base.clock import SECOND, FixedClock, Micros
from ombud.redress.appeal import file_appeal
from ombud.redress.executors import connect
from ombud.redress.judge import reverse
from ombud.redress.orders import AGE, Order, deliver
from ombud.redress.receiver import Receiver
from ombud.redress.senders import Outgoing
from ombud.redress.tick import tick
from ombud.store import Store, executors, ledger, orders

KILLED = """
import os, signal, sys
from ombud.base.clock import FixedClock
from ombud.redress.orders import deliver
from ombud.redress.receiver import Receiver
from ombud.store import open_store
place, files, state, now, last = *sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5])
receiver = Receiver(state)

class Platform:
    calls = 0

    def carry_out(self, order):
        ack = receiver.take(order, now)
        self.calls += 1
        if self.calls == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return ack

deliver(open_store(place, folder=files), FixedClock(now), Platform(), at_once=4)
"""


class Post:
    """A way by which notices leave."""

    def send(self, item: Outgoing) -> None:
        """Take a notice."""


class Platform:
    """The reference receiver; ``before`` is called with each order before it is carried out."""

    def __init__(self, at: Micros, state: Path | str = ":memory:") -> None:
        self.receiver, self.at = Receiver(state), at
        self.got: list[Order] = []
        self.before: Callable[[Order], None] = lambda order: None

    def carry_out(self, order: Order) -> Mapping[str, Any]:
        """Take an order."""
        self.before(order)
        self.got.append(order)
        return self.receiver.take(order, self.at)

    def asked(self, measure: str) -> list[str]:
        """Return what was asked about a measure, in order."""
        return [order.order for order in self.got if order.measure == measure]


class Moving:
    """A clock that goes on by a second whenever it is asked."""

    def __init__(self, at: Micros) -> None:
        self.at = at

    def now(self) -> Micros:
        """Return a later instant than before."""
        self.at += SECOND
        return self.at


def decided(store: Store, life: Any, count: int) -> list[Any]:
    """Connect a platform, decide cases whose notices are delivered, and return what was decided."""
    with store.begin() as tx:
        connect(tx, "https://platform.example/", "olga", at=life.now)
        done = [life.whole(tx, "disable", post=f"p{i}") for i in range(count)]
    tick(store, FixedClock(life.now), [Post()])
    return done


def counts(store: Store, state: str) -> int:
    """Return how many orders are in a state, as another connection sees it."""
    with store.read() as tx:
        to = executors.connected(tx)
        assert to is not None
        return orders.counts(tx, to.n)[state]


def entered(store: Store) -> list[str]:
    """Return the keys of the orders that the ledger says are done."""
    with store.read() as tx:
        return [e.body["order"] for e in ledger.entries(tx) if e.kind == "order-done"]


@pytest.mark.parametrize("last", [1, 4, 6])
def test_killed_between_hand_over_and_acknowledgement(
    store: Store, address: str, life: Any, forks: Any, tmp_path: Path, last: int
) -> None:
    """SIGKILL costs the batch that was open: its orders come again, and everything is done once."""
    decided(store, life, 9)
    state = tmp_path / "platform.db"
    child = forks.start(KILLED, address, tmp_path / "files", state, life.now, last)
    assert child.wait() == -signal.SIGKILL, child.errors()
    written = (last - 1) // 4 * 4
    assert counts(store, "done") == len(entered(store)) == written
    platform = Platform(life.now, state)
    before = set(platform.receiver.state())
    assert len(before) == last
    assert deliver(store, FixedClock(life.now), platform).done == 9 - written
    assert len({o.measure for o in platform.got} & before) == last - written
    assert list(platform.receiver.state().values()) == ["applied"] * 9
    assert len(set(entered(store))) == len(entered(store)) == counts(store, "done") == 9


def test_what_was_acknowledged_before_a_failure_stays(store: Store, life: Any) -> None:
    """An order that fails, and an executor that breaks off, lose no acknowledgement before it."""
    decided(store, life, 6)
    platform = Platform(life.now)

    def trouble(order: Order) -> None:
        if len(platform.got) == 2:
            raise KeyboardInterrupt

    platform.before = trouble
    with pytest.raises(KeyboardInterrupt):
        deliver(store, FixedClock(life.now), platform)
    assert counts(store, "done") == 2

    def away(order: Order) -> None:
        if order.measure == third:
            raise OSError("no route to host")

    platform.before = away
    with store.read() as tx:
        third = orders.page(tx, state="waiting")[1].measure_id
    sent = deliver(store, FixedClock(life.now), platform)
    assert (sent.done, sent.failed) == (3, 1)
    assert (counts(store, "done"), counts(store, "failing")) == (5, 1)
    assert len({o.key for o in platform.got}) == len(platform.got) == 5


def test_acknowledgements_do_not_wait_long(store: Store, life: Any) -> None:
    """A slow platform's acknowledgements are written after a while, though the batch is not full."""
    decided(store, life, 8)
    platform, clock, seen = Platform(life.now), Moving(life.now), []
    platform.before = lambda order: seen.append(len(platform.got) - counts(store, "done"))
    assert deliver(store, clock, platform).done == 8
    assert 0 < max(seen) <= AGE // SECOND
    assert counts(store, "done") == 8


def test_a_batch_overtakes_nothing(store: Store, life: Any) -> None:
    """Reversed while its batch is open: what was handed over is undone after it, the rest never sent."""
    first, second = decided(store, life, 2)
    platform = Platform(life.now)

    def reversing(order: Order) -> None:
        if order.measure == second.measures[0] and order.order == "apply":
            for done in (first, second):
                with store.begin() as tx:
                    appeal = file_appeal(tx, done.notice, "Mine.", at=life.now).id
                    reverse(tx, appeal, "ada", "It was.", at=life.now, no_conflict=True)

    platform.before = reversing
    assert deliver(store, FixedClock(life.now), platform).done == 4
    assert platform.asked(first.measures[0]) == platform.asked(second.measures[0]) == ["apply", "undo"]
    assert set(platform.receiver.state().values()) == {"undone"}


def test_what_was_undone_meanwhile_is_not_handed_over(store: Store, life: Any) -> None:
    """An order of the batch at hand that a later one followed is left out."""
    first, second = decided(store, life, 2)
    platform = Platform(life.now)

    def reversing(order: Order) -> None:
        if order.measure == first.measures[0] and order.order == "apply":
            with store.begin() as tx:
                appeal = file_appeal(tx, second.notice, "Mine.", at=life.now).id
                reverse(tx, appeal, "ada", "It was.", at=life.now, no_conflict=True)

    platform.before = reversing
    deliver(store, FixedClock(life.now), platform)
    assert platform.asked(first.measures[0]) == ["apply"]
    assert platform.asked(second.measures[0]) == ["undo"]
