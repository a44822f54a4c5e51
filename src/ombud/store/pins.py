"""Which text of each code the store works with; another text needs a person's word.

Every adopted text is kept with what is needed to explain old findings.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import select

from ombud.base.clock import Micros
from ombud.base.errors import Fault, StoreError
from ombud.base.ids import short
from ombud.store.tables.core import pins
from ombud.store.transaction import Tx


class Pin(msgspec.Struct, frozen=True):
    """An adopted text of a code: when (wall clock) and from which event's sequence number on."""

    code: str
    ordinal: int
    version: str
    hash: str
    adopted_at: Micros
    adopted_seq: int
    payload: Any


def pin(
    tx: Tx,
    code: str,
    *,
    version: str,
    hash: str,  # noqa: A002
    payload: Any,
    at: Micros,
    seq: int,
    adopt: bool = False,
) -> tuple[Pin, bool]:
    """Return the pin of a code's text, and whether it was adopted just now.

    The first text is adopted by itself; another one only with ``adopt``.

    Raises:
        StoreError: ``store/other-code``: the store works with another text of this code.
    """
    current = get(tx, code)
    if current is not None and current.hash == hash:
        return current, False
    if current is not None and not adopt:
        message = (
            f"the store works with {code} {current.version} ({short(current.hash)});"
            f" this one is {version} ({short(hash)})"
        )
        hint = "with --adopt the store takes the new text from here on; findings so far keep the old one"
        raise StoreError(Fault("store/other-code", message, None, hint))
    ordinal = 1 if current is None else current.ordinal + 1
    new = Pin(code, ordinal, version, hash, at, seq, payload)
    tx.run(pins.insert(), msgspec.structs.asdict(new))
    return new, True


def get(tx: Tx, code: str) -> Pin | None:
    """Return the text in use, or ``None``."""
    wanted = select(pins).where(pins.c.code == code).order_by(pins.c.ordinal.desc()).limit(1)
    row = tx.run(wanted).first()
    return None if row is None else Pin(**row._mapping)


def find(tx: Tx, code: str, hash: str) -> Pin | None:  # noqa: A002
    """Return the newest adoption of a certain text, for explaining an old finding."""
    wanted = select(pins).where(pins.c.code == code, pins.c.hash == hash)
    row = tx.run(wanted.order_by(pins.c.ordinal.desc()).limit(1)).first()
    return None if row is None else Pin(**row._mapping)


def every(tx: Tx) -> list[Pin]:
    """Return all adoptions, by code and in order."""
    return [Pin(**row._mapping) for row in tx.run(select(pins).order_by(pins.c.code, pins.c.ordinal))]
