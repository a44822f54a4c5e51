"""Takes a file of rows into a register: all of it or nothing, and only what is new."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ombud.base.clock import Micros
from ombud.base.errors import Fault, UsageError, Where
from ombud.registers.asof import Fact, fact, next_revision, resolved
from ombud.registers.reading import LARGEST_FILE, read_rows
from ombud.store import Store, Tx, ledger
from ombud.store import registers as table
from ombud.store.registers import NewRow


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to; ``revision`` is that of the register afterwards."""

    register: str
    added: int
    withdrawn: int
    unchanged: int
    revision: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Facts of one side that the other lacks, and pairs of the same key, source and start that differ."""

    only_here: tuple[Fact, ...]
    only_there: tuple[Fact, ...]
    changed: tuple[tuple[Fact, Fact], ...]


def read_file(path: Path) -> bytes:
    """Return a file's content.

    Raises:
        UsageError: ``registers/no-file``: it cannot be read, or is too large.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UsageError(
                Fault("registers/no-file", f"it is larger than {LARGEST_FILE:,} bytes", Where(path))
            )
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            Fault("registers/no-file", f"it cannot be read: {error.strerror}", Where(path))
        ) from error


def import_file(
    store: Store,
    register: str,
    path: Path,
    *,
    at: Micros,
    source: str | None = None,
    replace: bool = False,
    data: bytes | None = None,
    form: str | None = None,
) -> Imported:
    """Take a file into a register.

    A row that says what is recorded already changes nothing. With ``replace`` the file is
    the whole of what its sources say: their other rows are withdrawn from ``at`` on.

    Args:
        store: an open store.
        register: the register's name.
        path: the file.
        at: the wall clock.
        source: who says so, for rows that do not say it.
        replace: withdraw what the file's sources no longer say.
        data: the content, where it is not to be read from ``path``.
        form: ``csv`` or ``json``; ``None`` tells by name and content.

    Raises:
        OmbudError: every fault of the file, in its place; nothing was taken.
        UsageError: there is no such register or file.
    """
    content = read_file(path) if data is None else data
    rows = read_rows(register, path, content, source=source, form=form)
    return import_rows(store, register, rows, content=content, name=path.name, at=at, replace=replace)


def import_rows(
    store: Store,
    register: str,
    rows: Sequence[NewRow],
    *,
    content: bytes,
    name: str,
    at: Micros,
    replace: bool = False,
) -> Imported:
    """Take rows that were read from a file's ``content`` into a register, as :func:`import_file` does.

    For a form that a room above reads; the record holds the digest of the content as it came.
    """
    with store.begin() as tx:
        return _record(tx, register, rows, content, name, at, replace=replace)


def _record(
    tx: Tx, register: str, rows: Sequence[NewRow], content: bytes, name: str, at: Micros, *, replace: bool
) -> Imported:
    tx.alone()
    recorded = table.rows(tx, register)
    fresh = _fresh(rows, recorded)
    gone = _gone(rows, recorded, at) if replace else []
    last = table.last_import(tx, register)
    before = last.revision if last is not None else ""
    if not fresh and not gone:
        return Imported(register, 0, 0, len(rows), before)
    added = [*gone, *fresh]
    revision = next_revision(before, added)
    digest = hashlib.sha256(content).hexdigest()
    made = table.add(tx, register, added, at=at, name=name, sha256=digest, revision=revision)
    body = {
        "register": register,
        "file_sha256": digest,
        "added": made.added,
        "withdrawn": made.withdrawn,
        "revision": revision,
    }
    ledger.append(tx, "register-imported", body, at)
    return Imported(register, made.added, made.withdrawn, len(rows) - len(fresh), revision)


def _fresh(rows: Sequence[NewRow], recorded: Sequence[table.Row]) -> list[NewRow]:
    """Return the rows that change what the register says, with all others of their key and source."""
    known: dict[tuple[str, str], list[table.Row | NewRow]] = {}
    for row in recorded:
        known.setdefault((row.key, row.source), []).append(row)
    said: dict[tuple[str, str], list[NewRow]] = {}
    for new in rows:
        said.setdefault((new.key, new.source), []).append(new)
    fresh: list[NewRow] = []
    for place, group in said.items():
        group.sort(key=lambda row: (row.valid_from is not None, row.valid_from or 0))
        before = known.get(place, [])
        if not before or _said(before) != _said([*before, *group]):
            fresh.extend(group)
    return fresh


def _said(rows: Sequence[table.Row | NewRow]) -> list[dict[str, object]]:
    return [_says(row) for row in resolved(rows)]


def _gone(rows: Sequence[NewRow], recorded: Sequence[table.Row], at: Micros) -> list[NewRow]:
    """Return withdrawals of what the file's sources said and say no longer."""
    sources = {row.source for row in rows}
    kept = {(row.key, row.source) for row in rows}
    gone = dict.fromkeys(
        (row["key"], row["source"])
        for row in resolved(recorded)
        if row["source"] in sources
        and (row["key"], row["source"]) not in kept
        and (row["valid_to"] is None or row["valid_to"] > at)
    )
    return [NewRow(key, source, at, None, True, {}) for key, source in gone]


def difference(rows: Sequence[NewRow], recorded: Sequence[table.Row]) -> Difference:
    """Compare a file's rows with what a register says."""
    return _compare([fact(row, row.valid_to) for row in rows if not row.withdrawn], resolved(recorded))


def revisions_difference(tx: Tx, register: str, old: int, new: int) -> Difference:
    """Compare a register after two of its imports (by number).

    Returns:
        what stands only after ``new`` (``only_here``), only after ``old``, and what changed.
    """
    earlier, later = (resolved(table.rows(tx, register, through=each)) for each in (old, new))
    return _compare(later, earlier)


def _compare(here: Sequence[Fact], there: Sequence[Fact]) -> Difference:
    mine = {(row["key"], row["source"], row["valid_from"]): row for row in here}
    others = {(row["key"], row["source"], row["valid_from"]): row for row in there}
    changed = [
        (others[place], row)
        for place, row in mine.items()
        if place in others and _says(row) != _says(others[place])
    ]
    return Difference(
        tuple(row for place, row in mine.items() if place not in others),
        tuple(row for place, row in others.items() if place not in mine),
        tuple(changed),
    )


def _says(row: Fact) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "recorded_at"}
