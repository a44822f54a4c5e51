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
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ombud.base.clock import DAY, Clock, Micros, SystemClock
from ombud.base.errors import Fault, UsageError, Where
from ombud.base.nearest import did_you_mean
from ombud.events.envelope import ACCESSORS, Event
from ombud.expr import Session, compile_rules, parse_rule
from ombud.expr.ast import Col, Expr, Window, children
from ombud.flow.history import ordered
from ombud.registers.asof import load_from
from ombud.rules.bind import AUDIENCE_KNOWN, reader, rule_columns
from ombud.rules.measuring import Measuring
from ombud.signals.base import Signal
from ombud.signals.registry import installed
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
    "signal.text.mentions",
)
"""Columns by which no table is drawn up and no condition may pick: they name people or their posts."""

_WORDS = ("post.text", "signal.text.canonical", "signal.text.links")

MAY_BE_ASKED = frozenset({"kinds", "exposed", "whose", "is_own", "selling"})
"""Of ``private_info`` what says which kind of data a post holds; its other fields are the data itself."""

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

    A signal that needs nothing but the event and the registers is measured here, on posts whose
    audience is known and not private.

    Args:
        store: an open store.
        condition: one expression; windows count over the events read.
        by: a column to count by.
        since, until: bounds of the event's time; windows see only what lies between.
        samples: how many samples of public posts to give, at most.
        clock: the wall clock, for the ledger.

    Raises:
        RuleError: the condition does not compile.
        UsageError: ``query/unknown-column``, ``query/names-people``, ``query/signal-looks-back``
            or ``query/signal-not-installed``.
    """
    asked = parse_rule(condition, rule_columns())
    _check_people(asked.tree)
    measuring = _measuring(store, asked.reads | ({by} if by is not None else set()))
    group = _group(by, measuring)
    session = _session(condition, asked.reads, measuring)
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


def _measuring(store: Store, reads: Iterable[str]) -> Measuring:
    """Return the signals among the columns at work, or refuse those that a query cannot measure."""
    signals = installed().signals
    used: dict[str, Signal] = {}
    for column in sorted(column for column in reads if column.startswith("signal.")):
        if column not in rule_columns():
            continue
        name = column.split(".")[1]
        if name not in signals:
            hint = "ombud signal list tells which signals this installation has"
            raise UsageError(
                Fault("query/signal-not-installed", f"no installed signal measures {column}", None, hint)
            )
        used[name] = signals[name]
        if used[name].horizon:
            raise UsageError(
                Fault(
                    "query/signal-looks-back",
                    f"{column} depends on the {round(used[name].horizon / DAY)} days before each event; "
                    "a query looks at each event by itself",
                    None,
                    "a rule that reads it sees the events in order: `ombud code plan` counts what it would "
                    "find in this store",
                )
            )
    return Measuring(used, {}, load_from(store))


def _session(condition: str, reads: Iterable[str], measuring: Measuring) -> Session:
    signals = [column for column in rule_columns() if column.startswith("signal.")]
    guarded = any(column.startswith("signal.") for column in reads)
    rules = compile_rules(
        {"query": f"{AUDIENCE_KNOWN} AND (\n{condition}\n)" if guarded else condition},
        rule_columns(),
        accessors={**ACCESSORS, **dict.fromkeys(signals, "None")},
    )
    return rules.session(live=measuring)


def _group(by: str | None, measuring: Measuring) -> Callable[[Event], Any] | None:
    if by is None:
        return None
    known = rule_columns()
    if by not in known:
        raise UsageError(
            Fault("query/unknown-column", f"there is no column {by!r}", hint=did_you_mean(by, known))
        )
    if names_people(by) or by.endswith(("_id", ".id")) or by in _WORDS:
        hint = "count by a property, such as event.kind or post.lang"
        raise UsageError(Fault("query/names-people", f"{by} names people or their posts", hint=hint))
    if not by.startswith("signal."):
        return reader(by)
    of, field = measuring.columns[by]
    return lambda event: of(event).get(field) if event.audience not in (None, "private") else None


def names_people(column: str) -> bool:
    """Tell whether a column names people, their posts, or data of theirs that a post gives away."""
    data = column.startswith("signal.private_info.")
    return column in NAMES_PEOPLE or (data and column.rpartition(".")[2] not in MAY_BE_ASKED)


def _check_people(tree: Expr) -> None:
    """Refuse a condition that compares a column which names people; a window may count by it."""
    named = sorted(_people(tree))
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
        return {node.name} if names_people(node.name) else set()
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
