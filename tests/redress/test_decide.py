"""Deciding: question first, everything shown, everything written at once or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from ombud.base.clock import DAY, HOUR
from ombud.cases import work
from ombud.measures.choose import Chosen
from ombud.measures.effect import in_effect
from ombud.measures.figures import Figures
from ombud.redress.answer import answer, recall
from ombud.redress.decide import agree, decide, preview
from ombud.redress.hold import hold, span_of
from ombud.redress.model import Choice
from ombud.redress.plan import consequences
from ombud.redress.standing import standing_of
from ombud.redress.words import RECEIPT_MARK
from ombud.store import Store, cases, casework, decisions, ledger, measures, notices, outbox

Fails = Callable[..., None]


def test_the_whole_way(store: Store, life: Any) -> None:
    """Claim, answer, preview, decide: decision, notice, outbox and measure stand, the case is closed."""
    with store.begin() as tx:
        case = life.case(tx)
        made = life.answered(tx, case)
        seen = preview(tx, made, life.choice("disable"), life.now)
        assert recall(tx, case) == made
        done = decide(tx, made, life.choice("disable"), "ann", shown=seen.digest, at=life.now)
    with store.read() as tx:
        decision = decisions.get(tx, done.decision)
        assert decision is not None
        assert (decision.answer, decision.account, decision.severity) == ("applies", "a1", 3)
        notice = notices.get(tx, done.notice or "")
        assert notice is not None
        assert (notice.title, notice.body) == (seen.title, seen.body)
        assert RECEIPT_MARK in notice.body
        (measure,) = measures.of_decision(tx, done.decision)
        assert in_effect(span_of(tx, measure), life.now)
        assert [parcel.notice_id for parcel in outbox.due(tx, life.now)] == [done.notice]
        found = cases.get(tx, case)
        assert found is not None
        assert found.state == cases.CLOSED
        kinds = [entry.kind for entry in ledger.entries(tx)][-5:]
        assert kinds == ["case-act", "decision", "notice", "measure", "case-act"]
        assert ledger.check(tx)


def test_the_record_holds_nobodys_words(store: Store, life: Any) -> None:
    """The ledger has digests and figures: no account, no text, no reviewer's name."""
    with store.begin() as tx:
        life.whole(tx, "disable")
    with store.read() as tx:
        said = " ".join(str(entry.body) for entry in ledger.entries(tx))
    for private in ("a1", "p1", "ann", "private one", "at home"):
        assert f"'{private}'" not in said
        assert private not in said or len(private) < 4


def test_standing_is_hidden_until_the_question_is_answered(store: Store, life: Any, fails: Fails) -> None:
    """Consequences need the answer that was given in the case: not another, a forged or an old one."""
    with store.begin() as tx:
        life.whole(tx, "disable")
        case = life.case(tx, post="p2")
        first = life.answered(tx, case, "cannot_tell")
        made = life.answered(tx, case)
        seen = consequences(tx, made, life.now)
        assert (seen.points_now, seen.points_then, seen.strikes) == (4, 8, 1)
        assert seen.longest_pause == 7
        assert seen.ladder[0] == "hint"
    fails("redress/not-answered", store, lambda tx: consequences(tx, first, life.now))
    fails("redress/not-answered", store, lambda tx: consequences(tx, replace(made, n=99), life.now))
    fails("redress/not-answered", store, lambda tx: consequences(tx, replace(made, account="x"), life.now))
    with store.begin() as tx:
        unclear = life.answered(tx, case, "cannot_tell")
    fails("redress/nothing-follows", store, lambda tx: consequences(tx, unclear, life.now))


def test_cannot_tell_means_no_measure(store: Store, life: Any, fails: Fails) -> None:
    """Unless the clause applies nothing is done, nobody is told, nothing is counted."""
    with store.begin() as tx:
        case = life.case(tx)
        made = life.answered(tx, case, "cannot_tell")
    fails("redress/no-measure", store, lambda tx: preview(tx, made, life.choice("disable"), life.now))
    with store.begin() as tx:
        done = life.decided(tx, made, Choice("It may be a shop's number."))
        assert (done.notice, done.measures) == (None, ())
        assert standing_of(tx, "a1", life.now).points == 0
        assert cases.get(tx, case).state == cases.CLOSED  # type: ignore[union-attr]


