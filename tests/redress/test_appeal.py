"""Appeals: free, by another person, in time; reversal undoes everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ombud.base.clock import DAY, HOUR, FixedClock
from ombud.cases import roles, work
from ombud.measures.choose import Chosen
from ombud.measures.effect import in_effect
from ombud.redress.appeal import file_appeal, find_notice
from ombud.redress.decide import Decided
from ombud.redress.hold import hold, span_of
from ombud.redress.judge import agree_to_change, change, changed_plan, keep, reverse
from ombud.redress.model import Choice
from ombud.redress.standing import standing_of
from ombud.redress.tell import tell_reporter
from ombud.redress.tick import tick
from ombud.redress.writer import receipt_of
from ombud.store import Store, Tx, appeals, cases, decisions, findings, ledger, measures, notices

Fails = Callable[..., None]


def filed(tx: Tx, life: Any, done: Decided, at: int | None = None) -> str:
    """File an appeal and return its id."""
    return file_appeal(tx, done.notice or "", "It is my own number.", at=at or life.now).id


def effective(tx: Tx, measure: str, at: int) -> bool:
    """Say whether a measure is in effect."""
    row = measures.get(tx, measure)
    assert row is not None
    return in_effect(span_of(tx, row), at)


def test_by_receipt_code(store: Store, life: Any, fails: Fails) -> None:
    """The receipt code opens the notice however it is typed; a wrong one opens nothing."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        code = receipt_of(tx, done.notice or "")
        assert len(code) == 19
        for typed in (code, code.lower(), code.replace("-", ""), f" {code} "):
            assert find_notice(tx, typed).id == done.notice
        found = file_appeal(
            tx, code, "Mine.", at=life.now, representative="My aunt",
            files=[{"name": "bill.pdf", "sha256": "ab" * 32}],
        )  # fmt: skip
        assert found.due_at == life.now + 14 * DAY
        assert appeals.get(tx, found.id) == found
    for wrong in ("n-nothing", "AAAA-AAAA-AAAA-AAAA", "", "\0" * 1_000_000):
        fails("redress/no-such-notice", store, lambda tx, w=wrong: find_notice(tx, w))


def test_bad_appeals(store: Store, life: Any, fails: Fails) -> None:
    """Empty, endless, late and repeated appeals are refused; what stood still stands."""
    with store.begin() as tx:
        notice = life.whole(tx, "disable").notice
    late = life.now + 184 * DAY + 1

    def act(words: str = "Mine.", at: int = life.now, **more: Any) -> Callable[[Tx], object]:
        return lambda tx: file_appeal(tx, notice, words, at=at, **more)

    fails("redress/no-words", store, act(" \n"))
    fails("cases/too-long", store, act("x" * 20_001))
    fails("redress/too-late", store, act(at=late))
    fails("redress/bad-files", store, act(files=[{"name": "x"}]))
    fails("cases/too-long", store, act(representative="x" * 201))
    with store.begin() as tx:
        act(at=late - 1)(tx)
    fails("redress/already-appealed", store, act())


def test_another_person(store: Store, life: Any, fails: Fails) -> None:
    """Neither who decided nor who agreed answers; nor without the role, nor with a conflict."""
    with store.begin() as tx:
        case = life.case(tx, clause="4.6", severity=4)
        made = life.answered(tx, case, person="zoe")
        done = life.decided(tx, made, life.choice("disable"))
        assert decisions.get(tx, done.decision).seconded_by == "bob"  # type: ignore[union-attr]
        appeal = filed(tx, life, done)
        assert appeals.get(tx, appeal).due_at == life.now + 72 * HOUR  # type: ignore[union-attr]
    given = {"at": life.now, "no_conflict": True}
    fails("redress/own-decision", store, lambda tx: reverse(tx, appeal, "zoe", "x", **given))
    fails("cases/wrong-role", store, lambda tx: reverse(tx, appeal, "bob", "x", **given))
    fails("cases/wrong-role", store, lambda tx: keep(tx, appeal, "olga", "x", **given))
    fails("redress/declare", store, lambda tx: keep(tx, appeal, "ada", "x", at=life.now))
    fails("redress/no-reasons", store, lambda tx: keep(tx, appeal, "ada", " ", **given))
    fails("redress/no-such-appeal", store, lambda tx: keep(tx, "a-none", "ada", "x", **given))
    with store.begin() as tx:
        work.declare_conflict(tx, case, "ada", "a friend", at=life.now)
    fails("cases/conflict-of-interest", store, lambda tx: keep(tx, appeal, "ada", "x", **given))


