"""The town's third act: the record is signed, published and checked, as anyone could check it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from ombud.base.clock import DAY, FixedClock, Micros
from ombud.publication import bundle, figurepage, statements_export, verify
from ombud.publication.notes import Signer
from ombud.publication.reconcile import reconcile
from ombud.store import Store

NAME = "town.example/record"


@dataclass(frozen=True, slots=True)
class Published:
    """What was published, and whether it holds.

    Attributes:
        entries: in the ledger.
        holds: whether the record verifies from its files alone.
        statements: statements of reasons in the form of the EU's Transparency Database.
        refused: statements that the gate against personal data kept back.
        agree: whether figures, statements and ledger tell the same.
        key: the verifier key.
        record, page: where the bundle and the figures lie.
    """

    entries: int
    holds: bool
    statements: int
    refused: int
    agree: bool
    key: str
    record: Path
    page: Path


def publish(store: Store, folder: Path, at: Micros) -> Published:
    """Write figures and record into a folder, and verify the record from its files alone.

    Args:
        store: an open store.
        folder: gets ``figures`` (pages, JSON, CSV), ``statements.jsonl`` and ``record`` (the bundle).
        at: the instant of publication; the figures are those of the year before it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    since, clock = at - 366 * DAY, FixedClock(at)
    file = folder / "statements.jsonl"
    told = statements_export.export(store, file, since, at, clock)
    figurepage.publish(store, folder / "figures", since, at, clock)
    with store.read() as tx:
        differences = reconcile(tx, since, at, at, file).differences
    signer = Signer(NAME, secrets.token_bytes(32))
    done = bundle.export(store, folder / "record", signer, clock)
    return Published(
        entries=done.size,
        holds=verify.verify(done.folder, done.key).holds,
        statements=told.new,
        refused=len(told.refused),
        agree=not differences,
        key=done.key,
        record=done.folder,
        page=folder / "figures" / "index.html",
    )
