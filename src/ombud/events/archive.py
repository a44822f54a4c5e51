"""The archive's files: sealed segments of events in Parquet, and nothing about which are listed.

A segment's columns are the dotted names of the envelope, plus ``seq`` (the caller's running
number), ``extra``, ``post.media`` and ``post.products`` (JSON text) and ``parts`` (which parts
the event had, so that it comes back exactly). The store lists the segments; a file that it does
not list does not count (:func:`remove_orphans`).

``sketch`` holds what signals remember of an event when its words are gone; which signals those
were stands in the file's metadata (:func:`sketched_by`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Sequence
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ombud.base.clock import Micros
from ombud.base.errors import Fault, StoreError, Where
from ombud.events.envelope import Event
from ombud.events.rows import (
    DICTIONARY,
    SCHEMA,
    SKETCH,
    TEXTS,
    WITHOUT_SKETCH,
    events_of,
    table_of,
)

ROW_GROUP = 16_384
"""Events in a row group: the unit that a time filter skips."""

_BY = b"ombud.sketched"
_NAME = re.compile(r"events-(\d{12,})-(\d{12,})(?:\.r(\d+))?\.parquet")


class SegmentInfo(msgspec.Struct, frozen=True):
    """What the store lists about one segment.

    ``first_seq``/``last_seq``: running numbers; ``min_at``/``max_at``: microseconds;
    ``n``: events; ``sha256``: of the file, in hex.
    """

    name: str
    first_seq: int
    last_seq: int
    min_at: Micros
    max_at: Micros
    n: int
    sha256: str


class Sketches(msgspec.Struct, frozen=True):
    """What signals remember of the events of a segment: which signals, and one value an event."""

    by: str
    values: Sequence[bytes | None]


class Remembered(NamedTuple):
    """An event as signals remember it; ``post`` is the post's id, or the event's own where it has none."""

    at: Micros
    id: str
    account: str
    post: str
    sketch: bytes


def write_segment(
    folder: Path, events: Sequence[Event], seqs: Sequence[int], sketches: Sketches | None = None
) -> SegmentInfo:
    """Write one segment so that it is there whole or not at all, even if power fails.

    Args:
        folder: where segments lie; it must exist.
        events: at least one.
        seqs: their running numbers, ascending; the first and last name the file.
        sketches: what signals remember of them.

    The same events and sketches under the same numbers give the same bytes.

    Raises:
        StoreError: ``events/segment-not-written``: the disk is full, or a value does not fit.
        ValueError: no events, or not as many numbers as events.
    """
    if not events or len(events) != len(seqs):
        raise ValueError(f"{len(events)} events and {len(seqs)} numbers")
    name = f"events-{seqs[0]:012d}-{seqs[-1]:012d}.parquet"
    try:
        table = table_of(events, seqs, sketches.values if sketches is not None else None)
    except (pa.ArrowException, OverflowError, UnicodeError, msgspec.MsgspecError) as error:
        raise _not_written(folder / name, error) from error
    return _seal(folder / name, table, sketches.by if sketches is not None else "")


def _seal(path: Path, table: pa.Table, sketched: str) -> SegmentInfo:
    if sketched:
        table = table.replace_schema_metadata({_BY: sketched.encode()})
    part = path.with_name(f".{path.name}.part")
    try:
        with pa.OSFile(str(part), "wb") as sink:
            pq.write_table(
                table,
                sink,
                row_group_size=ROW_GROUP,
                compression="zstd",
                compression_level=1,
                use_dictionary=list(DICTIONARY),
                write_statistics=["seq", "event.at"],
                write_page_checksum=True,
                store_schema=True,
            )
        with part.open("rb") as file:
            sha256 = file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        part.rename(path)
        _sync_folder(path.parent)
    except (OSError, pa.ArrowException) as error:
        part.unlink(missing_ok=True)
        raise _not_written(path, error) from error
    seqs = table.column("seq")
    ats = pc.min_max(table.column("event.at").cast(pa.int64()))
    return SegmentInfo(
        path.name,
        seqs[0].as_py(),
        seqs[-1].as_py(),
        ats["min"].as_py(),
        ats["max"].as_py(),
        len(table),
        sha256,
    )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_rows(
    path: Path, *, since: Micros | None = None, until: Micros | None = None
) -> Iterator[tuple[int, Event]]:
    """Yield (seq, event) in the segment's order, with ``since`` <= ``at`` < ``until``.

    Row groups outside the times are not read; one row group is in memory at a time.

    Raises:
        StoreError: ``events/segment-missing`` or ``events/segment-damaged``.
    """
    for table in _tables(path, None, since, until):
        yield from events_of(table)


def sketched_by(path: Path) -> str:
    """Return which signals wrote a segment's sketches, empty for a segment without; errors as below."""
    try:
        told: dict[bytes, bytes] = pq.read_schema(path).metadata or {}
        return told.get(_BY, b"").decode()
    except FileNotFoundError as error:
        raise _missing(path) from error
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path, str(error)) from error


