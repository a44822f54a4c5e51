"""Erasing reaches what executors answered and the words of disputes; the platform still undoes."""

from __future__ import annotations

from typing import Any

from ombud.base.clock import DAY, FixedClock
from ombud.redress import dispute
from ombud.redress.appeal import file_appeal
from ombud.redress.executors import connect
from ombud.redress.judge import reverse
from ombud.redress.orders import Order
from ombud.redress.senders import Outgoing
from ombud.redress.tick import tick
from ombud.store import Store, disputes, erasing, measures, orders

SECRET = "Violet of Walnut Avenue"


class Chatty:
    """A platform and a post office that say more than they should."""

    def __init__(self) -> None:
        self.away = False
        self.got: list[Order] = []

    def send(self, item: Outgoing) -> None:
        """Take a notice."""

    def carry_out(self, order: Order) -> Any:
        """Answer with a name, or fail with it."""
        if self.away:
            raise OSError(f"{SECRET} is not known here")
        self.got.append(order)
        return {"key": order.key, "note": SECRET}


def test_erased_and_undone(store: Store, life: Any) -> None:
    """Answers, failures and words of a dispute go; the id goes once the platform has undone the measure."""
    at, platform = life.now, Chatty()
    with store.begin() as tx:
        connect(tx, "https://platform.example/", "olga", at=at)
        first, second = life.whole(tx, "disable"), life.whole(tx, "disable", post="p2")
        other = life.whole(tx, "disable", account="b", post="p3")
        brought = {"body": "A body", "brought_at": at, "at": at, "body_reference": SECRET}
        name = dispute.record(tx, second.notice, "olga", **brought).id
        dispute.note_outcome(tx, name, "olga", "overturned", SECRET, decided_at=at, at=at)
        dispute.decline(tx, name, "ada", SECRET, at=at, no_conflict=True)
    tick(store, FixedClock(at), [platform], platform)
    platform.away = True
    with store.begin() as tx:
        appeal = file_appeal(tx, first.notice, "Mine.", at=at).id
        reverse(tx, appeal, "ada", "It was.", at=at, no_conflict=True)
    tick(store, FixedClock(at), [platform], platform)
    with store.begin() as tx:
        assert any(SECRET in (row.error or "") for row in orders.page(tx))
        erasing.empty_life(tx, "a1", "erased-1", at)
    with store.read() as tx:
        mine = [*orders.of_measure(tx, first.measures[0]), *orders.of_measure(tx, second.measures[0])]
        assert not any(SECRET in (row.ack or "") + (row.error or "") for row in mine)
        assert SECRET in (orders.of_measure(tx, other.measures[0])[0].ack or "")
        row = disputes.get(tx, name)
        assert row is not None
        assert SECRET not in f"{row.reference} {row.words} {row.reasons}"
        assert (row.body, row.salt) == ("A body", None)
        assert measures.get(tx, first.measures[0]).account == "a1"  # type: ignore[union-attr]
    platform.away = False
    tick(store, FixedClock(at + DAY), [platform], platform)
    assert [(o.order, o.account) for o in platform.got if o.measure == first.measures[0]][-1] == (
        "undo",
        "a1",
    )
    tick(store, FixedClock(at + DAY), [platform], platform)
    with store.read() as tx:
        assert measures.get(tx, first.measures[0]).account == "erased"  # type: ignore[union-attr]
