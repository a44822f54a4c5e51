"""The gate itself: static checks, the protected corpus, exchanged names, bare mentions, empty events.

There is no switch that skips a part of it, and none is to be added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from ombud import __version__
from ombud.base.clock import DAY
from ombud.base.errors import ConductError, Fault, RuleError
from ombud.base.ids import content_hash
from ombud.conduct.model import Code, ColumnType, Rule, RuleTest
from ombud.conduct.tests import expand
from ombud.events.envelope import COLUMNS, Event
from ombud.expr import FOLD_VERSION
from ombud.rules.gate import memory
from ombud.rules.gate.corpus import corpus
from ombud.rules.gate.registers import registers
from ombud.rules.gate.scenes import Scene, bearers, decoded, empty, exchanged, later, mentions, speech
from ombud.rules.gate.static import NAME_HARMS, check_static
from ombud.rules.gate.swap import VARIANTS, swapped_event, swapped_rows
from ombud.rules.gate.widen import widened
from ombud.rules.testing import given
from ombud.signals.base import Registers
from ombud.signals.catalogue import signal_columns
from ombud.signals.registry import installed

GATE_VERSION = 1
"""Goes up whenever the gate judges differently; the hash tells the content apart as well."""

BATCH = 500
"""Events shown to one session; so few that even the longest window cannot carry them past 64 bits."""

EXAMPLES = 3
"""Examples told for each rule and check."""


class Session(Protocol):
    """Rules with window state of their own (``ombud.expr.Session`` is one)."""

    def match(self, rows: Sequence[Event], /) -> list[list[str]]:
        """Return for each event the names (``code/rule``) of the rules that hold."""
        ...


class Matcher(Protocol):
    """Compiled rules (``ombud.rules.bind.BoundRules``); ``horizon`` is how far back they look."""

    @property
    def horizon(self) -> int:
        """Return the microseconds after which an event no longer counts."""
        ...

    def session(self, registers: Registers | None = None, /) -> Session:
        """Return a session without a past, whose signals read these registers."""
        ...


Facts = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows of registers by name, as a test writes them."""

Binder = Callable[[Sequence[Code]], Matcher]
"""Compiles the rules of codes."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was looked at: items of the corpus, scenes and events shown, rules judged."""

    items: int
    scenes: int
    events: int
    rules: int


@dataclass(frozen=True, slots=True)
class GateResult:
    """What the gate says of some codes; ``hash`` is the gate's own content hash, in hex."""

    passed: bool
    faults: tuple[Fault, ...]
    version: int
    hash: str
    counts: Counts
    cached: bool = False

    def require(self) -> None:
        """Return if the codes passed.

        Raises:
            ConductError: they did not; it carries every fault.
        """
        if self.faults:
            raise ConductError(*self.faults)


@cache
def gate_hash() -> str:
    """Return the hash over what the judgment depends on: corpus, names, words, checks, harms, columns."""
    root = resources.files("ombud.rules.gate")
    files = [(f"corpus/{item.name}", item) for item in (root / "corpus").iterdir()]
    files += [(item.name, item) for item in root.iterdir()]
    parts = {
        name: item.read_text("utf-8")
        for name, item in files
        if name.endswith((".yaml", ".py")) and item.is_file()
    }
    parts["harms.yaml"] = resources.files("ombud.conduct").joinpath("harms.yaml").read_text("utf-8")
    reads = {name: str(kind) for name, kind in sorted({**COLUMNS, **signal_columns()}.items())}
    return content_hash(
        {
            "version": GATE_VERSION,
            "fold": FOLD_VERSION,
            "ombud": __version__,
            "files": parts,
            "columns": reads,
        }
    )


