"""Rules in force that read what nobody measures: a located fault for each such column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ombud.base.errors import Fault, Where
from ombud.base.nearest import did_you_mean
from ombud.conduct.model import Rule
from ombud.signals.base import Signal


def unmeasured(rules: Iterable[Rule], signals: Mapping[str, Signal]) -> list[Fault]:
    """Return a fault for each signal column that a rule reads and no installed signal measures.

    Args:
        rules: rules that are to be evaluated; drafts may read any declared signal.
        signals: the installed signals by name.
    """
    measured = {f"signal.{name}.{field}" for name, signal in signals.items() for field in signal.fields}
    return [
        _fault(rule, column, signals)
        for rule in rules
        for column in sorted(rule.reads)
        if column.startswith("signal.") and column not in measured
    ]


def _fault(rule: Rule, column: str, signals: Mapping[str, Signal]) -> Fault:
    name = column.split(".")[1]
    near = did_you_mean(name, signals)
    hint = "make the rule a draft until a package that measures it is installed (ombud signal list)"
    return Fault(
        "rules/signal-not-installed",
        f"rule {rule.id} is {rule.status} and reads {column}, which no installed signal measures",
        _place(rule, column),
        f"{near}; or {hint}" if near else hint,
    )


def _place(rule: Rule, column: str) -> Where:
    """Return the place of a column's first mention in the rule's file."""
    at = max(rule.when.find(column), 0)
    line = rule.when.count("\n", 0, at)
    offset = at - (rule.when.rfind("\n", 0, at) + 1)
    start = rule.when_where
    return Where(start.path, (start.line or 1) + line, (start.column or 1) + offset)
