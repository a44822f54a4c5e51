"""Identifiers and hashes: the same bytes give the same name everywhere."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 form of a JSON value: one byte string per value.

    Raises:
        ValueError: the value is not JSON (NaN, a set, an integer beyond 2**53 - 1).
    """
    return rfc8785.dumps(value)


def content_hash(value: Any) -> str:
    """Return the SHA-256 of a JSON value's canonical form, in hex (64 characters)."""
    return hashlib.sha256(canonical(value)).hexdigest()


def digest16(*parts: str) -> bytes:
    """Return a 16-byte BLAKE2b digest of several strings, each kept apart by its length.

    Used as a compact key where 2**-64 is a small enough chance of two keys
    meeting (inbox, findings); the ledger uses SHA-256.
    """
    hasher = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hasher.update(len(data).to_bytes(4, "big"))
        hasher.update(data)
    return hasher.digest()


def short(digest: bytes | str) -> str:
    """Return the first 12 hex characters of a digest, for people to read."""
    return (digest.hex() if isinstance(digest, bytes) else digest)[:12]