def test_a_stale_preview(store: Store, life: Any, fails: Fails) -> None:
    """When choice, words or standing changed since the preview, nothing is done."""
    with store.begin() as tx:
        case = life.case(tx)
        made = life.answered(tx, case)
        choice = life.choice("disable")
        shown = preview(tx, made, choice, life.now).digest
    other = life.choice("disable", territory="EU")
    for changed in (other, replace(choice, reasons="Other words."), life.choice("disable", language="zh")):
        fails(
            "redress/stale-preview",
            store,
            lambda tx, c=changed: decide(tx, made, c, "ann", shown=shown, at=life.now),
        )
    with store.begin() as tx:
        second = life.case(tx, post="p9")
        life.decided(tx, life.answered(tx, second, person="bob"), life.choice("disable"))
    fails(
        "redress/stale-preview", store, lambda tx: decide(tx, made, choice, "ann", shown=shown, at=life.now)
    )


def test_a_preview_does_not_spoil(store: Store, life: Any) -> None:
    """The same choice on the same facts may be confirmed later; only its dates move on."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx))
        choice = life.choice("disable", Chosen("posting_pause", 24))
        shown = preview(tx, made, choice, life.now)
        done = decide(tx, made, choice, "ann", shown=shown.digest, at=life.now + 5 * HOUR)
        pause = measures.of_decision(tx, done.decision)[1]
        assert pause.starts_at == life.now + 5 * HOUR
        assert pause.ends_at == pause.starts_at + DAY


def test_two_people(store: Store, life: Any, fails: Fails) -> None:
    """Severity 4 needs somebody else's agreement to exactly what was shown."""
    with store.begin() as tx:
        case = life.case(tx, clause="4.6", severity=4)
        made = life.answered(tx, case)
        choice = life.choice("disable")
        shown = preview(tx, made, choice, life.now).digest
        assert preview(tx, made, choice, life.now).plan.two  # type: ignore[union-attr]
    no = {"at": life.now, "no_conflict": True}
    fails("redress/needs-two", store, lambda tx: decide(tx, made, choice, "ann", shown=shown, at=life.now))
    fails("redress/own-agreement", store, lambda tx: agree(tx, case, "ann", shown, **no))
    fails("redress/declare", store, lambda tx: agree(tx, case, "bob", shown, at=life.now))
    fails("cases/wrong-role", store, lambda tx: agree(tx, case, "sam", shown, **no))
    with store.begin() as tx:
        agree(tx, case, "bob", "another digest", **no)
    fails("redress/needs-two", store, lambda tx: decide(tx, made, choice, "ann", shown=shown, at=life.now))
    with store.begin() as tx:
        agree(tx, case, "bob", shown, **no)
        work.declare_conflict(tx, case, "bob", "now I see who it is", at=life.now)
    fails("redress/needs-two", store, lambda tx: decide(tx, made, choice, "ann", shown=shown, at=life.now))
    with store.begin() as tx:
        agree(tx, case, "zoe", shown, **no)
        done = decide(tx, made, choice, "ann", shown=shown, at=life.now)
        decision = decisions.get(tx, done.decision)
        assert decision is not None
        assert decision.seconded_by == "zoe"


