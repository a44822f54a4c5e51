"""How often a rule was right, measured on what people decided about its findings.

Decisions come back as events. An event counts as the review of a finding where

* ``kind`` is ``outcome``;
* ``target.post_id`` or ``target.account_id`` names what was decided about (in the event's ``origin``);
* ``extra.rule`` is the rule's full name, ``code/rule``;
* ``extra.applies`` is ``true`` (the clause applies) or ``false`` (it does not); anything else
  is "cannot tell" and counts for neither side.

A later outcome on the same target replaces an earlier one, so an appeal that reverses a
decision corrects the measurement. Only targets on which *the rule as it reads now* (the same
hash) has a finding in the store are counted: a changed rule starts anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ombud.conduct.model import Code, Rule
from ombud.events.envelope import Event
from ombud.flow.history import history
from ombud.measures.sampling import wilson
from ombud.store import Store, Tx, findings

_PAGE = 1000

Target = tuple[str | None, str, str]


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a rule's precision.

    ``targets`` are posts or accounts on which it has findings; ``reviewed`` those decided on
    with yes or no, ``applies`` those with yes; ``undecided`` those on which people could not
    tell; ``elsewhere`` are outcomes for targets on which the present text has no finding.
    """

    targets: int
    reviewed: int
    applies: int
    undecided: int
    elsewhere: int

    @property
    def precision(self) -> float | None:
        """The share of reviewed findings that people confirmed, or ``None`` without any."""
        return self.applies / self.reviewed if self.reviewed else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the precision."""
        return wilson(self.applies, self.reviewed)


def measure(store: Store, code: Code, rule: Rule) -> Measured:
    """Measure a rule's precision on the outcomes in a store's history.

    Raises:
        StoreError: the archive is damaged.
    """
    name = f"{code.id}/{rule.id}"
    with store.read() as tx:
        found = _targets(tx, code, rule)
        decided: dict[Target, object] = {}
        elsewhere: set[Target] = set()
        for _, event in history(store, tx):
            if event.kind == "outcome" and event.extra.get("rule") == name:
                target = _target(event, found)
                if target in found:
                    decided[target] = event.extra.get("applies")
                elif target is not None:
                    elsewhere.add(target)
    yes = sum(value is True for value in decided.values())
    no = sum(value is False for value in decided.values())
    return Measured(len(found), yes + no, yes, len(decided) - yes - no, len(elsewhere))


def _targets(tx: Tx, code: Code, rule: Rule) -> set[Target]:
    """Return what the rule's findings are about: the post, or the account where the clause is about it."""
    about_posts = code.clause(rule.clause).subject == "post"
    found: set[Target] = set()
    for row in _findings(tx, code.id, rule):
        if about_posts:
            found.add((row.origin, "post", row.post or row.subject))
        else:
            found.add((row.origin, "account", row.account))
    return found


def _findings(tx: Tx, code_id: str, rule: Rule) -> Iterator[findings.Finding]:
    last = 0
    while True:
        rows = findings.page(tx, after=last, limit=_PAGE, code=code_id, rule=rule.id, rule_hash=rule.hash)
        yield from rows
        if len(rows) < _PAGE:
            return
        last = rows[-1].n


def _target(event: Event, found: set[Target]) -> Target | None:
    """Return what the outcome is about; the post goes before the account where both are named."""
    if event.target is None:
        return None
    named: list[Target] = []
    if event.target.post_id is not None:
        named.append((event.origin, "post", event.target.post_id))
    if event.target.account_id is not None:
        named.append((event.origin, "account", event.target.account_id))
    return next((one for one in named if one in found), named[0] if named else None)
