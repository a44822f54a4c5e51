"""Labels that a rule sets: only where clause and operator allow, told, once, within a quota, lifted again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from ombud.base.clock import DAY, FixedClock
from ombud.base.errors import StoreError
from ombud.cases import roles, work
from ombud.measures.figures import Figures
from ombud.redress.answer import resting_on
from ombud.redress.appeal import file_appeal
from ombud.redress.automatic import Labelled, label_all, switch
from ombud.redress.decide import decide, preview
from ombud.redress.judge import keep, reverse
from ombud.redress.model import Choice, Planned
from ombud.redress.standing import standing_of
from ombud.redress.unlabel import lift_mended, lift_unchecked
from ombud.redress.withdraw import withdraw
from ombud.redress.writer import Letter, write_decision, write_measures, write_notice
from ombud.store import (
    Store,
    Tx,
    appeals,
    automation,
    cases,
    casework,
    clauses,
    decisions,
    findings,
    ledger,
    measures,
    notices,
    outbox,
    registers,
    withdrawals,
)

Fails = Callable[..., None]
CHECK = "https://a.example/1"
CLAIM = "drinking brine cures the flu in one night"


def checks(tx: Tx, *, gone: str = "", revision: str = "r1") -> None:
    """Keep two publishers' checks of one claim, or withdraw that of one of them."""
    new = [
        registers.NewRow(
            "brine", name, None, None, name == gone,
            {
                "claim": CLAIM, "publisher": name, "method_published": True, "rating": "false",
                "verdict": "false", "url": f"https://{name}.example/1",
            },
        )
        for name in ("a", "b")
        if not gone or name == gone
    ]  # fmt: skip
    registers.add(tx, "fact_checks", new, at=1, name="f", sha256="0" * 64, revision=revision)


def found(tx: Tx, life: Any, post: str = "p1", account: str = "a1", **more: Any) -> str:
    """Open a case about a checked claim, with what the rule measured."""
    given = {"clause": "9.9", "severity": 1, **more}
    evidence = {"post.text": CLAIM, "signal.claims.check": CHECK, "signal.claims.publishers": 2}
    case_options = {k: v for k, v in given.items() if k in ("severity", "hypothetical", "subject")}
    lead = {
        "subject_kind": "post", "subject": post, "code": "cc", "clause": "9.9", "clause_version": "1.0.0",
        "lane": 1, "severity": 1, "at": life.now - DAY, "hypothetical": False, **case_options,
    }  # fmt: skip
    ((case, _),) = cases.open_or_join(tx, [cases.Lead(**lead)], life.now)
    row = {k: v for k, v in more.items() if k in ("status", "hypothetical", "evidence", "at")}
    life.finding(tx, case, account, post, clause="9.9", **{"evidence": evidence, **row})
    return case


def on(tx: Tx, at: int = 0) -> None:
    """Switch the clause on."""
    switch(tx, "cc", "9.9", "olga", True, at=at)


def test_a_label_is_a_decision_with_its_notice(store: Store, life: Any) -> None:
    """The label, its notice with the links and a marked decision come together; the case stays open."""
    with store.begin() as tx:
        checks(tx)
        on(tx)
        case = found(tx, life)
    assert label_all(store, FixedClock(life.now)) == Labelled(labels=1)
    with store.read() as tx:
        (decision,) = decisions.of_case(tx, case)
        assert (decision.automatic, decision.decided_by, decision.answer) == (True, "olga", "applies")
        (row,) = measures.of_decision(tx, decision.id)
        assert (row.kind, row.details) == ("label", {"links": [CHECK]})
        (told,) = notices.of_decision(tx, decision.id)
        assert told.recipient == "a1"
        assert told.appeal_until is not None
        assert "without a person" in told.body
        assert CHECK in told.body
        assert "Nothing is counted." in told.body
        assert [parcel.notice_id for parcel in outbox.due(tx, life.now)] == [told.id]
        assert cases.get(tx, case).state == "open"  # type: ignore[union-attr]
        assert standing_of(tx, "a1", life.now).points == 0
        (entry,) = [e for e in ledger.entries(tx) if e.kind == "decision"]
        assert entry.body["automatic"] is True
    assert label_all(store, FixedClock(life.now)) == Labelled()


