"""The embedded run: one process, one store, from source to ledger.

Each turn of the loop reads a fixed number of records, lets the reorder buffer
release what is ripe, and commits everything in one transaction. The turn depends
only on what the store holds and on the file, so a run that is killed repeats the
lost turn and arrives at the same place.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from ombud.base.clock import DAY, SECOND, Clock, Micros, SystemClock
from ombud.base.errors import OmbudError
from ombud.events.decode import decoder
from ombud.events.envelope import Event
from ombud.events.reorder import Released, Reorder
from ombud.events.source import Source
from ombud.flow.codes import Adopted
from ombud.flow.commit import Committed, Committer, Step
from ombud.flow.feed import Read
from ombud.flow.held import HeldEvents
from ombud.flow.history import ordered
from ombud.flow.intake import Late, LateDoor
from ombud.flow.options import Counts, RunOptions, RunReport
from ombud.flow.rebuild import rebuild, recall
from ombud.flow.seal import Sealer
from ombud.flow.told import take_told
from ombud.flow.trip import Trips
from ombud.registers.asof import load_from
from ombud.rules.blind import Blind
from ombud.rules.evaluate import Evaluated, Evaluator
from ombud.signals.registry import installed
from ombud.store import Store, Tx, ledger, runs, state

IDLE_S = 0.2
"""How long a follower sleeps when its file has not grown, in seconds."""


class Feed(Protocol):
    """Where a run reads from."""

    @property
    def sources(self) -> Sequence[Source]: ...
    def resume(self, tx: Tx) -> bool: ...
    def read(self, limit: int) -> Read: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: events taken by this call, and bytes read of all the bytes there are."""

    events: int
    findings: int
    consumed: int
    size: int | None


def never() -> bool:
    """Stop never; the default of a run without a hand on the switch."""
    return False


