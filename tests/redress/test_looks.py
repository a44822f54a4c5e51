"""Second looks are drawn by nobody's choice, given blind, kept, and measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from ombud.base.clock import DAY
from ombud.base.errors import StoreError
from ombud.cases import work
from ombud.redress import looks
from ombud.redress.agreement import report
from ombud.redress.appeal import file_appeal
from ombud.redress.hold import hold
from ombud.redress.judge import reverse
from ombud.redress.model import Choice
from ombud.redress.standing import standing_of
from ombud.store import Store, Tx, cases, clauses, erasing, filed, ledger, measures
from ombud.store import looks as rows

Fails = Callable[..., None]


@pytest.fixture
def every(store: Store, life: Any) -> Store:
    """A store where every decision is drawn."""
    with store.begin() as tx:
        looks.set_share(tx, looks.WHOLE, "olga", at=life.now)
    return store


def decided(tx: Tx, life: Any, verdict: str = "applies", **more: Any) -> str:
    """Decide a case and return the look that was drawn for it."""
    made = life.answered(tx, life.case(tx, **more), verdict)
    choice = life.choice("notice") if verdict == "applies" else Choice("A shop's number.")
    look = rows.of_decision(tx, life.decided(tx, made, choice).decision)
    assert look is not None
    return look.id


def again(tx: Tx, life: Any, look: str, verdict: str, person: str = "bob") -> bool | None:
    """Answer a look."""
    return looks.answer(tx, look, person, verdict, "As I read it.", at=life.now + DAY, no_conflict=True)


def test_the_share_is_drawn_by_name_alone(store: Store, life: Any) -> None:
    """About the share of cases is drawn, always the same ones, a larger share holds the smaller one's."""
    with store.read() as tx:
        names = [f"c-{n}" for n in range(4000)]
        assert looks.share(tx) == 500
        five, ten = ([n for n in names if looks.drawn(tx, n, parts)] for parts in (500, 1000))
        assert 140 <= len(five) <= 260
        assert set(five) < set(ten)
        assert [n for n in names if looks.drawn(tx, n, 500)] == five
        assert not any(looks.drawn(tx, n, 0) for n in names)
        assert all(looks.drawn(tx, n, looks.WHOLE) for n in names)


def test_who_sets_the_share(store: Store, life: Any, fails: Fails) -> None:
    """An operator sets it, it is in the ledger, and it holds for what is decided later."""
    fails("cases/wrong-role", store, lambda tx: looks.set_share(tx, 0, "ann", at=0))
    fails("redress/bad-share", store, lambda tx: looks.set_share(tx, 10_001, "olga", at=0))
    with store.begin() as tx:
        looks.set_share(tx, 0, "olga", at=life.now)
        life.whole(tx, "notice")
        assert rows.count(tx) == (0, 0)
        looks.set_share(tx, looks.WHOLE, "olga", at=life.now)
        look = rows.get(tx, decided(tx, life, post="p2"))
        assert look is not None
        assert (look.share, look.rules) == (looks.WHOLE, ["cc/phone"])
        kinds = [entry.kind for entry in ledger.entries(tx)]
        assert (kinds.count("look-share"), kinds.count("look-drawn")) == (2, 1)


def test_holds_are_not_drawn(every: Store, life: Any) -> None:
    """An interim hold answers nothing, so nobody looks at it twice."""
    with every.begin() as tx:
        hold(tx, life.answered(tx, life.case(tx)), "ann", reasons="x", at=life.now)
        assert rows.count(tx) == (0, 0)


def test_the_second_person_sees_no_answer(every: Store, life: Any) -> None:
    """Clause and findings are shown; what was decided, by whom, and the standing are not in what is given."""
    with every.begin() as tx:
        look = decided(tx, life)
        seen = looks.see(tx, look, "bob")
        assert [item.rule for item in seen.findings] == ["phone"]
        assert seen.clause.clause == "4.4"
        shown = repr((seen.subject, seen.clause, seen.findings))
        assert "applies" not in shown
        assert "ann" not in shown.replace("cannot", "")


