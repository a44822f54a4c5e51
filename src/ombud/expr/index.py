"""Finds the rules due by a row's plain columns: equal values in a dict, bounds in sorted lists."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ombud.expr.columns import Slots, in_order
from ombud.expr.needs import Chance, Need, Needs, RangeNeed, TextNeed, ValueNeed
from ombud.expr.rulecode import Columns
from ombud.expr.values import INF


class _Bounds:
    """Rules due when a number is on one side of their bound."""

    def __init__(self, op: str, pairs: list[tuple[Any, int]]) -> None:
        pairs.sort()
        self.bounds = [bound for bound, _ in pairs]
        self.rules = [rule for _, rule in pairs]
        self.above = op in {">", ">="}
        self.outermost = self.bounds[0] if self.above else self.bounds[-1]
        self.cut = bisect_left if op in {">", "<="} else bisect_right

    def due(self, value: Any) -> list[int]:
        """Return the rules whose bound ``value`` passes."""
        at = self.cut(self.bounds, value)
        return self.rules[:at] if self.above else self.rules[at:]


_PASSED = {"<": bisect_left, "<=": bisect_right, ">": bisect_right, ">=": bisect_left}


def sampled(columns: Columns, count: int, slots: Slots) -> Chance:
    """Return how often a need on a plain column was met in the first ``count`` rows; texts never count."""
    seen: dict[str, Counter[Any]] = {}
    ranked: dict[str, list[Any]] = {}

    def chance(need: Need) -> float:
        if isinstance(need, TextNeed):
            return INF
        if isinstance(need, ValueNeed) and not need.values:
            return 0.0  # a part that can never hold reads no column
        if need.column not in seen:
            slot = slots.numbers[need.column, ""]
            seen[need.column] = Counter(columns[slot][row] for row in range(count))
        if isinstance(need, ValueNeed):
            return sum(seen[need.column][value] for value in need.values) / count
        if need.column not in ranked:
            ranked[need.column] = sorted(v for v in seen[need.column].elements() if v == v)
        numbers = ranked[need.column]
        below = _PASSED[need.op](numbers, need.bound)
        return (below if need.op in {"<", "<="} else len(numbers) - below) / count

    return chance


class ColumnIndex:
    """The value and bound needs of some rules, column by column."""

    def __init__(self, needs: Mapping[int, Needs], slots: Slots) -> None:
        values: dict[str, dict[Any, list[int]]] = {}
        bounds: dict[tuple[str, str], list[tuple[Any, int]]] = {}
        for rule, alternatives in needs.items():
            for need in alternatives:
                if isinstance(need, ValueNeed):
                    places = values.setdefault(need.column, {})
                    for value in need.values:
                        places.setdefault(value, []).append(rule)
                elif isinstance(need, RangeNeed):
                    bounds.setdefault((need.column, need.op), []).append((need.bound, rule))
        self._values = [(slots.numbers[name, ""], places) for name, places in values.items()]
        self._bounds = [(slots.numbers[name, ""], _Bounds(op, pairs)) for (name, op), pairs in bounds.items()]
        self.rules = frozenset(needs)
        self.columns = frozenset(values) | frozenset(name for name, _ in bounds)

    def due(self, columns: Columns, count: int) -> Iterator[tuple[int, list[int]]]:
        """Yield (row, rules due); rules may repeat."""
        rows = range(count)
        for slot, places in self._values:
            column = in_order(columns[slot], count)
            for row, rules in zip(rows, map(places.get, column), strict=True):
                if rules:
                    yield row, rules
        for slot, bounds in self._bounds:
            column = in_order(columns[slot], count)
            outermost = bounds.outermost
            if bounds.above:
                passed = [(row, value) for row, value in zip(rows, column, strict=True) if value >= outermost]
            else:
                passed = [(row, value) for row, value in zip(rows, column, strict=True) if value <= outermost]
            for row, value in passed:
                yield row, bounds.due(value)
