"""The tables of orders, escrow and disputes refuse silence, also from raw SQL."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from ombud.base.errors import StoreError
from ombud.store import Store, Tx, disputes, escrows, executors, notices, orders, outbox
from ombud.store import measures as measures_


def _life() -> Any:
    spec = importlib.util.spec_from_file_location(
        "ombud_store_life", Path(__file__).with_name("test_life.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LIFE = _life()
AT: int = LIFE.AT
ORDER = orders.Order(1, "o-1", 1, "m-1", AT, "apply", "n-1", AT, AT)
DISPUTE = disputes.Dispute(1, "u-1", "n-1", "d-1", AT, AT, "A body", "42", "ann", b"s" * 16)


def whole(tx: Tx) -> None:
    """A measure in effect, and an executor."""
    LIFE.whole(tx)
    executors.connect(tx, "webhook", "https://example.org/", AT, "ann")


def refused(store: Store, work: Callable[[Tx], object]) -> None:
    """Show that the database refuses the work, and says why."""
    with pytest.raises(StoreError) as caught, store.begin() as tx:
        work(tx)
    assert caught.value.code == "store/constraint"


UNSOUND: list[dict[str, Any]] = [
    {"measure_id": "m-none"},
    {"notice_id": "n-none"},
    {"executor": 2},
    {"kind": "shadow_ban"},
    {"kind": "pay_out"},  # of what is no escrow
    {"kind": "refund"},
    {"acked_at": AT, "ack": "{}"},
    {"followed_at": AT},
]


@pytest.mark.parametrize("changed", UNSOUND, ids=str)
def test_an_order_needs_its_measure_and_notice(store: Store, changed: dict[str, Any]) -> None:
    """No order without an executor, a measure of a known kind, and a notice that is on its way."""
    with store.begin() as tx:
        whole(tx)
    refused(store, lambda tx: orders.put_many(tx, [msgspec.structs.replace(ORDER, **changed)]))
    with store.begin() as tx:
        orders.put_many(tx, [ORDER])
        assert orders.get(tx, "o-1") == ORDER


def test_the_notice_is_the_measures_own(store: Store) -> None:
    """To apply names a notice of the measure's decision that is in the outbox; what was undone stays so."""
    with store.begin() as tx:
        whole(tx)
        quiet = msgspec.structs.replace(LIFE.NOTICE, n=2, id="n-2", receipt=b"q" * 16)
        notices.add(tx, quiet)
    refused(store, lambda tx: orders.put_many(tx, [msgspec.structs.replace(ORDER, notice_id="n-2")]))
    with store.begin() as tx:
        outbox.put(tx, "notice:n-2", "notice", "n-2", AT)
        measures_.undo(tx, ["m-1"], AT, "n-2")
    refused(store, lambda tx: orders.put_many(tx, [ORDER]))
    with store.begin() as tx:
        orders.put_many(tx, [msgspec.structs.replace(ORDER, kind="undo")])


def test_one_last_order_each(store: Store) -> None:
    """A later order follows the one before; numbers grow; nothing is changed, replaced or deleted."""
    second = msgspec.structs.replace(ORDER, n=2, key="o-2", seq=AT + 1, kind="undo")
    with store.begin() as tx:
        whole(tx)
        orders.put_many(tx, [ORDER])
    insert = (
        "INSERT{} INTO orders (n, key, executor, measure_id, seq, kind, notice_id, at, next_at, attempts)"
        " VALUES (2, 'o-2', 1, 'm-1', {}, 'undo', 'n-1', 1, 1, 0)"
    )
    ways = ("", " OR REPLACE") if store.backend == "sqlite" else ("",)
    for way in ways:
        refused(store, lambda tx, way=way: tx.run(text(insert.format(way, AT + 1))))
    refused(store, lambda tx: orders.put_many(tx, [msgspec.structs.replace(second, seq=AT)]))
    refused(store, lambda tx: orders.put_many(tx, [msgspec.structs.replace(second, key="o-1")]))
    with store.begin() as tx:
        orders.put_many(tx, [second])
        assert [orders.state_of(row) for row in orders.of_measure(tx, "m-1")] == ["followed", "waiting"]
        assert orders.acknowledged(tx, {2: "{}"}, AT) == {2}
        assert orders.acknowledged(tx, {2: "{}"}, AT + 1) == set()
    for change in ("kind = 'apply'", "followed_at = NULL", "acked_at = 5", "notice_id = 'n-2'", "seq = 9"):
        refused(store, lambda tx, c=change: tx.run(text(f"UPDATE orders SET {c}")))
    refused(store, lambda tx: tx.run(text("DELETE FROM orders")))
    refused(store, lambda tx: tx.run(text("DELETE FROM executors")))
    refused(store, lambda tx: tx.run(text("UPDATE executors SET address = 'https://evil.example/'")))


