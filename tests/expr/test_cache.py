"""Compiled plans are kept on disk; a damaged or foreign one is ignored and written anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from ombud.expr import cache, compile_rules, fold
from ombud.expr import compile as compiling

RULES = {
    "a": "contains(lower(t), 'free money') AND n > 3",
    "b": r"regexp_matches(t, '\bx\d+', 'i') OR n IN (1, 2)",
    "c": "count_within(INTERVAL 1 HOUR, per => t) > 1",
    "d": "contains_any(folded(t), 'words') AND x < 0.5",
}
COLUMNS = {"t": str, "n": int, "x": float, "event.at": __import__("datetime").datetime, "event.id": str}
LISTS = {"words": ["軟體", "spam"]}
ROWS = [
    {"t": "FREE money x1", "n": 4, "x": 0.1, "event.at": 1, "event.id": "1"},
    {"t": "软体", "n": 1, "x": 0.1, "event.at": 2, "event.id": "2"},
    {"t": "软体", "n": 9, "x": 0.9, "event.at": 3, "event.id": "3"},
]


def plans(folder: Path) -> list[Path]:
    """The files of the cache."""
    return sorted(folder.iterdir())


def test_a_cached_start_neither_parses_nor_compiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second start takes everything from disk and gives the same answers."""
    first = compile_rules(RULES, COLUMNS, lists=LISTS, cache_dir=tmp_path)
    expected = first.match(ROWS)
    assert expected == [["a", "b"], ["b", "d"], ["c"]]
    monkeypatch.setattr(compiling, "_plan", None)
    second = compile_rules(RULES, COLUMNS, lists=LISTS, cache_dir=tmp_path)
    assert second.match(ROWS) == expected
    assert second.reads("d") == {"t", "x"}
    assert second.horizon == first.horizon
    assert second.session().explain(ROWS[0], "a").value == "TRUE"


def test_whatever_a_plan_depends_on_is_in_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other rules, columns, lists or another folding make another plan."""
    compile_rules(RULES, COLUMNS, lists=LISTS, cache_dir=tmp_path)
    compile_rules({**RULES, "a": "n > 4"}, COLUMNS, lists=LISTS, cache_dir=tmp_path)
    compile_rules(RULES, {**COLUMNS, "n": float}, lists=LISTS, cache_dir=tmp_path)
    compile_rules(RULES, COLUMNS, lists={"words": ["x"]}, cache_dir=tmp_path)
    assert len(plans(tmp_path)) == 4
    cache._machine.cache_clear()
    monkeypatch.setattr(cache, "FOLD_VERSION", fold.FOLD_VERSION + 1)
    compile_rules(RULES, COLUMNS, lists=LISTS, cache_dir=tmp_path)
    assert len(plans(tmp_path)) == 5
    cache._machine.cache_clear()


@pytest.mark.parametrize("at", [0, 31, 32, 40, 400, -1])
def test_damaged_files_are_ignored_and_written_anew(tmp_path: Path, at: int) -> None:
    """Any changed byte makes the file worthless, and it is replaced."""
    expected = compile_rules(RULES, COLUMNS, lists=LISTS, cache_dir=tmp_path).match(ROWS)
    (file,) = plans(tmp_path)
    good = file.read_bytes()
    bad = bytearray(good)
    bad[at] ^= 0x55
    for content in (bytes(bad), good[: len(good) // 2], b""):
        file.write_bytes(content)
        assert compile_rules(RULES, COLUMNS, lists=LISTS, cache_dir=tmp_path).match(ROWS) == expected
        assert file.read_bytes() == good


def test_a_sound_file_of_another_machine_is_ignored(tmp_path: Path) -> None:
    """A plan whose databases this machine cannot load is compiled again."""
    import hashlib

    import msgspec

    from ombud.expr.plan import Plan

    expected = compile_rules(RULES, COLUMNS, lists=LISTS, cache_dir=tmp_path).match(ROWS)
    (file,) = plans(tmp_path)
    plan = msgspec.msgpack.decode(file.read_bytes()[32:], type=Plan)
    texts = tuple(msgspec.structs.replace(text, ascii=b"not a database") for text in plan.texts)
    body = msgspec.msgpack.encode(msgspec.structs.replace(plan, texts=texts))
    file.write_bytes(hashlib.sha256(body).digest() + body)
    assert compile_rules(RULES, COLUMNS, lists=LISTS, cache_dir=tmp_path).match(ROWS) == expected


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """Without a place to keep plans, rules compile all the same."""
    blocked = tmp_path / "file"
    blocked.write_text("x")
    assert compile_rules(RULES, COLUMNS, lists=LISTS, cache_dir=blocked / "sub").match(ROWS)
