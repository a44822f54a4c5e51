"""Formats: told by name, by content, and refused with a reason."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ombud.base.errors import UsageError
from ombud.events.formats import format_of, head_of


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.jsonl", b"", "jsonl"),
        ("a.JSONL", b"{}", "jsonl"),
        ("a.b.csv.gz", gzip.compress(b"id,at\n", mtime=0), "csv"),
        ("a.tsv", b"id\tat\n", "tsv"),
        ("a.json", b"[]\n{}\n", "jsonl"),
        ("a.json", b"not json at all\n", "jsonl"),
        ("a", b"  {}", "jsonl"),
        ("a", b"id,at\n1,2\n", "csv"),
        ("a", b"id\tat, then\n", "tsv"),
        ("a.dat", b"PAR1....", "parquet"),
        ("a.csv", b"PAR1....", "parquet"),
        ("a.jsonl", b"{}\n\x00\xff\n", "jsonl"),
        ("a.csv", b"id,at\n\x00\xff\n", "csv"),
    ],
)
def test_told(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    """The ending decides, the first bytes where there is none; one bad line does not make a file garbage."""
    path = tmp_path / name
    path.write_bytes(content)
    assert format_of(path) == kind


@pytest.mark.parametrize("content", [b'[{"id":1}]', b'[\n{"id":1}\n]\n', b'[{"id":1},\n{"id":2}]\n'])
def test_one_array_is_not_lines(tmp_path: Path, content: bytes) -> None:
    """A JSON array of events, however it is laid out, is refused with the command that makes lines of it."""
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="jq -c") as caught:
        format_of(path)
    assert caught.value.code == "events/not-lines"


def test_what_was_said_counts(tmp_path: Path) -> None:
    """A format that the caller names wins over the ending; standard input is JSONL."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"id,at\n")
    assert format_of(path, "csv") == "csv"
    assert format_of(None) == "jsonl"
    assert format_of(None, "csv") == "csv"


def test_the_head_of_a_packed_file(tmp_path: Path) -> None:
    """The first bytes are unpacked, no more than asked for, and a break is not an error here."""
    path = tmp_path / "a"
    path.write_bytes(gzip.compress(b"ab" * 100_000))
    assert head_of(path, 5) == b"ababa"
    assert len(head_of(path, 150_000)) == 150_000
    path.write_bytes(gzip.compress(b"ab" * 100_000)[:20])
    assert set(head_of(path)) <= set(b"ab")
