"""Which format a file is in: by its name, and by what its first bytes say."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ombud.base.nearest import did_you_mean
from ombud.events.lines import BOM
from ombud.events.source import usage
from ombud.events.streams import open_stream

FORMATS: tuple[str, ...] = ("jsonl", "csv", "tsv", "parquet")
_ENDINGS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_MAGIC = {
    b"PK\x03\x04": ("a zip archive", "unpack it first"),
    b"BZh": ("bzip2 data", "unpack it first, or pack it with gzip or zstd"),
    b"\xfd7zXZ": ("xz data", "unpack it first, or pack it with gzip or zstd"),
    b"SQLite format 3": ("an SQLite database", "export the events as JSON lines or CSV"),
    b"\xff\xfe": ("text in UTF-16", "convert it to UTF-8: iconv -f UTF-16 -t UTF-8"),
    b"\xfe\xff": ("text in UTF-16", "convert it to UTF-8: iconv -f UTF-16 -t UTF-8"),
}


def format_of(path: Path | None, said: str | None = None) -> str:
    """Return the format of a file (``None``: standard input, JSONL unless ``said`` is another).

    Raises:
        UsageError: ``events/no-such-file``, ``is-a-folder``, ``unreadable``, ``unknown-format``,
            ``not-text``, ``not-lines``.
    """
    if said is not None and said not in FORMATS:
        hint = did_you_mean(said, FORMATS) or f"one of {', '.join(FORMATS)}"
        raise usage("unknown-format", f"no format is called {said!r}", hint=hint)
    if path is None:
        return said or "jsonl"
    _check_file(path)
    kind = said or _by_ending(path) or _by_content(path)
    return kind if kind == "parquet" else _check_text(path, kind)


def _check_file(path: Path) -> None:
    if not path.exists():
        near = (
            did_you_mean(path.name, [p.name for p in path.parent.iterdir()]) if path.parent.is_dir() else None
        )
        raise usage("no-such-file", "there is no such file", path, near)
    if path.is_dir():
        raise usage("is-a-folder", "this is a folder", path, f"name its files: {path}/*.jsonl")


def _by_ending(path: Path) -> str | None:
    endings = [ending.lower() for ending in path.suffixes]
    if endings and endings[-1] in (".gz", ".zst", ".gzip", ".zstd"):
        endings.pop()
    return _ENDINGS.get(endings[-1]) if endings else None


def head_of(path: Path, size: int = 64 * 1024) -> bytes:
    """Return the first bytes of a file, unpacked: up to ``size``, fewer if it is shorter or breaks off.

    Raises:
        UsageError: ``events/unreadable``.
    """
    try:
        stream, _ = open_stream(path)
        try:
            pieces: list[bytes] = []
            while size > 0 and (piece := stream.read(size)):
                pieces.append(piece)
                size -= len(piece)
            return b"".join(pieces)
        finally:
            stream.close()
    except OSError as error:
        raise usage("unreadable", f"cannot be opened: {error.strerror or error}", path) from error


def _by_content(path: Path) -> str:
    """Tell the format from the first bytes; a named pipe without ``format`` is JSONL."""
    if not path.is_file():
        return "jsonl"
    head = head_of(path).removeprefix(BOM).lstrip()
    if head.startswith(b"PAR1"):
        return "parquet"
    if not head or head.startswith((b"{", b"[")):
        return "jsonl"
    first = head.split(b"\n", 1)[0]
    for delimiter, kind in ((b"\t", "tsv"), (b",", "csv")):
        if delimiter in first and _is_text(head):
            return kind
    _check_text(path, "jsonl")
    raise usage("unknown-format", "the format cannot be told", path, "say it: --format jsonl|csv|parquet")


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode()
    return not any(ord(c) < 32 and c not in "\t\r\n\f" for c in text[:4096])


def _check_text(path: Path, kind: str) -> str:
    """Refuse what cannot be text at all; single bad lines are the reader's business."""
    if not path.is_file():
        return kind
    head = head_of(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    for magic, (what, hint) in _MAGIC.items():
        if head.startswith(magic):
            raise usage("not-text", f"this is {what}", path, hint)
    body = head.removeprefix(BOM).lstrip()
    if kind == "jsonl" and body.startswith(b"[") and _is_one_array(body):
        raise usage(
            "not-lines",
            "this is one JSON array, not one object a line",
            path,
            "make lines of it: jq -c '.[]'",
        )
    plausible = kind == "jsonl" and any(line.lstrip()[:1] == b"{" for line in body.split(b"\n"))
    judged = body if kind == "jsonl" else body.split(b"\n", 1)[0]  # of CSV the header must be text
    if not plausible and not _is_text(judged):
        raise usage("not-text", "this is not text", path, "JSON lines, CSV and Parquet are read")
    return kind


def _is_one_array(body: bytes) -> bool:
    """Say whether the text is one JSON array, rather than lines of which the first happens to be a list."""
    first, _, rest = body.partition(b"\n")
    try:
        msgspec.json.decode(first)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return not rest.lstrip().startswith(b"{") or first.strip() == b"[" or first.rstrip().endswith(b",")
    return not rest.strip()
