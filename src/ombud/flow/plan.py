"""What a change to a code would open, close and touch, counted on the archive of a store.

Both codes are evaluated over the same events in one pass, as if each had always been in
force; nothing is opened, kept or changed. A case is what a run would open: a subject and a
clause for which a stable rule finds something (rules that find on too much stop opening
cases here as they do in a run). "Opens" are the cases that only the new code has, "closes" those that only
the old one has. Rules and clauses are matched by their ids, so a fork can be planned against
its parent.

Like a query, a plan is not a search engine for people: numbers below
:data:`~ombud.flow.query.SMALL` are not told, examples are pseudonymous, of public posts, with
numbers, links and handles masked, and every plan is entered in the ledger.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ombud.base.clock import DAY, Clock, Micros, SystemClock
from ombud.base.errors import Fault, UsageError
from ombud.conduct.model import Code
from ombud.events.envelope import Event
from ombud.flow.history import streamed
from ombud.flow.query import SMALL, Sample, masked
from ombud.flow.trip import Trips
from ombud.registers.asof import load_from
from ombud.rules.bind import bind
from ombud.rules.evaluate import Evaluator
from ombud.store import Store, Tx, ledger, pending, segments, state

EXAMPLES = 5
"""Examples of cases that open, and of cases that close."""

BATCH = 8192

CaseKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class RulePlan:
    """A rule's findings before and after; ``None`` is a number that is not told.

    ``status_before`` and ``status_after`` are ``None`` where the code has no such rule.
    ``added`` and ``removed`` count the events found only after, only before. ``after`` is
    not told either where it would give away a small difference.
    """

    rule: str
    status_before: str | None
    status_after: str | None
    before: int | None
    after: int | None
    added: int | None
    removed: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer; instants in microseconds, ``None`` is a number below ``SMALL`` that is not zero.

    ``tripped`` names rules (``old`` or ``new``, rule) that found on so much that they would
    have stopped opening cases.
    """

    since: Micros
    until: Micros
    events: int
    opens: int | None
    closes: int | None
    touches: int | None
    rules: tuple[RulePlan, ...]
    opened: tuple[Sample, ...]
    closed: tuple[Sample, ...]
    tripped: tuple[tuple[str, str], ...]


@dataclass
class _Side:
    """One code over the history: its evaluator, the cases it would open, its findings."""

    code: Code
    evaluator: Evaluator
    trips: Trips = field(default_factory=Trips)
    cases: dict[CaseKey, Event] = field(default_factory=dict)

    def take(self, events: list[Event], numbers: list[int]) -> dict[str, set[int]]:
        """Evaluate events and return, by rule, the numbers of those it found."""
        found: dict[str, set[int]] = {}
        by_seq = dict(zip(numbers, events, strict=True))
        for chunk in _without_gaps(numbers):
            part = [by_seq[number] for number in chunk]
            for item in self.evaluator.evaluate(part, chunk[0]).findings:
                row = item.row
                seen = found.setdefault(row.rule, set())
                if row.event_seq in seen:
                    continue
                seen.add(row.event_seq)
                runaway = self.trips.count(row.rule, row.event_seq)
                if item.opens_case and not runaway:
                    self.cases.setdefault((row.clause, row.subject_kind, row.subject), by_seq[row.event_seq])
        return found


def plan(store: Store, old: Code, new: Code, *, days: int = 30, clock: Clock | None = None) -> Plan:
    """Compare two codes over the last days of a store's archive.

    Args:
        store: an open store; only its ledger grows.
        old: the code as it is.
        new: the code as it would be.
        days: how many days back from the newest event.
        clock: the wall clock, for the ledger.

    Raises:
        UsageError: ``plan/no-events``: the archive is empty.
        RuleError: an expression does not compile.
    """
    before, after = _side(old, store), _side(new, store)
    counts: dict[str, list[int]] = {}
    events = 0
    with store.read() as tx:
        until = _newest(tx)
        since = until - days * DAY + 1
        horizon = max(before.evaluator.horizon, after.evaluator.horizon)
        for numbers, batch in _batches(streamed(store, tx, since=since - horizon)):
            early = [event for event in batch if event.at < since]
            before.evaluator.observe(early)
            after.evaluator.observe(early)
            late = [(n, event) for n, event in zip(numbers, batch, strict=True) if event.at >= since]
            if late:
                events += len(late)
                some, those = [event for _, event in late], [n for n, _ in late]
                _count(counts, before.take(some, those), after.take(some, those))
    _record(store, old, new, days, clock or SystemClock())
    return _plan(before, after, counts, since, until, events)


