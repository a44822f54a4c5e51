"""A public bundle of the record: a folder that a stranger can check without us.

``entries.jsonl`` (RFC 8785, one a line) · ``leaves.txt`` (the hash of each, hex) · ``checkpoints/``
(signed notes) · ``key.txt`` (verifier key) · ``about.json`` · ``README.md`` · ``verify.py`` ·
``SHA256SUMS``. All of it is derived from the ledger, which holds no person's data.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ombud.base.clock import Clock, SystemClock, format_time
from ombud.base.errors import Fault, UsageError, Where
from ombud.publication import verify
from ombud.publication.checkpoints import sign_in
from ombud.publication.notes import Signer
from ombud.store import Store, Tx, ledger
from ombud.store import checkpoints as signed
from ombud.store.faults import told

ENTRIES, LEAVES, KEY, ABOUT, SUMS = "entries.jsonl", "leaves.txt", "key.txt", "about.json", "SHA256SUMS"
_README = Path(__file__).with_name("bundle.md")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the folder, entries, root (hex), checkpoints, verifier key."""

    folder: Path
    size: int
    root: str
    checkpoints: int
    key: str


def export(store: Store, out: Path, signer: Signer, clock: Clock | None = None) -> Exported:
    """Sign the ledger as it stands and write the bundle; the folder is there whole or not at all.

    Args:
        store: an open store.
        out: the folder; it may be an older bundle, which is replaced.
        signer: the log's key.
        clock: the wall clock.

    Raises:
        UsageError: ``record/not-a-bundle``: the folder holds something else.
        StoreError: ``record/inconsistent``, or what the disk refuses.
    """
    _look(out)
    now = (clock or SystemClock()).now()
    part = out.with_name(f".{out.name}.part")
    with told(out):
        shutil.rmtree(part, ignore_errors=True)
        (part / "checkpoints").mkdir(parents=True)
        with store.begin() as tx:
            head = sign_in(tx, signer, clock)
            notes = [row for row in signed.every(tx, head.key) if row.size <= head.size]
        with store.read() as tx:
            _write_entries(tx, part, head.size)
        for row in notes:
            _write(part / "checkpoints" / f"{row.size:012d}.note", row.note.encode())
        about = _about(signer, head, len(notes), format_time(now))
        _write(part / ABOUT, (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode())
        _write(part / KEY, (signer.verifier + "\n").encode())
        words = _README.read_text("utf-8").format(origin=signer.name, size=head.size, key=signer.verifier)
        _write(part / "README.md", words.encode())
        _write(part / "verify.py", Path(verify.__file__).read_bytes())
        _write(part / SUMS, "".join(_sums(part)).encode())
        _put_in_place(part, out)
    return Exported(out, head.size, head.root.hex(), len(notes), signer.verifier)


def _about(signer: Signer, head: signed.Signed, notes: int, now: str) -> dict[str, object]:
    return {
        "format": verify.FORMAT,
        "origin": signer.name,
        "key": signer.verifier,
        "size": head.size,
        "root": head.root.hex(),
        "checkpoints": notes,
        "made_at": now,
        "tree": "RFC 9162, SHA-256; a leaf is one line of entries.jsonl without its newline",
        "entries": "RFC 8785 objects: at, body, kind, seq; salted digests and figures, no personal data",
    }


def _look(out: Path) -> None:
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    try:
        if json.loads((out / ABOUT).read_text("utf-8"))["format"] == verify.FORMAT:
            return
    except (OSError, ValueError, KeyError, TypeError):
        pass
    hint = "name a folder that does not exist yet, or an older bundle"
    raise UsageError(Fault("record/not-a-bundle", "there is something else already", Where(out), hint))


def _write_entries(tx: Tx, part: Path, size: int) -> None:
    with (part / ENTRIES).open("wb") as entries, (part / LEAVES).open("wb") as leaves:
        for data in ledger.raw(tx, 0, size - 1):
            entries.write(data + b"\n")
            leaves.write(verify.leaf_of(data).hex().encode() + b"\n")
        for file in (entries, leaves):
            file.flush()
            os.fsync(file.fileno())


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sums(folder: Path) -> Iterator[str]:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        yield f"{digest}  {path.relative_to(folder).as_posix()}\n"


def _put_in_place(part: Path, out: Path) -> None:
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    part.rename(out)
    shutil.rmtree(old, ignore_errors=True)
