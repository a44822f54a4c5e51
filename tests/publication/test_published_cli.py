"""Statements, the template, reconciliation and examples, as somebody types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ombud.base.errors import OmbudError
from ombud.cli.main import cli
from ombud.store import ledger, measures, notices, open_store


@pytest.fixture
def place(tmp_path: Path, furnished: Path, life: Any) -> str:
    """A store with six decisions of long ago."""
    folder = shutil.copytree(furnished, tmp_path / "store")
    with open_store(folder) as store, store.begin() as tx:
        for i in range(6):
            life.whole(tx, "disable", account=f"a{i}", post=f"p{i}")
    return str(folder)


def call(place: str, *words: str, code: int = 0) -> Result:
    """Run a command line on the store and check its exit code."""
    result = CliRunner(env={"OMBUD_STORE": place}).invoke(cli, list(words))
    if isinstance(result.exception, OmbudError):
        assert result.exception.exit_code == code, result.exception
        return result
    assert result.exit_code == code, result.output
    return result


def test_statements_from_list_to_check(place: str, tmp_path: Path) -> None:
    """List, show by notice and by measure, reword, export twice, check, and refuse a bad file."""
    listed = [json.loads(line) for line in call(place, "statement", "list", "--json").stdout.splitlines()]
    assert [each["state"] for each in listed] == ["ready"] * 6
    first = listed[0]
    for reference in (first["measure"], first["notice"]):
        (shown,) = json.loads(call(place, "statement", "show", reference).stdout)
        assert shown == first
    call(place, "statement", "show", "m-none", code=1)
    call(place, "statement", "reword", first["measure"], "--as", "ann", "--facts", "A number was posted.")
    call(place, "statement", "reword", first["measure"], "--as", "ann", "--facts", "See a3.", code=1)
    out = tmp_path / "s.jsonl"
    assert "6 statements" in call(place, "statement", "export", "--out", str(out)).stdout
    again = json.loads(call(place, "statement", "export", "--out", str(out), "--json").stdout)
    assert (again["new"], again["counts"]) == (0, {"exported": 6})
    assert "A number was posted." in out.read_text()
    assert "exported" in call(place, "statement", "list", "--state", "exported", "--limit", "1").stdout
    assert "hold against eu-tdb-2" in call(place, "statement", "check", str(out)).stdout
    assert call(place, "statement", "list", "--state", "refused").stdout == ""
    body = json.loads(out.read_text().splitlines()[0])
    bad = tmp_path / "bad.jsonl"
    bad.write_text(json.dumps({**body, "category": "x", "decision_facts": "call 13812345678"}))
    call(place, "statement", "check", str(bad), code=1)
    faults = json.loads(call(place, "statement", "check", str(bad), "--json", code=1).stdout)["faults"]
    assert {(each["code"], each["line"]) for each in faults} == {
        ("statement/not-allowed", 1), ("statement/personal", 1),
    }  # fmt: skip
    (tmp_path / "b").write_bytes(b"\xff\xfe")
    call(place, "statement", "check", str(tmp_path / "b"), code=2)


def test_refused_statements_are_listed_and_the_call_says_so(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not pass the gate is not written; the command ends with 1 and names the reason."""
    from ombud.publication import statements

    def unfit(text: str) -> list[str]:
        return ["a test"] if "Title 4.4" in text else []

    monkeypatch.setattr(statements, "traces", unfit)
    out = tmp_path / "s.jsonl"
    done = call(place, "statement", "export", "--out", str(out), code=1)
    assert "0 statements" in done.stdout
    assert out.read_text() == ""
    assert "refused m-" in done.stderr
    told = call(place, "statement", "list", "--state", "refused").stdout
    assert "incompatible_content_ground holds a test" in told


def test_figures_template_and_reconcile(place: str, tmp_path: Path) -> None:
    """The figures still need a store and a folder; the template is filled; what is planted is named."""
    out = tmp_path / "f"
    given = ("--since", "2024-01-01", "--until", "2025-01-01")
    call(place, "figures", code=2)
    call("", "figures", "--out", str(out), code=2)
    assert "figures in" in call(place, "figures", "--out", str(out), *given).stdout
    assert (out / "index.zh.html").is_file()
    report = tmp_path / "report"
    said = call(place, "figures", "template", "--out", str(report), "--service", "Ours", *given).stdout
    assert "11 sheets" in said
    value = json.loads(call(place, "figures", "template", "--out", str(report), *given, "--json").stdout)
    assert value["sheets"][5]["rows"][0][2] == 6
    assert "they agree" in call(place, "figures", "reconcile").stderr
    with open_store(place) as store, store.begin() as tx:
        row = measures.of_account(tx, "a0")[0]
        ledger.append(tx, "measure", {"measure": "m-planted", "kind": "label"}, row.at)
    assert "m-planted" in call(place, "figures", "reconcile", code=1).stderr
    told = json.loads(call(place, "figures", "reconcile", "--json", code=1).stdout)
    assert {"where": "measures", "how": "in the ledger only", "ids": ["m-planted"]} in told["differences"]


def test_an_example_from_word_to_page(place: str, tmp_path: Path) -> None:
    """Count, write, publish as another person, see it on the page, withdraw."""
    on = ("--code", "cc", "--clause", "4.4")
    assert json.loads(call(place, "example", "similar", *on, "--json").stdout)["stood"] == {
        "cases": 6, "accounts": 6,
    }  # fmt: skip
    assert "stood" in call(place, "example", "similar", *on).stdout
    words = ("--en", "Somebody posted a neighbour's number.", "--zh", "有人公布了邻居的号码。")
    name = call(place, "example", "add", "--as", "ann", *on, "--outcome", "stood", *words).stdout.strip()
    call(place, "example", "publish", name, "--as", "ann", code=1)
    assert "for 6 cases" in call(place, "example", "publish", name, "--as", "bob").stdout
    assert "public" in call(place, "example", "list").stdout
    call(place, "figures", "--out", str(tmp_path / "f"))
    assert "有人公布了邻居的号码。" in (tmp_path / "f" / "index.zh.html").read_text()
    call(place, "example", "withdraw", name, "--as", "bob", "--erase")
    (listed,) = [json.loads(line) for line in call(place, "example", "list", "--json").stdout.splitlines()]
    assert (listed["state"], listed["en"]) == ("withdrawn", "erased")
    with open_store(place) as store, store.read() as tx:
        assert len(notices.page(tx)) == 6