class Run:
    """One run over one feed.

    Args:
        store: an open store whose lock the caller holds.
        adopted: the codes, pinned and compiled.
        feed: where events come from.
        options: how to take them.
        clock: the wall clock.
    """

    def __init__(
        self,
        store: Store,
        adopted: Adopted,
        feed: Feed,
        options: RunOptions = RunOptions(),  # noqa: B008 - frozen
        clock: Clock | None = None,
    ) -> None:
        self._store = store
        self._adopted = adopted
        self._feed = feed
        self._options = options
        self._clock = clock or SystemClock()
        self._reorder: Reorder[Event] = Reorder(options.lateness, options.max_jump, live=options.follow)
        self._by_rule: Counter[str] = Counter()
        self._notes: list[str] = [*adopted.notes, *map(str, installed().faults)]
        self._left_out: Counter[tuple[str, str]] = Counter()
        self._wall, self._cpu = time.monotonic(), time.process_time()
        self._heard = self._wall

    def run(
        self,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] = never,
    ) -> RunReport:
        """Take events until the feed ends or ``stop()`` says so.

        Raises:
            StoreError: the store cannot be written; everything up to the last batch is kept.
            UsageError: a source is not the file that was read before.
        """
        self.begin()
        stopped = False
        try:
            while True:
                if stop():
                    stopped = True
                    break
                self._take_told()
                read = self._feed.read(self._options.batch)
                self.turn(read)
                if on_progress is not None:
                    on_progress(self._progress())
                if read.end:
                    break
                if read.events or read.rejects:
                    self._heard = time.monotonic()
                elif self._options.follow:
                    self._idle()
        except OmbudError:
            self.end("failed")
            raise
        self.end("stopped" if stopped else "done")
        return self.report(stopped=stopped)

    def begin(self) -> None:
        """Restore everything the store knows, and rebuild the windows from the archive."""
        self._registers = load_from(self._store)
        self._evaluator = evaluator = self.evaluator()
        self._sealer = Sealer(self._store, self._options.segment_rows, evaluator)
        orphans = self._sealer.start()
        if orphans:
            self._notes.append(f"removed {len(orphans)} unfinished archive files of an interrupted run")
        held = HeldEvents()
        with self._store.begin() as tx:
            saved = state.load(tx, "run") or {}
            self._restore_buffer(tx, held, saved.get("buffer"))
            self._feed.resume(tx)
            self._replay(tx)
            number = runs.start(
                tx, self._clock.now(), self._described(), self._hashes(), self._registers.pinned()
            )
        self._committer = Committer(
            evaluator,
            held,
            LateDoor(self._store),
            self._clock,
            run=number,
            next_seq=saved.get("next_seq", 1),
            trips=Trips.load(saved.get("trips")),
            total=Counts(**saved.get("total", {})),
            hypothetical=self._options.as_if_in_force,
            shadow=self._options.shadow,
        )
        self._number = number
        self._sealer.seal_if_due()
        self._take_told()

    def evaluator(self) -> Evaluator:
        """Return the rules with empty windows, over the registers as this run has pinned them."""
        return Evaluator(
            self._adopted.bound,
            self._adopted.in_force,
            shadow=self._options.shadow,
            hypothetical=self._options.as_if_in_force,
            metrics=self._options.metrics,
            registers=self._registers,
        )

    def _restore_buffer(self, tx: Tx, held: HeldEvents, saved: Any) -> None:
        decode = decoder(earliest=-(1 << 62), ahead=1 << 62)
        if saved is None:
            return
        inside = held.load(tx, decode, saved["released_through"])
        self._reorder.restore(sorted(inside, key=lambda event: (event.at, event.id)), saved)

    def _replay(self, tx: Tx) -> None:
        """Rebuild windows and signals from the archive, as far back as the longest of them looks."""
        boundary = self._reorder.released_through
        if not self._evaluator.horizon or boundary is None:
            return
        rebuild(self._store, tx, self._evaluator, boundary, self._options.batch)

    def turn(self, read: Read) -> None:
        """Push what was read through the buffer and commit the step."""
        released = self._reorder.push(read.events, latest=self._clock.now() + DAY)
        if read.end:
            last = self._reorder.finish()
            released = _joined(released, last)
        self._commit(Step(released, read.rejects, read.places, read.positions))

    def _idle(self) -> None:
        """Nothing came: wait a little, and let the last events of a stream gone quiet go.

        The stream is believed to have reached the present, but no farther than it takes to
        release what is inside: a file of old events may still grow.
        """
        time.sleep(IDLE_S)
        inside = self._reorder.held()
        if time.monotonic() - self._heard < self._options.quiet_s or not inside:
            return
        trusted = self._reorder.state()["trusted"]
        reach = (inside[0].at if trusted is None else trusted) + self._options.max_jump
        last = max((event.at for event in inside if event.at <= reach), default=None)
        present = self._clock.now() - round(self._options.quiet_s * SECOND)
        if last is None or present < last:
            return
        released = self._reorder.advance(min(present, last + self._options.lateness + 1))
        if released.events:
            self._commit(Step(released, (), {}, {}))

    def _commit(self, step: Step) -> None:
        out = step.released
        if not (out.events or out.late or out.ahead or out.kept or step.rejects or step.positions):
            return
        with self._store.begin() as tx:
            done = self._committer.commit(
                tx, step, dict(self._reorder.state()), self._reorder.released_through
            )
        self._take_note(done)
        self._sealer.add(done.events, done.first_seq)
        self._sealer.seal_if_due()

    def _take_note(self, done: Committed) -> None:
        self._by_rule.update(done.by_rule)
        self._left_out.update(done.left_out)
        self._notes.extend(
            f"rule {name} found on more than its share of the stream and opens no more cases: "
            "look at its findings, then let it go on with `ombud run --untrip`"
            for name in done.tripped
        )

    def _take_told(self) -> None:
        """Archive what people decided and filed here meanwhile."""

        def seal(done: Committed) -> None:
            self._sealer.add(done.events, done.first_seq)
            self._sealer.seal_if_due()

        take_told(self._store, self._committer, dict(self._reorder.state()), self.boundary, seal)

    def fill(self, events: Sequence[Event]) -> Late:
        """Take events behind the boundary, each evaluated in its place; say what they were."""
        evaluator = InPlace(self._store, self.evaluator)
        with self._store.begin() as tx:
            done, late = self._committer.fill(
                tx, events, evaluator, dict(self._reorder.state()), self.boundary
            )
        self._take_note(done)
        self._sealer.add(done.events, done.first_seq)
        return late

    @property
    def boundary(self) -> Micros | None:
        """Events up to this instant have been released; ``None`` before the first."""
        return self._reorder.released_through

    def end(self, status: str) -> None:
        """Write down how the run ended."""
        with self._store.begin() as tx:
            runs.end(tx, self._number, self._clock.now(), status)

    def _progress(self) -> Progress:
        sizes = [source.size for source in self._feed.sources]
        return Progress(
            self._committer.counts.events,
            self._committer.counts.findings,
            sum(source.consumed for source in self._feed.sources),
            None if None in sizes else sum(size or 0 for size in sizes),
        )

    def report(self, *, stopped: bool = False) -> RunReport:
        """Return what this call came to."""
        with self._store.read() as tx:
            root = ledger.root(tx).hex()
        notes = [*self._notes, *(note for source in self._feed.sources for note in source.notes)]
        notes += [_left_out_note(code, why, n) for (code, why), n in sorted(self._left_out.items())]
        notes += [_blind_note(blind) for blind in self._evaluator.blind.found()]
        measured = self._evaluator.session.metrics or {}
        return RunReport(
            counts=self._committer.counts,
            total=self._committer.total,
            findings_by_rule=dict(sorted(self._by_rule.items())),
            wall_s=round(time.monotonic() - self._wall, 3),
            cpu_s=round(time.process_time() - self._cpu, 3),
            peak_rss_mb=peak_rss_mb(),
            ledger_root=root,
            stopped=stopped,
            notes=tuple(notes),
            rules={name: msgspec.structs.asdict(found) for name, found in measured.items()},
        )

    def _described(self) -> dict[str, Any]:
        options = self._options
        return {"shadow": options.shadow, "as_if_in_force": options.as_if_in_force, "batch": options.batch}

    def _hashes(self) -> dict[str, str]:
        return {code.id: code.hash for code in self._adopted.codes}


