"""The verbs of the record, from key to check, as somebody types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ombud.base.errors import OmbudError
from ombud.cli.main import cli
from ombud.store import open_store, people


def call(*words: str, code: int = 0, key: Path | None = None) -> Result:
    """Run a command line and check its exit code."""
    env = {"OMBUD_KEY_FILE": str(key)} if key is not None else {}
    result = CliRunner(env=env).invoke(cli, list(words))
    if isinstance(result.exception, OmbudError):
        assert result.exception.exit_code == code
        return result
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def place(tmp_path: Path, ledger_template: Path) -> str:
    """A store with a signed ledger."""
    return str(shutil.copytree(ledger_template, tmp_path / "store"))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key file that the command made."""
    result = call("record", "key", "init", str(tmp_path / "key"), "--name", "example.org/new")
    assert result.stdout.startswith("example.org/new+")
    return tmp_path / "key"


def test_from_key_to_check(place: str, key: Path, tmp_path: Path) -> None:
    """Sign, export, verify; prove an entry and growth; the private half is never printed."""
    public = call("record", "key", "show", key=key).stdout.strip()
    note = call("record", "sign", "--store", place, key=key).stdout
    (tmp_path / "kept.note").write_text(note)
    out = str(tmp_path / "bundle")
    said = call("record", "export", "--store", place, "--out", out, key=key)
    assert "37 entries" in said.stdout
    good = call("verify", out, "--key", public, "--checkpoint", str(tmp_path / "kept.note"))
    assert "holds: 37 entries" in good.stdout
    told = json.loads(call("verify", out, "--json").stdout)
    assert (told["holds"], told["key_was_given"], told["faults"]) == (True, False, [])
    for name, words in (("entry", ("--entry", "7")), ("growth", ("--consistency", "16", "0"))):
        proof = tmp_path / name
        proof.write_text(call("record", "proof", "--store", place, *words, key=key).stdout)
        assert "holds" in call("verify", str(proof), "--key", public).stdout
    assert "example.org/record" in call("record", "list", "--store", place).stdout
    secret = key.read_text().strip().rsplit("+", 1)[1]
    for result in (said, good):
        assert secret not in result.output


def test_a_broken_bundle_ends_with_one(place: str, key: Path, tmp_path: Path) -> None:
    """The fault is on standard output with its entry, as text and as JSON."""
    out = tmp_path / "bundle"
    call("record", "export", "--store", place, "--out", str(out), key=key)
    path = out / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"x7"', b'"x8"'))
    assert "entry 7 was changed" in call("verify", str(out), code=1).stdout
    told = json.loads(call("verify", str(out), "--json", code=1).stdout)
    assert [f["entry"] for f in told["faults"] if f["code"] == "record/changed"] == [7]
    call("verify", str(tmp_path / "nowhere"), "--key", "x+y+z", code=2)
    call("verify", code=2)
    call("record", "proof", "--store", place, key=key, code=2)


def test_erase_hold_and_back_up(place: str, tmp_path: Path) -> None:
    """A hold refuses, its end lets go; the second erase finds nothing; a back-up comes back."""
    with open_store(place) as store, store.begin() as tx:
        for person in ("ann", "bob"):
            people.save(tx, person, ["en"], 0)
            people.act(tx, person, "operator", True, person, 0)
    words = (
        "--account",
        "a1",
        "--reason",
        "a court",
        "--until",
        "2100-01-01",
        "--by",
        "ann",
        "--second",
        "bob",
    )
    refused = call("hold", "place", "--store", place, *words, code=1)
    assert "record/hold-end" in str(refused.exception)
    from ombud.base.clock import DAY, SystemClock, format_time

    until = format_time(SystemClock().now() + 3 * DAY)[:10]
    hold = call("hold", "place", "--store", place, *words[:5], until, *words[6:]).stdout.strip()
    assert hold in call("hold", "list", "--store", place).stdout
    held = call("erase", "--store", place, "--account", "a1", "--reason", "asked", code=1)
    assert "record/held" in str(held.exception)
    call("hold", "lift", "--store", place, hold, "--by", "bob")
    done = call("erase", "--store", place, "--account", "a1", "--reason", "asked", "--json")
    assert json.loads(done.stdout)["already"] is True
    call("erase", "--store", place, code=2)
    call("backup", "--store", place, str(tmp_path / "b"))
    call("restore", str(tmp_path / "b"), "--store", place, code=2)
    said = call("restore", str(tmp_path / "b"), "--store", str(tmp_path / "again"))
    assert "ledger entries" in said.stdout


def test_demands_and_disclosures(place: str) -> None:
    """Entered, answered, listed, counted."""
    with open_store(place) as store, store.begin() as tx:
        for person in ("ann", "bob"):
            people.save(tx, person, ["en"], 0)
            people.act(tx, person, "operator", True, person, 0)
    add = (
        "--body", "Office", "--door", "telephone", "--asks", "remove", "--instrument", "a call",
        "--article", "none", "--scope", "posts", "--territory", "XX", "--by", "ann",
    )  # fmt: skip
    demand = call("demand", "add", "--store", place, *add).stdout.strip()
    call(
        "demand", "answer", "--store", place, demand, "--answer", "refused", "--reasons", "no", "--by", "bob"
    )
    told = json.loads(call("demand", "list", "--store", place, "--json").stdout)
    assert told["counts"]["answers"] == {"refused": 1}
    assert "Office" in call("demand", "list", "--store", place).stdout
    from ombud.base.clock import DAY, SystemClock, format_time

    soon = format_time(SystemClock().now() + 3 * DAY)[:10]
    given = (
        "--law", "a law", "--to", "rescue", "--data", "location=to find", "--why", "a letter", "--territory",
        "XX", "--account", "a1", "--tell-by", soon, "--by", "ann", "--second", "bob",
    )  # fmt: skip
    never = call("disclosure", "record", "--store", place, "--ground", "public_order", *given, code=1)
    assert "record/ground-never-qualifies" in str(never.exception)
    done = call("disclosure", "record", "--store", place, "--ground", "child_sexual_abuse", *given)
    row = done.stdout.strip().splitlines()[0]
    call("disclosure", "told", "--store", place, row, "--by", "bob")
    assert "told" in call("disclosure", "list", "--store", place).stdout
