"""A fork is a code of one's own that says where it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ombud.base.errors import ConductError, UsageError
from ombud.conduct.find import bundled_names
from ombud.conduct.fork import fork_code
from ombud.conduct.loader import lint
from ombud.conduct.words import Words
from ombud.events.envelope import COLUMNS
from ombud.signals.catalogue import signal_columns

from .conftest import COLUMNS as GARDEN_COLUMNS
from .conftest import fake_parse

ALL = {**COLUMNS, **signal_columns()}


def forked(garden: Any, name: str = "orchard", **more: Any) -> Any:
    return fork_code(garden.path, garden.path.parent / name, GARDEN_COLUMNS, parse=fake_parse, **more)


@pytest.mark.parametrize("name", bundled_names())
def test_every_bundled_code_forks_clean(tmp_path: Path, name: str) -> None:
    """The copy has no fault, the same clauses and the same rules to the hash."""
    made = fork_code(name, tmp_path / "our-own", ALL)
    assert lint(tmp_path / "our-own", ALL) == []
    assert [rule.hash for rule in made.code.rules] == [rule.hash for rule in made.parent.rules]
    assert [clause.version for clause in made.code.clauses] == [one.version for one in made.parent.clauses]
    assert [test for rule in made.code.rules for test in rule.tests if test.where.path is None] == []
    assert sum(len(rule.tests) for rule in made.code.rules) == sum(len(r.tests) for r in made.parent.rules)


def test_what_begins_anew(garden: Any) -> None:
    """Id, version, dates and who puts it into effect are the new editors'; the lineage names the parent."""
    garden.swap("code.yaml", "version: 0.1.0", "version: 0.7.3")
    garden.swap("code.yaml", "effective_from: adopter", "effective_from: 2027-01-01\nannounced: 2026-12-01")
    garden.swap(
        "clauses/1-honest-offers.md",
        "appeal: 180",
        "appeal: 180\neffective_from: 2027-02-01\nannounced: 2026-12-01",
    )
    made = forked(garden)
    code, parent = made.code, made.parent
    assert (code.id, code.version, code.effective_from, code.announced) == ("orchard", "1.0.0", None, None)
    assert code.clauses[0].effective_from is None
    assert parent.clauses[0].effective_from is not None
    assert [(one.code, one.version, one.hash) for one in code.lineage] == [("garden", "0.7.3", parent.hash)]
    assert "orchard" in code.titles.en
    assert code.state_involvement == parent.state_involvement
    assert "Check `state_involvement`" in (code.path / "code.yaml").read_text("utf-8")


def test_a_fork_of_a_fork_keeps_the_whole_line(garden: Any) -> None:
    """Ancestors stand oldest first."""
    child = forked(garden)
    made = fork_code(child.code.path, garden.path.parent / "grove", GARDEN_COLUMNS, parse=fake_parse)
    assert [one.code for one in made.code.lineage] == ["garden", "orchard"]
    assert made.code.lineage[1].hash == child.code.hash


def test_comments_and_other_lines_stay(garden: Any) -> None:
    """Only the lines that must change do."""
    forked(garden, titles=Words("It's ours", "我们的"))
    old = (garden.path / "code.yaml").read_text("utf-8").splitlines()
    new = (garden.path.parent / "orchard" / "code.yaml").read_text("utf-8").splitlines()
    assert "  en: 'It''s ours'" in new
    assert [line for line in old if line.startswith("binding:")] == [
        line for line in new if "binding:" in line
    ]
    for name in ("clauses/1-honest-offers.md", "rules/false-promise.yaml", "lists/promises.txt"):
        assert (garden.path / name).read_bytes() == (garden.path.parent / "orchard" / name).read_bytes()


def test_hidden_files_stay_behind_and_a_licence_comes_along(garden: Any) -> None:
    """An editor's schemas are not part of the code; a licence is."""
    garden.write(".schemas/rule.schema.json", "{}").write("LICENSE", "CC0")
    made = forked(garden)
    assert {path.name for path in made.files} >= {"LICENSE"}
    assert not (made.code.path / ".schemas").exists()


@pytest.mark.parametrize("name", ["Orchard", "clear-culture", "果园"])
def test_bad_names_are_refused(garden: Any, name: str) -> None:
    """The folder's name becomes the id, so it must be able to."""
    with pytest.raises(UsageError) as caught:
        forked(garden, name)
    assert caught.value.code == "conduct/bad-id"


def test_nothing_is_overwritten(garden: Any) -> None:
    """A folder with something in it is left alone; an empty one is used."""
    full = garden.path.parent / "orchard"
    full.mkdir()
    forked(garden)
    with pytest.raises(UsageError) as caught:
        forked(garden)
    assert caught.value.code == "conduct/not-empty"


def test_a_fork_does_not_lie_inside_its_parent(garden: Any) -> None:
    """Else the parent would get files that nothing reads."""
    with pytest.raises(UsageError) as caught:
        forked(garden, "garden/orchard")
    assert caught.value.code == "conduct/bad-folder"


def test_a_broken_code_is_not_forked(garden: Any) -> None:
    """Every fault of the parent is told, and no folder is left behind."""
    garden.swap("clauses/1-honest-offers.md", "severity: 2", "severity: 9")
    with pytest.raises(ConductError):
        forked(garden)
    assert [path.name for path in garden.path.parent.iterdir()] == ["garden"]


def test_a_place_that_cannot_be_written_is_told(garden: Any) -> None:
    """A file stands where a folder is needed."""
    (garden.path.parent / "file").write_text("x")
    with pytest.raises(UsageError) as caught:
        forked(garden, "file/orchard")
    assert caught.value.code == "conduct/unwritable"