def run_gate(
    codes: Sequence[Code],
    *,
    binder: Binder | None = None,
    cache_dir: Path | None = None,
) -> GateResult:
    """Judge codes of conduct; a code that does not pass may not be run.

    Args:
        codes: the codes, loaded; they are judged together as they will be bound together.
        binder: how rules are compiled; ``None`` means ``ombud.rules.bind``.
        cache_dir: where results are remembered by content; losing it only costs time.

    Raises:
        ConductError: the rules cannot be bound at all.
    """
    binder = binder or _bind
    key = _key(codes)
    remembered = memory.recall(cache_dir, key) or _each_passed(codes, cache_dir)
    if remembered is not None:
        return _result(remembered.faults, remembered.counts, cached=True)
    faults = list(chain.from_iterable(static_faults(code) for code in codes))
    judge = _Judge(codes, binder)
    faults += judge.scenes(chain(speech(), exchanged(), mentions(), bearers(), empty()))
    faults += judge.own_tests()
    memory.remember(cache_dir, key, memory.Remembered(tuple(faults), judge.counts))
    for code in codes if not faults and len(codes) > 1 else ():
        memory.remember(cache_dir, _key([code]), memory.Remembered((), judge.counts))
    return _result(tuple(faults), judge.counts)


def _key(codes: Sequence[Code]) -> str:
    """Return what a judgment is remembered under: the gate, the signals, and the codes as they read."""
    return content_hash([GATE_VERSION, gate_hash(), _signal_versions(), *(code.hash for code in codes)])


def _each_passed(codes: Sequence[Code], cache_dir: Path | None) -> memory.Remembered | None:
    """Return a pass where every code has passed before, alone or with others: no rule sees another's."""
    found = [memory.recall(cache_dir, _key([code])) for code in codes]
    known = [each for each in found if each is not None and not each.faults]
    return known[0] if known and len(known) == len(codes) else None


def _signal_versions() -> dict[str, str]:
    """Return the installed signals' versions: another detector may find other things in the corpus."""
    return {name: signal.version for name, signal in installed().signals.items()}


def _result(faults: tuple[Fault, ...], counts: Any, *, cached: bool = False) -> GateResult:
    return GateResult(not faults, faults, GATE_VERSION, gate_hash(), Counts(**counts), cached)


def _bind(codes: Sequence[Code]) -> Matcher:
    from ombud.rules.bind import bind

    return bind(codes)


def static_faults(code: Code) -> list[Fault]:
    """Return what is wrong with a code that its data alone shows (no event is evaluated)."""
    try:
        return check_static(code, _columns(code))
    except RuleError as wrong:
        return list(wrong.faults)


def _columns(code: Code) -> dict[str, ColumnType]:
    from ombud.rules.bind import rule_columns

    return {**rule_columns(), **code.columns}


