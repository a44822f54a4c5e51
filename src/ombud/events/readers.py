"""Open whatever the operator points at: JSONL, CSV or Parquet, plain or packed, a file or ``-``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from ombud.base.clock import DAY, Clock, Micros
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
from ombud.events.formats import format_of
from ombud.events.jsonl import JsonLines
from ombud.events.mapping import Mapping
from ombud.events.parquet import ParquetRows
from ombud.events.refusals import explain
from ombud.events.source import Source, usage


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
        UsageError: as :func:`ombud.events.formats.format_of`, and ``events/bad-header``,
            ``missing-column``, ``cannot-follow``.
    """
    file = None if str(path) == "-" else Path(path)
    kind = format_of(file, format)
    bounds = finisher(earliest=earliest, ahead=ahead, clock=clock)
    if kind == "parquet":
        if file is None or follow:
            raise usage("cannot-follow", "Parquet is read from a whole file only", path)
        return ParquetRows(
            file, lambda names, source: _dict_reader(names, source, mapping, bounds, str(path))
        )
    if kind == "jsonl":
        lines = line_decoder(mapping, earliest=earliest, ahead=ahead, clock=clock)
        return JsonLines(file, lines, follow=follow)

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
