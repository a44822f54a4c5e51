"""Check a public record of Ombud, offline: ``python verify.py BUNDLE|PROOF [--key KEY] [--checkpoint NOTE]``.

This file stands alone: the standard library and ``cryptography`` (for Ed25519) are all it needs, so
that a stranger can read it, copy it out and trust nothing else of Ombud. It checks

* that each entry is whole, in its place, and numbered and dated without going back,
* that the entries give, as the Merkle tree of RFC 9162, the root of every signed checkpoint
  (C2SP signed-note and tlog-checkpoint), those in the bundle and those that you kept from before,
* that every checkpoint is signed by the key that you name (without one, by the bundle's own),
* a single proof: of an entry (C2SP tlog-proof), or that one tree begins another.

What is wrong is named with the number of the entry wherever the hashes allow it.
Exit codes: 0 it holds, 1 it does not, 2 it cannot be read.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import file_digest, sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "ombud-record-v1"
PROOF = "c2sp.org/tlog-proof@v1"
CONSISTENCY = "ombud-consistency-proof@v1"
STREAM_KINDS = ("batch",)  # dated by the stream of events, which may be older than the wall clock
BACK = timedelta(minutes=5)  # how far clocks of two machines may be apart
SHOWN = 20  # faults of one kind that are listed one by one


class UnreadableError(Exception):
    """The bundle, proof or key has not the form it must have."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: a permanent code, a sentence, the entry's number if it is known."""

    code: str
    message: str
    entry: int | None = None

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"


@dataclass(frozen=True)
class Key:
    """A verifier key ``name+id+base64(0x01 || Ed25519 public key)``."""

    name: str
    id: bytes
    public: bytes
    text: str


@dataclass(frozen=True)
class Checkpoint:
    """A signed tree head: who logs, how many entries, their root, and the file it came from."""

    origin: str
    size: int
    root: bytes
    source: str


@dataclass
class Outcome:
    """What was found: faults, the size and root checked, how many checkpoints held, the key."""

    faults: list[Fault] = field(default_factory=list)
    size: int = 0
    root: bytes = b""
    checkpoints: int = 0
    key: str = ""
    key_was_given: bool = False
    entry: Any = None

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def add(self, code: str, message: str, entry: int | None = None) -> None:
        """Note a fault."""
        self.faults.append(Fault("record/" + code, message, entry))


# --- the tree of RFC 9162, section 2.1 -------------------------------------------------------------


