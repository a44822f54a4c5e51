"""Clusters, labels by rule, reviews of closings, duty and help on the command line."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ombud.base.clock import DAY
from ombud.redress.decide import preview
from ombud.store import cases, clauses, findings, measures, open_store, pins, registers

HERE = Path(__file__).parent
COPY = "the best shop of the whole town sends you a parcel for nothing today"


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem + "_for_wider", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOLS = _load(HERE.parent / "redress" / "conftest.py")
PEOPLE = _load(HERE / "test_life.py").with_people


def filled(place: Path, size: int = 36, clause: str = "4.4", severity: int = 3) -> list[str]:
    """Make a store with clauses and cases of many accounts with one text."""
    made = []
    with open_store(place) as store, store.begin() as tx:
        pins.pin(tx, "cc", version="1.0.0", hash="h", payload={"clauses": {}}, at=0, seq=1)
        for row in TOOLS.CLAUSES:
            clauses.put(tx, row)
        life = TOOLS.Life()
        for i in range(size):
            lead = cases.Lead("post", f"p{i}", "cc", clause, "1.0.0", 1, severity, TOOLS.NOW - DAY, False)
            ((case, _),) = cases.open_or_join(tx, [lead], TOOLS.NOW)
            life.finding(tx, case, f"a{i}", f"p{i}", evidence={"post.text": COPY}, clause=clause)
            made.append(case)
    return made


@pytest.fixture
def many(ombud: Any, tmp_path: Path) -> tuple[Any, list[str]]:
    """Return a function that calls `ombud` on a store with many cases and people, and the cases."""
    made = filled(tmp_path / "s")
    return PEOPLE(ombud, tmp_path / "s"), made


def answered(call: Any, cluster: str, person: str = "ann", wrong: int = 0) -> None:
    """Take the sample and answer it one by one."""
    taken = call("case", "cluster", "claim", cluster, "--as", person).out.split()
    assert len(taken) == 30
    for i, case in enumerate(taken):
        said = "no" if i < wrong else "yes"
        done = call("decide", case, "--as", person, "--answer", said, "--no-conflict")
        assert done.exit_code == 0, done.err


def test_a_cluster_from_proposal_to_undo(many: Any, tmp_path: Path) -> None:
    """Propose, answer the sample, preview, confirm, appeal, undo; each step shows what it says."""
    call, made = many
    cluster = call("case", "cluster", "propose", made[0], "--as", "ann").out.strip()
    assert cluster.startswith("g-")
    choice = (
        *("case", "cluster", "decide", cluster, "--as", "ann", "--measure", "disable", "--language", "en"),
        *("--reasons", "One operator floods the town.", "--considered", "notice=It would go on meanwhile."),
    )
    assert "redress/sample-open" in call(*choice).err
    assert "answered 0 of 30" in call("case", "cluster", "show", cluster).out
    answered(call, cluster)
    seen = json.loads(call("case", "cluster", "show", cluster, "--json").out)
    assert (seen["answered"], seen["errors"], round(seen["bound"], 3), seen["over"]) == (30, 0, 0.095, False)
    shown = call(*choice)
    assert "36 cases of 36 accounts would be decided" in shown.out
    assert "at most 9.5% of all (limit 10%)" in shown.out
    assert "One operator floods the town." in shown.out
    assert "{{receipt}}" not in shown.out
    assert "nothing is done yet" in shown.err
    whole = json.loads(call(*choice, "--letter", made[5], "--json").out)
    assert (whole["case"], whole["decided"], whole["days"]) == (made[5], 36, 1)
    assert "redress/declare" in call(*choice, "--confirm", whole["digest"][:16]).err
    assert "redress/stale-preview" in call(*choice, "--no-conflict", "--confirm", "0" * 16).err
    done = call(*choice, "--no-conflict", "--confirm", whole["digest"][:16])
    assert "applied: decided 36" in done.out, done.err
    assert "applied: decided 36" in call("case", "cluster", "go-on", cluster).out
    assert call("case", "list", "--json").out == ""
    assert "36 notices sent" in call("tick", "--folder", str(tmp_path / "out")).out
    listed = json.loads(call("case", "cluster", "list", "--json").out)
    assert (listed["state"], listed["decided"], listed["reversed"]) == ("applied", 36, 0)
    undo = ("case", "cluster", "undo", cluster, "--as", "bob", "--reasons", "It was the town itself.")
    assert "36 decisions are taken back" in call(*undo).out
    digest = json.loads(call(*undo, "--json").out)["digest"]
    assert "undone: decided 0, taken back 36" in call(*undo, "--confirm", digest[:16]).out
    assert "36 notices sent" in call("tick", "--folder", str(tmp_path / "out")).out
    assert "undone" in call("case", "cluster", "list").out
    assert "redress/cluster-state" in call(*undo, "--confirm", digest).err


def test_lists_and_refusals(many: Any, tmp_path: Path) -> None:
    """A file of cases, a dropped proposal, a second person, and what is wrong, with its code."""
    call, made = many
    assert "there are no clusters" in call("case", "cluster", "list").err
    file = tmp_path / "cases.txt"
    file.write_text("\n".join(made) + "\n")
    given = ("case", "cluster", "propose", "--cases", str(file), "--as", "ann", "--json")
    cluster = json.loads(call(*given).out)["cluster"]
    assert call("case", "cluster", "drop", cluster, "--as", "ann").exit_code == 0
    cluster = json.loads(call(*given).out)["cluster"]
    answered(call, cluster, wrong=1)
    shown = call("case", "cluster", "show", cluster)
    assert "wrong 1; with 95 % confidence at most 14.9% of all are wrong (limit 10%)" in shown.out
    assert "14.9% over" in call("case", "cluster", "list").out
    for code, args in {
        "redress/too-many-errors": (
            "decide",
            cluster,
            "--as",
            "ann",
            "--reasons",
            "x",
            "--measure",
            "notice",
        ),
        "redress/sample-begun": ("drop", cluster, "--as", "ann"),
        "redress/no-such-cluster": ("show", "g-none"),
        "redress/not-for-a-cluster": ("propose", made[0], "--as", "ann"),
        "cli/which-cases": ("propose", "--as", "ann"),
        "cli/cannot-read": ("propose", "--cases", str(tmp_path / "none"), "--as", "ann"),
        "cli/bad-digest": ("agree", cluster, "abc", "--as", "bob"),
        "redress/declare": ("agree", cluster, "0" * 64, "--as", "bob"),
    }.items():
        done = call("case", "cluster", *args)
        assert code in done.err, (args, done.err)
        assert done.exit_code in (1, 2)
    assert call("case", "cluster", "agree", cluster, "0" * 64, "--as", "bob", "--no-conflict").exit_code == 0


def test_labels_by_rule(ombud: Any, tmp_path: Path) -> None:
    """Switched on by an operator, set by a tick, shown with their state; other clauses are refused."""
    filled(tmp_path / "s", 1, "9.9", 1)
    call = PEOPLE(ombud, tmp_path / "s")
    assert "under no clause" in call("case", "automatic").err
    assert "redress/not-automatic" in call("case", "automatic", "cc/4.4", "--on", "--as", "olga").err
    assert "cli/which-clause" in call("case", "automatic", "cc", "--on", "--as", "olga").err
    assert call("case", "automatic", "cc/9.9", "--on", "--as", "olga").exit_code == 0
    with open_store(tmp_path / "s") as store, store.begin() as tx:
        rows = [
            registers.NewRow(
                "k", name, None, None, False,
                {
                    "claim": COPY, "publisher": name, "method_published": True, "rating": "false",
                    "verdict": "false", "url": f"https://{name}.example/1",
                },
            )
            for name in ("a", "b")
        ]  # fmt: skip
        registers.add(tx, "fact_checks", rows, at=1, name="f", sha256="0" * 64, revision="r")
        life = TOOLS.Life()
        life.count = 100
        lead = cases.Lead("post", "new", "cc", "9.9", "1.0.0", 1, 1, TOOLS.NOW - DAY, False)
        ((case, _),) = cases.open_or_join(tx, [lead], TOOLS.NOW)
        evidence = {"post.text": COPY, "signal.claims.check": "https://a.example/1"}
        life.finding(tx, case, "b1", "new", clause="9.9", evidence=evidence)
    done = call("tick", "--folder", str(tmp_path / "out"))
    assert "1 labels set by rules" in done.out
    assert "1 notices sent" in done.out
    assert json.loads(call("tick", "--folder", str(tmp_path / "out"), "--json").out)["labels"] == 0
    assert "labelled by a rule" in call("case", "show", case).out
    shown = json.loads(call("case", "automatic", "--json").out)
    assert (shown["clause"], shown["on"], shown["person"]) == ("9.9", True, "olga")
    assert call("case", "automatic", "cc/9.9", "--off", "--as", "olga").exit_code == 0
    assert "off" in call("case", "automatic").out


def test_duty(many: Any, tmp_path: Path) -> None:
    """A tick says loudly that nobody is on duty, then calls who is; the list shows how often."""
    call, made = many
    assert call("case", "triage", made[0], "--as", "ann", "--danger").exit_code == 0
    alone = call("tick", "--folder", str(tmp_path / "out"))
    assert "1 cases in lane 0 wait" in alone.out
    assert "nobody is on duty" in alone.err
    assert "nobody is on duty" in call("people", "duty", "--as", "olga").err
    assert call("people", "duty", "ann", "--on", "--as", "olga").exit_code == 0
    assert call("people", "duty", "--as", "olga").out.split() == ["ann"]
    assert "1 people on duty called" in call("tick", "--folder", str(tmp_path / "out")).out
    (page,) = (tmp_path / "out").glob("page-*.json")
    letter = json.loads(page.read_text("utf-8"))
    assert letter["recipient"] == "duty:ann"
    assert made[0] in letter["body"]
    assert "called 1×" in call("case", "list").out
    assert call("people", "duty", "ann", "--off", "--as", "olga").exit_code == 0


def test_a_closing_is_looked_at_again(ombud: Any, tmp_path: Path) -> None:
    """What is due is listed; a review shows its letter first and does it with --confirm."""
    (case,) = filled(tmp_path / "s", 1, "4.6", 4)
    call = PEOPLE(ombud, tmp_path / "s")
    with open_store(tmp_path / "s") as store, store.begin() as tx:
        life = TOOLS.Life()
        life.count = 100
        made = life.answered(tx, case)
        assert preview(tx, made, life.choice("closing"), TOOLS.NOW).plan is not None
        closing = life.decided(tx, made, life.choice("closing")).measures[0]
        assert [row.n for row in findings.page(tx)]
    assert closing in call("case", "review").out
    assert json.loads(call("case", "review", "--json").out)["closing"] == closing
    assert "cli/what-outcome" in call("case", "review", closing, "--as", "ada").err
    given = (
        "case",
        "review",
        closing,
        "--as",
        "ada",
        "--outcome",
        "reopened",
        "--reasons",
        "A year is enough.",
    )
    assert "redress/declare" in call(*given).err
    seen = call(*given, "--no-conflict")
    assert "A year is enough." in seen.out
    assert "nothing is done yet" in seen.err
    assert "{{receipt}}" not in seen.out
    assert call(*given, "--no-conflict", "--confirm").exit_code == 0
    assert "no closing waits" in call("case", "review").err
    with open_store(tmp_path / "s") as store, store.read() as tx:
        assert measures.get(tx, closing).reversed_at is not None  # type: ignore[union-attr]


def test_help(many: Any, tmp_path: Path) -> None:
    """Help is rehearsed, then sent; the case closes without points."""
    call, made = many
    with open_store(tmp_path / "s") as store, store.begin() as tx:
        row = registers.NewRow("116 123", "s", None, None, False, {"name": "Samaritans"})
        registers.add(tx, "hotlines", [row], at=1, name="f", sha256="0" * 64, revision="r")
    assert call("case", "claim", made[0], "--as", "ann").exit_code == 0
    given = ("case", "help", made[0], "--as", "ann", "--language", "en", "--no-conflict")
    assert "redress/no-such-number" in call(*given, "--number", "1").err
    seen = call(*given, "--number", "116 123")
    assert "Samaritans: 116 123" in seen.out
    assert "nothing is done yet" in seen.err
    assert "open" in call("case", "show", made[0]).out
    assert call(*given, "--number", "116 123", "--confirm").exit_code == 0
    assert "closed" in call("case", "show", made[0]).out
