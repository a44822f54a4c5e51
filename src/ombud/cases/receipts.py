"""Receipt codes: whoever holds one can read and answer what concerns them, without an account."""

from __future__ import annotations

from base64 import b32encode

from ombud.store import Tx


def code_of(made: bytes) -> str:
    """Return 10 bytes as a code that people can copy, like ABCD-EFGH-IJKL-MNOP."""
    letters = b32encode(made).decode()
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def receipt_key(tx: Tx, code: str) -> bytes:
    """Return the digest under which a receipt code is found; spelling does not matter."""
    plain = "".join(ch for ch in code.upper() if ch.isalnum())
    return tx.secret_digest(b"receipt key", plain.encode("utf-8", "surrogatepass"))