def test_sealed_content_is_not_shown_again(every: Store, life: Any) -> None:
    """Under a harm whose content is sealed, the second person gets the clause and no evidence."""
    with every.begin() as tx:
        look = decided(tx, life)
        seen = looks.see(tx, look, "bob")
        sealed = msgspec.structs.replace(seen.clause, id="k-sealed", clause="8.8", harm="intimate_image")
        clauses.put(tx, sealed)
        other = decided(tx, life, "does_not_apply", post="p9", clause="8.8")
        assert looks.see(tx, other, "bob").findings == ()


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("decided", "redress/not-blind"),
        ("noted", "redress/not-blind"),
        ("barred", "cases/conflict-of-interest"),
    ],
)
def test_nobody_with_a_part_in_it(every: Store, life: Any, fails: Fails, part: str, code: str) -> None:
    """Who decided, wrote on the case or declared a conflict cannot look at it, and is not offered it."""
    person = "ann" if part == "decided" else "bob"
    with every.begin() as tx:
        look = decided(tx, life)
        row = rows.get(tx, look)
        assert row is not None
        assert row.case_id is not None
        if part == "noted":
            work.note(tx, row.case_id, "bob", "I know this one.", at=life.now)
        if part == "barred":
            work.declare_conflict(tx, row.case_id, "bob", "A friend.", at=life.now)
        assert looks.open_for(tx, person, 10) == []
        assert [each.id for each in looks.open_for(tx, "zoe", 10)] == [look]
    fails(code, every, lambda tx: looks.see(tx, look, person))
    fails(code, every, lambda tx: again(tx, life, look, "applies", person))


def test_bad_answers(every: Store, life: Any, fails: Fails) -> None:
    """Unknown looks, answers that are none, no reasons, no declaration, wrong roles, a second answer."""
    with every.begin() as tx:
        look = decided(tx, life)

    def act(look_id: str = look, **more: Any) -> Callable[[Tx], object]:
        given = {"person": "bob", "verdict": "applies", "reasons": "x", "no_conflict": True, **more}
        return lambda tx: looks.answer(tx, look_id, at=life.now, **given)

    fails("redress/no-such-look", every, act("l-none"))
    fails("redress/bad-answer", every, act(verdict="maybe"))
    fails("redress/no-reasons", every, act(reasons="  "))
    fails("cases/too-long", every, act(reasons="x" * 4001))
    fails("redress/declare", every, act(no_conflict=False))
    fails("cases/wrong-role", every, act(person="sam"))
    with every.begin() as tx:
        again(tx, life, look, "applies")
        assert looks.open_for(tx, "zoe", 10) == []
    fails("redress/look-answered", every, act(person="zoe"))


def test_an_agreement_and_a_disagreement(every: Store, life: Any, fails: Fails) -> None:
    """Nothing follows for the account; a disagreement asks for another look, which one person considers."""
    with every.begin() as tx:
        one, other = decided(tx, life), decided(tx, life, post="p2", account="a2")
        before = standing_of(tx, "a2", life.now), measures.of_account(tx, "a2")
        assert again(tx, life, one, "applies") is True
        assert again(tx, life, other, "does_not_apply") is False
        assert (standing_of(tx, "a2", life.now), measures.of_account(tx, "a2")) == before
        assert [row.id for row in rows.differing(tx, 10)] == [other]
        row = rows.get(tx, other)
        assert row is not None
        assert row.case_id is not None
        lines = [line.kind for line in cases.history(tx, row.case_id)]
        assert lines[-2:] == ["second look", "reconsideration asked"]
        entry = next(e for e in reversed(list(ledger.entries(tx))) if e.kind == "second-look")
        assert entry.body["answer"] == "does_not_apply"
        assert "bob" not in str(entry.body)
        assert "As I read it" not in str(entry.body)
    fails("redress/nothing-to-consider", every, lambda tx: looks.consider(tx, one, "olga", "x", at=life.now))
    fails("redress/no-reasons", every, lambda tx: looks.consider(tx, other, "olga", " ", at=life.now))
    fails("cases/wrong-role", every, lambda tx: looks.consider(tx, other, "ann", "x", at=life.now))
    with every.begin() as tx:
        looks.consider(tx, other, "olga", "The clause needs an example.", at=life.now + 2 * DAY)
        assert rows.differing(tx, 10) == []
        ledger.check(tx)
    fails("redress/nothing-to-consider", every, lambda tx: looks.consider(tx, other, "ada", "x", at=life.now))


