"""The house reverses its own decision: all of it is undone, everybody is told, and never by who decided."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ombud.base.clock import DAY, FixedClock
from ombud.base.errors import StoreError
from ombud.cases.roles import grant
from ombud.cases.work import declare_conflict
from ombud.measures.choose import Chosen
from ombud.publication.figures import compute
from ombud.redress import dispute
from ombud.redress.appeal import file_appeal
from ombud.redress.executors import connect
from ombud.redress.judge import change, keep, reverse
from ombud.redress.orders import Order
from ombud.redress.receiver import Receiver
from ombud.redress.reversal import reverse_decision
from ombud.redress.senders import Outgoing
from ombud.redress.standing import standing_of
from ombud.redress.tell import tell_reporter
from ombud.redress.tick import tick
from ombud.redress.withdraw import withdraw
from ombud.store import (
    Store,
    Tx,
    cases,
    decisions,
    filed,
    ledger,
    measures,
    migrate,
    notices,
    open_store,
    withdrawals,
)

Fails = Callable[..., None]
UPGRADE = migrate.upgrade


def reversing(decision: str, at: int, person: str = "ada", **more: Any) -> Callable[[Tx], object]:
    """Return the act of reversing a decision."""
    given = {"at": at, "no_conflict": True, **more}
    return lambda tx: reverse_decision(tx, decision, person, "The number is their own.", **given)


@pytest.mark.parametrize("person", ["ada", "olga"])
def test_everything_of_it_is_undone(store: Store, life: Any, person: str) -> None:
    """Measures, points and what rested on them are gone; person, reporters, history and ledger say so."""
    at = life.now + 200 * DAY
    with store.begin() as tx:
        done = life.whole(tx, "disable", Chosen("posting_pause", 24))
        tell_reporter(tx, done.decision, "anon:r", language="zh", at=life.now)
        assert standing_of(tx, "a1", at).points > 0
        made = reverse_decision(tx, done.decision, person, "It is a shop.", at=at, no_conflict=True)
        assert standing_of(tx, "a1", at).points == 0
        assert set(made.undone) == set(done.measures)
        rows = measures.of_decision(tx, done.decision)
        assert all((row.reversed_at, row.reversed_notice) == (at, made.notice) for row in rows)
        told = notices.get(tx, made.notice)
        assert told is not None
        assert (told.recipient, told.title) == ("a1", "We reversed our decision about your post")
        assert "Nobody had asked us to" in told.body
        assert "It is a shop." in told.body
        first, second = (n for n in notices.of_decision(tx, done.decision) if n.role == "reporter")
        assert "我们最初的决定已被撤销" in second.body
        assert "申诉已被" not in second.body
        row = decisions.get(tx, done.decision)
        assert row is not None
        assert withdrawals.of_decision(tx, row.id) == withdrawals.Withdrawal(
            row.id, made.notice, at, "own", person
        )
        (line,) = [each for each in cases.history(tx, row.case_id) if each.kind == "taken back"]
        assert line.body == {"decision": row.id, "ground": "own", "person": person}
        (entry,) = [e.body for e in ledger.entries(tx) if e.kind == "decision-withdrawn"]
        assert (entry["ground"], entry["notice"]) == ("own", made.notice)
        assert entry["by"] not in (None, person)
    assert first.at < second.at


def test_rules_and_figures_learn_of_it(store: Store, life: Any) -> None:
    """An outcome event says that the clause does not apply, and the figures count it."""
    with store.begin() as tx:
        found = [life.whole(tx, "disable", account=f"a{i}", post=f"p{i}").decision for i in range(5)]
        before = len(list(filed.payloads(tx)))
        for name in found:
            reversing(name, life.now + 1)(tx)
        told = [json.loads(line)["extra"] for line in list(filed.payloads(tx))[before:]]
        counted = {f.query.name: dict(f.rows) for f in compute(tx, 0, life.now + DAY, life.now + DAY)}
    assert counted["taken_back"] == {("own",): 5}
    assert counted["reversed"] == {("disable",): 5}
    assert told == [{"rule": "cc/phone", "applies": False}] * 5


def test_the_platform_undoes_it(store: Store, life: Any) -> None:
    """An executor gets an order to undo, which names the notice that told the person."""

    class Platform:
        def __init__(self) -> None:
            self.receiver, self.got = Receiver(), list[Order]()

        def carry_out(self, order: Order) -> Mapping[str, Any]:
            self.got.append(order)
            return self.receiver.take(order, life.now)

    class Post:
        def send(self, item: Outgoing) -> None:
            """Take it."""

    platform = Platform()
    with store.begin() as tx:
        connect(tx, "https://platform.example/", "olga", at=life.now)
        done = life.whole(tx, "disable")
    tick(store, FixedClock(life.now), [Post()], platform)
    with store.begin() as tx:
        made = reverse_decision(tx, done.decision, "ada", "x", at=life.now + 1, no_conflict=True)
    tick(store, FixedClock(life.now + 1), [Post()], platform)
    assert [(o.order, o.notice) for o in platform.got] == [("apply", done.notice), ("undo", made.notice)]
    assert platform.receiver.state() == {done.measures[0]: "undone"}


def test_who_may(store: Store, life: Any, fails: Fails) -> None:
    """Neither who decided or seconded, nor a plain reviewer, nor somebody with a conflict."""
    now = life.now
    with store.begin() as tx:
        case = life.case(tx)
        done = life.decided(tx, life.answered(tx, case, person="zoe"), life.choice("disable"))
        declare_conflict(tx, case, "ada", "A neighbour.", at=now)
    fails("redress/own-decision", store, reversing(done.decision, now, "zoe"))
    fails("cases/conflict-of-interest", store, reversing(done.decision, now, "ada"))
    fails("cases/wrong-role", store, reversing(done.decision, now, "bob"))
    fails("cases/no-such-person", store, reversing(done.decision, now, "nobody"))
    fails("redress/declare", store, reversing(done.decision, now, "olga", no_conflict=False))
    fails("redress/no-such-decision", store, reversing("d-none", now))
    fails(
        "redress/no-reasons",
        store,
        lambda tx: reverse_decision(tx, done.decision, "olga", " ", at=now, no_conflict=True),
    )


def test_the_database_knows_who_may(store: Store, life: Any) -> None:
    """Also past the function, who decided cannot be who reverses, and somebody must."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
    for who in ("ann", None):
        with pytest.raises(StoreError) as caught, store.begin() as tx:
            withdrawals.add(tx, withdrawals.Withdrawal(done.decision, done.notice, life.now, "own", who))
        assert caught.value.code == "store/constraint"