def test_closing(store: Store, life: Any, fails: Fails) -> None:
    """Closing needs 12 points or severity 4, and two people."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx))
    fails("measures/too-few-points", store, lambda tx: preview(tx, made, life.choice("closing"), life.now))
    with store.begin() as tx:
        life.decided(tx, made, life.choice("disable"))
        life.whole(tx, "disable", post="p2")
        done = life.whole(tx, "closing", post="p3")
        (row,) = measures.of_decision(tx, done.decision)
        assert (row.kind, row.needs_points, row.ends_at) == ("closing", 12, None)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"no_conflict": False}, "redress/declare"),
        ({"version": 1}, "cases/stale-version"),
        ({"findings_": []}, "redress/no-facts"),
        ({"findings_": [99_999]}, "redress/no-such-finding"),
        ({"facts": [""]}, "redress/no-facts"),
        ({"facts": ["x" * 2_001]}, "cases/too-long"),
        ({"facts": ["x"] * 201}, "redress/too-many-facts"),
        ({"account": "somebody"}, "redress/whose"),
        ({"breach_at": 1 << 52}, "redress/when"),
        ({"breach_at": 5}, "redress/not-in-force"),
        ({"findings_": [], "facts": ["seen"]}, "redress/when"),
    ],
)
def test_bad_answers(store: Store, life: Any, fails: Fails, given: dict[str, Any], code: str) -> None:
    """An answer without facts, time, person, declaration or the present view is refused."""
    with store.begin() as tx:
        case = life.case(tx)
        work.claim(tx, case, "ann", version=1, at=life.now)
        numbers = {"findings_": [life.finding(tx, case)], "no_conflict": True, "version": 2}
    fails(
        code,
        store,
        lambda tx: answer(tx, case, "ann", "applies", at=life.now, **{**numbers, **given}),
    )


def test_bad_cases(store: Store, life: Any, fails: Fails) -> None:
    """Hypothetical cases, others' cases, several accounts, unknown clauses: refused."""
    with store.begin() as tx:
        mixed = life.case(tx, post="p5")
        life.finding(tx, mixed, account="a2", post="p5")
        guess = life.case(tx, post="p6", hypothetical=True)
        unknown = life.case(tx, post="p7", clause="0.0")
        for case in (mixed, guess, unknown):
            work.claim(tx, case, "ann", version=1, at=life.now)
    fails("redress/several-accounts", store, lambda tx: life.answered(tx, mixed))
    fails("redress/hypothetical", store, lambda tx: life.answered(tx, guess))
    fails("redress/no-clause", store, lambda tx: life.answered(tx, unknown))
    fails("cases/not-held", store, lambda tx: life.answered(tx, mixed, person="bob"))
    fails("redress/bad-answer", store, lambda tx: life.answered(tx, mixed, "perhaps"))


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"reasons": " "}, "redress/no-reasons"),
        ({"reasons": "x" * 10_001}, "cases/too-long"),
        ({"severity": 4}, "redress/severity"),
        ({"severity": 0}, "redress/severity"),
        ({"correction_hours": 24}, "redress/correction"),
        ({"measures": (Chosen("notice"),), "correction_hours": 5}, "redress/correction"),
        ({"language": "fr"}, "redress/language"),
        ({"measures": (Chosen("escrow", 5),)}, "measures/not-on-the-ladder"),
        ({"measures": (Chosen("product_links_off", 5),)}, "measures/nothing-earned"),
    ],
)
def test_bad_choices(store: Store, life: Any, fails: Fails, choice: dict[str, Any], code: str) -> None:
    """A choice without reasons or beyond the ladder is refused with its code."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx))
    given = replace(life.choice("disable"), **choice)
    fails(code, store, lambda tx: preview(tx, made, given, life.now))


def test_quotas(store: Store, life: Any, fails: Fails) -> None:
    """Beyond a day's quota nothing is decided; the next day it goes on."""
    small = Figures(other_quota=1, rule_quota=2)
    with store.begin() as tx:
        life.whole(tx, "disable")
        made = life.answered(tx, life.case(tx, post="p2"))
    for figures in (small, Figures(rule_quota=1)):
        fails(
            "measures/quota",
            store,
            lambda tx, f=figures: preview(tx, made, life.choice("disable"), life.now, f),
        )
    with store.read() as tx:
        assert preview(tx, made, life.choice("disable"), life.now + DAY, small).plan is not None
        assert preview(tx, made, life.choice("notice"), life.now, small).plan is not None


def test_one_incident(store: Store, life: Any) -> None:
    """Two clauses broken by one post are one strike."""
    with store.begin() as tx:
        life.whole(tx, "disable")
        life.whole(tx, "disable", clause="2.1", severity=2)
        assert standing_of(tx, "a1", life.now).points == 4


