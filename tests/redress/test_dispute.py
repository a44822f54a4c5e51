"""Disputes before a body outside: recorded, carried out by another person, or not followed with reasons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ombud.base.clock import DAY
from ombud.publication.figures import compute
from ombud.redress import dispute
from ombud.redress.appeal import file_appeal
from ombud.redress.judge import keep, reverse
from ombud.redress.standing import standing_of
from ombud.redress.tell import tell_reporter
from ombud.store import Store, Tx, cases, disputes, findings, ledger, measures, notices

Fails = Callable[..., None]


def brought(tx: Tx, notice: str, at: int, outcome: str | None = "overturned") -> str:
    """Bring a notice before a body, which says something a week later."""
    row = dispute.record(
        tx, notice, "olga", body="Appeals Centre", brought_at=at, at=at, body_reference="7/26"
    )
    if outcome is not None:
        given = {"decided_at": at + 7 * DAY, "at": at + 8 * DAY}
        dispute.note_outcome(tx, row.id, "olga", outcome, "The number is their own.", **given)
    return row.id


def test_dates_are_days(store: Store, life: Any) -> None:
    """A body that dates its letters by the day may be brought a notice on the day it was sent."""
    day = life.now
    given: dict[str, Any] = {"at": day + 10 * life.hour}
    with store.begin() as tx:
        done = life.whole(tx, "disable", at=day + 9 * life.hour)
        row = dispute.record(tx, done.notice, "olga", body="Appeals Centre", brought_at=day, **given)
        dispute.note_outcome(tx, row.id, "olga", "overturned", "A quotation.", decided_at=day, **given)


@pytest.mark.parametrize("outcome", ["overturned", "settled"])
def test_overturned_and_carried_out(store: Store, life: Any, outcome: str) -> None:
    """What a body overturned is undone as on an appeal: measures, points, and everybody told."""
    at = life.now + 10 * DAY
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        tell_reporter(tx, done.decision, "anon:r", language="zh", at=life.now)
        name = brought(tx, done.notice, life.now, outcome)
        assert [row.id for row in disputes.page(tx)] == [name]
        assert standing_of(tx, "a1", at).points == 4
        made = dispute.implement(tx, name, "ada", "We follow the body.", at=at, no_conflict=True)
        assert disputes.page(tx) == []
        assert standing_of(tx, "a1", at).points == 0
        assert measures.get(tx, done.measures[0]).reversed_notice == made.notice  # type: ignore[union-attr]
        told = notices.get(tx, made.notice)
        assert told is not None
        assert "dispute body" in told.body
        assert "We follow the body." in told.body
        assert told.title == "What follows from the dispute about our decision"
        letters = [n for n in notices.of_decision(tx, done.decision) if n.role == "reporter"]
        assert len(letters) == 2
        case = cases.history(tx, told and life_case(tx, done.decision))
        assert [line.kind for line in case][-1] == "dispute answered"
        row = disputes.get(tx, name)
        assert row is not None
        assert (row.implemented, row.answered_by) == (True, "ada")
        entries = {e.kind: e.body for e in ledger.entries(tx)}
    assert entries["dispute-answered"]["implemented"] is True
    assert "Appeals Centre" not in str(entries)
    assert "olga" not in str(entries["dispute"])


def life_case(tx: Tx, decision: str) -> str:
    """Return the case of a decision."""
    from ombud.store import decisions

    found = decisions.get(tx, decision)
    assert found is not None
    return found.case_id


def test_not_followed(store: Store, life: Any) -> None:
    """A body's view does not bind; who does not follow it says why, and the decision stands."""
    at = life.now + 10 * DAY
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        name = brought(tx, done.notice, life.now)
        made = dispute.decline(tx, name, "ada", "The number is another person's.", at=at, no_conflict=True)
        told = notices.get(tx, made.notice)
        assert told is not None
        assert "another person's" in told.body
        assert measures.get(tx, done.measures[0]).reversed_at is None  # type: ignore[union-attr]
        row = disputes.get(tx, name)
        assert row is not None
        assert row.implemented is False


def test_a_refused_report(store: Store, life: Any) -> None:
    """A reporter whose report was refused in error has the case decided afresh, by somebody else."""
    with store.begin() as tx:
        case = life.case(tx)
        done = life.decided(tx, life.answered(tx, case, "does_not_apply"), life.choice())
        told = tell_reporter(tx, done.decision, "anon:r", language="en", at=life.now)
        name = brought(tx, told, life.now)
        made = dispute.implement(tx, name, "ada", "Look again.", at=life.now + 9 * DAY, no_conflict=True)
        assert made.reopened not in (None, case)
        assert findings.page(tx, case_id=made.reopened)
        letter = notices.get(tx, made.notice)
        assert letter is not None
        assert (letter.role, letter.recipient) == ("reporter", "anon:r")
        assert "another person will decide it afresh" in letter.body


