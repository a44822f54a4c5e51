"""Binds the rules of one or more codes of conduct to the columns of an event.

What the engine adds to a rule's own words, so that no author can forget it:

* **Public speech only.** A rule that reads what a post says holds only where the
  audience is known not to be private; otherwise it is *unknown* (design, 2.7).
* **Camouflage.** A rule on the text also holds where it holds on what the text says once
  camouflage is undone (:mod:`ombud.rules.undisguised`).
* **Whom the code binds.** A code that applies to roles is evaluated only for
  accounts that hold one of them; an employment code only in the organisation's
  own channels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import GenericAlias
from typing import Any

from ombud.base.clock import Micros
from ombud.base.errors import ConductError, Fault
from ombud.base.settings import cache_folder
from ombud.conduct.model import Clause, Code, Rule
from ombud.events.envelope import ACCESSORS, COLUMNS, Event, extra_accessor
from ombud.expr import RuleSet, Session, compile_rules
from ombud.rules.measuring import MORE, VERSION, Measuring
from ombud.rules.undisguised import on_both, undisguised
from ombud.rules.unmeasured import unmeasured
from ombud.signals.base import NoRegisters, Registers, Remembering, Signal
from ombud.signals.registry import installed

AUDIENCE_KNOWN = "(event.audience <> 'private' OR NULL)"
"""TRUE for speech that a rule may read, UNKNOWN for private speech or an unnamed audience."""

CONTENT_PREFIXES = ("post.", "signal.")
"""Columns that say something of a post's content; they need a known audience."""

FEW_VALUES = frozenset(
    {"event.kind", "event.origin", "event.audience", "post.lang", "post.reply", "account.verified"}
)
"""Columns with few values, by which it does not pay to look rules up."""

TEXT = "text"
"""The signal that undoes camouflage; without it rules are asked of the text as written alone."""