def test_an_appeal_changes_neither_answer(every: Store, life: Any) -> None:
    """The second look measures the first decision, whatever an appeal made of it later."""
    with every.begin() as tx:
        made = life.decided(tx, life.answered(tx, life.case(tx)), life.choice("notice"))
        look = rows.of_decision(tx, made.decision)
        assert look is not None
        appeal = file_appeal(tx, made.notice, "Mine.", at=life.now).id
        reverse(tx, appeal, "ada", "It is.", at=life.now, no_conflict=True)
        assert again(tx, life, look.id, "applies") is True


def test_figures(every: Store, life: Any) -> None:
    """Agreement, alpha and error rates by clause and rule, with their intervals, from what was answered."""
    said = [("applies", "applies")] * 6 + [("applies", "does_not_apply")] * 2
    said += [("does_not_apply", "does_not_apply")] * 3 + [("applies", "cannot_tell")]
    with every.begin() as tx:
        for i, (first, second) in enumerate(said):
            again(tx, life, decided(tx, life, first, post=f"p{i}", account=f"a{i}"), second)
        decided(tx, life, post="p99")
        found = report(tx)
        clause = found.clauses["cc", "4.4"]
        assert clause == found.overall
        assert (clause.looks, clause.same, clause.rarer) == (12, 9, 8)
        assert (clause.error.wrong, clause.error.looked) == (2, 11)
        low, high = clause.error.interval
        assert 0 < low < 2 / 11 < high < 1
        assert clause.alpha.value == pytest.approx(1 - 23 * 6 / 286)
        assert clause.alpha.low is not None
        assert clause.alpha.low < 0.5
        rule = found.rules["cc/phone"]
        assert (rule.wrong, rule.looked) == (5, 11)
        assert report(tx, until=life.now).overall.looks == 0
        assert report(tx, code="other").clauses == {}


def test_the_words_go_with_an_erasure(every: Store, life: Any) -> None:
    """Reasons and conclusion are emptied with the account; answers and figures stay."""
    with every.begin() as tx:
        look = decided(tx, life)
        again(tx, life, look, "does_not_apply")
        before = report(tx)
        erasing.empty_life(tx, "a1", "erased-x", life.now)
        row = rows.get(tx, look)
        assert row is not None
        assert (row.reasons, row.conclusion, row.salt) == ("erased", None, None)
        looks.consider(tx, look, "olga", "About Mei's post.", at=life.now)
        erasing.empty_life(tx, "a1", "erased-x", life.now)
        assert rows.empty(tx, [row.decision_id or ""], "erased") == 1
        assert rows.empty(tx, [row.decision_id or ""], "erased") == 0
        assert report(tx) == before


def shadow(tx: Tx, life: Any, post: str, **more: Any) -> int:
    """Keep a shadow finding and return its number."""
    given = {"status": "experimental", "rule": "try", "account": f"a-{post}", "post": post, **more}
    return int(life.finding(tx, None, **given))


