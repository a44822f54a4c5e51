"""One transaction a batch: inbox, raw events, findings, cases, ledger entry, position.

Whatever happens between two commits is undone by the database, so a run that is
killed goes on from the last batch as if nothing had been.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ombud.base.clock import Clock, Micros, day_of
from ombud.cases import reports
from ombud.cases.opening import open_cases
from ombud.events.decode import encode
from ombud.events.envelope import Event
from ombud.events.reorder import AHEAD, LATE, Released
from ombud.events.source import RAW_KEPT, Reject
from ombud.flow.held import HeldEvents, Place
from ombud.flow.history import FILLED
from ombud.flow.intake import Late, LateDoor, forget, late_words, take
from ombud.flow.options import Counts
from ombud.flow.trip import Trips
from ombud.rules.evaluate import Evaluated, Evaluator, Mended
from ombud.rules.finding import Found
from ombud.store import Tx, findings, ledger, pending, positions, quarantine, runs, state, tree
from ombud.store.reports import Report

CONFLICT = "events/id-conflict"
"""Quarantine code of an event whose id was taken before with other content."""

TOLD = "told"
"""The source, in quarantine, of what the house itself told."""


class Placed(Protocol):
    """Evaluates events behind the boundary, each where it belongs."""

    def evaluate(self, events: Sequence[Event], first_seq: int) -> Evaluated: ...


@dataclass(frozen=True, slots=True)
class Step:
    """What one read brought: the buffer's releases, the rejects, and where reading stands.

    ``places`` gives source and line of the events that this step read, by ``id()``;
    ``positions`` the place to go on from, by the source's name.
    """

    released: Released[Event]
    rejects: Sequence[Reject]
    places: Mapping[int, Place]
    positions: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Committed:
    """What one batch came to."""

    counts: Counts
    events: list[Event]
    first_seq: int
    by_rule: Mapping[str, int]
    left_out: Mapping[tuple[str, str], int]
    tripped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a batch brought to cases, how many it opened, and the rules that ran away."""

    findings: Sequence[findings.NewFinding]
    reports: Sequence[Report]
    opened: int
    tripped: tuple[str, ...]


