"""Decisions and appeals tell their outcome as events, and rules are measured on them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ombud.base.clock import DAY, FixedClock
from ombud.cases import roles
from ombud.conduct.starter import init_code
from ombud.flow.codes import load_codes
from ombud.flow.embedded import run_codes
from ombud.flow.precision import measure
from ombud.flow.promote import promote
from ombud.redress.appeal import file_appeal
from ombud.redress.decide import decide
from ombud.redress.hold import hold
from ombud.redress.judge import change, keep, reverse
from ombud.redress.model import Choice
from ombud.redress.tell import tell_reporter
from ombud.store import Store, Tx, cases, filed, notices, open_store

Fails = Callable[..., None]


def told(tx: Tx) -> list[dict[str, Any]]:
    """Return the events that wait for the archive, as plain values."""
    return [json.loads(line) for line in filed.payloads(tx)]


def said(tx: Tx) -> list[tuple[str, Any, Any]]:
    """Return (rule, what it is about, whether the clause applies) of each event told."""
    return [(e["extra"]["rule"], e["target"], e["extra"].get("applies")) for e in told(tx)]


def test_one_outcome_for_each_rule(store: Store, life: Any) -> None:
    """Every rule with a finding on the case is told, once, with origin and post, and nothing else."""
    with store.begin() as tx:
        case = life.case(tx)
        life.finding(tx, case)
        life.finding(tx, case, rule="card", origin="site")
        life.finding(tx, case, rule="other", account="a2")
        made = life.answered(tx, case, findings_=[1])
        life.decided(tx, made, life.choice("notice"))
        events = told(tx)
        assert [(e["extra"]["rule"], e.get("origin")) for e in events] == [
            ("cc/card", "site"), ("cc/phone", None),
        ]  # fmt: skip
        for event in events:
            assert event["kind"] == "outcome"
            assert event["at"] == life.now // 1_000_000
            assert event["account"] == {"id": "ombud"}
            assert event["target"] == {"post_id": "p1"}
            assert event["extra"]["applies"] is True
            assert set(event) <= {"id", "at", "kind", "account", "target", "extra", "origin"}
            assert "ann" not in json.dumps(event)


@pytest.mark.parametrize(("verdict", "applies"), [("does_not_apply", False), ("cannot_tell", None)])
def test_no_and_cannot_tell(store: Store, life: Any, verdict: str, applies: bool | None) -> None:
    """A refusal says false; where nobody can tell, nothing is claimed."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx), verdict)
        life.decided(tx, made, Choice("A shop's number."))
        assert said(tx) == [("cc/phone", {"post_id": "p1"}, applies)]


def test_shadow_findings_on_the_same_post_are_judged_too(store: Store, life: Any) -> None:
    """An experimental rule that found on the post under this clause learns; others do not."""
    shadow = {"status": "experimental", "rule": "try"}
    with store.begin() as tx:
        case = life.case(tx)
        life.finding(tx, None, **shadow)
        life.finding(tx, None, **{**shadow, "rule": "elsewhere"}, clause="2.1")
        life.finding(tx, None, post="p2", **{**shadow, "rule": "another-post"})
        life.finding(tx, None, hypothetical=True, **{**shadow, "rule": "as-if"})
        life.decided(tx, life.answered(tx, case), life.choice("notice"))
        assert [rule for rule, _, _ in said(tx)] == ["cc/phone", "cc/try"]


def test_a_clause_about_accounts_names_the_account(store: Store, life: Any) -> None:
    """Findings on several posts of one account are one outcome, about the account."""
    about = {"subject_kind": "account", "subject": "a1"}
    with store.begin() as tx:
        case = life.case(tx, clause="2.1", severity=2, **about)
        for n in (2, 3):
            life.finding(tx, case, post=f"p{n}", rule="flood", clause="2.1", **about)
        made = life.answered(tx, case, findings_=[2])
        life.decided(tx, made, life.choice("notice"))
        assert ("cc/flood", {"account_id": "a1"}, True) in said(tx)
        assert [rule for rule, _, _ in said(tx)].count("cc/flood") == 1


def test_a_hold_answers_nothing(store: Store, life: Any) -> None:
    """An interim decision tells nothing, and neither does the appeal against it."""
    with store.begin() as tx:
        held = hold(tx, life.answered(tx, life.case(tx)), "ann", reasons="x", at=life.now)
        appeal = file_appeal(tx, held.notice or "", "Mine.", at=life.now).id
        reverse(tx, appeal, "ada", "Not needed.", at=life.now, no_conflict=True)
        assert told(tx) == []