def leaf_of(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def roots_at(leaves: Sequence[bytes], sizes: set[int]) -> dict[int, bytes]:
    """Return the roots of the trees over the first so many leaves."""
    roots = {0: sha256(b"").digest()} if 0 in sizes else {}
    stack: list[bytes] = []  # hashes of perfect subtrees, the largest first
    for done, leaf in enumerate(leaves):
        node, bits = leaf, done
        while bits & 1:
            node = sha256(b"\x01" + stack.pop() + node).digest()
            bits >>= 1
        stack.append(node)
        if done + 1 in sizes:
            root = stack[-1]
            for left in stack[-2::-1]:
                root = node_of(left, root)
            roots[done + 1] = root
    return roots


def root_from_proof(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root to which an inclusion proof leads (2.1.3.2), or ``None``."""
    if not 0 <= index < size:
        return None
    fn, sn, root = index, size - 1, leaf
    for step in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            root = node_of(step, root)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            root = node_of(root, step)
        fn, sn = fn >> 1, sn >> 1
    return root if sn == 0 else None


def roots_from_proof(
    old: int, new: int, path: Sequence[bytes], old_root: bytes
) -> tuple[bytes, bytes] | None:
    """Return the two roots to which a consistency proof leads (2.1.4.2), or ``None``."""
    if not 0 < old <= new:
        return None
    if old == new:
        return (old_root, old_root) if not path else None
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        return None
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            first, second = node_of(step, first), node_of(step, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_of(second, step)
        fn, sn = fn >> 1, sn >> 1
    return (first, second) if sn == 0 else None


# --- signed notes (c2sp.org/signed-note, c2sp.org/tlog-checkpoint) ----------------------------------


def _base64(text: str, what: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableError(f"{what} is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise UnreadableError(f"{what} is not base64 in its one proper form")
    return data


def read_key(text: str) -> Key:
    """Read a verifier key.

    Raises:
        UnreadableError: it has not the form, is no Ed25519 key, or its id does not fit it.
    """
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not parts[0] or any(c.isspace() for c in parts[0]):
        raise UnreadableError("a verifier key is written name+id+base64")
    data = _base64(parts[2], "the verifier key")
    if len(data) != 33 or data[0] != 1:
        raise UnreadableError("the verifier key is not an Ed25519 key")
    key_id = sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    if parts[1] != key_id.hex():
        raise UnreadableError(f"the verifier key's id is {key_id.hex()}, not {parts[1]}")
    return Key(parts[0], key_id, data[1:], text.strip())


def read_checkpoint(note: str, key: Key, source: str = "the checkpoint") -> Checkpoint:
    """Read a checkpoint and check its signature.

    Raises:
        UnreadableError: it has not the form, or the key did not sign it.
    """
    body, parted, signatures = note.rpartition("\n\n")
    if not parted or any(ord(c) < 32 and c != "\n" for c in note):
        raise UnreadableError(f"{source} is not a signed note")
    _check_signature(body + "\n", signatures, key, source)
    lines = body.split("\n")
    if len(lines) < 3 or not all(lines):
        raise UnreadableError(f"{source} has not the three lines of a checkpoint")
    origin, size, root = lines[:3]
    if not (size.isascii() and size.isdigit()) or str(int(size)) != size:
        raise UnreadableError(f"{source} does not say how many entries it covers")
    if origin != key.name:
        raise UnreadableError(f"{source} is of the log {origin!r}, not {key.name!r}")
    digest = _base64(root, f"the root in {source}")
    if len(digest) != 32:
        raise UnreadableError(f"the root in {source} is not a SHA-256 hash")
    return Checkpoint(origin, int(size), digest, source)


def _check_signature(body: str, signatures: str, key: Key, source: str) -> None:
    lines = signatures.split("\n")
    if lines.pop() != "" or not 0 < len(lines) <= 100:
        raise UnreadableError(f"{source} has no proper signature lines")
    found = False
    for line in lines:
        dash, name, data = [*line.split(" "), "", ""][:3] if line.count(" ") == 2 else ("", "", "")
        if dash != "\u2014" or not name:
            raise UnreadableError(f"{source} has a line that is no signature")
        signature = _base64(data, f"a signature in {source}")
        if name != key.name or signature[:4] != key.id:
            continue  # other keys may sign as well; they are not ours to judge
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature[4:], body.encode())
        except (InvalidSignature, ValueError):
            raise UnreadableError(f"the signature on {source} is wrong: its text was changed") from None
        found = True
    if not found:
        raise UnreadableError(f"{source} is not signed by the key {key.name}+{key.id.hex()}")


# --- a bundle --------------------------------------------------------------------------------------


def verify_bundle(folder: Path, key: str | None = None, kept: Sequence[Path] = ()) -> Outcome:
    """Check a bundle.

    Args:
        folder: the bundle.
        key: the verifier key you trust; without one the bundle's own is used, and only
            the bundle's agreement with itself is shown.
        kept: checkpoints that you kept from before.

    Raises:
        UnreadableError: there is no such bundle, or a key cannot be read.
    """
    if not (folder / "entries.jsonl").is_file():
        raise UnreadableError(f"{folder} is not a bundle: it has no entries.jsonl")
    outcome = Outcome(key_was_given=key is not None)
    own = _text(folder / "key.txt").strip()
    try:
        trusted = read_key(key if key is not None else own)
    except UnreadableError as problem:
        if key is not None:
            raise
        outcome.add("key-broken", f"key.txt: {problem}")
        trusted = None
    outcome.key = trusted.text if trusted else ""
    if trusted and own != trusted.text:
        outcome.add("other-key", f"the bundle names another key than you: {own}")
    points = list(_checkpoints(folder, trusted, kept, outcome)) if trusted else []
    leaves, seqs = _entries(folder / "entries.jsonl", outcome)
    outcome.size = len(leaves)
    _compare(leaves, seqs, _published(folder / "leaves.txt", outcome), points, outcome)
    _about(folder, outcome)
    _sums(folder, outcome)
    return outcome


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        raise UnreadableError(f"{path.name} is missing") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise UnreadableError(f"{path.name} cannot be read: {problem}") from None


def _checkpoints(folder: Path, key: Key, kept: Sequence[Path], outcome: Outcome) -> Iterator[Checkpoint]:
    paths = [*sorted((folder / "checkpoints").glob("*.note")), *kept]
    for path in paths:
        try:
            yield read_checkpoint(_text(path), key, path.name)
        except UnreadableError as problem:
            outcome.add("checkpoint-refused", str(problem))
    if not paths:
        outcome.add("no-checkpoint", "the bundle has no checkpoint, so nothing vouches for it")


def _entries(path: Path, outcome: Outcome) -> tuple[list[bytes], list[int | None]]:
    """Return leaf hashes and the numbers the entries give themselves, and note what is wrong with each."""
    leaves, seqs = [], []
    latest = ""
    with path.open("rb") as file:
        for line, data in enumerate(file):
            if not data.endswith(b"\n"):
                outcome.add("cut-off", f"entries.jsonl breaks off inside entry {line}", line)
            data = data.rstrip(b"\n")
            leaves.append(sha256(b"\x00" + data).digest())
            try:
                said = json.loads(data)
                seq, at, kind = said["seq"], said["at"], said["kind"]
                proper = len(said) == 4 and type(seq) is int and data.endswith(b'"seq":%d}' % seq)
                if kind not in STREAM_KINDS:
                    latest = _dated(at, latest, seq, outcome)
            except (ValueError, KeyError, TypeError, RecursionError):
                proper = False
            if not proper:
                outcome.add("not-an-entry", f"entry {line} is not a proper entry", line)
                seq = None
            seqs.append(seq)
    return leaves, seqs


def _dated(at: str, latest: str, seq: int, outcome: Outcome) -> str:
    """Note an entry that is dated before one that stands before it; return the later of the two."""
    if at >= latest:
        return at
    if datetime.fromisoformat(at) < datetime.fromisoformat(latest) - BACK:
        outcome.add("back-dated", f"entry {seq} is dated {at}, before an entry ahead of it ({latest})", seq)
    return latest


def _published(path: Path, outcome: Outcome) -> list[bytes]:
    try:
        return [bytes.fromhex(line) for line in _text(path).splitlines()]
    except (UnreadableError, ValueError) as problem:
        outcome.add("leaves-broken", f"leaves.txt cannot be read: {problem}")
        return []


def _compare(
    leaves: list[bytes],
    seqs: list[int | None],
    published: list[bytes],
    points: list[Checkpoint],
    outcome: Outcome,
) -> None:
    sizes = {point.size for point in points}
    roots = roots_at(leaves, sizes | {len(leaves)})
    outcome.root = roots[len(leaves)]
    good = [point for point in points if roots.get(point.size) == point.root]
    outcome.checkpoints = len(good)
    last = max((point.size for point in points), default=0)
    signed = roots_at(published, sizes) if published != leaves else roots
    truth = any(point.size == last and signed.get(last) == point.root for point in points)
    if published != leaves and truth:
        places = {leaf: i for i, leaf in enumerate(published[:last])}
        _sequence([places.get(leaf) for leaf in leaves], seqs, last, outcome, "by its published hash")
    else:
        _sequence(list(seqs), seqs, max(last, len(leaves)) if last else len(leaves), outcome, "")
        if published != leaves:
            _named_by_hash(leaves, published, outcome)
    backed = [point for point in points if point.root in (roots.get(point.size), signed.get(point.size))]
    for point in points:
        if point not in backed:
            _disagreement(point, backed, len(leaves), outcome)
    for one, other in pairwise(sorted(points, key=lambda point: point.size)):
        if one.size == other.size and one.root != other.root:
            said = f"{one.source} and {other.source} are both signed, for {one.size} entries with two roots"
            outcome.add("fork", said + ": the log has shown two histories", max(one.size - 1, 0))
    if points and len(leaves) > last:
        outcome.add("unsigned", f"entry {last} and what follows is not covered by any checkpoint", last)


def _named_by_hash(leaves: list[bytes], published: list[bytes], outcome: Outcome) -> None:
    """Name entries that differ from leaves.txt where no checkpoint says which of the two is right."""
    differ = [i for i, (a, b) in enumerate(zip(leaves, published, strict=False)) if a != b]
    for i in differ[:SHOWN]:
        outcome.add("hash-differs", f"entry {i} does not have the hash that leaves.txt gives", i)
    if len(leaves) != len(published):
        i = min(len(leaves), len(published))
        outcome.add(
            "hash-differs", f"there are {len(leaves)} entries, and {len(published)} hashes in leaves.txt", i
        )


def _sequence(
    places: list[int | None], said: list[int | None], size: int, outcome: Outcome, how: str
) -> None:
    """Name what is missing, twice, out of order or changed, given each line's proper place."""
    seen: set[int] = set()
    highest = -1
    unknown: list[int] = []
    found: dict[str, list[tuple[str, int]]] = {"doubled": [], "moved": [], "changed": [], "missing": []}
    for line, place in enumerate(places):
        if place is None or not 0 <= place < size:
            unknown.append(line)
        elif place in seen:
            found["doubled"].append((f"entry {place} is there twice (line {line + 1})", place))
        else:
            seen.add(place)
            if place < highest:
                found["moved"].append((f"entry {place} stands after entry {highest}: moved", place))
            highest = max(highest, place)
    missing = set(range(size)) - seen
    for line in unknown:
        named = said[line]
        place = named if named in missing else line if line in missing else None
        if place is None:
            added = f"line {line + 1} of entries.jsonl was put in: no entry has its hash"
            found["changed"].append((added, line))
            continue
        missing.remove(place)
        found["changed"].append((f"entry {place} was changed" + (f" ({how})" if how else ""), place))
    for place in sorted(missing):
        end = place > highest and place >= len(places)
        found["missing"].append((f"entry {place} is missing" + (" at the end" if end else ""), place))
    for code, rows in found.items():
        for message, place in rows[:SHOWN]:
            outcome.add(code, message, place)
        if len(rows) > SHOWN:
            outcome.add(code, f"and {len(rows) - SHOWN} more: the last is {rows[-1][0]}", rows[-1][1])


def _disagreement(point: Checkpoint, good: list[Checkpoint], entries: int, outcome: Outcome) -> None:
    before = max((each.size for each in good if each.size < point.size), default=0)
    after = [each for each in good if each.size >= point.size]
    if point.size > entries:
        said = f"{point.source} covers {point.size} entries, and the record ends with entry {entries - 1}"
        outcome.add("truncated", said, entries)
    elif after:
        said = f"{point.source} and {after[0].source} are both signed and part ways"
        outcome.add("fork", f"{said} between entry {before} and entry {point.size - 1}", before)
    else:
        said = f"the entries do not give the root of {point.source}"
        outcome.add(
            "root-differs", f"{said}: the change lies between entry {before} and {point.size - 1}", before
        )


def _about(folder: Path, outcome: Outcome) -> None:
    try:
        about = json.loads(_text(folder / "about.json"))
        form, said = about["format"], (about["size"], about["root"])
    except (UnreadableError, ValueError, KeyError, TypeError) as problem:
        outcome.add("about-broken", f"about.json cannot be used: {problem}")
        return
    if form != FORMAT:
        outcome.add("about-broken", f"about.json says that the bundle is of the form {form!r}")
    if said != (outcome.size, outcome.root.hex()):
        outcome.add("about-differs", "about.json states another size or root than the entries have")


def _sums(folder: Path, outcome: Outcome) -> None:
    """Compare every file with SHA256SUMS (also readable by ``sha256sum -c``)."""
    try:
        lines = _text(folder / "SHA256SUMS").splitlines()
        listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except (UnreadableError, ValueError) as problem:
        outcome.add("sums-broken", f"SHA256SUMS cannot be used: {problem}")
        return
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {"SHA256SUMS"}
    for name in sorted(files | set(listed)):
        if name not in files:
            outcome.add("file-missing", f"{name} is listed and not there")
        elif name not in listed:
            outcome.add("file-added", f"{name} is there and not listed")
        elif _digest(folder / name) != listed[name]:
            outcome.add("file-changed", f"{name} is not the file that SHA256SUMS lists")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


# --- a proof ---------------------------------------------------------------------------------------


def verify_proof(text: str, key: str, kept: Sequence[str] = ()) -> Outcome:
    """Check a proof of an entry (C2SP tlog-proof) or of consistency, against a verifier key.

    Args:
        text: the proof.
        key: the verifier key you trust.
        kept: checkpoints from before; for a consistency proof, one of them may vouch for the older root.

    Raises:
        UnreadableError: the proof or the key has not the form it must have.
    """
    trusted = read_key(key)
    outcome = Outcome(key=trusted.text, key_was_given=True)
    head, parted, note = text.partition("\n\n")
    lines = head.split("\n")
    if not parted or lines[0] not in (PROOF, CONSISTENCY):
        raise UnreadableError("this is not a proof that can be checked here")
    try:
        point = read_checkpoint(note, trusted, "the proof's checkpoint")
    except UnreadableError as problem:
        outcome.add("checkpoint-refused", str(problem))
        return outcome
    outcome.size, outcome.root, outcome.checkpoints = point.size, point.root, 1
    if lines[0] == PROOF:
        _inclusion(lines[1:], point, outcome)
    else:
        _consistency(lines[1:], point, [read_checkpoint(each, trusted) for each in kept], outcome)
    return outcome


def _value(lines: list[str], name: str) -> str:
    if not lines or not lines[0].startswith(name + " "):
        raise UnreadableError(f"the proof has no line {name!r}")
    return lines.pop(0)[len(name) + 1 :]


def _count(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit()) or str(int(text)) != text:
        raise UnreadableError(f"{what} is not a number")
    return int(text)


def _path(lines: list[str]) -> list[bytes]:
    path = [_base64(line, "a line of the proof") for line in lines]
    if any(len(step) != 32 for step in path) or len(path) > 63:
        raise UnreadableError("the proof's path is not one of SHA-256 hashes")
    return path


def _inclusion(lines: list[str], point: Checkpoint, outcome: Outcome) -> None:
    entry = _base64(_value(lines, "extra"), "the entry in the proof")
    index = _count(_value(lines, "index"), "the index")
    path = _path(lines)
    try:
        outcome.entry = json.loads(entry)
        seq = outcome.entry["seq"]
    except (ValueError, KeyError, TypeError, RecursionError):
        outcome.add("not-an-entry", f"entry {index} is not a proper entry", index)
        return
    if seq != index:
        outcome.add("wrong-entry", f"the proof is about entry {index} and shows entry {seq}", index)
    if root_from_proof(leaf_of(entry), index, point.size, path) != point.root:
        said = f"entry {index} as shown is not in the record of {point.size} entries that was signed"
        outcome.add("not-included", said, index)


def _consistency(lines: list[str], point: Checkpoint, kept: list[Checkpoint], outcome: Outcome) -> None:
    old = _count(_value(lines, "old"), "the older size")
    old_root = _base64(_value(lines, "root"), "the older root")
    found = roots_from_proof(old, point.size, _path(lines), old_root)
    if found != (old_root, point.root):
        said = f"the record of {old} entries does not begin that of {point.size}: a fork at or before"
        outcome.add("fork", f"{said} entry {old - 1}", max(old - 1, 0))
    for each in kept:
        if each.size == old and each.root != old_root:
            said = f"the proof starts from another root than the checkpoint of {old} entries that you kept"
            outcome.add("fork", said, max(old - 1, 0))


# --- the command -----------------------------------------------------------------------------------


def verify(path: Path, key: str | None = None, kept: Sequence[Path] = ()) -> Outcome:
    """Check a bundle (a folder) or a proof (a file); arguments and errors as for the two above."""
    given = _text(Path(key)) if key is not None and "+" not in key else key
    if path.is_dir():
        return verify_bundle(path, given, kept)
    if given is None:
        raise UnreadableError(
            "a proof is checked against a key that you trust: --key name+id+base64, or a file"
        )
    return verify_proof(_text(path), given, [_text(each) for each in kept])


def told(outcome: Outcome) -> str:
    """Return the outcome in words."""
    lines = [f"FAULT {fault}" for fault in outcome.faults]
    if outcome.holds:
        lines.append(f"holds: {outcome.size} entries, root {outcome.root.hex()}")
        lines.append(f"signed by {outcome.key} ({outcome.checkpoints} checkpoints)")
    if outcome.entry is not None:
        lines.append(json.dumps(outcome.entry, ensure_ascii=False, sort_keys=True))
    if not outcome.key_was_given:
        lines.append("the key came with the bundle: compare it with the one its operator publishes elsewhere")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the check from a command line and return its exit code."""
    parser = argparse.ArgumentParser(description="Check a public record of Ombud, offline.")
    parser.add_argument("path", type=Path, help="a bundle (folder) or a proof (file)")
    parser.add_argument("--key", help="the verifier key you trust, or a file that holds it")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="one that you kept")
    options = parser.parse_args(arguments)
    try:
        outcome = verify(options.path, options.key, options.checkpoint)
    except UnreadableError as problem:
        sys.stderr.write(f"cannot be checked: {problem}\n")
        return 2
    sys.stdout.write(told(outcome) + "\n")
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main())
