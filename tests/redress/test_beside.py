"""Calls to people on duty, closings looked at again, help instead of points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from ombud.base.clock import DAY, HOUR, MINUTE, FixedClock
from ombud.base.errors import OmbudError, StoreError
from ombud.cases import work
from ombud.redress.answer import answer
from ombud.redress.appeal import file_appeal
from ombud.redress.closing import EVERY, review_closing
from ombud.redress.help import help_instead
from ombud.redress.judge import keep
from ombud.redress.page import REPEAT, Called, call, set_duty
from ombud.redress.senders import Outgoing
from ombud.redress.standing import standing_of
from ombud.redress.tick import tick
from ombud.store import (
    Store,
    Tx,
    cases,
    casework,
    closings,
    decisions,
    findings,
    ledger,
    measures,
    notices,
    pages,
    people,
    registers,
)

Fails = Callable[..., None]


class Sent:
    """A way out that remembers, or is closed."""

    def __init__(self, closed: bool = False) -> None:
        self.items: list[Outgoing] = []
        self.closed = closed

    def send(self, item: Outgoing) -> None:
        """Take it, or fail."""
        if self.closed:
            raise OSError("no route")
        self.items.append(item)


def on_duty(tx: Tx, *names: str) -> None:
    """Put people on duty."""
    for name in names:
        set_duty(tx, name, True, by="olga", at=0)


def test_somebody_is_called_until_somebody_comes(store: Store, life: Any) -> None:
    """A case in lane 0 is told to those on duty once a quarter of an hour until one takes it."""
    with store.begin() as tx:
        on_duty(tx, "ann", "bob")
        case = life.case(tx, lane=0)
        life.case(tx, post="p2")
    out = Sent()
    assert call(store, FixedClock(life.now), [out]) == Called(1, 0, 2, 0, 2)
    assert {item.recipient for item in out.items} == {"duty:ann", "duty:bob"}
    assert all(case in item.body and "p1" not in item.body for item in out.items)
    assert call(store, FixedClock(life.now + REPEAT - 1), [out]).called == 0
    assert call(store, FixedClock(life.now + REPEAT), [out]).called == 2
    assert len({item.key for item in out.items}) == 4
    late = call(store, FixedClock(life.now + 2 * HOUR), [out])
    assert (late.overdue, late.called) == (1, 2)
    assert "overdue" in out.items[-1].body
    with store.begin() as tx:
        page = pages.get(tx, case)
        assert page is not None
        assert (page.rounds, page.first_at, page.last_at) == (3, life.now, life.now + 2 * HOUR)
        assert [e.kind for e in ledger.entries(tx)].count("duty-called") == 3
        work.claim(tx, case, "ann", version=casework.version(tx, case), at=life.now)
    assert call(store, FixedClock(life.now + DAY), [out]) == Called(on_duty=2)
    with store.begin() as tx:
        work.release(tx, case, "ann", at=life.now)
    assert call(store, FixedClock(life.now + DAY), [out]).called == 2


@pytest.mark.parametrize("way", ["triage", "report", "rule"])
def test_every_way_into_lane_zero(store: Store, life: Any, way: str) -> None:
    """Triage, a report and a rule that joins an open case all bring it to those on duty."""
    with store.begin() as tx:
        on_duty(tx, "ann")
        case = life.case(tx)
        if way == "triage":
            work.triage(tx, case, "ann", at=life.now, danger=True)
        else:
            lead = cases.Lead("post", "p1", "cc", "4.4", "1.0.0", 0, 3, life.now, False)
            assert cases.open_or_join(tx, [lead], life.now) == [(case, False)]
    out = Sent()
    assert tick(store, FixedClock(life.now), [out]).wider.duty_called == 1
    assert case in out.items[0].body
    with store.begin() as tx:
        work.triage(tx, case, "ann", at=life.now, danger=False)
    assert call(store, FixedClock(life.now + DAY), [out]).waiting == 0


def test_a_call_that_reaches_nobody(store: Store, life: Any) -> None:
    """It is tried again in a minute and its failure is kept; one way out that works is enough."""
    with store.begin() as tx:
        on_duty(tx, "ann")
        case = life.case(tx, lane=0)
    assert call(store, FixedClock(life.now), [Sent(closed=True)]) == Called(1, 0, 0, 1, 1)
    with store.read() as tx:
        page = pages.get(tx, case)
        assert page is not None
        assert (page.rounds, page.error) == (0, "OSError: no route")
    assert call(store, FixedClock(life.now + MINUTE - 1), [Sent()]).called == 0
    done = call(store, FixedClock(life.now + MINUTE), [Sent(closed=True), Sent()])
    assert (done.called, done.failed) == (1, 0)
    with store.read() as tx:
        assert pages.get(tx, case).error is None  # type: ignore[union-attr]


def test_nobody_on_duty_and_no_way_out(store: Store, life: Any) -> None:
    """Then nothing is marked as called; hypothetical cases call nobody; a storm is one letter."""
    with store.begin() as tx:
        for i in range(25):
            life.case(tx, post=f"p{i}", lane=0)
        life.case(tx, post="past", lane=0, hypothetical=True)
    assert call(store, FixedClock(life.now), [Sent()]) == Called(waiting=25)
    with store.begin() as tx:
        people.save(tx, "bob", ["zh"], 0)
        on_duty(tx, "bob")
    assert call(store, FixedClock(life.now), []) == Called(waiting=25, on_duty=1)
    out = Sent()
    assert call(store, FixedClock(life.now), [out]).called == 1
    (item,) = out.items
    assert (item.language, item.title) == ("zh", "优先通道有 25 个个案无人认领")
    assert item.body.count("标题 4.4") == 20
    assert "另有 5 个" in item.body


def test_who_may_set_duty(store: Store, fails: Fails) -> None:
    """An operator does, for reviewers, and only what changes something."""
    fails("cases/wrong-role", store, lambda tx: set_duty(tx, "ann", True, by="ann", at=0))
    fails("cases/wrong-role", store, lambda tx: set_duty(tx, "ada", True, by="olga", at=0))
    fails("cases/no-such-person", store, lambda tx: set_duty(tx, "nobody", True, by="olga", at=0))
    fails("redress/on-duty", store, lambda tx: set_duty(tx, "ann", False, by="olga", at=0))
    with store.begin() as tx:
        on_duty(tx, "ann")
        set_duty(tx, "ann", False, by="olga", at=0)
        assert pages.on_duty(tx) == []


def closed(store: Store, life: Any) -> str:
    """Close an account and return the closing."""
    with store.begin() as tx:
        done = life.whole(tx, "closing", clause="4.6", severity=4)
    closing: str = done.measures[0]
    return closing


def test_a_closing_is_kept_for_another_year(store: Store, life: Any) -> None:
    """After a year it is due; kept, it is due again a year later, and the person can appeal."""
    closing = closed(store, life)
    year = life.now + EVERY
    assert tick(store, FixedClock(year - 1)).reviews_due == 0
    assert tick(store, FixedClock(year)).reviews_due == 1
    with store.begin() as tx:
        done = review_closing(tx, closing, "zoe", "kept", "It goes on elsewhere.", at=year, no_conflict=True)
        told = notices.get(tx, done.notice)
        assert told is not None
        assert (told.recipient, told.kind) == ("a1", "decision")
        assert "stays closed" in told.body
        assert "It goes on elsewhere." in told.body
    assert tick(store, FixedClock(year + 1)).reviews_due == 0
    assert tick(store, FixedClock(year + EVERY)).reviews_due == 1
    with store.begin() as tx:
        appeal = file_appeal(tx, done.notice, "I have changed.", at=year)
        with pytest.raises(OmbudError) as caught:
            keep(tx, appeal.id, "zoe", "No.", at=year, no_conflict=True)
        assert caught.value.code == "redress/own-decision"
        keep(tx, appeal.id, "ada", "Not yet.", at=year, no_conflict=True)
        assert measures.get(tx, closing).reversed_at is None  # type: ignore[union-attr]
        assert [e.kind for e in ledger.entries(tx)].count("closing-reviewed") == 1


def test_a_closing_is_opened_again(store: Store, life: Any, fails: Fails) -> None:
    """Opening undoes the closing with a notice and leaves the decision; it is not due any more."""
    closing = closed(store, life)
    year = life.now + EVERY
    with store.begin() as tx:
        before = standing_of(tx, "a1", year).points
        done = review_closing(tx, closing, "zoe", "reopened", "A year is enough.", at=year, no_conflict=True)
        row = measures.get(tx, closing)
        assert row is not None
        assert (row.reversed_at, row.reversed_notice) == (year, done.notice)
        assert "open again" in notices.get(tx, done.notice).body  # type: ignore[union-attr]
        assert standing_of(tx, "a1", year).points == before
    assert tick(store, FixedClock(year + EVERY)).reviews_due == 0

    def again(tx: Tx) -> object:
        return review_closing(tx, closing, "zoe", "kept", "No.", at=year, no_conflict=True)

    fails("redress/not-closed", store, again)


def test_who_looks_at_a_closing(store: Store, life: Any, fails: Fails) -> None:
    """Nobody who had a part in it, nobody with a conflict, and nobody without a word why."""
    closing = closed(store, life)

    def by(
        person: str, reasons: str = "x", no_conflict: bool = True, which: str = closing
    ) -> Callable[[Tx], Any]:
        return lambda tx: review_closing(
            tx, which, person, "kept", reasons, at=life.now + EVERY, no_conflict=no_conflict
        )

    fails("redress/own-decision", store, by("ann"))
    fails("redress/own-decision", store, by("bob"))
    fails("cases/wrong-role", store, by("sam"))
    fails("redress/declare", store, by("zoe", no_conflict=False))
    fails("redress/no-reasons", store, by("zoe", reasons=" "))
    fails("redress/no-such-closing", store, by("zoe", which="m-none"))
    with store.begin() as tx:
        done = review_closing(tx, closing, "zoe", "kept", "x", at=life.now, no_conflict=True)
    for act in (
        lambda tx: tx.run(text("UPDATE closing_reviews SET outcome = 'reopened'")),
        lambda tx: tx.run(text("DELETE FROM closing_reviews")),
        lambda tx: closings.add(tx, closings.Review(9, closing, life.now, "ann", "kept", done.notice)),
    ):
        with pytest.raises(StoreError), store.begin() as tx:
            act(tx)


def test_help_instead_of_points(store: Store, life: Any, fails: Fails) -> None:
    """The letter names people to talk to; the case closes with no measure, no points, and no label left."""
    with store.begin() as tx:
        row = registers.NewRow("116 123", "s", None, None, False, {"name": "听你说", "name_en": "Samaritans"})
        registers.add(tx, "hotlines", [row], at=1, name="f", sha256="0" * 64, revision="r1")
        case = life.case(tx)
        work.claim(tx, case, "ann", version=casework.version(tx, case), at=life.now)
        numbers = [each.n for each in findings.page(tx, case_id=case)]
        made = answer(
            tx, case, "ann", "does_not_apply", version=casework.version(tx, case), at=life.now,
            findings_=numbers, no_conflict=True,
        )  # fmt: skip

    def given(*numbers: str) -> Callable[[Tx], object]:
        return lambda tx: help_instead(tx, made, "ann", numbers, at=life.now)

    fails("redress/no-numbers", store, given())
    fails("redress/no-such-number", store, given("555"))
    with store.begin() as tx:
        done = help_instead(tx, made, "ann", ["116 123"], at=life.now)
        assert "Samaritans: 116 123" in done.body
        assert "You have done nothing wrong" in " ".join(done.body.split())
        assert "听你说: 116 123" not in done.body
        assert cases.get(tx, case).state == "closed"  # type: ignore[union-attr]
        assert standing_of(tx, "a1", life.now).points == 0
        assert measures.of_account(tx, "a1") == []
        assert decisions.of_case(tx, case)[0].answer == "does_not_apply"


def test_help_in_chinese_lifts_a_hold(store: Store, life: Any) -> None:
    """Help comes in the content's language, or as wanted; a hold on the item ends with it."""
    from ombud.redress.hold import hold

    with store.begin() as tx:
        row = registers.NewRow("12356", "s", None, None, False, {"name": "心理援助热线"})
        registers.add(tx, "hotlines", [row], at=1, name="f", sha256="0" * 64, revision="r1")
        case = life.case(tx)
        held = hold(tx, life.answered(tx, case), "ann", reasons="x", at=life.now)
        made = life.answered(tx, case, "does_not_apply")
        done = help_instead(tx, made, "ann", ["12356"], at=life.now, language="zh")
        assert "心理援助热线：12356" in done.body
        assert measures.get(tx, held.measures[0]).reversed_notice == done.notice  # type: ignore[union-attr]
