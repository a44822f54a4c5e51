"""Why a rule did or did not find on an event: every part of its expression with its value."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from ombud.base.errors import Fault, UsageError
from ombud.base.nearest import did_you_mean
from ombud.conduct.model import Code
from ombud.events.envelope import Event
from ombud.expr import Explained
from ombud.flow.history import history, ordered
from ombud.registers.asof import load_from
from ombud.rules.bind import BoundRule, bind
from ombud.store import Store

BATCH = 8192


@dataclass(frozen=True, slots=True)
class Explanation:
    """One rule on one event: its answer, and how it came about."""

    rule: BoundRule
    value: bool | None
    tree: Explained


def find_event(store: Store, event_id: str, origin: str | None = None) -> Event:
    """Return an event that the store has accepted.

    Raises:
        UsageError: ``flow/no-such-event``.
    """
    with store.read() as tx:
        for _, event in history(store, tx):
            if event.id == event_id and origin in (None, event.origin):
                return event
    raise UsageError(
        Fault(
            "flow/no-such-event",
            f"the store has no event {event_id!r}",
            hint="it may be in quarantine (ombud quarantine list) or wait in the reorder buffer",
        )
    )


def explain(
    codes: Sequence[Code], event: Event, *, rule: str | None = None, store: Store | None = None
) -> list[Explanation]:
    """Explain rules on an event, with the windows as they stood then.

    Args:
        codes: the codes whose rules are asked.
        event: the event.
        rule: only this rule (``rule`` or ``code/rule``); drafts can be asked too.
        store: where the history before the event lies; without it windows hold the event alone.

    Raises:
        UsageError: ``flow/no-such-rule``.
    """
    bound = bind(codes, drafts=rule is not None)
    chosen = [item for item in bound.rules if rule in (None, item.name, item.rule.id)]
    if not chosen:
        names = [name for item in bound.rules for name in (item.rule.id, item.name)]
        hint = did_you_mean(rule or "", names)
        raise UsageError(Fault("flow/no-such-rule", f"there is no rule {rule!r} in these codes", hint=hint))
    session = bound.session(None if store is None else load_from(store))
    if store is not None and bound.horizon:
        with store.read() as tx:
            since = event.at - bound.horizon
            earlier = (
                past
                for past in ordered(store, tx, since=since, until=event.at + 1)
                if (past.at, past.id) < (event.at, event.id)
            )
            for batch in iter(lambda: list(itertools.islice(earlier, BATCH)), []):
                session.observe(batch)
    session.observe([event])
    return [
        Explanation(item, session.evaluate(event, item.name), session.explain(event, item.name))
        for item in chosen
    ]
