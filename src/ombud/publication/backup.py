"""Back-ups of a store in a directory: a consistent copy that is checked, and restored with its erasures."""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

import msgspec

from ombud.base.clock import Clock, SystemClock, format_time
from ombud.base.errors import Fault, StoreError, UsageError, Where
from ombud.events.archive import SegmentInfo, verify_segment
from ombud.publication import replay
from ombud.publication.erase import candidates, erase
from ombud.redress import executors
from ombud.store import Store, erasures, ledger, open_store, segments
from ombud.store.faults import told

FORMAT = "ombud-backup-v1"
MANIFEST = "backup.json"
_DATABASE = "ombud.db"


class Manifest(msgspec.Struct, frozen=True):
    """What a back-up says of itself: when it was made, the ledger then, the hash of every file."""

    format: str
    made_at: str
    entries: int
    root: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Copied:
    """A back-up made or restored: where, ledger entries, archive files, bytes, erasures done again."""

    place: Path
    entries: int
    segments: int
    size: int
    erased_again: int = 0


def backup(store: Store, out: Path, clock: Clock | None = None) -> Copied:
    """Copy a store while it is in use; the copy is one state of it, checked before it gets its name.

    Raises:
        UsageError: ``record/backup-exists``, ``record/backup-needs-sqlite``.
        StoreError: ``events/segment-missing`` when an erasure passed at the same time (try
            again), ``store/ledger-broken``, or what the disk refuses.
    """
    if store.backend != "sqlite":
        hint = "use pg_dump for the database and copy the archive's folder; keep the list of erasures"
        raise UsageError(Fault("record/backup-needs-sqlite", "this store is on PostgreSQL", None, hint))
    _free(out)
    part = out.with_name(f".{out.name}.part")
    with told(out):
        shutil.rmtree(part, ignore_errors=True)
        (part / "archive").mkdir(parents=True)
        _copy_database(store.archive.parent / _DATABASE, part / _DATABASE)
        entries, root, listed = _check(part, source=store.archive)
        now = format_time((clock or SystemClock()).now())
        files = {name: _hash(part / name) for name in [_DATABASE, *(f"archive/{s.file}" for s in listed)]}
        manifest = Manifest(FORMAT, now, entries, root.hex(), files)
        _write(part / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
        with store.read() as tx:
            replay.write(part / replay.LIST, replay.lines(tx))
        part.rename(out)
    replay.remember(store, out)
    return Copied(out, entries, len(listed), _size(out))


def restore(source: Path, into: Path, *, lists: tuple[Path, ...] = (), clock: Clock | None = None) -> Copied:
    """Make a store from a back-up and do again what was erased since.

    A platform that was connected is not any more, for the first store may still be at work.

    Args:
        source: the back-up.
        into: the store's folder, which must not be there yet.
        lists: more lists of erasures, for a back-up that could not be reached when they were done.
        clock: the wall clock.

    Raises:
        UsageError: ``record/backup-exists`` (nothing is overwritten), ``record/not-a-backup``,
            ``record/bad-list``.
        StoreError: ``record/backup-damaged``, or what the disk refuses.
    """
    _free(into)
    manifest = _manifest(source)
    wanted = [row for path in (source / replay.LIST, *lists) for row in replay.read(path)]
    part = into.with_name(f".{into.name}.part")
    with told(into):
        shutil.rmtree(part, ignore_errors=True)
        (part / "archive").mkdir(parents=True)
        for name, digest in manifest.files.items():
            _copy(source / name, part / name)
            if _hash(part / name) != digest:
                raise _damaged(source / name, "its bytes are not those that were backed up")
        entries, root, listed = _check(part, source=None)
        if (entries, root.hex()) != (manifest.entries, manifest.root):
            raise _damaged(source, "its ledger is not the one that was backed up")
        again = _replay(part, wanted, clock)
        with open_store(part, create=False) as copy, copy.begin() as tx:
            executors.rest(tx, (clock or SystemClock()).now())
        part.rename(into)
    return Copied(into, entries, len(listed), _size(into), again)


def _free(place: Path) -> None:
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        hint = "name a folder that is not there yet; nothing is overwritten"
        raise UsageError(Fault("record/backup-exists", "there is something already", Where(place), hint))
    if place.exists():
        place.rmdir()


def _copy_database(source: Path, target: Path) -> None:
    db = sqlite3.connect(source, isolation_level=None, timeout=30)
    try:
        db.execute("VACUUM INTO ?", (str(target),))
    finally:
        db.close()


def _check(part: Path, source: Path | None) -> tuple[int, bytes, list[segments.Segment]]:
    """Check the copied database and its archive; with a source, copy the listed files from it first."""
    db = sqlite3.connect(part / _DATABASE)
    try:
        said = db.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        db.close()
    if said != "ok":
        raise _damaged(part / _DATABASE, said)
    with open_store(part, create=False) as copy, copy.read() as tx:
        entries, root = ledger.check(tx)
        listed = segments.between(tx)
    for s in listed:
        if source is not None:
            _copy(source / s.file, part / "archive" / s.file)
        verify_segment(
            part / "archive", SegmentInfo(s.file, s.first_seq, s.last_seq, s.min_at, s.max_at, s.n, s.sha256)
        )
    return entries, root, listed


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        said, hint = f"{source.name} is not there", "an erasure may have passed just now: try again"
        raise StoreError(Fault("events/segment-missing", said, Where(source), hint))
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _replay(part: Path, wanted: list[replay.Line], clock: Clock | None) -> int:
    """Erase again what the lists name and the restored store does not know to be erased."""
    with open_store(part, create=False) as store:
        with store.read() as tx:
            known = {(row.digest.hex(), row.at) for row in erasures.every(tx)}
        rest = {bytes.fromhex(row.digest) for row in wanted if (row.digest, row.at) not in known}
        if not rest:
            return 0
        with store.read() as tx:
            targets = [
                target
                for target in candidates(store)
                if erasures.digest_of(tx, target.kind, target.origin, target.id) in rest
            ]
        done = 0
        for target in targets:
            words = "erased before; done again after a restore"
            result = erase(
                store, target.kind, target.id, reason=words, origin=target.origin, again=True, clock=clock
            )
            done += not result.already
        return done


def _manifest(source: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, ValueError):
        hint = "a back-up is a folder that `ombud backup` made"
        raise UsageError(Fault("record/not-a-backup", "this is not a back-up", Where(source), hint)) from None
    names = set(manifest.files)
    inside = all(
        name == _DATABASE or (name.startswith("archive/") and name.count("/") == 1) for name in names
    )
    if manifest.format != FORMAT or _DATABASE not in names or not inside:
        raise UsageError(Fault("record/not-a-backup", "its list of files is not one of ours", Where(source)))
    return manifest


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _damaged(path: Path, what: str) -> StoreError:
    hint = "use another back-up"
    return StoreError(Fault("record/backup-damaged", f"the back-up is damaged: {what}", Where(path), hint))
