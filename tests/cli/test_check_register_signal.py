"""The verbs check, register and signal."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ombud.base.errors import OmbudError
from ombud.cli.check import check
from ombud.cli.register import register
from ombud.cli.signal import signal
from ombud.conduct.loader import load_code
from ombud.conduct.model import Code
from ombud.expr import parse_rule
from ombud.rules.bind import rule_columns

THREAT = "加 薇 ♥ 信 稳赚不赔，本金三天翻倍，进群带你赚"


@pytest.fixture(scope="module")
def small() -> Code:
    """Give a code of one rule, quick to compile."""
    columns = rule_columns()
    code = load_code("clear-culture", columns)
    when = "contains(signal.text.canonical, '稳赚')"
    base = next(rule for rule in code.rules if rule.clause == "4.5")
    reads = parse_rule(when, columns).reads
    rule = replace(base, id="sure", status="stable", when=when, reads=reads, evidence=(), tests=())
    return replace(code, rules=(rule,))


@pytest.fixture(autouse=True)
def ungated(monkeypatch: pytest.MonkeyPatch, small: Code, tmp_path: Path) -> None:
    """Give the small code without the gate, which has tests of its own."""
    monkeypatch.setattr("ombud.cli.check.load_codes", lambda names: [small])
    monkeypatch.setenv("OMBUD_CACHE", str(tmp_path / "cache"))


def call(command: Any, *args: str, code: int = 0, **options: Any) -> str:
    done = CliRunner().invoke(command, args, catch_exceptions=True, **options)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.stdout


def test_a_draft_is_answered_in_its_language(tmp_path: Path) -> None:
    """The clause, the words and the mending, in Chinese for a Chinese draft; exit 0."""
    file = tmp_path / "draft.txt"
    file.write_text(THREAT, encoding="utf-8")
    answer = call(check, str(file), "--code", "clear-culture")
    assert "条款 4.5" in answer
    assert "修改建议" in answer
    assert "to mend it" in call(check, str(file), "--code", "clear-culture", "--lang", "en")


def test_strict_is_for_machines(tmp_path: Path) -> None:
    """Only --strict turns a finding of a rule in force into exit 1."""
    answer = json.loads(
        call(check, "-", "--code", "clear-culture", "--format", "json", "--strict", input=THREAT, code=1)
    )
    remark = answer["remarks"][0]
    assert remark["clause"] == "4.5"
    assert all(THREAT[mark["start"] : mark["end"]] == mark["text"] for mark in remark["marks"])
    call(check, "-", "--code", "clear-culture", "--strict", input="The ferry leaves at nine.")


def test_sarif_has_what_the_standard_asks(tmp_path: Path) -> None:
    """Version, tool, rules, and results that name a rule and a region of the file."""
    file = tmp_path / "draft.txt"
    file.write_text("first line\n" + THREAT, encoding="utf-8")
    log = json.loads(call(check, str(file), "--code", "clear-culture", "--format", "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    ids = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert run["results"]
    for result in run["results"]:
        assert result["ruleId"] in ids
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        for place in result.get("locations", []):
            region = place["physicalLocation"]["region"]
            assert region["startLine"] == 2
            assert region["startColumn"] >= 1
            assert region["charLength"] > 0


def test_an_event_can_be_checked(tmp_path: Path) -> None:
    """A draft may be a whole event as JSON; a broken one is told as such."""
    event = {"id": "e", "at": 1_780_000_000, "kind": "post", "audience": "public", "account": {"id": "a"}}
    text = json.dumps({**event, "post": {"id": "p", "text": THREAT}})
    assert "4.5" in call(check, "-", "--code", "clear-culture", input=text)
    file = tmp_path / "draft.json"
    file.write_text('{"id": 1}')
    with pytest.raises(OmbudError):
        call(check, str(file), "--code", "clear-culture")


def test_a_draft_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Missing, binary and huge files are errors of the call, in words."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "huge").write_bytes(b"a" * (4 * 1024 * 1024 + 1))
    for name, says in (("nothing", "cannot be read"), ("binary", "not UTF-8"), ("huge", "at most")):
        with pytest.raises(OmbudError, match=says):
            call(check, str(tmp_path / name))


def test_registers_are_taken_listed_and_compared(tmp_path: Path) -> None:
    """A starter and a file are taken, listed as of a day, and compared."""
    place = ["--store", str(tmp_path / "store")]
    assert "77 added" in call(register, "import", "--starter", "hotlines", *place)
    assert "77 known already" in call(register, "import", "--starter", "hotlines", *place)
    file = tmp_path / "town.csv"
    file.write_text("key,name,valid_from\n555-0100,town hall,2026-01-01\n")
    done = json.loads(call(register, "import", "hotlines", str(file), "--source", "town", "--json", *place))
    assert done["added"] == 1
    listed = call(register, "list", "hotlines", "--json", "--limit", "999", "--at", "2026-02-01", *place)
    rows = [json.loads(line) for line in listed.splitlines()]
    assert {"key": "555-0100", "valid_from": "2026-01-01T00:00:00Z"}.items() <= rows[-1].items()
    earlier = call(register, "list", "hotlines", "--json", "--limit", "999", "--at", "2025-02-01", *place)
    assert "555-0100" not in earlier
    assert "+ 555-0100" in call(register, "diff", "hotlines", *place)
    assert "hotlines" in call(register, "list", *place)
    changed = json.loads(call(register, "diff", "hotlines", str(file), "--source", "town", "--json", *place))
    assert changed["counts"] == [0, 77, 0]


FEED = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": "ClaimReview",
            "claimReviewed": f"The moon is made of {what}",
            "author": {"@type": "Organization", "name": "Fact Desk"},
            "url": f"https://desk.example/{what}",
            "datePublished": "2026-03-04",
            "reviewRating": {"@type": "Rating", "alternateName": "False"},
        }
        for what in ("cheese", "chalk")
    ],
}


def test_claim_reviews_go_from_one_store_to_another(tmp_path: Path) -> None:
    """What one store gives out as ClaimReview or as rows, another takes; again, it knows them already."""
    file, here, there = tmp_path / "feed.json", tmp_path / "here", tmp_path / "there"
    file.write_text(json.dumps(FEED), encoding="utf-8")
    take = ("import", "fact_checks", "--format", "claimreview", "--method", "Fact Desk")
    assert "2 added" in call(register, *take, str(file), "--store", str(here))
    assert "2 known already" in call(register, *take, str(file), "--store", str(here))
    give = ("export", "fact_checks", "--store", str(here))
    (rows,) = [call(register, *give)]
    reviews = tmp_path / "reviews.json"
    reviews.write_text(call(register, *give, "--format", "claimreview"), encoding="utf-8")
    assert "2 added" in call(register, *take, str(reviews), "--store", str(there))
    (tmp_path / "rows.jsonl").write_text(rows, encoding="utf-8")
    plain = ("import", "fact_checks", str(tmp_path / "rows.jsonl"))
    assert "2 known already" in call(register, *plain, "--store", str(there))


def test_statements_do_not_go_out_as_checks(tmp_path: Path) -> None:
    """They are left out of a ClaimReview export, and it says how many."""
    file = tmp_path / "rows.json"
    said = {"key": "a", "publisher": "Town", "kind": "statement", "verdict": "no", "url": "https://t.example"}
    file.write_text(json.dumps([said]), encoding="utf-8")
    call(register, "import", "fact_checks", str(file), "--store", str(tmp_path / "store"))
    give = ("export", "fact_checks", "--format", "claimreview", "--store", str(tmp_path / "store"))
    done = CliRunner().invoke(register, give)
    assert json.loads(done.stdout)["@graph"] == []
    assert "left out: 1 " in done.stderr


def test_a_form_is_for_its_register(tmp_path: Path) -> None:
    """ClaimReview is for fact_checks, --method for ClaimReview."""
    file = tmp_path / "feed.json"
    file.write_text(json.dumps(FEED), encoding="utf-8")
    place = ("--store", str(tmp_path / "store"))
    for name, more in (("hotlines", ["--format", "claimreview"]), ("fact_checks", ["--method", "Fact Desk"])):
        with pytest.raises(OmbudError) as caught:
            call(register, "import", name, str(file), *more, *place)
        assert caught.value.code == "registers/other-form"


def test_a_bad_register_file_is_refused_whole(tmp_path: Path) -> None:
    """Every fault is told with file and line, and nothing is taken."""
    file = tmp_path / "bad.csv"
    file.write_text("key,name,source\n110,police,law\nx,y,law\n")
    with pytest.raises(OmbudError, match=r"bad\.csv:3"):
        call(register, "import", "hotlines", str(file), "--store", str(tmp_path / "store"))
    with pytest.raises(OmbudError, match="no starter"):
        call(register, "import", "--starter", "hotline", "--store", str(tmp_path / "store"))
    with pytest.raises(OmbudError, match="name a register"):
        call(register, "import", "--store", str(tmp_path / "store"))


def test_signals_are_listed_and_shown() -> None:
    """What is installed has a version; what is only declared says so."""
    found = json.loads(call(signal, "list", "--json"))
    assert {"text", "secrets"} <= {row["name"] for row in found["signals"] if row["version"]}
    assert "signal.text.canonical" in call(signal, "show", "text")
    with pytest.raises(OmbudError, match="no signal"):
        call(signal, "show", "txt")


def test_a_signal_is_measured_against_its_floors(tmp_path: Path) -> None:
    """The table tells value, interval and floor; without data what needs none is measured."""
    scores = json.loads(call(signal, "eval", "secrets", "--data", str(tmp_path), "--json"))
    assert {score["metric"] for score in scores} == {"precision", "recall"}
    assert all(score["holds"] and score["low"] <= score["value"] <= score["high"] for score in scores)
    with pytest.raises(OmbudError, match="no folder"):
        call(signal, "eval", "secrets", "--data", str(tmp_path / "none"))


def test_own_sets_are_found_in_the_source_and_missed_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a checkout `eval` measures our own sets; without them it names what is missing, and fails."""
    scores = json.loads(call(signal, "eval", "credentials", "--json"))
    assert {"own set: claim with advice", "own set, near misses left alone"} <= {s["task"] for s in scores}
    monkeypatch.setattr("ombud.cli.signal.own_sets", lambda: None)
    with pytest.raises(OmbudError) as caught:
        call(signal, "eval", "credentials", "--data", str(tmp_path))
    assert caught.value.code == "signals/no-data"
    assert "credentials.jsonl" in str(caught.value)
    assert "--own" in str(caught.value)


def test_a_task_left_out_is_named(tmp_path: Path) -> None:
    """Where a part could be measured, the sets of the others are named on standard error."""
    done = CliRunner().invoke(signal, ["eval", "secrets", "--data", str(tmp_path)])
    assert "davidson_hate_en/dev.jsonl.gz" in done.stderr