@pytest.mark.parametrize(
    "more",
    [
        {"hypothetical": True},
        {"status": "experimental"},
        {"evidence": {"post.text": CLAIM}},
        {"evidence": {"signal.claims.check": "https://a.example/other"}},
        {"at": 0},
    ],
)
def test_what_is_not_labelled(store: Store, life: Any, more: dict[str, Any]) -> None:
    """Hypothetical, experimental and unlinked findings, and those before the clause bound, get no label."""
    with store.begin() as tx:
        checks(tx)
        on(tx)
        found(tx, life, **more)
    assert label_all(store, FixedClock(life.now)).labels == 0


def test_people_come_first(store: Store, life: Any) -> None:
    """A case that somebody holds, one with a decision, and what was found before the switch stay theirs."""
    with store.begin() as tx:
        checks(tx)
        found(tx, life, "early")
        on(tx)
        held = found(tx, life, "held")
        work.claim(tx, held, "ann", version=casework.version(tx, held), at=life.now)
    assert label_all(store, FixedClock(life.now)).labels == 0
    with store.begin() as tx:
        made = life.answered(tx, held)
        life.decided(tx, made, Choice("It was a joke about the check."))
        assert not any(row.automatic for row in decisions.of_case(tx, held))


def test_one_label_for_a_post_for_ever(store: Store, life: Any) -> None:
    """After a successful appeal the same post is not labelled again; another post with the claim is."""
    with store.begin() as tx:
        checks(tx)
        on(tx)
        case = found(tx, life)
    label_all(store, FixedClock(life.now))
    with store.begin() as tx:
        (told,) = notices.page(tx)
        appeal = file_appeal(tx, told.id, "a joke", at=life.now)
        reverse(tx, appeal.id, "ada", "It is a joke.", at=life.now, no_conflict=True)
        assert cases.get(tx, case).state == "closed"  # type: ignore[union-attr]
        again = found(tx, life)
        assert again != case
        found(tx, life, "p2")
    assert label_all(store, FixedClock(life.now)).labels == 1
    with store.read() as tx:
        assert decisions.of_case(tx, again) == []
        assert [row.subject for row in measures.of_account(tx, "a1") if row.reversed_at is None] == ["p2"]


def test_a_kept_label_closes_the_case(store: Store, life: Any) -> None:
    """A person who keeps a label on appeal has looked: nothing is left to decide."""
    with store.begin() as tx:
        checks(tx)
        on(tx)
        case = found(tx, life)
    label_all(store, FixedClock(life.now))
    with store.begin() as tx:
        (told,) = notices.page(tx)
        appeal = file_appeal(tx, told.id, "no", at=life.now)
        keep(tx, appeal.id, "ada", "Two checks stand.", at=life.now, no_conflict=True)
        assert cases.get(tx, case).state == "closed"  # type: ignore[union-attr]


@pytest.mark.parametrize(("verdict", "stays"), [("applies", True), ("does_not_apply", False)])
def test_a_persons_decision_takes_its_place(store: Store, life: Any, verdict: str, stays: bool) -> None:
    """Whoever decides the case ends the rule's label; the person concerned is told what holds now."""
    with store.begin() as tx:
        checks(tx)
        on(tx)
        case = found(tx, life)
    label_all(store, FixedClock(life.now))
    with store.begin() as tx:
        made = life.answered(tx, case, verdict)
        choice = life.choice("label") if stays else Choice("A joke.")
        shown = preview(tx, made, choice, life.now)
        assert stays or "removed" in shown.body
        done = decide(tx, made, choice, "ann", shown=shown.digest, at=life.now)
        assert done.notice is not None
        assert len(done.undone) == 1
        left = [row for row in measures.of_account(tx, "a1") if row.reversed_at is None]
        assert [row.decision_id for row in left] == ([done.decision] if stays else [])
        assert standing_of(tx, "a1", life.now).points == (1 if stays else 0)


def test_the_quota_gives_the_clause_back_to_people(store: Store, life: Any) -> None:
    """At the quota the switch goes off and says so; the rest waits for people, also the next day."""
    figures = Figures(automatic_quota=2)
    with store.begin() as tx:
        checks(tx)
        on(tx)
        for i in range(4):
            found(tx, life, f"p{i}", f"a{i}")
    done = label_all(store, FixedClock(life.now), figures)
    assert done == Labelled(2, tripped=("cc/9.9",))
    with store.read() as tx:
        (last,) = automation.switches(tx)
        assert (last.granted, last.person, last.why) == (False, None, "quota")
    assert label_all(store, FixedClock(life.now + DAY), figures) == Labelled()
    with store.begin() as tx:
        on(tx, life.now)
    assert label_all(store, FixedClock(life.now + DAY), figures) == Labelled()
    with store.begin() as tx:
        found(tx, life, "p9", "a9")
    assert label_all(store, FixedClock(life.now + DAY), figures).labels == 1


