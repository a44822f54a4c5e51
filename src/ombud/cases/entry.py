"""One entry in the record for each act of a person: figures, and a salted digest of the rest."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b32encode
from collections.abc import Mapping
from typing import Any

from ombud.base.clock import Micros
from ombud.store import Tx, ledger
from ombud.store.text import to_canonical


def new_salt() -> bytes:
    """Return 16 random bytes: once they are erased, a digest tells nothing."""
    return secrets.token_bytes(16)


def digest(salt: bytes, private: Any) -> str:
    """Return the SHA-256 (hex) of a salt and a JSON value in its RFC 8785 form."""
    return hashlib.sha256(salt + to_canonical(private)).hexdigest()


def enter(tx: Tx, kind: str, figures: Mapping[str, Any], at: Micros) -> None:
    """Write one entry; ``figures`` must hold no person's data, only names of ours, numbers and digests."""
    ledger.append(tx, kind, figures, at)


def name(tx: Tx, prefix: str, *parts: str) -> str:
    """Return a public name of 12 letters that only this store can make: equal parts, equal name."""
    made = tx.secret_digest(prefix.encode(), *(part.encode("utf-8", "surrogatepass") for part in parts))
    return f"{prefix}-" + b32encode(made)[:12].decode().lower()


def pseudonym(tx: Tx, case_id: str, person: str) -> str:
    """Return how a person is called outside, for one case only."""
    return name(tx, "r", case_id, person)[:10]