def test_kept(store: Store, life: Any, fails: Fails) -> None:
    """A kept decision stays, with reasons in a notice that is itself an answer."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        appeal = filed(tx, life, done)
        judged = keep(tx, appeal, "ada", "It is a neighbour's number.", at=life.now + 1, no_conflict=True)
        assert effective(tx, done.measures[0], life.now + 2)
        row = appeals.get(tx, appeal)
        assert row is not None
        assert (row.outcome, row.judged_by, row.answer_notice) == ("kept", "ada", judged.notice)
        assert "neighbour" in notices.get(tx, judged.notice).body  # type: ignore[union-attr]
    given = {"at": life.now, "no_conflict": True}
    fails("redress/answered", store, lambda tx: reverse(tx, appeal, "ada", "x", **given))
    fails("redress/nothing-to-appeal", store, lambda tx: file_appeal(tx, judged.notice, "x", at=life.now))


def test_reversed_restores_exactly(store: Store, life: Any) -> None:
    """After reversal standing is, at every instant, what it was without the decision; measures are undone."""
    with store.begin() as tx:
        life.whole(tx, "disable", at=life.now - 100 * DAY)
        before = [standing_of(tx, "a1", life.now + d * DAY) for d in (0, 50, 100, 400)]
        done = life.whole(tx, "disable", Chosen("posting_pause", 24), post="p2")
        assert standing_of(tx, "a1", life.now).points > before[0].points
        judged = reverse(
            tx, filed(tx, life, done), "ada", "It was theirs.", at=life.now + HOUR, no_conflict=True
        )
        assert set(judged.undone) == set(done.measures)
        assert [standing_of(tx, "a1", life.now + d * DAY) for d in (0, 50, 100, 400)] == before
        assert not any(effective(tx, m, life.now + HOUR) for m in done.measures)
        assert all(effective(tx, m, life.now + 1) for m in done.measures)
        body = notices.get(tx, judged.notice).body  # type: ignore[union-attr]
        assert "wrong" in body
        assert "sorry" in body
        assert "pause in posting" in body


def test_what_rested_on_the_points_falls_too(store: Store, life: Any) -> None:
    """A later pause that the reversed points had made possible is undone as well; others stay."""
    with store.begin() as tx:
        first = life.whole(tx, "disable", clause="2.1", severity=2)
        life.whole(tx, "disable", clause="2.1", severity=2, post="p2")
        later = life.whole(tx, "disable", Chosen("posting_pause", 72), post="p3")
        disable, pause = (measures.get(tx, m) for m in later.measures)
        assert pause.needs_points == 6  # type: ignore[union-attr]
        judged = reverse(tx, filed(tx, life, first), "ada", "x", at=life.now, no_conflict=True)
        assert pause.id not in judged.undone  # type: ignore[union-attr]  # 2 + 4 points still carry 3 days
        second = life.whole(tx, "disable", clause="2.1", severity=2, post="p4", account="a2")
        more = life.whole(tx, "disable", Chosen("posting_pause", 72), post="p5", account="a2")
        judged = reverse(tx, filed(tx, life, second), "ada", "x", at=life.now, no_conflict=True)
        assert set(judged.undone) == {second.measures[0], more.measures[1]}
        assert effective(tx, more.measures[0], life.now + 1)
        assert disable is not None


def test_changed(store: Store, life: Any, fails: Fails) -> None:
    """A changed decision is a new one in the place of the first: milder, with its own notice and appeal."""
    with store.begin() as tx:
        done = life.whole(tx, "disable", Chosen("posting_pause", 24))
        appeal = filed(tx, life, done)
    given = {"at": life.now + 1, "no_conflict": True}
    harsher = life.choice("disable", Chosen("rate_limit", 5))
    fails("measures/not-on-the-ladder", store, lambda tx: change(tx, appeal, "ada", harsher, **given))
    with store.begin() as tx:
        judged = change(tx, appeal, "ada", life.choice("notice", severity=2), **given)
        assert set(judged.undone) == set(done.measures)
        new = decisions.get(tx, judged.replaced_by or "")
        assert new is not None
        assert (new.replaces, new.decided_by, new.severity) == (done.decision, "ada", 2)
        assert standing_of(tx, "a1", life.now + 1).points == 0
        assert notices.correction_of(tx, judged.notice).free  # type: ignore[union-attr]
        again = filed(tx, life, Decided(new.id, judged.notice), life.now + 2)
    fails("redress/own-decision", store, lambda tx: keep(tx, again, "ada", "x", **given))
    with store.begin() as tx:
        keep(tx, again, "zoe", "It stays.", **given)


def test_nothing_becomes_harsher(store: Store, life: Any, fails: Fails) -> None:
    """An appeal never ends with a longer or graver measure than it began with."""
    with store.begin() as tx:
        life.whole(tx, "disable", post="p0")
        done = life.whole(tx, "disable", Chosen("posting_pause", 24))
        mild = life.whole(tx, "notice", post="p2", account="a3")
        appeal, other = filed(tx, life, done), filed(tx, life, mild)
    given = {"at": life.now, "no_conflict": True}
    longer = life.choice("disable", Chosen("posting_pause", 72))
    fails("redress/harsher", store, lambda tx: change(tx, appeal, "ada", longer, **given))
    fails("redress/harsher", store, lambda tx: change(tx, other, "ada", life.choice("disable"), **given))


def test_a_changed_severity_4_needs_two(store: Store, life: Any, fails: Fails) -> None:
    """A change that leaves severity 4 needs a second appeal reviewer."""
    with store.begin() as tx:
        case = life.case(tx, clause="4.6", severity=4)
        done = life.decided(tx, life.answered(tx, case), life.choice("disable", Chosen("posting_pause", 24)))
        appeal = filed(tx, life, done)
        decision = decisions.get(tx, done.decision)
        assert decision is not None
        choice = life.choice("disable", language="en")
        plan = changed_plan(tx, decision, "ada", choice, life.now)
        digest = plan.digest
        assert plan.two
    given = {"at": life.now, "no_conflict": True}
    fails("redress/needs-two", store, lambda tx: change(tx, appeal, "ada", choice, **given))
    fails("cases/wrong-role", store, lambda tx: agree_to_change(tx, appeal, "ann", digest, **given))
    with store.begin() as tx:
        roles.grant(tx, "sam", "appeal_reviewer", by="olga", at=life.now)
        roles.grant(tx, "ann", "appeal_reviewer", by="olga", at=life.now)
    fails("redress/own-decision", store, lambda tx: agree_to_change(tx, appeal, "ann", digest, **given))
    with store.begin() as tx:
        agree_to_change(tx, appeal, "sam", digest, **given)
        judged = change(tx, appeal, "ada", choice, **given)
        assert decisions.get(tx, judged.replaced_by or "").seconded_by == "sam"  # type: ignore[union-attr]


def test_an_appeal_suspends_rung_6(store: Store, life: Any) -> None:
    """Money measures are announced a week ahead and rest while an appeal is open, except in fraud."""
    with store.begin() as tx:
        links = Chosen("product_links_off", 24 * 30)
        done = [
            life.decided(
                tx,
                life.answered(tx, life.case(tx, post=post, clause=clause, severity=3)),
                life.choice(links, earned="it sold 40 pieces"),
            )
            for post, clause in (("p1", "4.4"), ("p2", "2.1"))
        ]
        week = life.now + 7 * DAY
        for each in done:
            assert not effective(tx, each.measures[0], week - 1)
            assert effective(tx, each.measures[0], week)
            filed(tx, life, each)
        assert not effective(tx, done[0].measures[0], week)
        assert effective(tx, done[1].measures[0], week)
        first = appeals.of_notice(tx, done[0].notice or "")
        assert first is not None
        keep(tx, first.id, "ada", "It stays.", at=week, no_conflict=True)
        assert effective(tx, done[0].measures[0], week)


@pytest.mark.parametrize("danger", [False, True])
def test_late(store: Store, life: Any, danger: bool) -> None:
    """An overdue appeal lets the measures rest, except where a person is in danger; the answer ends it."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx), danger=danger)
        done = life.decided(tx, made, life.choice("disable"))
        appeal = filed(tx, life, done)
    due = life.now + 14 * DAY
    assert tick(store, FixedClock(due - 1)).late == 0
    seen = tick(store, FixedClock(due))
    assert (seen.late, seen.suspended) == (1, int(not danger))
    assert tick(store, FixedClock(due + DAY)).late == 0
    with store.begin() as tx:
        assert effective(tx, done.measures[0], due) is danger
        keep(tx, appeal, "ada", "We are late, and it stays.", at=due + DAY, no_conflict=True)
        assert effective(tx, done.measures[0], due + DAY)
        assert [e.body["late"] for e in ledger.entries(tx) if e.kind == "appeal-answered"] == [True]


