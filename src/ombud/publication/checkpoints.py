"""Signed tree heads of the ledger (https://c2sp.org/tlog-checkpoint), and proofs under them."""

from __future__ import annotations

import base64

from ombud.base.clock import Clock, SystemClock
from ombud.base.errors import Fault, StoreError, UsageError
from ombud.publication.notes import Signer
from ombud.publication.verify import CONSISTENCY, PROOF
from ombud.store import Store, Tx, ledger
from ombud.store import checkpoints as signed


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """Return the three lines of a checkpoint."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def sign(store: Store, signer: Signer, clock: Clock | None = None) -> signed.Signed:
    """Sign the ledger as it stands and keep the checkpoint; the same size is signed once.

    Raises:
        StoreError: ``record/inconsistent``: an earlier checkpoint does not fit the ledger.
            Nothing is signed then, for two histories would be.
    """
    with store.begin() as tx:
        return sign_in(tx, signer, clock)


def sign_in(tx: Tx, signer: Signer, clock: Clock | None = None) -> signed.Signed:
    """As :func:`sign`, inside a transaction."""
    tx.alone()
    size, root = ledger.size(tx), ledger.root(tx)
    key = f"{signer.name}+{signer.id.hex()}"
    _consistent(tx, size, root)
    known = signed.at_size(tx, size, key)
    if known is not None:
        return known
    note = signer.sign(checkpoint_text(signer.name, size, root))
    row = signed.Signed(size, key, root, note, (clock or SystemClock()).now())
    signed.add(tx, row)
    return row


def _consistent(tx: Tx, size: int, root: bytes) -> None:
    """Compare every earlier checkpoint with the tree of its size in the ledger."""
    for old in signed.every(tx):
        if old.size > size:
            raise _inconsistent(old.size, f"the ledger has only {size} entries")
        found = root if old.size == size else ledger.root_at(tx, old.size)
        if found != old.root:
            raise _inconsistent(old.size, "the ledger has another root there")


def _inconsistent(size: int, what: str) -> StoreError:
    hint = "the ledger was changed or restored from an older state; do not sign it before you know why"
    said = f"a checkpoint of {size} entries was signed before, and {what}"
    return StoreError(Fault("record/inconsistent", said, None, hint))


def entry_proof(store: Store, seq: int, signer: Signer, clock: Clock | None = None) -> str:
    """Return a proof (https://c2sp.org/tlog-proof) that an entry is in the ledger; it carries the entry.

    Raises:
        UsageError: ``record/no-such-entry``.
        StoreError: as for :func:`sign`.
    """
    with store.begin() as tx:
        head = sign_in(tx, signer, clock)
        if not 0 <= seq < head.size:
            said = f"there is no entry {seq}; the last is {head.size - 1}"
            raise UsageError(Fault("record/no-such-entry", said))
        proof = ledger.prove_inclusion(tx, seq, head.size)
        (entry,) = ledger.raw(tx, seq, seq)
    lines = [PROOF, f"extra {_b64(entry)}", f"index {seq}", *map(_b64, proof.path)]
    return "\n".join(lines) + "\n\n" + head.note


def consistency(store: Store, old: int, new: int | None, signer: Signer, clock: Clock | None = None) -> str:
    """Return a proof that the ledger of ``old`` entries begins that of ``new`` (default: all).

    Raises:
        UsageError: ``record/no-such-size``; for a ``new`` that was never signed, too.
        StoreError: as for :func:`sign`.
    """
    with store.begin() as tx:
        head: signed.Signed | None = sign_in(tx, signer, clock)
        if new is not None:
            head = signed.at_size(tx, new, f"{signer.name}+{signer.id.hex()}")
        if head is None or not 0 < old <= head.size:
            hint = "`ombud record list` shows the sizes that were signed"
            said = f"no proof leads from {old} entries to {'all' if new is None else new}"
            raise UsageError(Fault("record/no-such-size", said, None, hint))
        proof = ledger.prove_consistency(tx, old, head.size)
        root = ledger.root_at(tx, old)
    lines = [CONSISTENCY, f"old {old}", f"root {_b64(root)}", *map(_b64, proof.path)]
    return "\n".join(lines) + "\n\n" + head.note


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
