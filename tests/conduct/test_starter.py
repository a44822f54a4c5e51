"""A new code is written only where it belongs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ombud.base.errors import UsageError
from ombud.conduct.find import bundled_names, find_code
from ombud.conduct.loader import load_code
from ombud.conduct.starter import init_code
from ombud.conduct.words import Words
from ombud.events.envelope import COLUMNS
from ombud.signals.catalogue import signal_columns


def test_a_new_code_has_its_own_name(tmp_path: Path) -> None:
    """The id is the folder's name; titles with signs of YAML are quoted."""
    written = init_code(tmp_path / "book-club", titles=Words("It's: ours #1", "读书会"))
    assert [path.name for path in written if path.suffix == ".yaml"] == ["code.yaml", "false-promise.yaml"]
    text = (tmp_path / "book-club" / "code.yaml").read_text("utf-8")
    assert "id: book-club" in text
    assert "'It''s: ours #1'" in text
    assert "your-code" not in text


def test_an_empty_folder_is_fine(tmp_path: Path) -> None:
    """A folder that is there and empty is used."""
    (tmp_path / "club").mkdir()
    assert init_code(tmp_path / "club")


@pytest.mark.parametrize("name", ["Club", "my code", "club_", "俱乐部", "a" * 65])
def test_a_bad_name_is_refused(tmp_path: Path, name: str) -> None:
    """Ids are small letters, digits and hyphens, and nothing is written otherwise."""
    with pytest.raises(UsageError) as caught:
        init_code(tmp_path / name)
    assert caught.value.code == "conduct/bad-id"
    assert not (tmp_path / name).exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A folder with a file in it, and a file, are left alone."""
    (tmp_path / "club").mkdir()
    (tmp_path / "club" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name in ("club", "file"):
        with pytest.raises(UsageError) as caught:
            init_code(tmp_path / name)
        assert caught.value.code == "conduct/not-empty"
    assert [path.name for path in (tmp_path / "club").iterdir()] == ["notes.txt"]


def test_another_id_than_the_folder_is_refused(tmp_path: Path) -> None:
    """The loader would refuse it, so it is not written."""
    with pytest.raises(UsageError):
        init_code(tmp_path / "club", "society")


def test_bundled_codes_are_found_by_name() -> None:
    """A bundled name means the bundled code; a near miss is told."""
    for name in bundled_names():
        assert find_code(name).name == name
        with pytest.raises(UsageError):
            init_code(Path("/nonexistent") / name)


def test_the_new_code_fits_the_real_language(tmp_path: Path) -> None:
    """With the real columns and the real parser the example code loads."""
    expr = pytest.importorskip("ombud.expr")
    if not hasattr(expr, "parse_rule"):
        pytest.skip("the rule language is not there yet")
    init_code(tmp_path / "club")
    code = load_code(tmp_path / "club", {**COLUMNS, **signal_columns()})
    assert code.rules[0].reads == {"event.kind", "post.text", "account.id"}
