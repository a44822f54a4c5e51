"""What signals look for in one pass is compiled once on a machine, and kept where it can be lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from ombud.base import kept
from ombud.signals import scan
from ombud.signals.scan import CASELESS, ONCE, Pattern, Scan

PATTERNS = [Pattern(1, "ab+"), Pattern(2, "中", 0), Pattern(4, "x", ONCE | CASELESS)]
TEXT = "abbb 中中 X x ab".encode()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("OMBUD_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_is_seen_is_told_by_number_and_end() -> None:
    """A pattern is told once a text, or wherever it ends, in bytes."""
    seen = Scan(PATTERNS)
    assert sorted(seen.numbers(TEXT)) == [1, 2, 2, 4]
    assert [end for number, end in seen.ends(TEXT) if number == 2] == [8, 11]
    assert seen.numbers(b"nothing") == []


def test_a_second_start_does_not_compile(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is loaded from the cache and sees the same; other patterns are compiled."""
    first = sorted(Scan(PATTERNS).numbers(TEXT))
    monkeypatch.setattr(scan, "_compiled", None)
    assert sorted(Scan(PATTERNS).numbers(TEXT)) == first
    with pytest.raises(TypeError):
        Scan(PATTERNS[1:])
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("sound", [True, False])
def test_a_worthless_file_is_written_anew(folder: Path, sound: bool) -> None:
    """One of another machine, or a damaged one, is ignored."""
    Scan(PATTERNS)
    (file,) = folder.iterdir()
    good = file.read_bytes()
    if sound:
        kept.write(file, b"no database")
    else:
        file.write_bytes(good[:-1])
    assert sorted(Scan(PATTERNS).numbers(TEXT)) == [1, 2, 2, 4]
    assert file.read_bytes() == good


def test_a_cache_that_cannot_be_written_costs_only_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder to keep it in, it is compiled each time."""
    monkeypatch.setenv("OMBUD_CACHE", "/dev/null/nowhere")
    assert sorted(Scan(PATTERNS).numbers(TEXT)) == [1, 2, 2, 4]