def test_escrow_ends(store: Store) -> None:
    """A refund needs who decided it, why, and a notice; an outcome is written once."""
    with store.begin() as tx:
        whole(tx)
    bad = [
        escrows.End("m-none", outcome="paid_out", outcome_at=AT, outcome_notice="n-1"),
        escrows.End("m-1", outcome="refunded", outcome_at=AT, outcome_notice="n-1"),
        escrows.End("m-1", outcome="kept_for_us", outcome_at=AT, outcome_notice="n-1"),
        escrows.End("m-1", outcome="paid_out", outcome_at=AT),
        escrows.End("m-1", refund_at=AT, refund_by="ann", refund_notice="n-1"),
        escrows.End("m-1", refund_at=AT, refund_by="ann", reasons="x"),
    ]
    for row in bad:
        refused(store, lambda tx, row=row: escrows.add(tx, row))
    with store.begin() as tx:
        escrows.add(tx, escrows.End("m-1", AT, "ann", "n-1", "fraud", b"s" * 16))
        assert escrows.settle(tx, "m-1", "refunded", AT, "n-1")
        assert not escrows.settle(tx, "m-1", "paid_out", AT, "n-1")
        found = escrows.get(tx, "m-1")
    assert found is not None
    assert (found.outcome, found.reasons) == ("refunded", "fraud")
    for change in ("outcome = 'paid_out'", "reasons = 'other'", "reasons = 'erased'", "refund_by = 'bob'"):
        refused(store, lambda tx, c=change: tx.run(text(f"UPDATE escrow_ends SET {c}")))
    refused(store, lambda tx: tx.run(text("DELETE FROM escrow_ends")))
    with store.begin() as tx:
        tx.run(text("UPDATE escrow_ends SET reasons = 'erased', salt = NULL"))


def test_disputes(store: Store) -> None:
    """A dispute is about a notice; outcome and answer are written once, and by another person."""
    with store.begin() as tx:
        whole(tx)
    for changed in ({"notice_id": "n-none"}, {"decision_id": "d-none"}, {"body": ""}, {"outcome": "upheld"}):
        refused(store, lambda tx, c=changed: disputes.add(tx, msgspec.structs.replace(DISPUTE, **c)))
    outcome = {"outcome": "overturned", "decided_at": AT, "outcome_at": AT, "outcome_by": "ann", "words": "w"}
    answer = {"implemented": True, "answered_at": AT, "reasons": "r", "answer_notice": "n-1"}
    with store.begin() as tx:
        disputes.add(tx, DISPUTE)
        assert disputes.page(tx) == [DISPUTE] == disputes.of_decision(tx, "d-1")
    refused(store, lambda tx: disputes.change(tx, "u-1", **answer, answered_by="bob"))
    refused(store, lambda tx: disputes.change(tx, "u-1", **{**outcome, "outcome": "ignored"}))
    with store.begin() as tx:
        disputes.change(tx, "u-1", **outcome)
    refused(store, lambda tx: disputes.change(tx, "u-1", **answer, answered_by="ann"))
    with store.begin() as tx:
        disputes.change(tx, "u-1", **answer, answered_by="bob")
        assert disputes.page(tx) == []
        assert len(disputes.page(tx, open_only=False)) == 1
    for change in ("implemented = false", "words = 'x'", "outcome = 'upheld'", "body = 'Other'"):
        refused(store, lambda tx, c=change: tx.run(text(f"UPDATE disputes SET {c}")))
    refused(store, lambda tx: tx.run(text("DELETE FROM disputes")))
    with store.begin() as tx:
        tx.run(text("UPDATE disputes SET words = '', reasons = '', reference = '', salt = NULL"))
