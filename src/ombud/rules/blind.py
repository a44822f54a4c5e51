"""Notices rules that cannot see: UNKNOWN on every event they were asked about.

A rule whose columns a stream never fills finds nothing and looks as if all were
well. So each rule is watched until it has once been TRUE or FALSE on an event of a
kind it is about; most are seen to work on the first event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ombud.events.envelope import Event
from ombud.expr import RuleSet
from ombud.rules.bind import reader

PER_BATCH = 8
"""Events of a batch on which a rule that was never known is asked again."""


@dataclass
class _Watched:
    """A rule not yet known: the kinds it is about, its columns, and which of them were ever filled."""

    kinds: frozenset[str] | None
    columns: dict[str, Callable[[Event], Any]]
    asked: int = 0
    filled: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Blind:
    """A rule that was UNKNOWN on all the ``asked`` events; ``missing`` columns were never filled."""

    rule: str
    asked: int
    missing: tuple[str, ...]


def _measured(column: str) -> bool:
    """Tell whether a column's NULL means "nothing there"; the canonical text is NULL only with the text."""
    return column.startswith("signal.") and not column.startswith("signal.text.")


class BlindSpots:
    """Watches the rules of a run that read no signal (a signal's NULL means "nothing there")."""

    def __init__(self, ruleset: RuleSet) -> None:
        self._ruleset = ruleset
        self._watched = {
            name: _Watched(
                ruleset.guard(name, "event.kind"),
                {
                    column: reader(column)
                    for column in sorted(ruleset.reads(name))
                    if not column.startswith(("signal.", "extra."))
                },
            )
            for name in ruleset.names
            if not any(_measured(column) for column in ruleset.reads(name))
        }

    def look(self, events: Sequence[Event]) -> None:
        """Ask the rules that were never known about a few events of a batch."""
        for name, watched in list(self._watched.items()):
            about = (event for event in events if watched.kinds is None or event.kind in watched.kinds)
            for _, event in zip(range(PER_BATCH), about, strict=False):
                if self._ruleset.evaluate(event, name) is not None:
                    del self._watched[name]
                    break
                watched.asked += 1
                watched.filled.update(
                    column for column, read in watched.columns.items() if read(event) is not None
                )

    def found(self) -> list[Blind]:
        """Return the rules that were asked and never known."""
        return [
            Blind(name, watched.asked, tuple(sorted(watched.columns.keys() - watched.filled)))
            for name, watched in self._watched.items()
            if watched.asked
        ]
