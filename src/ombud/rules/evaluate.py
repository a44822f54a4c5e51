"""Evaluates bound rules on events in order, and says what held and what no longer holds."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from ombud.base.clock import Micros
from ombud.events.envelope import Event
from ombud.rules.bind import TEXT, BoundRule, BoundRules, evidence_parts, reader
from ombud.rules.blind import BlindSpots
from ombud.rules.finding import Found, Readers, found
from ombud.rules.measuring import SPANS
from ombud.rules.scope import Scope
from ombud.rules.undisguised import CANONICAL
from ombud.signals.base import Registers


@dataclass(frozen=True, slots=True)
class Mended:
    """After an edit, these rules were looked at again on a post and hold no longer."""

    seq: int
    at: Micros
    origin: str | None
    post: str
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What a batch yielded, in the order of its events.

    ``left_out`` counts, by code, findings left out because the code did not bind: not yet
    (``in force``), or not this account (``signed``).
    """

    findings: tuple[Found, ...]
    mended: tuple[Mended, ...]
    left_out: Counter[tuple[str, str]]


class Evaluator:
    """Holds the window state of one run.

    Args:
        bound: the rules.
        in_force: code id -> the instant from which the code binds; ``None`` binds always.
        shadow: no finding opens a case.
        hypothetical: evaluate events from before the date of effect and mark every finding.
        metrics: keep per-rule counts (slower).
        registers: the dated facts that signals read (default: none).
    """

    def __init__(
        self,
        bound: BoundRules,
        in_force: Mapping[str, Micros | None],
        *,
        shadow: bool = False,
        hypothetical: bool = False,
        metrics: bool = False,
        registers: Registers | None = None,
    ) -> None:
        self._rules = bound
        self._bound = bound.by_name()
        self._measuring = bound.measuring(registers, keep=True)
        self._in_force = in_force
        self._scope = Scope(registers)
        self._shadow = shadow
        self._hypothetical = hypothetical
        self._ruleset = bound.ruleset
        self._evidence = {name: self._readers(item) for name, item in self._bound.items()}
        self._about_posts = frozenset(name for name in self._bound if self._looks_only_at_the_post(name))
        self.session = self._ruleset.session(metrics=metrics, live=self._measuring)
        self.blind = BlindSpots(self._ruleset)

    @property
    def horizon(self) -> Micros:
        """How far back windows and signals look."""
        return self._rules.horizon

    @property
    def recent(self) -> Micros:
        """How far back whole events are needed; from there to the horizon sketches do."""
        return self._rules.recent

    @property
    def remembered_by(self) -> str:
        """Which forms of sketches the signals write and read, empty for none."""
        return self._rules.remembered_by

    def remember(self, event: Event) -> bytes | None:
        """Return what signals must remember of an event when its words are gone."""
        return self._measuring.remember(event)

    def recall(self, at: Micros, account: str, post: str, sketch: bytes) -> None:
        """Tell signals an event by its sketch, to rebuild state; before any event is observed."""
        self._measuring.recall(at, account, post, sketch)

    def observe(self, events: Sequence[Event]) -> None:
        """Feed events to windows and signals without evaluating, to rebuild state."""
        self.session.observe(events)

    def evaluate(self, events: Sequence[Event], first_seq: int) -> Evaluated:
        """Evaluate events in (at, id) order; the first has number ``first_seq``."""
        findings: list[Found] = []
        mended: list[Mended] = []
        left_out: Counter[tuple[str, str]] = Counter()
        self._measuring.forget()
        self.blind.look(events)
        for start, run in _runs(events):
            for i, names in enumerate(self.session.match(run)):
                if names:
                    self._add(findings, left_out, run[i], names, first_seq + start + i)
            last = run[-1]
            if last.kind == "edit" and last.post is not None and last.post.id is not None:
                seq = first_seq + start + len(run) - 1
                looked = _as_post(last)
                names = self.session.match([looked], observe=False)[0]
                self._add(findings, left_out, looked, names, seq)
                gone = self._about_posts - frozenset(names)
                mended.append(Mended(seq, last.at, last.origin, last.post.id, gone))
        return Evaluated(tuple(findings), tuple(mended), left_out)

    def _add(
        self,
        findings: list[Found],
        left_out: Counter[tuple[str, str]],
        event: Event,
        names: Iterable[str],
        seq: int,
    ) -> None:
        """Append a finding a name, or count why it was left out."""
        for name in names:
            item = self._bound[name]
            since = self._in_force.get(item.code.id)
            if not self._hypothetical and since is not None and event.at < since:
                left_out[item.code.id, "in force"] += 1
                continue
            if not self._scope.binds(item.code, event.account.id, event.at):
                left_out[item.code.id, "signed"] += 1
                continue
            findings.append(
                found(
                    event,
                    item,
                    seq,
                    self._evidence[name],
                    shadow=self._shadow,
                    hypothetical=self._hypothetical,
                )
            )

    def _looks_only_at_the_post(self, name: str) -> bool:
        """Tell whether an edit can mend what this rule found: it reads the post and no history."""
        reads = self._ruleset.reads(name)
        return any(c.startswith(("post.", "signal.")) for c in reads) and not self._rules.ordered(name)

    def _readers(self, item: BoundRule) -> Readers:
        """Return a function for each thing that the rule keeps as evidence."""
        readers: dict[str, Callable[[Event], Any]] = {
            column: reader(column, item.code)
            for column in item.rule.evidence
            if not column.startswith("signal.")
        }
        if item.name in self._rules.undisguised:
            readers[CANONICAL] = self._said_undisguised
        for key, name, part in evidence_parts(item.rule, self._rules.signals):
            readers[key] = partial(self._measuring.evidence, name, part)
        return readers

    def _said_undisguised(self, event: Event) -> Any:
        """Return what the text says once camouflage is undone, ``None`` if there was none."""
        undone = self._measuring.evidence(TEXT, SPANS, event)
        return self._measuring.evidence(TEXT, "canonical", event) if undone else None


def _runs(events: Sequence[Event]) -> list[tuple[int, Sequence[Event]]]:
    """Cut a batch after every edit: its post is looked at again with the windows of that moment."""
    cuts = [i + 1 for i, event in enumerate(events) if event.kind == "edit"]
    edges = sorted({0, *cuts, len(events)})
    return [(a, events[a:b]) for a, b in itertools.pairwise(edges)]


def _as_post(edit: Event) -> Event:
    """Return an edit as the post or comment it leaves behind."""
    post = edit.post
    assert post is not None
    kind = "comment" if post.reply or post.parent_id is not None else "post"
    return msgspec.structs.replace(edit, kind=kind)
