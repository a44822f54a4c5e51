"""Data on standard output, talk on standard error; the same rows as text or as JSON."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
import msgspec

_ENCODER = msgspec.json.Encoder()


def say(*lines: str) -> None:
    """Write talk (progress, hints, summaries) on standard error."""
    for line in lines:
        click.echo(line, err=True)


def as_json(value: Any, *, indent: bool = False) -> str:
    """Return a value as one JSON text; times and bytes are the caller's to format first."""
    data = _ENCODER.encode(value)
    return (msgspec.json.format(data, indent=2) if indent else data).decode()


def emit_json(value: Any, *, indent: bool = True) -> None:
    """Write one JSON value on standard output."""
    click.echo(as_json(value, indent=indent and sys.stdout.isatty()))


def emit_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line on standard output."""
    for row in rows:
        click.echo(as_json(row))


def width(text: str) -> int:
    """Return how many terminal cells a text takes; Chinese characters take two."""
    return sum(
        0 if unicodedata.combining(ch) else 2 if unicodedata.east_asian_width(ch) in "WF" else 1
        for ch in text
    )


def cut(text: str, cells: int) -> str:
    """Return ``text`` on one line, control characters made visible, cut to a width in cells."""
    clean = "".join(" " if ch in "\n\r\t" else ch if ch.isprintable() else "�" for ch in text)
    if width(clean) <= cells:
        return clean
    kept, used = [], 0
    for ch in clean:
        used += width(ch)
        if used > cells - 1:
            break
        kept.append(ch)
    return "".join(kept) + "…"


def table(head: Sequence[str], rows: Sequence[Sequence[object]], *, right: Iterable[int] = ()) -> str:
    """Lay rows out in columns that line up also where Chinese and Latin text mix.

    ``right`` names the columns (from 0) whose cells are set flush right.
    """
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max([width(head[i]), *(width(row[i]) for row in cells)]) for i in range(len(head))]
    flush = set(right)

    def line(row: Sequence[str]) -> str:
        parts = []
        for i, cell in enumerate(row):
            gap = " " * (widths[i] - width(cell))
            parts.append(gap + cell if i in flush else cell + gap)
        return "  ".join(parts).rstrip()

    return "\n".join([line(head), line(["─" * w for w in widths]), *(line(row) for row in cells)])