def test_who_and_when(store: Store, life: Any, fails: Fails) -> None:
    """Nobody answers about their own work; nothing happens without an outcome, or twice."""
    now, at = life.now, life.now + 30 * DAY
    with store.begin() as tx:
        from ombud.cases import roles

        roles.grant(tx, "ann", "appeal_reviewer", by="olga", at=0)
        done = life.whole(tx, "disable")
        name = brought(tx, done.notice, now, None)
    given = {"at": at, "no_conflict": True}
    fails("redress/nothing-to-implement", store, lambda tx: dispute.implement(tx, name, "ada", "x", **given))
    fails("redress/dispute-open", store, lambda tx: brought(tx, done.notice, now, None))
    noted = {"decided_at": now + DAY, "at": at}

    def outcome(what: str = "overturned", words: str = "w", **more: Any) -> Callable[[Tx], object]:
        return lambda tx: dispute.note_outcome(tx, name, "olga", what, words, **{**noted, **more})

    fails("redress/bad-outcome", store, outcome("ignored"))
    fails("redress/no-words", store, outcome(words=" "))
    fails("cases/too-long", store, outcome(words="x" * 4_001))
    fails("redress/dispute-date", store, outcome(decided_at=now - 1))
    fails("redress/dispute-date", store, outcome(decided_at=at + 1))
    with store.begin() as tx:
        outcome()(tx)
    fails("redress/dispute-over", store, outcome())
    fails("redress/own-decision", store, lambda tx: dispute.implement(tx, name, "ann", "x", **given))
    fails("cases/wrong-role", store, lambda tx: dispute.implement(tx, name, "bob", "x", **given))
    fails("redress/declare", store, lambda tx: dispute.implement(tx, name, "ada", "x", at=at))
    fails("redress/no-reasons", store, lambda tx: dispute.implement(tx, name, "ada", " ", **given))
    fails("redress/no-such-dispute", store, lambda tx: dispute.decline(tx, "dispute-x", "ada", "x", **given))
    with store.begin() as tx:
        appeal = file_appeal(tx, done.notice, "Mine.", at=at).id
    fails("redress/appeal-first", store, lambda tx: dispute.implement(tx, name, "ada", "x", **given))
    with store.begin() as tx:
        keep(tx, appeal, "zoe", "It stays.", **given)
    fails("redress/own-decision", store, lambda tx: dispute.decline(tx, name, "zoe", "x", **given))
    with store.begin() as tx:
        dispute.implement(tx, name, "ada", "x", **given)
    fails("redress/dispute-answered", store, lambda tx: dispute.implement(tx, name, "ada", "x", **given))
    with store.begin() as tx:
        dispute.record(tx, done.notice, "ada", body="Another", brought_at=now, at=at)
    for body, more, code in (
        ("", {}, "redress/no-words"),
        ("x" * 201, {}, "cases/too-long"),
        ("A body", {"brought_at": now - 1}, "redress/dispute-date"),
        ("A body", {"brought_at": at + 1}, "redress/dispute-date"),
    ):
        with store.begin() as tx:
            other = life.whole(
                tx, "disable", post=f"p-{code}-{len(body)}-{len(more)}-{sum(more.values())}"
            ).notice

        def act(tx: Tx, other: Any = other, body: str = body, more: Any = more) -> object:
            return dispute.record(tx, other, "ada", body=body, **{"brought_at": now, "at": at, **more})

        fails(code, store, act)
    fails("redress/no-such-notice", store, lambda tx: brought(tx, "n-none", now))
    fails("cases/wrong-role", store, lambda tx: dispute.record(
        tx, done.notice, "bob", body="A body", brought_at=now, at=at))  # fmt: skip


def test_what_an_appeal_reversed_stays_so(store: Store, life: Any, fails: Fails) -> None:
    """A dispute about a decision that an appeal has reversed has nothing to undo."""
    at = life.now + 30 * DAY
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        name = brought(tx, done.notice, life.now)
        appeal = file_appeal(tx, done.notice, "Mine.", at=at).id
        reverse(tx, appeal, "zoe", "It was.", at=at, no_conflict=True)
    given = {"at": at, "no_conflict": True}
    fails("redress/already-undone", store, lambda tx: dispute.implement(tx, name, "ada", "x", **given))


def test_figures(store: Store, life: Any) -> None:
    """Disputes are counted by outcome and answer; a median is told from five on."""
    at = life.now + 60 * DAY
    with store.begin() as tx:
        for i, days in enumerate((1, 2, 3, 10, 30, 50)):
            notice = life.whole(tx, "disable", account=f"b{i}", post=f"p{i}").notice
            row = dispute.record(tx, notice, "olga", body="A body", brought_at=life.now, at=at)
            given = {"decided_at": life.now + days * DAY, "at": at}
            dispute.note_outcome(tx, row.id, "olga", "overturned", "w", **given)
            if i < 5:
                dispute.implement(tx, row.id, "ada", "x", at=at, no_conflict=True)
        one = dispute.record(tx, notice, "olga", body="Another", brought_at=life.now, at=at)
        dispute.note_outcome(tx, one.id, "olga", "upheld", "w", decided_at=at, at=at)
        found = {figure.query.name: figure.rows for figure in compute(tx, 0, at + 1, at)}
    assert found["disputes"] == ((("overturned",), None), (("upheld",), None))
    assert found["dispute_answers"] == ((("carried out",), None), (("waiting",), None))
    assert found["dispute_days"] == ((("overturned",), 6),)
