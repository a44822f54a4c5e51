"""Binds the rules of one or more codes of conduct to the columns of an event.

What the engine adds to a rule's own words, so that no author can forget it:

* **Public speech only.** A rule that reads what a post says holds only where the
  audience is known not to be private; otherwise it is *unknown* (design, 2.7).
* **Whom the code binds.** A code that applies to roles is evaluated only for
  accounts that hold one of them; an employment code only in the organisation's
  own channels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import GenericAlias
from typing import Any

from ombud.base.errors import ConductError, Fault
from ombud.conduct.model import Clause, Code, Rule
from ombud.events.envelope import ACCESSORS, COLUMNS, Event, extra_accessor
from ombud.expr import RuleSet, compile_rules
from ombud.signals.catalogue import signal_columns

AUDIENCE_KNOWN = "(event.audience <> 'private' OR NULL)"
"""TRUE for speech that a rule may read, UNKNOWN for private speech or an unnamed audience."""

CONTENT_PREFIXES = ("post.", "signal.")
"""Columns that say something of a post's content; they need a known audience."""

FEW_VALUES = frozenset(
    {"event.kind", "event.origin", "event.audience", "post.lang", "post.reply", "account.verified"}
)
"""Columns with few values, by which it does not pay to look rules up."""

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
    """Rules of several codes compiled into one rule set over event rows."""

    rules: tuple[BoundRule, ...]
    ruleset: RuleSet

    def by_name(self) -> dict[str, BoundRule]:
        """Return the bound rules by their full name."""
        return {bound.name: bound for bound in self.rules}


def rule_columns() -> dict[str, type | GenericAlias]:
    """Return every column that a rule of any code may name: those of the event and of the signals."""
    return {**COLUMNS, **signal_columns()}


def bind(codes: Sequence[Code], *, drafts: bool = False, cache_dir: Path | None = None) -> BoundRules:
    """Compile every rule of ``codes`` that may be evaluated.

    Args:
        codes: the codes, each already loaded and linted.
        drafts: include draft rules too (for their tests only; a run never does).
        cache_dir: where the compiled plan may be kept between starts.

    Raises:
        ConductError: two codes give one ``extra`` column different types, or a
            code's id stands twice.
        RuleError: an expression does not compile.
    """
    columns, accessors = _columns_of_all(codes)
    bound = [
        BoundRule(f"{code.id}/{rule.id}", code, code.clause(rule.clause), rule)
        for code in codes
        for rule in code.rules
        if drafts or rule.status != "draft"
    ]
    ruleset = compile_rules(
        {item.name: expression(item) for item in bound},
        columns,
        lists={f"{code.id}/{name}": entries for code in codes for name, entries in code.lists.items()},
        accessors=accessors,
        common=FEW_VALUES,
        cache_dir=cache_dir,
    )
    return BoundRules(tuple(bound), ruleset)


def expression(bound: BoundRule) -> str:
    """Return the rule's expression with what the engine adds to it."""
    code, rule = bound.code, bound.rule
    guards = []
    if any(name.startswith(CONTENT_PREFIXES) for name in rule.reads):
        guards.append(AUDIENCE_KNOWN)
    if code.binding == "employment":
        guards.append("event.audience = 'organisation'")
    if code.applies_to.roles:
        quoted = ", ".join("'" + role.replace("'", "''") + "'" for role in code.applies_to.roles)
        guards.append(f"any(account.roles, role -> role IN ({quoted}))")
    return " AND ".join([*guards, f"(\n{rule.when}\n)"]) if guards else rule.when


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
    accessors.update(dict.fromkeys(signal_columns(), "None"))
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