def test_hijacked(store: Store, life: Any) -> None:
    """What was done by somebody who had taken the account is undone, and counts nothing."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx), hijacked=True)
        life.decided(tx, made, life.choice("disable"))
        assert standing_of(tx, "a1", life.now).points == 0


def test_hold(store: Store, life: Any, fails: Fails) -> None:
    """A hold is told at once, counts nothing, ends with the decision or after 72 hours at most."""
    with store.begin() as tx:
        case = life.case(tx)
        made = life.answered(tx, case)
        held = hold(tx, made, "ann", reasons="It may be a home number.", at=life.now, hours=24)
        (row,) = measures.of_decision(tx, held.decision)
        assert in_effect(span_of(tx, row), life.now + 23 * HOUR)
        assert not in_effect(span_of(tx, row), life.now + 24 * HOUR)
        assert standing_of(tx, "a1", life.now).points == 0
        assert cases.get(tx, case).state == cases.OPEN  # type: ignore[union-attr]
        again = life.answered(tx, case)
    late = life.now + 20 * HOUR
    fails(
        "redress/held-long-enough", store, lambda tx: hold(tx, again, "ann", reasons="x", at=late, hours=60)
    )
    with store.begin() as tx:
        hold(tx, again, "ann", reasons="still looking", at=late, hours=52)
        final = life.answered(tx, case, "does_not_apply", at=late)
        seen = preview(tx, final, Choice("It is a shop's number."), late)
        assert seen.lifts_hold
        assert "sorry" in seen.body
        done = life.decided(tx, final, Choice("It is a shop's number."), at=late)
        assert len(done.undone) == 2
        assert not in_effect(span_of(tx, measures.get(tx, row.id)), late)  # type: ignore[arg-type]
        assert notices.get(tx, done.notice or "").kind == "lifted"  # type: ignore[union-attr]


def test_no_hold(store: Store, life: Any, fails: Fails) -> None:
    """A clause without a hold has none; a hold has reasons and hours."""
    with store.begin() as tx:
        label = life.answered(tx, life.case(tx, clause="9.9", severity=1))
        home = life.answered(tx, life.case(tx, post="p2"))
    fails("redress/no-hold", store, lambda tx: hold(tx, label, "ann", reasons="x", at=life.now))
    fails("measures/too-long", store, lambda tx: hold(tx, home, "ann", reasons="x", at=life.now, hours=73))
    fails("redress/no-reasons", store, lambda tx: hold(tx, home, "ann", reasons="", at=life.now))
    fails("cases/not-held", store, lambda tx: hold(tx, home, "bob", reasons="x", at=life.now))


def test_deciding_twice(store: Store, life: Any, fails: Fails) -> None:
    """The same confirmation again (a double click, a second window) does nothing."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx))
        choice = life.choice("disable")
        shown = preview(tx, made, choice, life.now).digest
        decide(tx, made, choice, "ann", shown=shown, at=life.now)
    fails("cases/closed", store, lambda tx: decide(tx, made, choice, "ann", shown=shown, at=life.now))


def test_somebody_elses_answer(store: Store, life: Any, fails: Fails) -> None:
    """Who takes a case over answers it themselves."""
    with store.begin() as tx:
        case = life.case(tx)
        made = life.answered(tx, case)
        shown = preview(tx, made, life.choice("disable"), life.now).digest
        work.pass_on(tx, case, "ann", to="bob", reason="shift ends", at=life.now)
    fails(
        "redress/not-answered",
        store,
        lambda tx: decide(tx, made, life.choice("disable"), "bob", shown=shown, at=life.now),
    )
    with store.read() as tx:
        assert casework.claim_of(tx, case).person == "bob"  # type: ignore[union-attr]


def test_sealed_content_is_not_copied(store: Store, life: Any) -> None:
    """Intimate images and children's matters: what was seen goes into no decision, notice or history."""
    from ombud.store import clauses

    with store.begin() as tx:
        (home,) = clauses.versions(tx, "cc", "4.4")
        sealed = {"id": "k-sealed", "clause": "7.7", "harm": "intimate_image", "severity": 3}
        clauses.put(tx, msgspec.structs.replace(home, **sealed))  # type: ignore[arg-type]
        case = life.case(tx, clause="7.7")
        made = life.answered(tx, case)
        assert made.excerpt is None
        seen = preview(tx, made, replace(life.choice("disable"), considered={}), life.now)
        assert "sealed" in seen.body
        assert "at home" not in seen.body + str(made) + str(cases.history(tx, case))
