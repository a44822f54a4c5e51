"""How many of a code's text rules still find what they are to find when it is camouflaged.

Every ``matches`` test of a rule that reads what a post says is shown again under each
way of writing around a filter (:mod:`ombud.signals.text.disguise`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import msgspec

from ombud.base.errors import ConductError
from ombud.conduct.model import Code
from ombud.events.envelope import Event
from ombud.rules.bind import TEXT, bind
from ombud.rules.testing import events_of, registers_of
from ombud.signals.eval import Score, proportion
from ombud.signals.registry import installed
from ombud.signals.text.disguise import DISGUISES

FLOOR = 0.8
"""The least share of findings that camouflage may leave (issue of the first signals)."""

VERSIONS = 3
"""Versions of each text under each disguise."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule's test under one disguise, and whether the rule found it."""

    rule: str
    disguise: str
    found: bool


def show(codes: Sequence[Code], *, undo: bool = True, seed: int = 11) -> list[Shown]:
    """Show every test of every text rule under each disguise; texts a disguise leaves alone are left out.

    Args:
        codes: the codes.
        undo: the engine undoes camouflage; without, rules see the text as written alone.
        seed: chooses what a disguise leaves to chance.

    Raises:
        ConductError: a code does not bind.
    """
    signals = {name: each for name, each in installed().signals.items() if undo or name != TEXT}
    bound = bind(codes, signals=signals)
    found: list[Shown] = []
    for item in bound.rules:
        reads = item.rule.reads
        if "post.text" not in reads:
            continue
        for test in item.rule.tests:
            if test.kind != "matches":
                continue
            events = events_of(test)
            for name, last in _disguised(events[-1], f"{seed}{item.name}{test.name}"):
                session = bound.session(registers_of(test))
                if any(event.post is not None for event in events[:-1]):
                    shown = [*(_as(event, name, seed) for event in events[:-1]), last]
                else:
                    shown = [*events[:-1], last]
                session.match(shown)
                found.append(Shown(item.name, name, session.evaluate(last, item.name) is True))
    return found


def _disguised(event: Event, seed: str) -> Iterator[tuple[str, Event]]:
    for name in DISGUISES:
        for number in range(VERSIONS):
            other = _as(event, name, f"{seed}{number}")
            if other != event:
                yield name, other


def _as(event: Event, disguise: str, seed: object) -> Event:
    if event.post is None or not event.post.text:
        return event
    text = DISGUISES[disguise](Random(f"{seed}{disguise}"), event.post.text)  # noqa: S311 - test data
    return msgspec.structs.replace(event, post=msgspec.structs.replace(event.post, text=text))


def measure(codes: Sequence[Code]) -> list[Score]:
    """Return the share still found, by disguise and in all: with the text as it is, and canonical.

    Raises:
        ConductError: a code does not bind.
    """
    if not codes:
        raise ConductError.of("rules/no-codes", "there is no code of conduct to measure")
    plain, undone = show(codes, undo=False), show(codes)
    scores = []
    for name in [*DISGUISES, "all disguises"]:
        for words, shown in (("as folded", plain), ("canonical", undone)):
            some = [item.found for item in shown if name in (item.disguise, "all disguises")]
            floor = FLOOR if words == "canonical" else None
            task = f"text rules of the codes, {name}, {words}"
            scores.append(proportion(task, "recall kept", sum(some), len(some), floor))
    return scores