Columns = Mapping[str, type | GenericAlias]


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A rule together with the code and clause it serves. ``name`` is ``code/rule``."""

    name: str
    code: Code
    clause: Clause
    rule: Rule


@dataclass(frozen=True, slots=True)
class BoundRules:
    """Rules of several codes compiled into one rule set over event rows.

    ``undisguised`` names the rules that are asked of the canonical text too.
    """

    rules: tuple[BoundRule, ...]
    ruleset: RuleSet
    signals: Mapping[str, Signal]
    shown: Mapping[int, tuple[str, ...]]
    undisguised: frozenset[str] = frozenset()

    @property
    def horizon(self) -> Micros:
        """How far back windows and signals look, in microseconds."""
        return max([self.ruleset.horizon, *(signal.horizon for signal in self.signals.values())])

    @property
    def recent(self) -> Micros:
        """How far back windows and signals need whole events; the rest of the horizon is remembered."""
        spans = [
            signal.recent if isinstance(signal, Remembering) else signal.horizon
            for signal in self.signals.values()
        ]
        return max([self.ruleset.horizon, *spans])

    @property
    def remembered_by(self) -> str:
        """Which forms of sketches the signals write and read, empty for none."""
        forms = [each.remembers for each in self.signals.values() if isinstance(each, Remembering)]
        return " ".join(sorted(forms))

    def ordered(self, name: str) -> bool:
        """Tell whether a rule depends on the events before, through a window or a signal."""
        return self.ruleset.windowed(name) or any(
            self.signals[signal].horizon for signal in _signals_in(self.ruleset.reads(name), self.signals)
        )

    def measuring(self, registers: Registers | None = None, *, keep: bool = False) -> Measuring:
        """Return fresh sessions of the signals that the rules read."""
        return Measuring(self.signals, self.shown, registers or NoRegisters(), keep=keep)

    def session(self, registers: Registers | None = None) -> Session:
        """Start a pass over a stream; signals read these registers."""
        return self.ruleset.session(live=self.measuring(registers))

    def by_name(self) -> dict[str, BoundRule]:
        """Return the bound rules by their full name."""
        return {bound.name: bound for bound in self.rules}


def rule_columns() -> dict[str, type | GenericAlias]:
    """Return every column that a rule of any code may name: those of the event and of the signals."""
    return {**COLUMNS, **installed().columns()}


def bind(
    codes: Sequence[Code],
    *,
    drafts: bool = False,
    cache_dir: Path | None = None,
    signals: Mapping[str, Signal] | None = None,
) -> BoundRules:
    """Compile every rule of ``codes`` that may be evaluated.

    Args:
        codes: the codes, each already loaded and linted.
        drafts: include draft rules too (for their tests only; a run never does).
        cache_dir: where the compiled plan is kept between starts (default: the user's cache).
        signals: the signals there are (default: those installed).

    Raises:
        ConductError: two codes give one ``extra`` column different types, a code's id
            stands twice, or a rule in force reads a signal that is not installed.
        RuleError: an expression does not compile.
    """
    columns, accessors = _columns_of_all(codes)
    bound = [
        BoundRule(f"{code.id}/{rule.id}", code, code.clause(rule.clause), rule)
        for code in codes
        for rule in code.rules
        if drafts or rule.status != "draft"
    ]
    available = installed().signals if signals is None else signals
    faults = unmeasured([item.rule for item in bound if item.rule.status != "draft"], available)
    if faults:
        raise ConductError(*faults)
    both = frozenset(
        item.name for item in bound if TEXT in available and undisguised(item.rule.when) is not None
    )
    used, shown = _used(bound, available, extra=frozenset({TEXT}) if both else frozenset())
    ruleset = compile_rules(
        {item.name: expression(item, both=item.name in both) for item in bound},
        columns,
        lists={f"{code.id}/{name}": entries for code in codes for name, entries in code.lists.items()},
        accessors=accessors,
        common=FEW_VALUES,
        live=lambda: Measuring(used, shown, NoRegisters()),
        ordered=frozenset(
            f"signal.{name}.{field}" for name, each in used.items() if each.horizon for field in each.fields
        ),
        cache_dir=cache_folder() if cache_dir is None else cache_dir,
    )
    return BoundRules(tuple(bound), ruleset, used, shown, both)


def evidence_parts(rule: Rule, signals: Mapping[str, Signal]) -> list[tuple[str, str, str]]:
    """Return what a rule keeps of signals: (key, signal, part); with anything its version and more."""
    found: dict[str, tuple[str, str, str]] = {}
    for column in rule.evidence:
        head, _, part = column.rpartition(".")
        name = head.removeprefix("signal.")
        if head.startswith("signal.") and name in signals:
            for each in (part, MORE, VERSION):
                found[f"{head}.{each}"] = (f"{head}.{each}", name, each)
    return [*found.values()]


def _used(
    bound: Sequence[BoundRule], available: Mapping[str, Signal], *, extra: frozenset[str]
) -> tuple[dict[str, Signal], dict[int, tuple[str, ...]]]:
    """Return the signals that rules read or show, and for each rule's number those it shows."""
    shown = {number: _signals_in(item.rule.evidence, available) for number, item in enumerate(bound)}
    names = {*extra, *(name for some in shown.values() for name in some)}
    for item in bound:
        names.update(_signals_in(item.rule.reads, available))
    return {name: available[name] for name in sorted(names)}, {k: v for k, v in shown.items() if v}


def _signals_in(columns: Iterable[str], signals: Mapping[str, Signal]) -> tuple[str, ...]:
    names = {column.split(".")[1] for column in columns if column.startswith("signal.")}
    return tuple(sorted(names & signals.keys()))


def expression(bound: BoundRule, *, both: bool) -> str:
    """Return the rule's expression with what the engine adds to it; ``both``: asked of both texts."""
    code, rule = bound.code, bound.rule
    when = on_both(rule.when) if both else rule.when
    guards = []
    if any(name.startswith(CONTENT_PREFIXES) for name in rule.reads):
        guards.append(AUDIENCE_KNOWN)
    if code.binding == "employment":
        guards.append("event.audience = 'organisation'")
    if code.applies_to.roles:
        quoted = ", ".join("'" + role.replace("'", "''") + "'" for role in code.applies_to.roles)
        guards.append(f"any(account.roles, role -> role IN ({quoted}))")
    return " AND ".join([*guards, f"(\n{when}\n)"]) if guards else when


def reader(column: str, code: Code | None = None) -> Callable[[Event], Any]:
    """Return a function that reads one column of an event; a missing value is ``None``.

    Args:
        column: a column of the event, or an ``extra.*`` column that ``code`` declares.
        code: the code whose columns are meant.

    Raises:
        KeyError: no such column.
    """
    if code is not None and column in code.columns:
        expression = extra_accessor(column.removeprefix("extra."), code.columns[column])
    else:
        expression = ACCESSORS[column]
    source = f"lambda row: {expression}"
    read: Callable[[Event], Any] = eval(source, {})  # noqa: S307 - our own table
    return read


def _columns_of_all(codes: Sequence[Code]) -> tuple[dict[str, type | GenericAlias], dict[str, str]]:
    """Merge the columns of all codes; two codes may not disagree on an ``extra`` column's type."""
    columns = rule_columns()
    accessors = dict(ACCESSORS)
    accessors.update(dict.fromkeys((name for name in columns if name.startswith("signal.")), "None"))
    faults: list[Fault] = []
    seen: set[str] = set()
    for code in codes:
        if code.id in seen:
            faults.append(Fault("rules/code-twice", f"the code {code.id!r} is named twice in one run"))
        seen.add(code.id)
        for name, kind in code.columns.items():
            if columns.setdefault(name, kind) != kind:
                message = f"{code.id} declares {name} with another type than a code before it"
                faults.append(Fault("rules/column-conflict", message, hint="rename one of the columns"))
            accessors[name] = extra_accessor(name.removeprefix("extra."), kind)
    if faults:
        raise ConductError(*faults)
    return columns, accessors