def _side(code: Code, store: Store) -> _Side:
    bound = bind([code], cache_dir=store.cache)
    return _Side(code, Evaluator(bound, {code.id: None}, registers=load_from(store)))


def _newest(tx: Tx) -> Micros:
    """Return the instant of the archive's newest event of the stream: the house's own count for nothing."""
    ends = [segment.max_at for segment in segments.between(tx)]
    ends += [batch.max_at for batch in pending.read(tx)]
    if not ends:
        hint = "`ombud run --store DIR` takes events in"
        raise UsageError(Fault("plan/no-events", "the store has no events to plan on", hint=hint))
    run = state.load(tx, "run") or {}
    boundary = run.get("buffer", {}).get("released_through")
    return max(ends) if boundary is None else min(max(ends), boundary)


def _batches(rows: Iterator[tuple[int, Event]]) -> Iterator[tuple[list[int], list[Event]]]:
    for chunk in iter(lambda: list(itertools.islice(rows, BATCH)), []):
        yield [number for number, _ in chunk], [event for _, event in chunk]


def _without_gaps(numbers: list[int]) -> Iterator[list[int]]:
    """Cut running numbers where one is missing: an event may have been erased."""
    start = 0
    for i in range(1, len(numbers) + 1):
        if i == len(numbers) or numbers[i] != numbers[i - 1] + 1:
            yield numbers[start:i]
            start = i


def _count(counts: dict[str, list[int]], was: Mapping[str, set[int]], now: Mapping[str, set[int]]) -> None:
    """Add up by rule: before, after, added, removed."""
    for rule in {*was, *now}:
        a, b = was.get(rule, set()), now.get(rule, set())
        row = counts.setdefault(rule, [0, 0, 0, 0])
        for i, number in enumerate((len(a), len(b), len(b - a), len(a - b))):
            row[i] += number


def _plan(
    before: _Side, after: _Side, counts: Mapping[str, list[int]], since: Micros, until: Micros, events: int
) -> Plan:
    opened = {key: event for key, event in after.cases.items() if key not in before.cases}
    closed = {key: event for key, event in before.cases.items() if key not in after.cases}
    accounts = {(e.origin, e.account.id) for e in (*opened.values(), *closed.values())}
    names: dict[str, str] = {}
    return Plan(
        since=since,
        until=until,
        events=events,
        opens=_told(len(opened)),
        closes=_told(len(closed)),
        touches=_told(len(accounts)),
        rules=tuple(_rules(before.code, after.code, counts)),
        opened=_examples(opened, names),
        closed=_examples(closed, names),
        tripped=tuple(
            (name, rule) for name, side in (("old", before), ("new", after)) for rule in side.trips.tripped
        ),
    )


def _rules(old: Code, new: Code, counts: Mapping[str, list[int]]) -> Iterator[RulePlan]:
    was = {rule.id: rule.status for rule in old.rules}
    now = {rule.id: rule.status for rule in new.rules}
    for rule in dict.fromkeys([*now, *was]):
        a, b, added, removed = counts.get(rule, [0, 0, 0, 0])
        gives_away = any(0 < number < SMALL for number in (added, removed))
        after = None if gives_away else _told(b)
        yield RulePlan(rule, was.get(rule), now.get(rule), _told(a), after, _told(added), _told(removed))


def _told(number: int) -> int | None:
    return number if number == 0 or number >= SMALL else None


def _examples(cases: Mapping[CaseKey, Event], names: dict[str, str]) -> tuple[Sample, ...]:
    """Return examples of public posts, one an account; none where the cases are too few to be told."""
    if len(cases) < SMALL:
        return ()
    chosen: dict[str, Event] = {}
    for event in _public(cases.values()):
        if len(chosen) < EXAMPLES:
            chosen.setdefault(event.account.id, event)
    return tuple(_sample(event, names) for event in chosen.values())


def _public(events: Iterable[Event]) -> Iterator[Event]:
    for event in events:
        if event.audience == "public" and event.post is not None and event.post.text:
            yield event


def _sample(event: Event, names: dict[str, str]) -> Sample:
    author = names.setdefault(event.account.id, f"account {len(names) + 1}")
    text = (event.post.text or "") if event.post is not None else ""
    return Sample(author, event.kind, event.at // DAY, masked(text))


def _record(store: Store, old: Code, new: Code, days: int, clock: Clock) -> None:
    """Every read is in the ledger, by a digest that tells nothing of an unpublished draft."""
    with store.begin() as tx:
        secret = tx.secret_digest(b"plan", f"{old.hash} {new.hash} {days}".encode())
        ledger.append(tx, "plan", {"digest": hashlib.sha256(secret).hexdigest()}, clock.now())