def test_shadow_findings_are_drawn_and_answered(store: Store, life: Any, fails: Fails) -> None:
    """One finding a post is drawn, at random; the answer is told to the rule, and nothing else follows."""
    with store.begin() as tx:
        numbers = [shadow(tx, life, f"s{n}") for n in range(12)]
        shadow(tx, life, "s0")
        shadow(tx, life, "s91", hypothetical=True)
        shadow(tx, life, "s92", status="stable")
        shadow(tx, life, "s93", rule="other")
        assert looks.draw_shadow(tx, "cc/try", 5, "olga", at=life.now) == 5
        some = {row.finding for row in rows.waiting(tx, 100)}
        assert len(some) == 5
        assert some < set(numbers)
        assert looks.draw_shadow(tx, "cc/try", 100, "olga", at=life.now) == 7
        drawn = rows.waiting(tx, 100)
        assert {row.finding for row in drawn} == set(numbers)
        assert [row.id for row in looks.open_for(tx, "ann", 100)] == [row.id for row in drawn]
        seen = looks.see(tx, drawn[0].id, "ann")
        assert (seen.clause.clause, [item.n for item in seen.findings]) == ("4.4", [drawn[0].finding])
        for look, verdict in zip(drawn, ("applies", "does_not_apply", "cannot_tell"), strict=False):
            given: dict[str, Any] = {"at": life.now, "no_conflict": True}
            assert looks.answer(tx, look.id, "ann", verdict, "As I read it.", **given) is None
        told = [json.loads(line) for line in filed.payloads(tx)]
        assert [event["extra"].get("applies") for event in told] == [True, False, None]
        assert {event["extra"]["rule"] for event in told} == {"cc/try"}
        assert {event["target"]["post_id"] for event in told} <= {f"s{n}" for n in range(12)}
        assert report(tx).overall.looks == 0
        assert rows.differing(tx, 10) == []
        assert cases.page(tx) == []
        kinds = [entry.kind for entry in ledger.entries(tx)]
        assert (kinds.count("shadow-drawn"), kinds.count("shadow-look")) == (2, 3)
    fails("redress/look-answered", store, lambda tx: looks.see(tx, drawn[0].id, "bob"))
    fails(
        "redress/nothing-to-consider", store,
        lambda tx: looks.consider(tx, drawn[1].id, "olga", "x", at=life.now),
    )  # fmt: skip
    draw = looks.draw_shadow
    fails("redress/no-shadow-findings", store, lambda tx: draw(tx, "cc/try", 5, "olga", at=0))
    fails("redress/no-shadow-findings", store, lambda tx: draw(tx, "nothing", 5, "olga", at=0))
    fails("redress/bad-sample", store, lambda tx: draw(tx, "cc/try", 0, "olga", at=0))
    fails("cases/wrong-role", store, lambda tx: draw(tx, "cc/try", 5, "ann", at=0))


def test_only_the_newest_text_of_a_rule_is_looked_at(store: Store, life: Any) -> None:
    """Findings of an earlier text of the rule are not drawn; of an account, one finding is."""
    about = {"subject_kind": "account", "subject": "a1", "account": "a1", "clause": "2.1"}
    with store.begin() as tx:
        shadow(tx, life, "s1", rule_hash="old")
        new = shadow(tx, life, "s2", rule_hash="new")
        first = shadow(tx, life, "s3", rule="flood", **about)
        shadow(tx, life, "s4", rule="flood", **about)
        looks.draw_shadow(tx, "cc/try", 10, "olga", at=life.now)
        looks.draw_shadow(tx, "cc/flood", 10, "olga", at=life.now)
        drawn = rows.waiting(tx, 10)
        assert [row.finding for row in drawn] == [new, first]
        looks.answer(tx, drawn[1].id, "ann", "applies", "x", at=life.now, no_conflict=True)
        (event,) = (json.loads(line) for line in filed.payloads(tx))
        assert event["target"] == {"account_id": "a1"}


def test_words_about_an_erased_finding_go(store: Store, life: Any) -> None:
    """An erasure of the account empties what was said about its shadow finding."""
    with store.begin() as tx:
        n = shadow(tx, life, "s1")
        looks.draw_shadow(tx, "cc/try", 10, "olga", at=life.now)
        (look,) = rows.waiting(tx, 10)
        looks.answer(tx, look.id, "ann", "applies", "About a-s1.", at=life.now, no_conflict=True)
        erasing.empty_findings(tx, [n], "erased-x")
        row = rows.get(tx, look.id)
        assert row is not None
        assert (row.reasons, row.answer) == ("erased", "applies")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM second_looks",
        "UPDATE second_looks SET rules = '[]'",
        "UPDATE second_looks SET answer = 'cannot_tell'",
        "UPDATE second_looks SET reasons = 'other words'",
        "UPDATE second_looks SET reasons = ''",
        "UPDATE second_looks SET considered_at = 1, considered_by = 'olga'",
    ],
)
def test_rows_are_kept(every: Store, life: Any, statement: str) -> None:
    """The database refuses to change or drop what was drawn and answered."""
    with every.begin() as tx:
        again(tx, life, decided(tx, life), "applies")
    with pytest.raises(StoreError), every.begin() as tx:
        tx.run(text(statement))


def test_the_database_holds_who_may_answer(every: Store, life: Any) -> None:
    """Even in raw SQL nobody looks a second time at their own decision."""
    with every.begin() as tx:
        decided(tx, life)
    own = "UPDATE second_looks SET answered_at = 1, answered_by = 'ann', answer = 'applies', reasons = 'x'"
    with pytest.raises(StoreError), every.begin() as tx:
        tx.run(text(own))
