"""The one call that runs codes of conduct on files: what ``ombud run`` and the demo use."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ombud.base.clock import DAY, Clock, Micros, SystemClock
from ombud.base.errors import Fault, UsageError
from ombud.conduct.model import Code
from ombud.events.mapping import load_mapping
from ombud.events.readers import open_source
from ombud.events.source import Source
from ombud.flow.codes import adopt, load_codes
from ombud.flow.feed import feed_of
from ombud.flow.options import RunOptions, RunReport
from ombud.flow.run import Progress, Run, never
from ombud.flow.trip import Trips
from ombud.store import Store, open_store, state


def run_files(
    place: str | os.PathLike[str],
    code_names: Sequence[str],
    files: Sequence[str | os.PathLike[str]],
    **how: Any,
) -> RunReport:
    """Load codes of conduct by name or folder and evaluate them; see :func:`run_codes`.

    Raises:
        UsageError: no such code.
        ConductError: a code has faults, or fails the gate; nothing was started.
    """
    return run_codes(place, load_codes(code_names), files, **how)


def run_codes(
    place: str | os.PathLike[str],
    codes: Sequence[Code],
    files: Sequence[str | os.PathLike[str]],
    *,
    options: RunOptions = RunOptions(),  # noqa: B008 - frozen
    mapping: Path | None = None,
    format: str | None = None,  # noqa: A002 - the word users know
    in_force_from: Micros | None = None,
    untrip: Sequence[str] = (),
    clock: Clock | None = None,
    salt: bytes | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] = never,
) -> RunReport:
    """Evaluate codes of conduct on files of events, into a store.

    Args:
        place: the store's directory or PostgreSQL address; made where there is none.
        codes: loaded codes; :func:`adopt` asks the gate about them once more.
        files: paths, or ``-`` for standard input.
        options: how to take the events.
        mapping: a mapping file for records that are not in our shape.
        format: ``jsonl csv tsv parquet``; ``None`` tells by name and content.
        in_force_from: the adopter's date, for codes that leave it to the adopter.
        untrip: full names (``code/rule``) of tripped rules that may open cases again.
        clock: the wall clock.
        salt: the secret of a new store, for stores that must be alike in tests.
        on_progress: called after every batch.
        stop: asked before every batch; true ends the run cleanly.

    Raises:
        OmbudError: nothing was started (usage, code of conduct), or the store failed
            midway and everything up to the last batch is kept.
    """
    clock = clock or SystemClock()
    with ExitStack() as stack:
        sources = _open(stack, files, mapping, format, options, clock)
        store = stack.enter_context(open_store(place, salt=salt))
        stack.enter_context(store.lock("ombud run", clock))
        next_seq = _prepare(store, untrip)
        adopted = adopt(
            store,
            codes,
            now=clock.now(),
            in_force_from=in_force_from,
            next_seq=next_seq,
            accept_change=options.adopt,
        )
        return Run(store, adopted, feed_of(sources), options, clock).run(on_progress=on_progress, stop=stop)


def _prepare(store: Store, untrip: Sequence[str]) -> int:
    """Let tripped rules run again where a person says so; return the next event's number."""
    with store.begin() as tx:
        saved = state.load(tx, "run") or {}
        for name in untrip:
            _untrip(saved, name)
        if untrip:
            state.save(tx, "run", saved)
    return int(saved.get("next_seq", 1))


def _open(
    stack: ExitStack,
    files: Sequence[str | os.PathLike[str]],
    mapping: Path | None,
    format: str | None,  # noqa: A002
    options: RunOptions,
    clock: Clock,
) -> list[Source]:
    names = [os.fspath(name) for name in files]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(
                Fault("flow/file-twice", f"the file {name!r} is named twice", hint="name it once")
            )
    if options.follow and len(names) > 1:
        hint = "follow one file, or start one run after another on finished files"
        raise UsageError(Fault("flow/follow-one", "only one file can be followed", hint=hint))
    how = load_mapping(mapping) if mapping is not None else None
    return [
        stack.enter_context(
            open_source(
                name,
                format=format,
                mapping=how,
                follow=options.follow and name != "-",
                ahead=DAY,
                clock=clock,
            )
        )
        for name in names
    ]


def _untrip(saved: dict[str, Any], name: str) -> None:
    trips = Trips.load(saved.get("trips"))
    if name not in trips.tripped:
        known = ", ".join(trips.tripped) or "none is"
        raise UsageError(
            Fault("flow/not-tripped", f"the rule {name!r} is not tripped", hint=f"tripped: {known}")
        )
    trips.reset(name)
    saved["trips"] = trips.dump()