def test_nobody_answers_for_it_any_more(store: Store, life: Any) -> None:
    """When the operator who switched it on loses the role, nothing is labelled, and that is shown."""
    with store.begin() as tx:
        checks(tx)
        roles.grant(tx, "zoe", "operator", by="olga", at=0)
        on(tx)
        roles.grant(tx, "olga", "operator", by="zoe", at=0, granted=False)
        found(tx, life)
    assert label_all(store, FixedClock(life.now)) == Labelled(lapsed=("cc/9.9",))


def test_a_withdrawn_check_takes_every_label_away(store: Store, life: Any) -> None:
    """Labels by rule and by people go, with a notice each and no points left; others stay."""
    with store.begin() as tx:
        checks(tx)
        on(tx)
        found(tx, life)
        by_hand = found(tx, life, "p2", "a2")
        life.decided(tx, life.answered(tx, by_hand), life.choice("label"))
        life.decided(
            tx,
            life.answered(tx, found(tx, life, "p3", "a3", evidence={"post.text": CLAIM})),
            life.choice("label"),
        )
        assert standing_of(tx, "a2", life.now).points == 1
    label_all(store, FixedClock(life.now))
    assert lift_unchecked(store, FixedClock(life.now)) == 0
    with store.begin() as tx:
        checks(tx, gone="b", revision="r2")
    assert lift_unchecked(store, FixedClock(life.now + 1)) == 2
    assert lift_unchecked(store, FixedClock(life.now + 2)) == 0
    with store.begin() as tx:
        for account, rest in (("a1", 0), ("a2", 0), ("a3", 1)):
            assert sum(row.reversed_at is None for row in measures.of_account(tx, account)) == rest
        assert standing_of(tx, "a2", life.now + 1).points == 0
        told = notices.page(tx, kind="lifted")
        assert {n.recipient for n in told} == {"a1", "a2"}
        assert all(CHECK in n.body for n in told)
        found(tx, life, "p4")
    assert label_all(store, FixedClock(life.now)).labels == 0
    with store.read() as tx:
        ledger.check(tx)


def test_a_mended_text_loses_its_label(store: Store, life: Any) -> None:
    """When an edit takes away what the rule found, its label goes, once, with a notice."""
    with store.begin() as tx:
        checks(tx)
        on(tx)
        found(tx, life)
    label_all(store, FixedClock(life.now))
    assert lift_mended(store, FixedClock(life.now)) == 0
    with store.begin() as tx:
        findings.mend(tx, [findings.page(tx)[0].key], life.now)
    assert lift_mended(store, FixedClock(life.now)) == 1
    assert lift_mended(store, FixedClock(life.now)) == 0
    with store.read() as tx:
        (row,) = measures.of_account(tx, "a1")
        assert row.reversed_at == life.now
        assert "edited" in notices.get(tx, row.reversed_notice or "").body  # type: ignore[union-attr]


def test_refused_switches(store: Store, fails: Fails) -> None:
    """Only an operator, only a clause that allows it, and only a change."""
    fails("redress/not-automatic", store, lambda tx: switch(tx, "cc", "4.4", "olga", True, at=0))
    fails("redress/no-clause", store, lambda tx: switch(tx, "cc", "0", "olga", True, at=0))
    fails("cases/wrong-role", store, lambda tx: switch(tx, "cc", "9.9", "ann", True, at=0))
    fails("redress/switched", store, lambda tx: switch(tx, "cc", "9.9", "olga", False, at=0))
    with store.begin() as tx:
        on(tx)
    fails("redress/switched", store, on)


