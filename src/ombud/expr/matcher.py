"""Runs a plan over batches: always-due rules in one generated loop, others only when due.

Rules without windows may be asked in any order; rules with windows, or on columns that
depend on the rows before, wait for the second pass of a session, which goes row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ombud.expr.anyway import measured_anyway
from ombud.expr.ast import Col, Expr, walk
from ombud.expr.columns import Reader, Rows, Slots, Values, in_order
from ombud.expr.index import ColumnIndex, sampled
from ombud.expr.live import Part
from ombud.expr.needs import Needs, TextNeed, choose_columns
from ombud.expr.observing import eager_columns
from ombud.expr.plan import Plan, left_of, tree_of
from ombud.expr.prefilter import TextScanner
from ombud.expr.rulecode import MAX_HEIGHT, MAX_SOURCE, Columns, RuleCode

INLINE = 150
"""Up to so many rules on plain columns run in one loop; more are found through an index."""

SAMPLE = 100
"""Rows from which the index learns what is rare."""

CHUNK = 50
"""Rules in one generated function."""


def no_window(_number: int, _columns: Columns, _row: int) -> Any:
    """Stand for windows where no rule has one."""
    raise AssertionError("a rule with a window was asked outside the second pass")


class Matcher:
    """Finds the rules that hold in each row of a batch."""

    def __init__(
        self,
        plan: Plan,
        slots: Slots,
        live: frozenset[str] = frozenset(),
        ordered: frozenset[str] = frozenset(),
        at: str = "",
    ) -> None:
        """Prepare; ``at`` is the instant's column, ``live`` columns are the session's, ``ordered`` ones
        depend on the rows before.
        """
        self.plan = plan
        self.slots = slots
        self.code = RuleCode(plan, slots)
        self.scanners = [TextScanner(text) for text in plan.texts]
        self.windowed = frozenset(
            i for i, rule in enumerate(plan.rules) if rule.windows or not ordered.isdisjoint(rule.reads)
        )
        self.split = {i: left for i, rule in enumerate(plan.rules) if (left := left_of(rule)) is not None}
        always, columns, mixed = self._sort()
        if len(columns) <= INLINE:
            always, columns = sorted(always + columns), []
        self.always_windowed = [i for i in always if i in self.windowed]
        plain = [i for i in always if i not in self.windowed]
        self._indexed: dict[int, Needs] = {i: plan.rules[i].needs or () for i in columns + mixed}
        self._by_column = columns
        self.index = ColumnIndex(self._indexed, slots)
        self._loops: list[Any] = []
        self._slow: list[int] = []
        eager = set(self.index.columns)
        trees = {i: self.split.get(i) or tree_of(plan.rules[i]) for i in plain}
        anyway = measured_anyway(trees)
        for start in range(0, len(plain), CHUNK):
            eager |= self._inline({i: trees[i] for i in plain[start : start + CHUNK]}, anyway)
        eager |= {scanner.column for scanner in self.scanners}
        self.windows_read = (eager_columns(plan.windows) | {at} if plan.windows else frozenset()) - live
        eager |= self.windows_read
        self._live = live
        self._eager = eager - live
        self._reader = Reader([slots.columns[name] for name in sorted(self._eager)])

    def _sort(self) -> tuple[list[int], list[int], list[int]]:
        """Return the rules that always run (or what is left of them does), those due by columns, and others
        due by columns or texts.
        """
        always: list[int] = []
        columns: list[int] = []
        mixed: list[int] = []
        for number, rule in enumerate(self.plan.rules):
            if rule.needs is None or number in self.split:
                always.append(number)
                continue
            texts = [isinstance(need, TextNeed) for need in rule.needs]
            if not all(texts):
                (mixed if any(texts) else columns).append(number)
        return always, columns, mixed

    def _inline(self, trees: Mapping[int, Expr], anyway: Mapping[int, frozenset[str]]) -> set[str]:
        """Add one loop over rules, by number; return the columns it wants read beforehand."""
        eager = {
            node.name
            for tree in trees.values()
            for node in walk(tree)
            if isinstance(node, Col) and not node.name.startswith("signal.")
        }

        def column(name: str, form: str) -> str | None:
            slot = self.slots.numbers.get((name, form))
            if slot is None:
                return None
            return f"v{slot}" if not form and name in eager else f"columns[{slot}][row]"

        constants, generator = self.code.generator(column)
        lines: list[str] = []
        for number, tree in trees.items():
            generator.anyway = anyway[number]
            code = generator.true(tree) if tree.height <= MAX_HEIGHT else ""
            if not code or len(code) > MAX_SOURCE // CHUNK:
                self._slow.append(number)
            elif code != "False":
                lines.append(f"   if {code}: found.append({number})")
        if lines:
            names = sorted((self.slots.numbers[name, ""], name) for name in eager)
            values = "".join(f", v{slot}" for slot, _ in names)
            sources = "".join(f", columns[{slot}]" for slot, _ in names)
            head = f"  for row, found{values} in zip(range(len(out)), out{sources}):\n"
            self._loops.append(self.code.make("columns, out, measure", head + "\n".join(lines), constants))
        return eager

    def candidates(self, columns: Columns, count: int) -> Iterator[tuple[int, Iterable[int], bool]]:
        """Yield (row, rules due, by an exact need) from texts and columns; rules may repeat."""
        numbers = self.slots.numbers
        for scanner in self.scanners:
            texts = in_order(columns[numbers[scanner.column, ""]], count)
            folds: Values = columns[numbers[scanner.column, "folded"]] if scanner.folded else ()
            yield from scanner.scan(texts, folds.__getitem__)
        if self.index.columns:
            for row, rules in self.index.due(columns, count):
                yield row, rules, False

    def learn(self, columns: Columns, count: int) -> None:
        """Choose anew, by a sample of rows, what indexed rules are looked up by; answers stay the same."""
        chance = sampled(columns, count, self.slots)
        for rule in self._by_column:
            better = choose_columns(tree_of(self.plan.rules[rule]), chance)
            if better is not None and not any(need.column in self._live for need in better):
                self._indexed[rule] = better
        self._by_column = []
        self.index = ColumnIndex(self._indexed, self.slots)
        self._eager |= self.index.columns
        self._reader = Reader([self.slots.columns[name] for name in sorted(self._eager)])

    def match(self, columns: Columns, count: int) -> tuple[list[list[int]], list[tuple[int, list[int]]]]:
        """Return each row's rules that hold (unsorted), and the windowed rules due as (row, rules)."""
        out: list[list[int]] = [[] for _ in range(count)]
        for loop in self._loops:
            loop(columns, out, no_window)
        tables = (self.code.functions, self.code.rests)
        waiting: list[tuple[int, list[int]]] = []
        windowed = self.windowed
        for row, rules, exact in self.candidates(columns, count):
            found = out[row]
            functions = tables[exact]
            if windowed:
                later = [rule for rule in rules if rule in windowed]
                if later:
                    waiting.append((row, later))
                    rules = [rule for rule in rules if rule not in windowed]
            for rule in rules:
                if functions[rule](columns, row, no_window) and rule not in found:
                    found.append(rule)
        functions = self.code.functions
        for rule in self._slow:
            for row in range(count):
                if rule not in out[row] and functions[rule](columns, row, no_window):
                    out[row].append(rule)
        if self._by_column and count >= SAMPLE:
            self.learn(columns, count)
        return out, waiting

    def read(self, rows: Rows, live: Mapping[str, Part]) -> list[Values]:
        """Return the batch's columns; those of ``live`` come from its functions."""
        return self.slots.batch(rows, self._reader, live)