def read_sketches(
    path: Path, *, since: Micros | None = None, until: Micros | None = None
) -> Iterator[tuple[int, Remembered]]:
    """Yield (seq, what signals remember) of the events that have a sketch; reads six columns only.

    Arguments and errors as for :func:`read_rows`.
    """
    for table in _tables(path, [*_REMEMBERED], since, until):
        some = table.filter(pc.is_valid(table.column(SKETCH))).select(_REMEMBERED)
        at = some.column("event.at").cast(pa.int64())
        columns = [column.to_pylist() for column in some.set_column(1, "event.at", at).columns]
        for seq, when, event, account, post, sketch in zip(*columns, strict=True):
            yield seq, Remembered(when, event, account, post or event, sketch)


_REMEMBERED = ["seq", "event.at", "event.id", "account.id", "post.id", SKETCH]


def read_segment(path: Path, *, since: Micros | None = None, until: Micros | None = None) -> Iterator[Event]:
    """Yield the segment's events; arguments and errors as for :func:`read_rows`."""
    for _, event in read_rows(path, since=since, until=until):
        yield event


def read_table(
    path: Path,
    columns: Sequence[str] | None = None,
    *,
    since: Micros | None = None,
    until: Micros | None = None,
) -> pa.Table:
    """Return the segment, or only the columns named, as an Arrow table.

    ``event.at`` and ``account.created_at`` are ``timestamp[us, UTC]``. Errors as for
    :func:`read_rows`; an unknown column is a ``ValueError``.
    """
    names = list(columns) if columns is not None else list(SCHEMA.names)
    unknown = [name for name in names if name not in SCHEMA.names]
    if unknown:
        raise ValueError(f"a segment has no column {unknown[0]!r}")
    read = names if "event.at" in names or since is until is None else [*names, "event.at"]
    tables = list(_tables(path, read, since, until))
    if not tables:
        return SCHEMA.empty_table().select(names)
    return pa.concat_tables(tables).select(names)


def _tables(
    path: Path, columns: list[str] | None, since: Micros | None, until: Micros | None
) -> Iterator[pa.Table]:
    try:
        with pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False) as file:
            before = file.schema_arrow.equals(WITHOUT_SKETCH)
            if not before and not file.schema_arrow.equals(SCHEMA):
                raise _damaged(path, "it has other columns than a segment")
            wanted = SKETCH in columns if columns is not None else True
            if before and columns is not None:
                columns = [name for name in columns if name != SKETCH]
            at = file.schema_arrow.get_field_index("event.at")
            for group in range(file.num_row_groups):
                if not _overlaps(file.metadata.row_group(group).column(at).statistics, since, until):
                    continue
                table = file.read_row_group(group, columns=columns, use_threads=False)
                if before and wanted:
                    table = table.append_column(SCHEMA.field(SKETCH), pa.nulls(len(table), pa.binary()))
                yield _between(table, since, until)
    except FileNotFoundError as error:
        raise _missing(path) from error
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path, str(error)) from error


def _overlaps(statistics: pq.Statistics | None, since: Micros | None, until: Micros | None) -> bool:
    if statistics is None or not statistics.has_min_max:
        return True
    low, high = statistics.min_raw, statistics.max_raw
    return not ((since is not None and high < since) or (until is not None and low >= until))


