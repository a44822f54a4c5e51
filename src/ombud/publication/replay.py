"""The list of erasures that travels with back-ups, so that restoring one brings nobody back.

One JSON object a line: number, kind, digest. The digest is keyed with the store's secret,
which a back-up holds too; without the store the list names nobody.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from ombud.base.clock import Micros
from ombud.base.errors import Fault, UsageError, Where
from ombud.store import Store, Tx, erasures, state

LIST = "erasures.jsonl"
KNOWN = "publication.backups"


class Line(msgspec.Struct, frozen=True):
    """An erasure to be done again: its number in the store it comes from, kind, digest (hex), instant."""

    n: int
    kind: str
    digest: str
    at: Micros


def lines(tx: Tx) -> list[Line]:
    """Return the store's own list."""
    return [Line(row.n, row.kind, row.digest.hex(), row.at) for row in erasures.every(tx)]


def write(path: Path, rows: list[Line]) -> None:
    """Write the list, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
    part.rename(path)


def read(path: Path) -> list[Line]:
    """Read a list.

    Raises:
        UsageError: ``record/bad-list``.
    """
    try:
        found = [msgspec.json.decode(line, type=Line) for line in path.read_bytes().splitlines()]
        for row in found:
            bytes.fromhex(row.digest)
    except (OSError, ValueError) as problem:
        hint = f"it is the file {LIST} of a back-up, or what `ombud erase --list` prints"
        said = f"the list of erasures cannot be read: {problem}"
        raise UsageError(Fault("record/bad-list", said, Where(path), hint)) from None
    return found


def remember(store: Store, backup: Path) -> None:
    """Note where a back-up lies, for later erasures to be written beside it."""
    with store.begin() as tx:
        known = set(state.load(tx, KNOWN, []))
        state.save(tx, KNOWN, sorted(known | {str(backup.absolute())}))


def spread(store: Store) -> tuple[str, ...]:
    """Add the list of erasures to that of every known back-up; return those that could not be reached."""
    with store.read() as tx:
        rows, known = lines(tx), state.load(tx, KNOWN, [])
    missed = []
    for name in known:
        try:
            there = read(Path(name) / LIST)
            known = {(row.digest, row.at) for row in there}
            write(Path(name) / LIST, there + [row for row in rows if (row.digest, row.at) not in known])
        except (OSError, UsageError):
            missed.append(name)
    return tuple(missed)


def as_text(rows: list[Line]) -> str:
    """Return the list as it stands in a file."""
    return "".join(json.dumps(msgspec.structs.asdict(row), sort_keys=True) + "\n" for row in rows)
