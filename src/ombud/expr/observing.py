"""Feeds a row to all windows of a rule set through one generated function."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from ombud.expr.ast import Expr, columns_of
from ombud.expr.codegen import Generator
from ombud.expr.plan import WindowPlan
from ombud.expr.rulecode import MAX_HEIGHT, Columns, RuleCode

Tell = Callable[[int, Hashable, Hashable | None], None]
Observe = Callable[[Columns, int, int], None]
"""From a batch, a row and the row's instant: tells each window that the row concerns."""


def observer(code: RuleCode, windows: Sequence[WindowPlan], tells: Sequence[Tell]) -> Observe:
    """Return the function that tells a row to every window whose ``where`` is TRUE for it.

    A NULL key belongs to no window, and a distinct count takes no NULL.
    """
    constants, generator = code.generator()
    lines: list[str] = []
    for window, tell in zip(windows, tells, strict=True):
        node = window.node
        where = "True" if node.where is None else _condition(code, generator, node.where)
        lines.append(f"  if {where}:")
        lines.append(f"   key = {_value(code, generator, node.key)}")
        lines.append("   if key is not None and key == key:")
        told = generator.constant(tell)
        if node.value is None:
            lines.append(f"    {told}(at, key, None)")
        else:
            lines.append(f"    what = {_value(code, generator, node.value)}")
            lines.append(f"    if what is not None and what == what: {told}(at, key, what)")
    made: Observe = code.make("columns, row, at", "\n".join(lines or ["  pass"]), constants)
    return made


def eager_columns(windows: Sequence[WindowPlan]) -> frozenset[str]:
    """Return the columns that ``where`` conditions read on every row."""
    return frozenset[str]().union(*(columns_of(w.node.where) for w in windows if w.node.where is not None))


def _condition(code: RuleCode, generator: Generator, tree: Expr) -> str:
    if tree.height > MAX_HEIGHT:
        return f"{generator.constant(code.condition(tree))}(columns, row, None)"
    return generator.true(tree)


def _value(code: RuleCode, generator: Generator, tree: Expr) -> str:
    if tree.height > MAX_HEIGHT:
        return f"{generator.constant(code.value(tree))}(columns, row, None)"
    return generator.value(tree)


def no_observation(_columns: Columns, _row: int, _at: int) -> Any:
    """Stand for :data:`Observe` where no rule has a window."""