def _between(table: pa.Table, since: Micros | None, until: Micros | None) -> pa.Table:
    if since is until is None:
        return table
    at = table.column("event.at").cast(pa.int64())
    keep = [
        (since is None or value >= since) and (until is None or value < until) for value in at.to_pylist()
    ]
    return table if all(keep) else table.filter(pa.array(keep, pa.bool_()))


def verify_segment(folder: Path, info: SegmentInfo) -> None:
    """Compare a segment's file with what the store lists.

    Raises:
        StoreError: ``events/segment-missing``, or ``events/segment-damaged`` if a byte differs.
    """
    path = folder / info.name
    try:
        with path.open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise _missing(path) from error
    except OSError as error:
        raise _damaged(path, str(error)) from error
    if found != info.sha256:
        raise _damaged(path, f"its SHA-256 is {found}, not {info.sha256}")


class Renamed(msgspec.Struct, frozen=True):
    """An account of one origin that gets another name, wherever it acts or is aimed at."""

    old: str
    new: str
    origin: str | None


def redact_segment(path: Path, seqs: Collection[int], renamed: Renamed | None = None) -> SegmentInfo:
    """Write a new revision of the segment in which the given events keep no words of anyone.

    With ``renamed``, every mention of an account by its id gets the new name as well.

    What stays is what windows and counts need: seq, times, kind, origin, audience, ids, numbers.
    Text, names, links, media, ``extra`` and the like become NULL. The new file has its own name
    (``.r1``, ``.r2`` …) beside the old one: list it and drop the old one in one transaction,
    then delete the old file.

    Raises:
        StoreError: as for :func:`read_rows` and :func:`write_segment`.
    """
    found = _NAME.fullmatch(path.name)
    if found is None:
        raise StoreError(Fault("events/segment-missing", "this is not the name of a segment", Where(path)))
    table, sketched = read_table(path), sketched_by(path)
    erased = pa.array([seq in seqs for seq in table.column("seq").to_pylist()], pa.bool_())
    for name in TEXTS:
        index = SCHEMA.get_field_index(name)
        kept = pc.if_else(erased, pa.scalar(None, SCHEMA.field(index).type), table.column(index))
        table = table.set_column(index, SCHEMA.field(index), kept)
    if renamed is not None:
        table = _rename(table, renamed)
    revision = int(found[3] or 0) + 1
    return _seal(path.with_name(f"events-{found[1]}-{found[2]}.r{revision}.parquet"), table, sketched)


def _rename(table: pa.Table, renamed: Renamed) -> pa.Table:
    origin = table.column("event.origin")
    here = pc.is_null(origin) if renamed.origin is None else pc.equal(origin, renamed.origin)
    for name in ("account.id", "target.account_id"):
        index = SCHEMA.get_field_index(name)
        column = table.column(index)
        mask = pc.fill_null(pc.and_(here, pc.equal(column, renamed.old)), False)
        changed = pc.if_else(mask, pa.scalar(renamed.new, SCHEMA.field(index).type), column)
        table = table.set_column(index, SCHEMA.field(index), changed)
    return table


def remove_orphans(folder: Path, listed: Collection[str]) -> list[str]:
    """Delete segment files that the store does not list, and unfinished ones; return their names."""
    gone = []
    for path in sorted(folder.iterdir()):
        unfinished = path.name.startswith(".events-") and path.name.endswith(".part")
        if unfinished or (_NAME.fullmatch(path.name) and path.name not in listed):
            path.unlink()
            gone.append(path.name)
    return gone


def _not_written(path: Path, error: Exception) -> StoreError:
    return StoreError(
        Fault(
            "events/segment-not-written",
            f"the segment cannot be written: {error}",
            Where(path),
            "look for free space and the folder's permissions",
        )
    )


def _missing(path: Path) -> StoreError:
    return StoreError(Fault("events/segment-missing", "the segment is not there", Where(path)))


def _damaged(path: Path, what: str) -> StoreError:
    return StoreError(
        Fault(
            "events/segment-damaged",
            f"the segment is damaged: {what}",
            Where(path),
            "restore it from a back-up",
        )
    )
