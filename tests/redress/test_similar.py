"""A case shows decided ones like it, with what became of them, never the account's own before its time."""

from __future__ import annotations

from typing import Any

import msgspec

from ombud.base.clock import DAY
from ombud.redress.appeal import file_appeal
from ombud.redress.judge import reverse
from ombud.redress.model import Choice
from ombud.redress.similar import COMPARED, similar
from ombud.store import Store, Tx, cases, clauses, decisions, erasing, findings, precedents

SAID = (
    "Here is where the nurse of the night shift lives: the third house in Walnut Avenue, ring the lower "
    "bell twice and tell her what all of us think of how she treats her patients, she will be home at {n}."
)
OTHER = "An entirely different sentence about the weather of the last weeks and what became of the harvest."


def case(tx: Tx, life: Any, n: int, said: str = SAID, clause: str = "4.4", account: str = "") -> str:
    """Open a case on a post with a text."""
    lead = cases.Lead("post", f"p{n}", "cc", clause, "1.0.0", 1, 3, life.now - DAY, False)
    ((opened, _),) = cases.open_or_join(tx, [lead], life.now)
    evidence = {"post.text": said.format(n=n)}
    life.finding(tx, opened, account or f"a{n}", f"p{n}", clause=clause, evidence=evidence)
    return opened


def test_near_texts_with_their_outcomes(store: Store, life: Any) -> None:
    """The nearest come, with answer, measures and appeal; other texts do not."""
    with store.begin() as tx:
        first = life.decided(tx, life.answered(tx, case(tx, life, 1)), life.choice("disable"))
        second = life.decided(tx, life.answered(tx, case(tx, life, 2)), life.choice("disable"))
        life.decided(tx, life.answered(tx, case(tx, life, 3, OTHER)), life.choice("notice"))
        appeal = file_appeal(tx, second.notice, "It is a film.", at=life.now).id
        reverse(tx, appeal, "ada", "A film.", at=life.now, no_conflict=True)
        found = similar(tx, case(tx, life, 4))
        assert {each.decision for each in found} == {first.decision, second.decision}
        by = {each.decision: each for each in found}
        one, other = by[first.decision], by[second.decision]
        assert (one.answer, one.measures, one.appeal) == ("applies", ("disable",), None)
        assert (other.answer, other.measures, other.appeal) == ("applies", (), "reversed")
        assert one.excerpt.startswith("Here is where the nurse")
        assert len(one.excerpt) <= 120
        assert one.nearness > 0.8
        for each in found:
            assert "ann" not in str(each.measures)
            assert not each.own
            assert not hasattr(each, "account")


def test_the_same_clause_first_then_the_same_harm(store: Store, life: Any) -> None:
    """Another clause with the same harm is a precedent too, after those of this clause."""
    with store.begin() as tx:
        (known,) = clauses.versions(tx, "cc", "4.4")
        clauses.put(tx, msgspec.structs.replace(known, id="k-4.5", clause="4.5"))
        for n, clause in ((1, "4.5"), (2, "4.4"), (3, "2.1")):
            made = life.answered(tx, case(tx, life, n, clause=clause))
            life.decided(tx, made, life.choice("disable"))
        found = similar(tx, case(tx, life, 4))
        assert [each.clause for each in found] == ["4.4", "4.5"]


def test_the_account_s_own_cases_wait_for_the_answer(store: Store, life: Any) -> None:
    """What an account did before is standing: it shows only once the clause question is answered."""
    with store.begin() as tx:
        life.decided(tx, life.answered(tx, case(tx, life, 1, account="mei")), life.choice("disable"))
        life.decided(tx, life.answered(tx, case(tx, life, 2)), life.choice("disable"))
        now = case(tx, life, 3, account="mei")
        assert [each.own for each in similar(tx, now)] == [False]
        life.answered(tx, now)
        assert sorted(each.own for each in similar(tx, now)) == [False, True]


def test_sealed_content_is_neither_kept_nor_shown(store: Store, life: Any) -> None:
    """Under a harm whose content is sealed there are no precedents by text."""
    with store.begin() as tx:
        (known,) = clauses.versions(tx, "cc", "4.4")
        clauses.put(tx, msgspec.structs.replace(known, id="k-8", clause="8.8", harm="intimate_image"))
        made = life.answered(tx, case(tx, life, 1, clause="8.8"), "does_not_apply")
        life.decided(tx, made, Choice("It is a drawing."))
        assert similar(tx, case(tx, life, 2, clause="8.8")) == []
        assert precedents.near(tx, "intimate_image", range(10), 10) == []


def test_an_erased_text_is_no_precedent(store: Store, life: Any) -> None:
    """With an erasure the pieces of the text go, and the case is found no more."""
    with store.begin() as tx:
        done = life.decided(tx, life.answered(tx, case(tx, life, 1)), life.choice("disable"))
        row = decisions.get(tx, done.decision)
        assert row is not None
        assert len(similar(tx, case(tx, life, 2))) == 1
        erasing.empty_life(tx, "a1", "erased-x", life.now)
        assert similar(tx, case(tx, life, 2)) == []
        assert precedents.empty(tx, [done.decision]) == 0


def test_a_flood_of_the_same_does_not_cost_more(store: Store, life: Any) -> None:
    """However many decided cases hold a piece, only the newest are looked up and few are compared."""
    many = 3 * precedents.PER_PIECE
    with store.begin() as tx:
        done = life.decided(tx, life.answered(tx, case(tx, life, 1)), life.choice("disable"))
        row = decisions.get(tx, done.decision)
        assert row is not None
        for n in range(2, many):
            decisions.add(tx, _copy(row, n))
            precedents.put(tx, n, "harassment", [1, 2, 3])
        found = precedents.near(tx, "harassment", [1, 2, 3, 4], COMPARED)
        assert found == list(range(many - 1, many - 1 - COMPARED, -1))


def _copy(row: decisions.Decision, n: int) -> decisions.Decision:
    return msgspec.structs.replace(row, n=n, id=f"d-{n}", salt=b"0" * 16)


def test_a_case_without_words(store: Store, life: Any) -> None:
    """A case whose findings hold no text has no precedents, and is none."""
    with store.begin() as tx:
        made = life.answered(tx, case(tx, life, 1, ""))
        life.decided(tx, made, life.choice("disable"))
        assert similar(tx, case(tx, life, 2, "")) == []
        assert findings.count(tx) == 2