class _Judge:
    """Shows scenes to the rules and notes which of them find something."""

    def __init__(self, codes: Sequence[Code], binder: Binder) -> None:
        self._codes = codes
        self._binder = binder
        self._rules = {
            f"{code.id}/{rule.id}": (code, rule)
            for code in codes
            for rule in code.rules
            if rule.status != "draft"
        }
        self._widest = binder([widened(code, _columns(code)) for code in codes])
        self._as_written: Matcher | None = None
        self.counts = {"items": len(corpus()), "scenes": 0, "events": 0, "rules": len(self._rules)}

    def scenes(self, scenes: Iterable[Scene]) -> list[Fault]:
        """Return a fault for each rule that finds something in scenes that are clear."""
        found: dict[tuple[str, str], list[tuple[Scene, Event]]] = {}
        for batch in _apart(scenes, self._widest.horizon):
            self.counts["events"] += len(batch)
            self.counts["scenes"] += len({id(scene) for scene, _ in batch})
            for (scene, event), names in zip(batch, self._match(batch), strict=True):
                for name in names:
                    found.setdefault((name, scene.sort), []).append((scene, event))
        return [self._fault(name, sort, shown) for (name, sort), shown in found.items()]

    def _match(self, batch: Sequence[tuple[Scene, Event]]) -> list[list[str]]:
        return self._widest.session(registers()).match([event for _, event in batch])

    def _fault(self, name: str, sort: str, shown: Sequence[tuple[Scene, Event]]) -> Fault:
        code, message, hint = _SAYS[sort]
        about = list(dict.fromkeys(scene.about for scene, _ in shown))
        examples = "; ".join(_told(scene, event) for scene, event in _firsts(shown))
        narrowed = "" if self._holds(name, shown) else " (kept only by extra, origin, audience or language)"
        message = f"rule {name} {message}{narrowed}, {len(about)} in all: {examples}"
        return Fault(code, message, self._rules[name][1].when_where, hint)

    def _holds(self, name: str, shown: Sequence[tuple[Scene, Event]]) -> bool:
        return any(
            name in names
            for scene, _ in shown[:20]
            for names in self._session(registers()).match(list(scene.events))
        )

    def _session(self, facts: Registers) -> Session:
        if self._as_written is None:
            self._as_written = self._binder(self._codes)
        return self._as_written.session(facts)

    def own_tests(self) -> list[Fault]:
        """Return a fault for each rule whose own tests come out differently with names exchanged."""
        faults: list[Fault] = []
        for name, (code, rule) in self._rules.items():
            if code.clause(rule.clause).harm in NAME_HARMS:
                continue
            for test in rule.tests:
                fault = self._exchange(name, rule, test) if test.kind in ("matches", "clears") else None
                if fault is not None:
                    faults.append(fault)
                    break
        return faults

    def _exchange(self, name: str, rule: Rule, test: RuleTest) -> Fault | None:
        events = expand(test)
        for turn in range(VARIANTS):
            other = [swapped_event(event, test.name, turn) for event in events]
            if other == events:
                return None
            facts = swapped_rows(test.registers, test.name, turn)
            before = self._finds(name, events, test.registers)
            after = self._finds(name, other, facts)
            if before != after:
                text = str((other[-1].get("post") or {}).get("text", ""))
                return Fault(
                    "gate/name-swap",
                    f"rule {name} {'no longer finds' if before else 'suddenly finds'} its own test "
                    f"{test.name!r} when names are exchanged: {_cut(text)}",
                    rule.when_where,
                    "a rule may not depend on which party, body, person or place a post speaks of",
                )
        return None

    def _finds(self, name: str, rows: Sequence[dict[str, Any]], facts: Facts) -> bool:
        last = decoded(rows[-1])
        events = [*sorted((decoded(row) for row in rows[:-1]), key=lambda event: (event.at, event.id)), last]
        return name in self._session(given(facts)).match(events)[-1]


_SAYS = {
    "speech": (
        "gate/protected-speech",
        "finds protected speech",
        "make the rule look for what does the harm, and not for words that people use who do none",
    ),
    "swap": (
        "gate/name-swap",
        "finds protected speech when names are exchanged",
        "a rule may not depend on which party, body, person or place a post speaks of",
    ),
    "mention": (
        "gate/mention",
        "finds a post that only mentions something",
        "a word alone is no harm; ask for what is done with it",
    ),
    "bearer": (
        "gate/name-alone",
        "finds an account only because of what its name speaks of",
        "a name may watch, support, oppose or mock anything; posing as it takes a claim to be it",
    ),
    "empty": (
        "gate/no-evidence",
        "finds events that say nothing",
        "a rule needs evidence of its own; extra.* may narrow a finding and never make one",
    ),
}


def _apart(scenes: Iterable[Scene], horizon: int) -> Iterator[list[tuple[Scene, Event]]]:
    """Yield the scenes' events in batches, moved in time so that no window reaches from one to another."""
    batch: list[tuple[Scene, Event]] = []
    following = 0
    for scene in scenes:
        shift = following - scene.events[0].at
        batch += ((scene, later(event, shift)) for event in scene.events)
        following += scene.events[-1].at - scene.events[0].at + horizon + DAY
        if len(batch) >= BATCH:
            yield batch
            batch, following = [], 0
    yield batch


def _firsts(shown: Sequence[tuple[Scene, Event]]) -> list[tuple[Scene, Event]]:
    first: dict[str, tuple[Scene, Event]] = {}
    for scene, event in shown:
        first.setdefault(scene.about, (scene, event))
    return list(first.values())[:EXAMPLES]


def _told(scene: Scene, event: Event) -> str:
    text = event.post.text if event.post is not None and event.post.text is not None else ""
    if scene.sort == "bearer":
        text = event.account.name or ""
    place = f" ({scene.where})" if scene.where is not None else ""
    return f"{scene.about!r}{place}" + (f": {_cut(text)}" if text else "")


def _cut(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:79] + "…")


def without_place(fault: Fault) -> Fault:
    """Return the fault without its place, to compare two runs."""
    return replace(fault, where=None)
