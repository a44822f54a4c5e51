"""Counts over a store's history, made so that it is not a search engine for people.

The result is a number, numbers by a column, and a few pseudonymous samples of
public posts. Numbers below :data:`SMALL` are not told. Every query is entered in
the ledger, by its digest.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ombud.base.clock import Clock, Micros, SystemClock
from ombud.base.errors import Fault, UsageError, Where
from ombud.base.nearest import did_you_mean
from ombud.events.envelope import ACCESSORS, COLUMNS, Event
from ombud.expr import compile_rules, parse_rule
from ombud.expr.ast import Col, Expr, Window, children
from ombud.flow.history import ordered
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


_MASKS = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"(?i)https?://\S+", "[link]"),
        (r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}", "[address]"),
        (r"@[\w.\-]+", "@…"),
        (r"\d[\d .\-]{2,}\d", "••••"),
    )
)


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
    _check_people(condition)
    session = rules.session()
    read = matched = 0
    accounts: set[tuple[str | None, str]] = set()
    cells: Counter[str] = Counter()
    found: list[Event] = []
    with store.read() as tx:
        events = ordered(store, tx, since=since, until=until)
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


def _group(by: str | None) -> Callable[[Event], Any] | None:
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


def _check_people(condition: str) -> None:
    """Refuse a condition that compares a column which names people; a window may count by it."""
    named = sorted(_people(parse_rule(condition, COLUMNS).tree))
    if named:
        raise UsageError(
            Fault(
                "query/names-people",
                f"a query does not pick people by {', '.join(named)}",
                Where("condition"),
                "rows about one account belong to a case: ombud case show",
            )
        )


def _people(node: Expr) -> set[str]:
    if isinstance(node, Col):
        return {node.name} & set(NAMES_PEOPLE)
    if isinstance(node, Window):
        return set() if node.where is None else _people(node.where)
    return {name for child in children(node) for name in _people(child)}


def _told(number: int) -> int | None:
    return number if number == 0 or number >= SMALL else None


def _pseudonymous(events: Sequence[Event]) -> tuple[Sample, ...]:
    names: dict[str, str] = {}
    rows = []
    for event in events:
        author = names.setdefault(event.account.id, f"account {len(names) + 1}")
        text = masked((event.post.text or "") if event.post is not None else "")
        rows.append(Sample(author, event.kind, event.at // 86_400_000_000, text))
    return tuple(rows)


def masked(text: str) -> str:
    """Return the start of a text without links, addresses, handles and numbers of four digits or more."""
    text = text[: 4 * SAMPLE_CHARS]  # so that no text, however made, costs more than a little
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text[:SAMPLE_CHARS]


def _record(store: Store, condition: str, clock: Clock) -> None:
    """Every read is in the ledger, by a digest that tells nothing of what was asked."""
    with store.begin() as tx:
        digest = hashlib.sha256(tx.secret_digest(b"query", condition.encode())).hexdigest()
        ledger.append(tx, "query", {"digest": digest}, clock.now())