def test_not_while_an_appeal_or_a_dispute_waits(store: Store, life: Any, fails: Fails) -> None:
    """An open appeal or dispute goes first; answered, it leaves the way open."""
    now = life.now
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        appeal = file_appeal(tx, done.notice, "Mine.", at=now).id
    fails("redress/appeal-first", store, reversing(done.decision, now))
    with store.begin() as tx:
        keep(tx, appeal, "ada", "It stays.", at=now, no_conflict=True)
        row = dispute.record(tx, done.notice, "olga", body="Centre", brought_at=now, at=now).id
    fails("redress/own-decision", store, reversing(done.decision, now, "ada"))  # she answered the appeal
    fails("redress/dispute-first", store, reversing(done.decision, now, "olga"))
    with store.begin() as tx:
        dispute.note_outcome(tx, row, "olga", "overturned", "w", decided_at=now, at=now)
    fails("redress/dispute-first", store, reversing(done.decision, now, "olga"))
    with store.begin() as tx:
        dispute.decline(tx, row, "zoe", "No.", at=now, no_conflict=True)
        reversing(done.decision, now, "olga")(tx)
    fails("redress/already-undone", store, reversing(done.decision, now, "olga"))


def test_only_what_stands(store: Store, life: Any, fails: Fails) -> None:
    """What an appeal reversed or changed is not reversed again; what took its place can be, by others."""
    now = life.now
    with store.begin() as tx:
        first = life.whole(tx, "disable")
        appeal = file_appeal(tx, first.notice, "Mine.", at=now).id
        reverse(tx, appeal, "ada", "It was.", at=now, no_conflict=True)
        second = life.whole(tx, "disable", post="p2")
        appeal = file_appeal(tx, second.notice, "Mine.", at=now).id
        milder = change(tx, appeal, "zoe", life.choice("notice"), at=now, no_conflict=True).replaced_by
        grant(tx, "ann", "appeal_reviewer", by="olga", at=now)
    assert milder is not None
    for decision in (first.decision, second.decision):
        fails("redress/already-undone", store, reversing(decision, now, "olga"))
    for person in ("ann", "zoe"):  # who decided first, and who changed it
        fails("redress/own-decision", store, reversing(milder, now, person))
    with store.begin() as tx:
        reversing(milder, now, "ada")(tx)
        assert all(row.reversed_at for row in measures.of_account(tx, "a1"))


def test_a_refusal_is_not_reversed(store: Store, life: Any, fails: Fails) -> None:
    """Where no clause was found to apply nothing is taken from the person, so there is nothing to reverse."""
    with store.begin() as tx:
        done = life.decided(tx, life.answered(tx, life.case(tx), "does_not_apply"), life.choice())
    fails("redress/nothing-to-reverse", store, reversing(done.decision, life.now))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where no store is yet."""
    if request.param == "postgresql":
        found: str = request.getfixturevalue("schema_url")
        return found
    return tmp_path / "store"


def test_an_older_store_keeps_what_it_took_back(
    place: str | Path, tmp_path: Path, life: Any, furnish: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store of revision 0011 keeps its withdrawals and their guards, and then knows the new ground."""
    with monkeypatch.context() as before:
        before.setattr(migrate, "HEAD", "0011")
        before.setattr(migrate, "upgrade", lambda tables: UPGRADE(tables, "0011"))
        with open_store(place, folder=tmp_path / "files") as store:
            furnish(store)
            with store.begin() as tx:
                first, second = life.whole(tx, "disable"), life.whole(tx, "disable", post="p2")
                decision = decisions.get(tx, first.decision)
                assert decision is not None
                withdraw(tx, decision, "cluster", "An error.", at=life.now, by="ann")
                taken = withdrawals.of_decision(tx, first.decision)
            with pytest.raises(StoreError), store.begin() as tx:
                reversing(second.decision, life.now + 1)(tx)
    with open_store(place, folder=tmp_path / "files") as store:
        with store.begin() as tx:
            assert taken is not None
            assert withdrawals.of_decision(tx, first.decision) == taken
            reversing(second.decision, life.now + 1)(tx)
        for raw in ("DELETE FROM withdrawals", "UPDATE withdrawals SET at = at + 1"):
            with pytest.raises(StoreError), store.begin() as tx:
                tx.run(text(raw))
