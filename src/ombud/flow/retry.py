"""Gives quarantined lines another chance.

What is still ahead of the stream goes through the reorder buffer like everything
else. What lies behind it is evaluated **in its place**: the rules are asked with the
history before it, as if it had come in time. Findings already made on other events
stay as they are; later runs rebuild their windows with the event at its own time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ombud.base.clock import Clock, SystemClock
from ombud.base.errors import EventError
from ombud.events.decode import Decode
from ombud.events.envelope import Event
from ombud.events.mapping import load_mapping
from ombud.events.readers import line_decoder
from ombud.events.source import Source
from ombud.flow.codes import adopt, load_codes
from ombud.flow.feed import Read
from ombud.flow.options import RunOptions
from ombud.flow.run import Run
from ombud.store import Tx, open_store, pins, quarantine, state

Row = quarantine.Quarantined


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of the waiting lines: taken, found to be repeats, still waiting."""

    taken: int
    duplicates: int
    waiting: int


class _NoFeed:
    """The feed of a run that reads no file."""

    sources: Sequence[Source] = ()

    def resume(self, tx: Tx) -> bool:  # noqa: ARG002 - the shape of a feed
        return False

    def read(self, limit: int) -> Read:  # noqa: ARG002 - the shape of a feed
        return Read([], (), end=True)


def retry_quarantined(
    place: str | os.PathLike[str],
    code_names: Sequence[str] = (),
    *,
    code: str | None = None,
    mapping: Path | None = None,
    clock: Clock | None = None,
) -> Retried:
    """Try the waiting lines of a store again.

    Args:
        place: the store.
        code_names: the codes the store works with; by default those it has pinned.
        code: only lines with this reason.
        mapping: how to read the lines this time.
        clock: the wall clock.

    Raises:
        OmbudError: as for a run; nothing is changed then.
    """
    clock = clock or SystemClock()
    decode = line_decoder(load_mapping(mapping) if mapping is not None else None, clock=clock)
    with ExitStack() as stack:
        store = stack.enter_context(open_store(place, create=False))
        stack.enter_context(store.lock("ombud quarantine retry", clock))
        with store.begin() as tx:
            saved = state.load(tx, "run") or {}
            rows = _waiting(tx, code)
            pinned = sorted({pin.code for pin in pins.every(tx)})
        adopted = adopt(
            store,
            load_codes(code_names or pinned),
            now=clock.now(),
            in_force_from=None,
            next_seq=int(saved.get("next_seq", 1)),
            accept_change=False,
        )
        run = Run(store, adopted, _NoFeed(), RunOptions(), clock)
        run.begin()
        duplicates, settled = _take(run, _decoded(rows, decode))
        run.end("done")
        with store.begin() as tx:
            quarantine.settle(tx, settled, quarantine.RETRIED)
    return Retried(len(settled) - duplicates, duplicates, len(rows) - len(settled))


def _waiting(tx: Tx, code: str | None) -> list[Row]:
    rows: list[Row] = []
    while page := quarantine.page(
        tx, status=quarantine.WAITING, code=code, after=rows[-1].n if rows else 0, limit=1000
    ):
        rows.extend(page)
    return rows


def _decoded(rows: Sequence[Row], decode: Decode) -> list[tuple[Row, Event]]:
    good: list[tuple[Row, Event]] = []
    for row in rows:
        try:
            good.append((row, decode(row.raw)))
        except EventError:
            continue  # still waits, with its reason
    return sorted(good, key=lambda pair: (pair[1].at, pair[1].id))


def _take(run: Run, good: Sequence[tuple[Row, Event]]) -> tuple[int, list[int]]:
    """Take what can be taken; return how many were repeats, and the rows that are settled."""
    boundary = run.boundary
    behind = [(row, event) for row, event in good if boundary is not None and event.at <= boundary]
    before = [(row, event) for row, event in good if boundary is None or event.at > boundary]
    late = run.fill([event for _, event in behind])
    conflicts = {id(event) for event in late.conflicts}
    settled = [row.n for row, event in behind if id(event) not in conflicts]
    if before:
        places = {id(event): (row.source, row.line or 0) for row, event in before}
        run.turn(Read([event for _, event in before], (), places))
        settled += [row.n for row, _ in before]
    return late.duplicates, settled