def test_a_hold_can_be_appealed(store: Store, life: Any) -> None:
    """A hold has its own appeal of 72 hours; reversed, the item is back at once and the case goes on."""
    with store.begin() as tx:
        case = life.case(tx)
        held = hold(tx, life.answered(tx, case), "ann", reasons="x", at=life.now)
        appeal = filed(tx, life, held)
        assert appeals.get(tx, appeal).due_at == life.now + 72 * HOUR  # type: ignore[union-attr]
        judged = reverse(tx, appeal, "ada", "It is a shop.", at=life.now + HOUR, no_conflict=True)
        assert judged.undone == held.measures
        assert cases.get(tx, case).state == cases.OPEN  # type: ignore[union-attr]


def test_reporters(store: Store, life: Any, fails: Fails) -> None:
    """A reporter learns the outcome and can appeal a refusal; another person decides afresh."""
    with store.begin() as tx:
        case = life.case(tx)
        done = life.decided(tx, life.answered(tx, case, "does_not_apply"), Choice("A shop's number."))
        told = tell_reporter(tx, done.decision, "r7", language="zh", at=life.now)
        assert tell_reporter(tx, done.decision, "r7", language="zh", at=life.now) == told
        assert "不适用" in notices.get(tx, told).body  # type: ignore[union-attr]
        appeal = file_appeal(tx, told, "It is a home.", at=life.now).id
        judged = reverse(tx, appeal, "ada", "It is a home.", at=life.now, no_conflict=True)
        fresh = judged.reopened
        assert fresh not in (None, case)
        assert len(findings.page(tx, case_id=fresh)) == 1
        assert measures.of_account(tx, "a1") == []
    fails(
        "cases/conflict-of-interest",
        store,
        lambda tx: work.claim(tx, fresh, "ann", version=1, at=life.now),
    )
    with store.begin() as tx:
        life.decided(tx, life.answered(tx, fresh, person="bob"), life.choice("disable"))


def test_reporters_hear_of_a_reversal(store: Store, life: Any) -> None:
    """When the author's appeal succeeds, the reporters are told as well, and once."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        for who in ("r1", "r2"):
            told = tell_reporter(tx, done.decision, who, language="en", at=life.now)
            assert notices.get(tx, told).appeal_until is None  # type: ignore[union-attr]
        reverse(tx, filed(tx, life, done), "ada", "x", at=life.now, no_conflict=True)
        told = [n for n in notices.of_decision(tx, done.decision) if n.role == "reporter"]
        assert [n.recipient for n in told] == ["r1", "r2", "r1", "r2"]
        assert all("ann" not in n.body and "a1" not in n.body for n in told)