class Committer:
    """Writes batches; holds what must stay in step with the database.

    Args:
        evaluator: the rules with their window state.
        held: the reorder buffer's content in the store.
        door: tells late events from late repeats.
        clock: the wall clock.
        run: the run's number.
        next_seq: the number of the next event to be accepted.
        trips: the brake on runaway rules.
        total: the store's counts so far.
        hypothetical: clauses are applied to reports, too, as if they had been in force.
        shadow: reports, too, open no case; a person can still sort them.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        held: HeldEvents,
        door: LateDoor,
        clock: Clock,
        *,
        run: int,
        next_seq: int,
        trips: Trips,
        total: Counts,
        hypothetical: bool = False,
        shadow: bool = False,
    ) -> None:
        self._evaluator = evaluator
        self._held = held
        self._door = door
        self._clock = clock
        self._run = run
        self._next_seq = next_seq
        self._trips = trips
        self._hypothetical = hypothetical
        self._shadow = shadow
        self._forgotten = -(1 << 62)
        self.total = total
        self.counts = Counts()

    def commit(self, tx: Tx, step: Step, buffer: Mapping[str, Any], boundary: Micros | None) -> Committed:
        """Write one step.

        Args:
            tx: the transaction; it commits or undoes everything below.
            step: what was read and released.
            buffer: the reorder buffer's state after the step.
            boundary: events up to this instant have been released.
        """
        taken = take(tx, step.released.events)
        late = self._door.sort_out(tx, step.released.late)
        first = self._next_seq
        evaluated = self._evaluator.evaluate(taken.events, first)
        kept = self._keep(tx, evaluated, taken.events, first)
        mended = sum(self._mend(tx, item) for item in evaluated.mended)
        self._archive(tx, taken.events, taken.payloads, first)
        bad = self._bad(step, late.late, late.conflicts + taken.conflicts, boundary)
        counts = Counts(
            events=len(taken.events),
            duplicates=taken.duplicates + late.duplicates,
            quarantined=quarantine.add(tx, bad, self._run),
            findings=len(kept.findings),
            mended=mended,
            cases=kept.opened,
            reports=len(kept.reports),
        )
        self._enter(tx, taken.events, first, kept, counts)
        self._held.save(tx, step.released, step.places)
        self._next_seq = first + len(taken.events)
        self._note(tx, step.positions, buffer, boundary, counts)
        by_rule = Counter(f"{row.code}/{row.rule}" for row in kept.findings)
        return Committed(counts, taken.events, first, by_rule, evaluated.left_out, kept.tripped)

    def fill(
        self,
        tx: Tx,
        events: Sequence[Event],
        evaluator: Placed,
        buffer: Mapping[str, Any],
        boundary: Micros | None,
    ) -> tuple[Committed, Late]:
        """Take events behind the boundary, each evaluated in its place; repeats are only counted.

        Args:
            tx: the transaction.
            events: in (at, id) order.
            evaluator: asks the rules with the history before each event.
            buffer: the reorder buffer's state, which this does not change.
            boundary: events up to this instant have been released.
        """
        late = self._door.sort_out(tx, events)
        taken = take(tx, late.late)
        first = self._next_seq
        evaluated = evaluator.evaluate(taken.events, first)
        kept = self._keep(tx, evaluated, taken.events, first)
        self._archive(tx, taken.events, taken.payloads, first)
        counts = Counts(
            events=len(taken.events),
            duplicates=taken.duplicates + late.duplicates,
            findings=len(kept.findings),
            cases=kept.opened,
            reports=len(kept.reports),
        )
        self._enter(tx, taken.events, first, kept, counts)
        self._next_seq = first + len(taken.events)
        if taken.events:
            filled = [*state.load(tx, FILLED, []), [first, self._next_seq - 1]]
            state.save(tx, FILLED, filled)
        self._note(tx, {}, buffer, boundary, counts)
        by_rule = Counter(f"{row.code}/{row.rule}" for row in kept.findings)
        return Committed(counts, taken.events, first, by_rule, evaluated.left_out, kept.tripped), late

    def tell(
        self, tx: Tx, events: Sequence[Event], buffer: Mapping[str, Any], boundary: Micros | None
    ) -> Committed:
        """Archive what the house itself told; no rule is asked and no window sees it (``flow.told``).

        Args:
            tx: the transaction.
            events: in the order in which they were told; only new ones are kept.
            buffer: the reorder buffer's state, which this does not change.
            boundary: events up to this instant have been released.
        """
        taken = take(tx, events)
        first = self._next_seq
        if taken.events:
            times = [event.at for event in taken.events]
            pending.add(tx, first, taken.payloads, min(times), max(times))
            ledger.append(tx, "told", {"first": first, "events": len(times)}, self._clock.now())
        now = self._clock.now()
        bad = [
            quarantine.Bad(CONFLICT, _conflict_words(event), TOLD, 0, encode(event)[:RAW_KEPT], now)
            for event in taken.conflicts
        ]
        counts = Counts(told=len(taken.events), quarantined=quarantine.add(tx, bad, self._run))
        self._next_seq = first + len(taken.events)
        self._note(tx, {}, buffer, boundary, counts)
        return Committed(counts, taken.events, first, {}, Counter(), ())

    def _keep(self, tx: Tx, evaluated: Evaluated, events: Sequence[Event], first: int) -> Kept:
        """Keep the findings and the reports by people that are new, and open their cases."""
        seen = findings.known(tx, [item.row.key for item in evaluated.findings])
        fresh: list[Found] = []
        before = set(self._trips.tripped)
        for item in evaluated.findings:
            if item.row.key in seen:
                continue
            seen.add(item.row.key)
            runaway = self._trips.count(item.rule.name, item.row.event_seq - self.total.told)
            fresh.append(replace(item, opens_case=False) if runaway else item)
        now = self._clock.now()
        told = reports.draft(
            tx,
            reports.of_stream(events, first),
            now=now,
            hypothetical=self._hypothetical,
            opens=not self._shadow,
        )
        rows, places, opened = open_cases(tx, fresh, now, [(seq, lead) for _, seq, lead in told.leads])
        findings.add_many(tx, rows, self._run)
        kept = reports.keep(tx, told, places)
        return Kept(rows, kept, opened, tuple(sorted(set(self._trips.tripped) - before)))

    def _mend(self, tx: Tx, item: Mended) -> int:
        """Mark what an edit mended; the findings stay on their case."""
        gone = [
            row.key
            for row in findings.of_post(tx, item.origin, item.post)
            if row.event_seq < item.seq and f"{row.code}/{row.rule}" in item.rules
        ]
        return findings.mend(tx, gone, item.at) if gone else 0

    def _archive(self, tx: Tx, events: Sequence[Event], payloads: Sequence[bytes], first: int) -> None:
        if events:
            pending.add(tx, first, payloads, events[0].at, events[-1].at)

    def _bad(
        self, step: Step, late: Sequence[Event], conflicts: Sequence[Event], boundary: Micros | None
    ) -> list[quarantine.Bad]:
        now = self._clock.now()
        bad = [
            quarantine.Bad(
                reject.code, reject.message, reject.source, reject.line, reject.raw, now, reject.offset
            )
            for reject in step.rejects
        ]

        def put(code: str, message: str, event: Event) -> None:
            source, line = step.places.get(id(event)) or self._held.place(event) or ("", 0)
            bad.append(quarantine.Bad(code, message, source, line, encode(event)[:RAW_KEPT], now))

        for event in late:
            put(LATE, late_words(event, boundary), event)
        for event in step.released.ahead:
            put(AHEAD, f"event {event.id!r} is ahead of the stream and no other account confirms it", event)
        for event in conflicts:
            put(CONFLICT, _conflict_words(event), event)
        return bad

    def _enter(
        self,
        tx: Tx,
        events: Sequence[Event],
        first: int,
        kept: Kept,
        counts: Counts,
    ) -> None:
        """Enter the batch in the ledger, dated by the stream, so that a repeated run gives the same root."""
        if not events:
            return
        salts = findings.salts(tx, [row.key for row in kept.findings])
        leaves = [findings.leaf(row, salts[row.key]) for row in kept.findings]
        body: dict[str, Any] = {
            "first": first,
            "events": len(events),
            "findings": len(kept.findings),
            "findings_root": tree.merkle_root(leaves).hex(),
            "cases": counts.cases,
            "mended": counts.mended,
        }
        if kept.reports:
            root = tree.merkle_root([reports.leaf(row) for row in kept.reports])
            body |= {"reports": len(kept.reports), "reports_root": root.hex()}
        ledger.append(tx, "batch", body, events[-1].at)

    def _note(
        self,
        tx: Tx,
        places: Mapping[str, Any],
        buffer: Mapping[str, Any],
        boundary: Micros | None,
        counts: Counts,
    ) -> None:
        """Write down how far everything is, in the same transaction."""
        for source, position in places.items():
            positions.save(tx, source, position)
        self.total = self.total.plus(counts)
        self.counts = self.counts.plus(counts)
        progress = {
            "next_seq": self._next_seq,
            "buffer": dict(buffer),
            "trips": self._trips.dump(),
            "total": self.total.as_dict(),
        }
        state.save(tx, "run", progress)
        runs.count(tx, self._run, self.counts.as_dict())
        if boundary is not None and day_of(boundary) > self._forgotten:
            forget(tx, boundary)
            self._forgotten = day_of(boundary)


def _conflict_words(event: Event) -> str:
    return f"event {event.id!r} was taken before with other content"
