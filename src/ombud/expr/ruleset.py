"""A compiled set of rules: what it reads, and the ways to ask it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ombud.base.errors import Fault, UsageError
from ombud.base.nearest import did_you_mean
from ombud.expr.columns import Column, Rows, Slots
from ombud.expr.live import Live, NoLive
from ombud.expr.matcher import Matcher
from ombud.expr.plan import Plan, RulePlan, tree_of
from ombud.expr.rulecode import ValueFunction
from ombud.expr.session import Session


class RuleSet:
    """Compiled rules; made by :func:`ombud.expr.compile_rules`. For one thread at a time.

    Attributes:
        names: the rules' names, in the order given.
        horizon: microseconds of the longest window, 0 without windows.
        order: the columns whose order a stream has: instant and id.
    """

    def __init__(
        self,
        plan: Plan,
        columns: Mapping[str, Column],
        order: tuple[str, str],
        live: Callable[[], Live] = NoLive,
        ordered: frozenset[str] = frozenset(),
    ) -> None:
        self.names = plan.names
        self.order = order
        self.horizon = max((window.node.micros for window in plan.windows), default=0)
        self._plan = plan
        self._columns = columns
        self._numbers = {name: number for number, name in enumerate(plan.names)}
        slots = Slots(columns)
        for name, form in plan.forms:
            slots.number(name, form)
        if plan.windows:
            slots.number(order[0])
        self._live = live
        self._matcher = Matcher(plan, slots, frozenset(live().columns), ordered, order[0])
        self._values: list[ValueFunction] | None = None

    def match(self, rows: Rows) -> list[list[str]]:
        """Return for each row the names of the rules that hold, in rule order; windows start empty.

        Raises:
            EventError: a row holds a value of another type than its column.
        """
        return Session(self).match(rows)

    def session(self, *, metrics: bool = False, live: Live | None = None) -> Session:
        """Start a pass over a stream.

        Args:
            metrics: count candidates, findings, unknowns and cost by rule.
            live: what gives the live columns; by default a fresh one of the rule set's own.
        """
        return Session(self, metrics=metrics, live=live)

    def evaluate(self, row: Any, name: str) -> bool | None:
        """Return the rule's exact three-valued answer for one row; windows hold that row alone.

        Raises:
            EventError: the row holds a value of another type than its column.
            UsageError: there is no such rule.
        """
        session = Session(self)
        session.observe([row])
        return session.evaluate(row, name)

    def reads(self, name: str) -> frozenset[str]:
        """Return the columns a rule reads, inside its windows too.

        Raises:
            UsageError: there is no such rule.
        """
        return frozenset(self._rule(name).reads)

    def windowed(self, name: str) -> bool:
        """Tell whether a rule looks at history through a window.

        Raises:
            UsageError: there is no such rule.
        """
        return bool(self._rule(name).windows)

    def guard(self, name: str, column: str) -> frozenset[str] | None:
        """Return the values that a top-level ``column IN (...)`` or ``=`` of the rule allows.

        ``None`` means that the rule does not restrict the column that way.

        Raises:
            UsageError: there is no such rule.
        """
        for guarded, values in self._rule(name).guards:
            if guarded == column:
                return frozenset(values)
        return None

    def _rule(self, name: str) -> RulePlan:
        number = self._numbers.get(name)
        if number is None:
            raise UsageError(
                Fault(
                    "expr/unknown-rule",
                    f"there is no rule named {name!r}",
                    None,
                    did_you_mean(name, self.names),
                )
            )
        return self._plan.rules[number]

    def _value_functions(self) -> list[ValueFunction]:
        if self._values is None:
            code = self._matcher.code
            self._values = [code.value(tree_of(rule)) for rule in self._plan.rules]
        return self._values