def test_appeals_correct_what_was_told(store: Store, life: Any) -> None:
    """Kept says it again, reversed takes it back, changed says that the clause still applies."""
    with store.begin() as tx:
        for post in ("p1", "p2", "p3"):
            done = life.whole(tx, "disable", post=post, account=f"a-{post}")
            appeal = file_appeal(tx, done.notice or "", "Mine.", at=life.now + 1).id
            given: dict[str, Any] = {"at": life.now + DAY, "no_conflict": True}
            if post == "p1":
                keep(tx, appeal, "ada", "It is private.", **given)
            elif post == "p2":
                reverse(tx, appeal, "ada", "It is public.", **given)
            else:
                change(tx, appeal, "ada", life.choice("notice"), **given)
        by_post: dict[str, list[Any]] = {}
        for _, target, applies in said(tx):
            by_post.setdefault(target["post_id"], []).append(applies)
        assert by_post == {"p1": [True, True], "p2": [True, False], "p3": [True, True]}


def test_a_refusal_reversed_is_an_open_question(store: Store, life: Any) -> None:
    """When a reporter's appeal reopens a case, the first "no" no longer counts."""
    with store.begin() as tx:
        done = life.decided(
            tx, life.answered(tx, life.case(tx), "does_not_apply"), Choice("A shop's number.")
        )
        notice = tell_reporter(tx, done.decision, "r1", language="en", at=life.now)
        appeal = file_appeal(tx, notice, "Look again.", at=life.now).id
        reverse(tx, appeal, "ada", "It is hers.", at=life.now + DAY, no_conflict=True)
        assert [applies for _, _, applies in said(tx)] == [False, None]


def test_a_refused_act_tells_nothing(store: Store, life: Any, fails: Fails) -> None:
    """What is told goes with the act: if the decision fails, no event is left."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx))
    fails(
        "redress/stale-preview", store,
        lambda tx: decide(tx, made, life.choice("notice"), "ann", shown="no", at=life.now),
    )  # fmt: skip
    with store.read() as tx:
        assert told(tx) == []


PROMISE = "Guaranteed profit, no risk! ({n})"


def test_a_rule_learns_from_decisions_from_end_to_end(tmp_path: Path, life: Any) -> None:
    """Run, decide, run: `promote` sees what people said; an appeal that reverses corrects it."""
    club, folder = tmp_path / "club", tmp_path / "store"
    init_code(club)
    rule = club / "rules" / "false-promise.yaml"
    rule.write_text(rule.read_text("utf-8").replace("status: experimental", "status: stable"), "utf-8")
    codes, clock = load_codes([str(club)]), FixedClock(life.now)
    start = life.now // 1_000_000 - 86_400
    lines = [
        {"id": f"e{a}-{n}", "at": start + 60 * n + a, "kind": "post", "audience": "public",
         "account": {"id": f"a{a}"}, "post": {"id": f"p{a}-{n}", "text": PROMISE.format(n=n)}}
        for a in range(3) for n in range(8)
    ]  # fmt: skip
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\n".join(map(msgspec.json.encode, sorted(lines, key=lambda e: str(e["at"])))) + b"\n")

    def run() -> int:
        report = run_codes(folder, codes, [file], in_force_from=0, salt=b"t", clock=clock)
        return report.counts.told

    assert run() == 0
    given: dict[str, Any] = {"at": life.now, "no_conflict": True}
    with open_store(folder) as store:
        with store.begin() as tx:
            roles.add(tx, "olga", ["en"], by="olga", at=0)
            roles.grant(tx, "olga", "operator", by="olga", at=0)
            for person, role in (("ann", "reviewer"), ("ada", "appeal_reviewer")):
                roles.add(tx, person, ["en"], by="olga", at=0)
                roles.grant(tx, person, role, by="olga", at=0)  # type: ignore[arg-type]
            opened = cases.page(tx, limit=100)
            assert len(opened) >= 3
            first, second = opened[:2]
            done = life.decided(tx, life.answered(tx, first.id), life.choice("notice"))
            life.decided(tx, life.answered(tx, second.id, "does_not_apply"), Choice("A joke."))
        assert measure(store, codes[0], codes[0].rules[0]).reviewed == 0
    assert run() == 2
    with open_store(folder) as store:
        seen = promote(store, str(club), "false-promise", clock=clock).measured
        assert seen is not None
        assert (seen.reviewed, seen.applies) == (2, 1)
        with store.begin() as tx:
            notice = notices.get(tx, done.notice)
            assert notice is not None
            appeal = file_appeal(tx, notice.id or "", "A joke.", at=life.now).id
            reverse(tx, appeal, "ada", "It was a joke.", **given)
    assert run() == 1
    with open_store(folder) as store:
        seen = promote(store, str(club), "false-promise", clock=clock).measured
        assert seen is not None
        assert (seen.reviewed, seen.applies) == (2, 0)
