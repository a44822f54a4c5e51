"""Signing notes: the C2SP signed-note form with Ed25519 (https://c2sp.org/signed-note).

The key file holds one line in the form that Go's ``note`` package writes
(``PRIVATE+KEY+name+id+base64``), so that other tools of that family can read it.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ombud.base.errors import Fault, StoreError, UsageError, Where

KEY_FILE = "OMBUD_KEY_FILE"
"""The environment variable that names the key file."""

_ED25519 = b"\x01"  # the signature type of the specification
_PRIVATE = "PRIVATE+KEY"


class Signer:
    """A private key with its name; it signs, and never shows itself."""

    __slots__ = ("_private", "id", "name", "verifier")

    def __init__(self, name: str, seed: bytes) -> None:
        """Make a signer.

        Args:
            name: the log's name, a URL without its scheme by custom, such as ``example.org/record``.
            seed: the 32 secret bytes of RFC 8032.

        Raises:
            UsageError: ``record/bad-key-name``.
        """
        if not name or "+" in name or any(c.isspace() or ord(c) < 32 for c in name):
            hint = "by custom a URL without its scheme, such as example.org/record"
            problem = f"{name!r} cannot name a log: it is empty, or has a space or a plus sign"
            raise UsageError(Fault("record/bad-key-name", problem, None, hint))
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.name = name
        self.id = sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]
        self.verifier = f"{name}+{self.id.hex()}+{base64.b64encode(_ED25519 + public).decode()}"

    def __repr__(self) -> str:
        return f"Signer({self.name}+{self.id.hex()})"

    def sign(self, text: str) -> str:
        """Return a text (ending in a newline) as a signed note.

        Raises:
            ValueError: the text has not the form of a note.
        """
        if not text.endswith("\n") or any(ord(c) < 32 and c != "\n" for c in text):
            raise ValueError("a note is text without control characters that ends in a newline")
        signature = base64.b64encode(self.id + self._private.sign(text.encode())).decode()
        return f"{text}\n\u2014 {self.name} {signature}\n"


def create_key(path: Path, name: str) -> Signer:
    """Make a new key in a file that only its owner can read.

    Raises:
        UsageError: ``record/key-exists`` (a key is never overwritten), ``record/bad-key-name``.
        StoreError: ``record/key-not-written``.
    """
    seed = os.urandom(32)
    signer = Signer(name, seed)
    line = f"{_PRIVATE}+{name}+{signer.id.hex()}+{base64.b64encode(_ED25519 + seed).decode()}\n"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        hint = "choose another name; a lost key cannot be made again"
        raise UsageError(Fault("record/key-exists", "there is a file already", Where(path), hint)) from None
    except OSError as problem:
        raise StoreError(
            Fault("record/key-not-written", f"the key cannot be written: {problem}", Where(path))
        ) from None
    with os.fdopen(handle, "w") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    return signer


def load_key(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Signer:
    """Read the key from a file, or from the one that ``OMBUD_KEY_FILE`` names.

    Raises:
        UsageError: ``record/no-key``, ``record/key-unreadable``, ``record/key-open-to-others``.
    """
    named = path or (Path(environ[KEY_FILE]) if environ.get(KEY_FILE) else None)
    if named is None:
        hint = f"make one with `ombud record key init FILE --name example.org/record` and set {KEY_FILE}"
        raise UsageError(Fault("record/no-key", "no key file is named", None, hint))
    try:
        mode = named.stat().st_mode
        text = named.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        said = f"the key cannot be read: {type(problem).__name__}"
        raise UsageError(Fault("record/key-unreadable", said, Where(named))) from None
    if mode & 0o077:
        hint = f"chmod 600 {named}"
        said = "others on this machine can read the key"
        raise UsageError(Fault("record/key-open-to-others", said, Where(named), hint))
    return _parsed(text, named)


def _parsed(text: str, path: Path) -> Signer:
    parts = text.split("+", 4)
    if len(parts) == 5 and "+".join(parts[:2]) == _PRIVATE:
        try:
            data = base64.b64decode(parts[4], validate=True)
        except binascii.Error:
            data = b""
        if len(data) == 33 and data[:1] == _ED25519:
            signer = Signer(parts[2], data[1:])
            if signer.id.hex() == parts[3]:
                return signer
    hint = "the file holds one line: PRIVATE+KEY+name+id+base64"
    raise UsageError(Fault("record/key-unreadable", "this is not a key for signing notes", Where(path), hint))
