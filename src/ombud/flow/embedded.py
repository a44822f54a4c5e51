"""The one call that runs codes of conduct on files: what ``ombud run`` and the demo use."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from ombud.base.clock import DAY, Clock, Micros, SystemClock
from ombud.base.errors import Fault, UsageError
from ombud.events.mapping import load_mapping
from ombud.events.readers import open_source
from ombud.events.source import Source
from ombud.flow.codes import adopt, load_codes
from ombud.flow.feed import feed_of
from ombud.flow.options import RunOptions, RunReport
from ombud.flow.run import Progress, Run, never
from ombud.store import open_store, state


def run_files(
    place: str | os.PathLike[str],
    code_names: Sequence[str],
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
        code_names: bundled codes' names or folders.
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
        codes = load_codes(code_names)
        sources = _open(stack, files, mapping, format, options, clock)
        store = stack.enter_context(open_store(place, salt=salt))
        stack.enter_context(store.lock("ombud run", clock))
        with store.begin() as tx:
            saved = state.load(tx, "run") or {}
            for name in untrip:
                _untrip(saved, name)
            if untrip:
                state.save(tx, "run", saved)
        adopted = adopt(
            store,
            codes,
            now=clock.now(),
            in_force_from=in_force_from,
            next_seq=int(saved.get("next_seq", 1)),
            accept_change=options.adopt,
        )
        return Run(store, adopted, feed_of(sources), options, clock).run(on_progress=on_progress, stop=stop)


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


def _untrip(saved: dict[str, object], name: str) -> None:
    trips = saved.get("trips")
    tripped = trips.get("tripped") if isinstance(trips, dict) else None
    if not isinstance(tripped, dict) or name not in tripped:
        known = ", ".join(tripped) if tripped else "none is"
        raise UsageError(
            Fault("flow/not-tripped", f"the rule {name!r} is not tripped", hint=f"tripped: {known}")
        )
    del tripped[name]
