"""Which pieces of text decided cases hold, so that cases like a new one are found without reading all.

A piece is a checksum (see ``ombud.signals.copies.written``); a row says that the text of decision
number ``n`` holds it. Rows concern people's texts and are dropped with an erasure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from sqlalchemy import delete, select

from ombud.store.tables.life import decisions
from ombud.store.tables.second import precedents
from ombud.store.transaction import Tx, chunks

PER_PIECE = 100
"""Decisions looked up for one piece, the newest first; a piece that many more hold tells little."""


def put(tx: Tx, n: int, harm: str, pieces: Collection[int]) -> None:
    """Keep the pieces of a decision's text; nothing is kept where there are none."""
    if pieces:
        tx.run(precedents.insert(), [{"harm": harm, "piece": piece, "n": n} for piece in sorted(set(pieces))])


def near(tx: Tx, harm: str, pieces: Iterable[int], limit: int) -> list[int]:
    """Return the numbers of decisions that share most pieces, the newer first among equals."""
    shared: Counter[int] = Counter()
    c = precedents.c
    for piece in sorted(set(pieces)):
        wanted = select(c.n).where(c.harm == harm, c.piece == piece)
        shared.update(map(int, tx.run(wanted.order_by(c.n.desc()).limit(PER_PIECE)).scalars()))
    ranked = sorted(shared, key=lambda n: (-shared[n], -n))
    return ranked[:limit]


def empty(tx: Tx, decision_ids: Collection[str]) -> int:
    """Drop the pieces of decisions that were erased; return how many went."""
    done = 0
    for some in chunks(sorted(decision_ids)):
        these = select(decisions.c.n).where(decisions.c.id.in_(some))
        done += tx.run(delete(precedents).where(precedents.c.n.in_(these))).rowcount
    return done
