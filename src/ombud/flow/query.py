"""Counts over a store's history, made so that it is not a search engine for people.

The result is a number, numbers by a column, and a few pseudonymous samples of
public posts. Numbers below :data:`SMALL` are not told. Every query is entered in
the ledger, by its digest.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ombud.base.clock import Clock, Micros, SystemClock
from ombud.base.errors import Fault, UsageError, Where
from ombud.base.nearest import did_you_mean
from ombud.events.envelope import ACCESSORS, COLUMNS, Event
from ombud.expr import compile_rules
from ombud.flow.history import history
from ombud.rules.bind import reader
from ombud.store import Store, ledger

SMALL = 5
"""Cells below this number are suppressed (design, 2.8)."""

SAMPLE_CHARS = 120
BATCH = 8192

NAMES_PEOPLE = (
    "account.id",
    "account.name",
    "account.bio",
    "account.avatar",
    "target.account_id",
    "event.id",
)
"""Columns by which no table is drawn up and no condition may pick: they name people or their posts."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A public post that met the condition, its author under a pseudonym of this query only."""

    author: str
    kind: str
    day: int
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found; ``None`` stands for a number below :data:`SMALL` that is not zero."""

    events: int
    matched: int | None
    accounts: int | None
    by: tuple[tuple[str, int], ...]
    suppressed: int
    samples: tuple[Sample, ...]


def query(
    store: Store,
    condition: str,
    *,
    by: str | None = None,
    since: Micros | None = None,
    until: Micros | None = None,
    samples: int = 0,
    clock: Clock | None = None,
) -> Answer:
    """Count the events that meet a condition in the rule language.

    Args:
        store: an open store.
        condition: one expression; windows count over the events read.
        by: a column to count by.
        since, until: bounds of the event's time; windows see only what lies between.
        samples: how many samples of public posts to give, at most.
        clock: the wall clock, for the ledger.

    Raises:
        RuleError: the condition does not compile.
        UsageError: ``query/unknown-column`` or ``query/names-people``.
    """
    group = _group(by)
    rules = compile_rules({"query": condition}, COLUMNS, accessors=ACCESSORS)
    _check_reads(rules.reads("query"))
    session = rules.session()
    read = matched = 0
    accounts: set[tuple[str | None, str]] = set()
    cells: Counter[str] = Counter()
    found: list[Event] = []
    with store.read() as tx:
        events = (event for _, event in history(store, tx, since=since, until=until))
        for batch in iter(lambda: list(itertools.islice(events, BATCH)), []):
            read += len(batch)
            for event, names in zip(batch, session.match(batch), strict=True):
                if not names:
                    continue
                matched += 1
                accounts.add((event.origin, event.account.id))
                if group is not None:
                    value = group(event)
                    cells.update(map(str, value) if isinstance(value, list) else [str(value)])
                if len(found) < samples and event.audience == "public" and event.post and event.post.text:
                    found.append(event)
    _record(store, condition, clock or SystemClock())
    told = tuple((name, n) for name, n in cells.most_common() if n >= SMALL)
    return Answer(
        read,
        _told(matched),
        _told(len(accounts)),
        told,
        len(cells) - len(told),
        _pseudonymous(found) if matched >= SMALL else (),
    )


def _group(by: str | None):  # type: ignore[no-untyped-def]
    if by is None:
        return None
    if by not in COLUMNS:
        raise UsageError(
            Fault("query/unknown-column", f"there is no column {by!r}", hint=did_you_mean(by, COLUMNS))
        )
    if by in NAMES_PEOPLE or by.endswith(("_id", ".id")) or by == "post.text":
        hint = "count by a property, such as event.kind or post.lang"
        raise UsageError(Fault("query/names-people", f"{by} names people or their posts", hint=hint))
    return reader(by)


def _check_reads(reads: frozenset[str]) -> None:
    picked = sorted(reads & set(NAMES_PEOPLE[:4]))
    if picked:
        raise UsageError(
            Fault(
                "query/names-people",
                f"a query does not pick people by {', '.join(picked)}",
                Where("condition"),
                "rows about one account belong to a case: ombud case show",
            )
        )


def _told(number: int) -> int | None:
    return number if number == 0 or number >= SMALL else None


def _pseudonymous(events: Sequence[Event]) -> tuple[Sample, ...]:
    names: dict[str, str] = {}
    rows = []
    for event in events:
        author = names.setdefault(event.account.id, f"account {len(names) + 1}")
        text = (event.post.text or "") if event.post is not None else ""
        rows.append(Sample(author, event.kind, event.at // 86_400_000_000, text[:SAMPLE_CHARS]))
    return tuple(rows)


def _record(store: Store, condition: str, clock: Clock) -> None:
    """Every read is in the ledger, by a digest that tells nothing of what was asked."""
    with store.begin() as tx:
        digest = hashlib.sha256(tx.secret_digest(b"query", condition.encode())).hexdigest()
        ledger.append(tx, "query", {"digest": digest}, clock.now())
