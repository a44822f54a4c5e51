"""A pass over a stream: batches of any size, the same answers, windows kept in between."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import msgspec

from ombud.expr.ast import Window
from ombud.expr.columns import Reader, Rows
from ombud.expr.explain import Explained, explain
from ombud.expr.interpret import Interpreter
from ombud.expr.live import Live
from ombud.expr.observing import Observe, no_observation, observer
from ombud.expr.plan import question, tree_of
from ombud.expr.rulecode import Columns, ValueFunction
from ombud.expr.values import NAN
from ombud.expr.windows import Shape, Windows

if TYPE_CHECKING:
    from ombud.expr.ruleset import RuleSet


SLICE = 200
"""Rows worked on at once: few enough that they stay in the processor's cache."""


class RuleMetrics(msgspec.Struct):
    """What one rule did in a session with metrics.

    ``candidates`` counts rows for which it was evaluated, ``unknown`` rows for which it
    was neither TRUE nor FALSE, ``cost_ns`` wall nanoseconds spent on evaluating it.
    """

    rows: int = 0
    candidates: int = 0
    findings: int = 0
    unknown: int = 0
    cost_ns: int = 0


class Session:
    """Matches rows that come in (at, id) order; made by :meth:`RuleSet.session`.

    A session is for one thread. ``metrics`` is filled, by rule, if it was asked for;
    with metrics every rule is evaluated on every row, which costs accordingly.
    """

    def __init__(self, ruleset: RuleSet, *, metrics: bool = False, live: Live | None = None) -> None:
        self._set = ruleset
        self._live = ruleset._live() if live is None else live
        self._matcher = ruleset._matcher
        self._plan = ruleset._plan
        self.metrics: dict[str, RuleMetrics] | None = (
            {name: RuleMetrics() for name in ruleset.names} if metrics else None
        )
        shapes = [Shape(window.node.aggregate, window.node.micros) for window in self._plan.windows]
        self._reader = Reader(
            [
                ruleset._columns[name]
                for name in sorted(self._matcher.windows_read - self._live.columns.keys())
            ]
        )
        self._windows = Windows(shapes) if shapes else None
        self._numbers = {question(w.node): i for i, w in enumerate(self._plan.windows)}
        self._tell: Observe = no_observation
        self._keys: list[Callable[..., Any]] = []
        self._measurers: list[Callable[[int, Hashable], int]] = []
        if self._windows is not None:
            self._set_up(self._windows)

    def _set_up(self, windows: Windows) -> None:
        code = self._matcher.code
        for number, window in enumerate(self._plan.windows):
            self._keys.append(code.value(window.node.key))
            self._measurers.append(windows.measurer(number))
        tells = [windows.observer(number) for number in range(len(self._plan.windows))]
        self._tell = observer(code, self._plan.windows, tells)
        self._at_slot = self._matcher.slots.numbers[self._set.order[0], ""]

    # -- streams ---------------------------------------------------------------

    def match(self, rows: Rows, *, observe: bool = True) -> list[list[str]]:
        """Return for each row the names of the rules that hold, in rule order.

        With ``observe=False`` the rows are only looked at: windows answer as of the last
        row observed and do not count these.

        Raises:
            EventError: a row holds a value of another type than its column.
        """
        if len(rows) <= SLICE:
            return self._match(rows, observe)
        slices = [rows[at : at + SLICE] for at in range(0, len(rows), SLICE)]
        return [names for part in slices for names in self._match(part, observe)]

    def _match(self, rows: Rows, observe: bool) -> list[list[str]]:
        if not rows:
            return []
        columns = self._matcher.read(rows, self._live.columns)
        if self.metrics is not None and observe:
            out = self._match_measured(columns, rows)
        else:
            out, waiting = self._matcher.match(columns, len(rows))
            if self._matcher.windowed or self._live.observes:
                self._second_pass(columns, rows, out, waiting, observe)
        names = self._set.names
        return [[names[rule] for rule in sorted(found)] if found else [] for found in out]

    def observe(self, rows: Rows) -> None:
        """Feed windows and live columns with rows that were matched before; nothing is matched."""
        if not rows:
            return
        if self._live.observes:
            for each in rows:
                self._live.observe(each)
        if self._windows is None:
            return
        columns = self._matcher.slots.batch(rows, self._reader, self._live.columns)
        for row in range(len(rows)):
            self._observe(columns, row)

    def _observe(self, columns: Columns, row: int) -> None:
        at = columns[self._at_slot][row]
        if at == at:
            self._tell(columns, row, at)

    def _measure(self, number: int, columns: Columns, row: int) -> Any:
        key = self._keys[number](columns, row, self._measure)
        at = columns[self._at_slot][row]
        if key is None or key != key or at != at:
            return NAN
        return self._measurers[number](at, key)

    def _second_pass(
        self,
        columns: Columns,
        rows: Rows,
        out: list[list[int]],
        waiting: list[tuple[int, list[int]]],
        observe: bool,
    ) -> None:
        """Observe and ask the rules that depend on the rows before, row by row."""
        live = self._live if self._live.observes else None
        windows = self._windows is not None
        due: dict[int, list[int]] = {}
        for row, rules in waiting:
            due.setdefault(row, []).extend(rules)
        functions = self._matcher.code.functions
        always = self._matcher.always_windowed
        measure = self._measure
        for row, found in enumerate(out):
            if observe:
                if windows:
                    self._observe(columns, row)
                if live is not None:
                    live.observe(rows[row])
            for rule in always:
                if functions[rule](columns, row, measure):
                    found.append(rule)
            for rule in due.get(row, ()):
                if rule not in found and functions[rule](columns, row, measure):
                    found.append(rule)
            if found and live is not None:
                live.held(rows[row], found)

    # -- metrics ---------------------------------------------------------------

    def _match_measured(self, columns: Columns, rows: Rows) -> list[list[int]]:
        assert self.metrics is not None
        functions, count = self._set._value_functions(), len(rows)
        candidates = self._candidate_counts(columns, count)
        out: list[list[int]] = [[] for _ in range(count)]
        for row in range(count):
            if self._windows is not None:
                self._observe(columns, row)
            if self._live.observes:
                self._live.observe(rows[row])
            for rule, function in enumerate(functions):
                self._measured(rule, function, columns, row, out[row])
            if self._live.observes:
                self._live.held(rows[row], out[row])
        for rule, metric in enumerate(self.metrics.values()):
            metric.rows += count
            metric.candidates += candidates[rule]
        return out

    def _measured(
        self, rule: int, function: ValueFunction, columns: Columns, row: int, found: list[int]
    ) -> None:
        assert self.metrics is not None
        metric = self.metrics[self._set.names[rule]]
        start = perf_counter_ns()
        value = function(columns, row, self._measure)
        metric.cost_ns += perf_counter_ns() - start
        if value is True:
            metric.findings += 1
            found.append(rule)
        elif value is None:
            metric.unknown += 1

    def _candidate_counts(self, columns: Columns, count: int) -> list[int]:
        due: set[tuple[int, int]] = set()
        for row, rules, _ in self._matcher.candidates(columns, count):
            due.update((rule, row) for rule in rules)
        counts = [0] * len(self._plan.rules)
        for rule, _ in due:
            counts[rule] += 1
        searched = {rule for scanner in self._matcher.scanners for t in scanner.targets for rule in t}
        searched |= {rule for scanner in self._matcher.scanners for rule in scanner.wide_due}
        searched |= self._matcher.index.rules
        searched -= self._matcher.split.keys()
        return [counts[rule] if rule in searched else count for rule in range(len(counts))]

    # -- one row ---------------------------------------------------------------

    def evaluate(self, row: Any, name: str) -> bool | None:
        """Return the exact three-valued answer; the row must be the last one matched or observed.

        Raises:
            EventError: the row holds a value of another type than its column.
            UsageError: there is no such rule.
        """
        rule = self._set._rule(name)
        answer = self._interpreter(row).value(tree_of(rule))
        return answer if isinstance(answer, bool) else None

    def explain(self, row: Any, name: str) -> Explained:
        """Return every sub-expression with its value; the row must be the last matched or observed."""
        rule = self._set._rule(name)
        return explain(rule.text, tree_of(rule), self._interpreter(row))

    def _interpreter(self, row: Any) -> Interpreter:
        columns = self._set._columns
        at_name = self._set.order[0]

        def measure(node: Window, key: Hashable) -> int | None:
            at = columns[at_name].exact(row)
            if at is None:
                return None
            return self._measurers[self._numbers[question(node)]](at, key)

        live = self._live.columns

        def read(name: str) -> Any:
            part = live.get(name)
            column = columns[name]
            return column.exact(row) if part is None else column.checked(part.of(row).get(part.field))

        return Interpreter(read, measure, self._matcher.code.pattern)
