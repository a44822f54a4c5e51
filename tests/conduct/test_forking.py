"""A fork has a name of its own and says where it comes from."""

from __future__ import annotations

from typing import Any

import pytest

from ombud.base.errors import ConductError, UsageError
from ombud.conduct.forking import fork_code
from ombud.conduct.loader import load_code
from ombud.conduct.versions import diff
from ombud.events.envelope import COLUMNS


@pytest.mark.parametrize(
    ("lineage", "before"),
    [
        ("lineage: []", []),
        ("lineage: # none", []),
        ("# none", []),
        ("lineage: [{code: old, version: 1.0.0}]", ["old"]),
        ("lineage:\n  - code: old\n    version: 1.0.0\n  - {code: older, version: 0.1.0}", ["old", "older"]),
        ("lineage:\n- code: old\n  version: 1.0.0", ["old"]),
    ],
)
def test_the_parent_comes_first(garden: Any, lineage: str, before: list[str]) -> None:
    """However the lineage is written, the parent is put before it, with version and hash."""
    garden.swap("code.yaml", "lineage: []", lineage)
    parent = load_code(garden.path, COLUMNS)
    target = garden.path.parent / "meadow"
    assert len(fork_code(garden.path, target, COLUMNS)) == 10
    child = load_code(target, COLUMNS)
    assert child.id == "meadow"
    assert [one.code for one in child.lineage] == ["garden", *before]
    assert (child.lineage[0].version, child.lineage[0].hash) == (parent.version, parent.hash)
    assert diff(parent, child) == []


def test_a_faulty_parent_is_not_forked(garden: Any) -> None:
    """A code that does not hold up has no children, and nothing is written."""
    garden.swap("code.yaml", "binding: terms", "binding: none")
    with pytest.raises(ConductError):
        fork_code(garden.path, garden.path.parent / "meadow", COLUMNS)
    assert not (garden.path.parent / "meadow").exists()


def test_a_fork_needs_a_free_folder(garden: Any) -> None:
    """A fork overwrites nothing, not even its parent."""
    with pytest.raises(UsageError) as caught:
        fork_code(garden.path, garden.path, COLUMNS)
    assert caught.value.code == "conduct/not-empty"
