"""The town's third act: the record is signed, published and checked, as anyone could check it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from ombud.base.clock import DAY, FixedClock, Micros
from ombud.publication import bundle, figurepage, verify
from ombud.publication.notes import Signer
from ombud.store import Store

NAME = "town.example/record"


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: entries, whether the check holds, the verifier key, and where it lies."""

    entries: int
    holds: bool
    key: str
    record: Path
    page: Path


def publish(store: Store, folder: Path, at: Micros) -> Published:
    """Write figures and record into a folder, and verify the record from its files alone.

    Args:
        store: an open store.
        folder: gets ``figures`` (pages, JSON, CSV) and ``record`` (the bundle).
        at: the instant of publication; the figures are those of the year before it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figurepage.publish(store, folder / "figures", at - 366 * DAY, at)
    signer = Signer(NAME, secrets.token_bytes(32))
    done = bundle.export(store, folder / "record", signer, FixedClock(at))
    seen = verify.verify(done.folder, done.key)
    return Published(done.size, seen.holds, done.key, done.folder, folder / "figures" / "index.html")