def _left_out_note(code: str, why: str, count: int) -> str:
    if why == "signed":
        return (
            f"{count:,} findings under {code} were left out: it binds those who signed it, and these "
            "accounts are not in the register; see `ombud register import signatories`"
        )
    return (
        f"{count:,} findings under {code} were left out: the events are older than its date of effect; "
        "--as-if-in-force evaluates them as hypothetical, --in-force-from sets the date"
    )


def _blind_note(blind: Blind) -> str:
    missing = f"; these events never fill {', '.join(blind.missing)}" if blind.missing else ""
    return (
        f"rule {blind.rule} was UNKNOWN on every event it was asked about ({blind.asked:,} of them){missing}"
    )


class InPlace:
    """Evaluates events behind the stream with the windows as they stood at each event's time."""

    def __init__(self, store: Store, make: Callable[[], Evaluator]) -> None:
        self._store = store
        self._make = make

    def evaluate(self, events: Sequence[Event], first_seq: int) -> Evaluated:
        """Evaluate events in (at, id) order; the first has number ``first_seq``."""
        evaluator = self._make()
        parts: list[Evaluated] = []
        if events:
            with self._store.read() as tx:
                recall(self._store, tx, evaluator, events[0].at)
                since, until = events[0].at - evaluator.recent, events[-1].at + 1
                past = ordered(self._store, tx, since=since, until=until)
                ahead = next(past, None)
                for seq, event in enumerate(events, first_seq):
                    while ahead is not None and (ahead.at, ahead.id) < (event.at, event.id):
                        evaluator.observe([ahead])
                        ahead = next(past, None)
                    parts.append(evaluator.evaluate([event], seq))
        return Evaluated(
            tuple(item for part in parts for item in part.findings),
            tuple(item for part in parts for item in part.mended),
            sum((part.left_out for part in parts), Counter()),
        )


def _joined(one: Released[Event], other: Released[Event]) -> Released[Event]:
    """Join a push and the finish after it: nothing that the push kept is inside any more."""
    return Released(one.events + other.events, one.late, one.ahead, [])


def peak_rss_mb() -> float:
    """Return the largest resident memory this process has had, in MiB (``getrusage``)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
