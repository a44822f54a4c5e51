"""Remembers what the gate said, by content.

A remembered result is a file named by the hash of gate and codes. Its words carry a
hash of their own: a file that was damaged or edited by hand is ignored, and the gate
judges again. The hash is no secret and keeps no determined person out who can write
to the directory; such a person could change the program as well. All the cache can
cost when it is lost is time.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ombud.base.errors import Fault, Where
from ombud.base.ids import content_hash

_MAX_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Remembered:
    """A judgment: its faults and what was looked at."""

    faults: tuple[Fault, ...]
    counts: dict[str, int]


class _File(msgspec.Struct):
    key: str
    faults: list[tuple[str, str, str | None, int | None, int | None, str | None]]
    counts: dict[str, int]
    seal: str


def recall(folder: Path | None, key: str) -> Remembered | None:
    """Return what was remembered under ``key``, or ``None``: nothing, or nothing that can be trusted."""
    if folder is None:
        return None
    try:
        path = _path(folder, key)
        if path.stat().st_size > _MAX_BYTES:
            return None
        found = msgspec.json.decode(path.read_bytes(), type=_File)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if found.key != key or found.seal != _seal(found):
        return None
    return Remembered(
        tuple(
            Fault(code, message, None if path is None else Where(path, line, column), hint)
            for code, message, path, line, column, hint in found.faults
        ),
        found.counts,
    )


def remember(folder: Path | None, key: str, result: Remembered) -> None:
    """Keep a result; a folder that cannot be written to is no error."""
    if folder is None:
        return
    file = _File(key, [_row(fault) for fault in result.faults], dict(result.counts), "")
    file.seal = _seal(file)
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".gate-")
        with os.fdopen(handle, "wb") as out:
            out.write(msgspec.json.encode(file))
        Path(name).replace(_path(folder, key))


def _path(folder: Path, key: str) -> Path:
    return folder / f"gate-{key[:32]}.json"


def _row(fault: Fault) -> tuple[str, str, str | None, int | None, int | None, str | None]:
    where = fault.where
    path = None if where is None or where.path is None else str(where.path)
    line, column = (None, None) if where is None else (where.line, where.column)
    return fault.code, fault.message, path, line, column, fault.hint


def _seal(file: _File) -> str:
    return content_hash(["ombud gate", file.key, [list(row) for row in file.faults], file.counts])
