"""Open whatever the operator points at: JSONL, CSV or Parquet, plain or packed, a file or ``-``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from ombud.base.clock import DAY, Clock, Micros
from ombud.base.nearest import did_you_mean
from ombud.events.columns import (
    REQUIRED,
    Finish,
    assemble,
    convert,
    converter,
    field_hint,
    is_field,
    plain_name,
)
from ombud.events.csvfile import CsvRows, cells
from ombud.events.decode import Decode, decoder, finisher
from ombud.events.envelope import Event
from ombud.events.jsonl import JsonLines
from ombud.events.lines import BOM
from ombud.events.mapping import Mapping
from ombud.events.parquet import ParquetRows
from ombud.events.refusals import explain
from ombud.events.source import Source, usage
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


def open_source(
    path: Path | Literal["-"] | str,
    *,
    format: str | None = None,  # noqa: A002  (the word users know)
    mapping: Mapping | None = None,
    follow: bool = False,
    earliest: Micros = 0,
    ahead: Micros = DAY,
    clock: Clock | None = None,
) -> Source:
    """Open a stream of events.

    Args:
        path: a file, or ``-`` for standard input (JSONL or CSV).
        format: ``jsonl csv tsv parquet``; ``None`` = by the name's ending, else by the first bytes.
        mapping: how to read records that are not in our shape.
        follow: wait for more at the end of a growing file (JSONL, CSV).
        earliest, ahead, clock: bounds of ``at``; see :func:`ombud.events.decode.decoder`.

    Raises:
        UsageError: ``events/no-such-file``, ``is-a-folder``, ``unreadable``, ``unknown-format``,
            ``not-text``, ``bad-header``, ``missing-column``, ``cannot-follow``.
    """
    if format is not None and format not in FORMATS:
        hint = did_you_mean(format, FORMATS) or f"one of {', '.join(FORMATS)}"
        raise usage("unknown-format", f"no format is called {format!r}", hint=hint)
    file = None if str(path) == "-" else Path(path)
    if file is not None:
        _check_file(file)
    kind = format or _by_ending(file) or _by_content(file)
    if file is not None and kind != "parquet":
        kind = _check_text(file, kind)
    bounds = finisher(earliest=earliest, ahead=ahead, clock=clock)
    if kind == "parquet":
        if file is None or follow:
            raise usage("cannot-follow", "Parquet is read from a whole file only", path)
        return ParquetRows(
            file, lambda names, source: _dict_reader(names, source, mapping, bounds, str(path))
        )
    if kind == "jsonl":
        decode = line_decoder(mapping, earliest=earliest, ahead=ahead, clock=clock)
        return JsonLines(file, decode, follow=follow)

    def make(names: list[str], source: Source) -> Callable[[Sequence[str]], Event]:
        read = _dict_reader(names, source, mapping, bounds, str(path))
        return lambda row: read(dict(zip(names, cells(row), strict=True)))

    return CsvRows(file, make, delimiter="\t" if kind == "tsv" else ",", follow=follow)


def line_decoder(
    mapping: Mapping | None = None, *, earliest: Micros = 0, ahead: Micros = DAY, clock: Clock | None = None
) -> Decode:
    """Return what reads one JSON line, in our shape or by a mapping; arguments as :func:`open_source`."""
    if mapping is None:
        return decoder(earliest=earliest, ahead=ahead, clock=clock)
    return _mapped(mapping, finisher(earliest=earliest, ahead=ahead, clock=clock))


def _check_file(path: Path) -> None:
    if not path.exists():
        near = (
            did_you_mean(path.name, [p.name for p in path.parent.iterdir()]) if path.parent.is_dir() else None
        )
        raise usage("no-such-file", "there is no such file", path, near)
    if path.is_dir():
        raise usage("is-a-folder", "this is a folder", path, f"name its files: {path}/*.jsonl")


def _by_ending(path: Path | None) -> str | None:
    endings = [ending.lower() for ending in path.suffixes] if path is not None else []
    if endings and endings[-1] in (".gz", ".zst", ".gzip", ".zstd"):
        endings.pop()
    return _ENDINGS.get(endings[-1]) if endings else None


def _head(path: Path) -> bytes:
    try:
        stream, _ = open_stream(path)
        try:
            return stream.read(64 * 1024)
        finally:
            stream.close()
    except OSError as error:
        raise usage("unreadable", f"cannot be opened: {error.strerror or error}", path) from error


def _by_content(path: Path | None) -> str:
    """Tell the format from the first bytes; standard input without ``format`` is JSONL."""
    if path is None or not path.is_file():
        return "jsonl"
    head = _head(path).removeprefix(BOM).lstrip()
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
    head = _head(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    for magic, (what, hint) in _MAGIC.items():
        if head.startswith(magic):
            raise usage("not-text", f"this is {what}", path, hint)
    body = head.removeprefix(BOM).lstrip()
    if kind == "jsonl" and body.startswith(b"["):
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


def _mapped(mapping: Mapping, finish: Finish) -> Decode:
    parse = msgspec.json.Decoder().decode

    def decode(raw: bytes) -> Event:
        try:
            value = parse(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
            raise explain(error, raw) from None
        if type(value) is not dict:
            raise explain(msgspec.ValidationError("Expected `object`"), raw)
        return mapping.event(value, finish)

    return decode


def _dict_reader(
    names: list[str], source: Source, mapping: Mapping | None, finish: Finish, path: str
) -> Callable[[dict[str, Any]], Event]:
    """Return what makes an event of a row given as {column: value}."""
    if mapping is not None:
        return lambda row: mapping.event(row, finish)
    fields = {name: plain_name(name) for name in names if is_field(name)}
    lacking = [name for name in REQUIRED if name not in fields.values()]
    if lacking:
        raise usage(
            "missing-column",
            f"there is no column {', '.join(lacking)}",
            path,
            f"ombud mapping guess {path} proposes how to read these columns",
        )
    for name in names:
        if name not in fields and name not in ("seq", "parts"):
            hint = field_hint(name)
            source.notes.append(f"column {name!r} is not read" + (f"; {hint}" if hint else ""))
    readers = [(name, field, converter(name)) for name, field in fields.items()]

    def read(row: dict[str, Any]) -> Event:
        return assemble([(field, convert(name, how, row.get(name))) for name, field, how in readers], finish)

    return read
