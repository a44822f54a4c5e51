"""The editors' commands: what they print, and how they end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ombud.base.errors import OmbudError
from ombud.cli.code import code
from ombud.cli.main import main


def run(*args: object) -> Result:
    return CliRunner().invoke(code, [str(arg) for arg in args])


@pytest.fixture
def club(tmp_path: Path) -> Path:
    """A fork of a bundled code."""
    assert run("fork", "seven-minimums", tmp_path / "club").exit_code == 0
    return tmp_path / "club"


def changed(club: Path, tmp_path: Path, old: str, new: str) -> Path:
    """Return a copy of the code in which a text of a rule's clause is another."""
    copy = tmp_path / "next" / "club"
    shutil.copytree(club, copy)
    for path in copy.rglob("*"):
        if path.is_file():
            path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
    return copy


def test_a_fork_lints_clean_and_passes_its_tests(club: Path) -> None:
    """What was copied works as it is."""
    assert run("lint", club).exit_code == 0
    assert run("test", club).exit_code == 0
    twice = run("fork", "seven-minimums", club)
    assert isinstance(twice.exception, OmbudError)
    assert twice.exception.code == "conduct/not-empty"


def test_diff_ends_with_one_when_the_version_does_not_fit(club: Path, tmp_path: Path) -> None:
    """Harsher without a major step: 1, and the step that is needed; the same code: 0."""
    assert run("diff", club, club).exit_code == 0
    harsher = changed(
        club, tmp_path, "harm: private_information\nseverity: 3", "harm: private_information\nseverity: 4"
    )
    result = run("diff", club, harsher)
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    assert "Harsher for people" in result.output
    assert "required step of the version: major" in result.output
    chinese = run("diff", club, harsher, "--lang", "zh")
    assert "对人更严" in chinese.output
    found = json.loads(run("diff", club, harsher, "--json").stdout)
    assert (found["required_step"], found["fits"], found["same_code"]) == ("major", False, True)
    assert {fault["code"] for fault in found["faults"]} == {"conduct/version-step"}


def test_diff_of_a_fork_and_its_parent_is_no_failure(club: Path) -> None:
    """Two codes have no version step between them."""
    result = run("diff", "seven-minimums", club)
    assert result.exit_code == 0
    assert "two codes" in result.output


def test_schema_prints_one_all_or_writes_files(tmp_path: Path) -> None:
    """Everything printed is JSON; files are named, with the line for the editor."""
    assert json.loads(run("schema", "rule").stdout)["title"] == "a rule"
    assert set(json.loads(run("schema").stdout)) == {"code", "clause", "clause.zh", "rule", "tests"}
    result = run("schema", "--out", tmp_path / ".schemas")
    assert "yaml-language-server: $schema=../.schemas/rule.schema.json" in result.output
    assert (tmp_path / ".schemas" / "code.schema.json").is_file()


def test_docs_writes_pages_and_says_where(tmp_path: Path) -> None:
    """The first page's path goes to standard output, the talk elsewhere."""
    result = run("docs", "creator-pledge", "--out", tmp_path / "site", "--lang", "zh")
    assert result.exit_code == 0
    assert result.stdout.strip() == str(tmp_path / "site" / "index.html")
    assert (tmp_path / "site" / "creator-pledge" / "zh" / "index.html").is_file()


@pytest.mark.parametrize(
    ("args", "exit_code", "word"),
    [
        (["fork", "seven-minimum", "x"], 2, "conduct/no-such-code"),
        (["diff", "nope", "seven-minimums"], 2, "conduct/no-such-code"),
        (["schema", "rules"], 2, "conduct/no-such-schema"),
        (["plan", "seven-minimums", "seven-minimums", "--store", "nowhere"], 5, "store/missing"),
        (["promote", "seven-minimums", "x", "--store", "nowhere"], 5, "store/missing"),
    ],
)
def test_wrong_calls_end_with_their_code(
    args: list[str], exit_code: int, word: str, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Each mistake is a sentence with a permanent code, on standard error."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main(["code", *args])
    assert caught.value.code == exit_code
    assert word in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