def test_taking_back_twice(store: Store, life: Any) -> None:
    """A decision is taken back once; one that an appeal reversed is left alone."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        decision = decisions.get(tx, done.decision)
        assert decision is not None
        assert withdraw(tx, decision, "cluster", "An error.", at=life.now, by="ann") is not None
        assert withdraw(tx, decision, "cluster", "An error.", at=life.now, by="ann") is None
        assert standing_of(tx, "a1", life.now).points == 0
        other = life.whole(tx, "disable", post="p2")
        appeal = file_appeal(tx, other.notice, "no", at=life.now)
        reverse(tx, appeal.id, "ada", "An error.", at=life.now, no_conflict=True)
        row = decisions.get(tx, other.decision)
        assert row is not None
        assert withdraw(tx, row, "cluster", "An error.", at=life.now, by="ann") is None
        assert appeals.of_decision(tx, other.decision)[0].outcome == "reversed"


def _decision(**more: Any) -> Callable[[Tx], None]:
    def write(tx: Tx) -> None:
        (told,) = notices.page(tx, limit=1)
        row = decisions.get(tx, told.decision_id)
        assert row is not None
        given = {"id": "d-raw", "n": 99, "automatic": True, "decided_by": "olga", "seconded_by": None, **more}
        decisions.add(tx, type(row)(**{**{f: getattr(row, f) for f in row.__struct_fields__}, **given}))

    return write


def test_raw_sql_cannot_go_round(store: Store, life: Any) -> None:
    """No automatic decision without a switch that is on, no measure but a label, no second label."""
    with store.begin() as tx:
        checks(tx)
        life.whole(tx, "disable", post="p9", account="a9")
    with pytest.raises(StoreError), store.begin() as tx:
        _decision()(tx)
    with store.begin() as tx:
        on(tx)
        found(tx, life)
    label_all(store, FixedClock(life.now))
    with store.read() as tx:
        (label,) = measures.of_account(tx, "a1")
        clause = decisions.get(tx, label.decision_id).clause_id  # type: ignore[union-attr]
    for act in (
        _decision(),
        _decision(clause_id=clause, decided_by="ann"),
        lambda tx: measures.add_many(tx, [_copy(label, n=98, id="m-raw", kind="hint")]),
        lambda tx: tx.run(text("UPDATE automatic_labels SET finding = 0")),
        lambda tx: tx.run(text("DELETE FROM automation_acts")),
        lambda tx: automation.add(
            tx, automation.Label(automation.key_of("cc", "9.9", "post", "p1"), label.decision_id, 1, 1)
        ),
        lambda tx: withdrawals.add(
            tx, withdrawals.Withdrawal(label.decision_id, label.notice_id, 5, "mended", None)
        ),
    ):
        with pytest.raises(StoreError), store.begin() as tx:
            act(tx)


def _copy(row: Any, **more: Any) -> Any:
    return type(row)(**{**{f: getattr(row, f) for f in row.__struct_fields__}, **more})


@pytest.mark.parametrize("automatic", [False, True])
def test_even_a_clause_that_says_too_much_labels_only(store: Store, life: Any, automatic: bool) -> None:
    """On a clause with automation and `disable` the database takes `disable` from people, not a rule."""
    with store.begin() as tx:
        (version,) = clauses.versions(tx, "cc", "9.9")
        clauses.put(
            tx, _copy(version, id="k-wide", clause="9.8", measures=",label,disable,", ceiling="disable")
        )
        switch(tx, "cc", "9.8", "olga", True, at=0)
        lead = cases.Lead("post", "p1", "cc", "9.8", "1.0.0", 1, 1, life.now - DAY, False)
        ((case, _),) = cases.open_or_join(tx, [lead], life.now)
        n = life.finding(tx, case, clause="9.8")

    def write(tx: Tx) -> None:
        row, finding = cases.get(tx, case), findings.get(tx, n)
        assert row is not None
        assert finding is not None
        made = resting_on(tx, row, [finding], "olga", "applies", n=0, at=life.now)
        given = {"person": "olga", "second": None, "at": life.now, "entries": []}
        decision = write_decision(tx, made, kind="applies", reasons="x", automatic=automatic, **given)
        told = Letter("decision", "subject", "a1", "en", "t", "b", ("disable",), 184)
        notice = write_notice(tx, decision, told, life.now, [])
        planned = [Planned("disable", None, 0, 0)]
        write_measures(tx, made, decision, notice, planned, territory="", at=life.now, entries=[])

    if not automatic:
        with store.begin() as tx:
            write(tx)
        return
    with pytest.raises(StoreError) as caught, store.begin() as tx:
        write(tx)
    assert "rung of the clause" in str(caught.value)
