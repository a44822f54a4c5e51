"""Splits a condition that every row must be asked into what texts announce and what is left.

A rule ``a AND (b OR c)`` of which only ``b`` says what words it needs would be asked in full
of every row. Split, every row is asked ``a AND c``, and the rule itself is asked only where
the words of ``b`` are seen.
"""

from __future__ import annotations

from typing import NamedTuple

from ombud.expr.ast import And, Expr, Lit, Or
from ombud.expr.needs import Chance, Choice, Need, Needs, TextNeed, needs_of
from ombud.expr.types import Type

OFTEN = 0.5
"""A rule whose plain columns are met in more rows than this (a guess) is split if it can be."""

RARE = 0.25
"""Words met in more texts than this (a guess) announce nothing."""


_NEVER = Lit(0, 0, Type.BOOL, 1, False)


class Split(NamedTuple):
    """What is left of a condition, and needs: it is TRUE only where ``left`` is TRUE or a need is met.

    Where ``left`` is TRUE, so is the condition.
    """

    left: Expr
    needs: Needs


def split(tree: Expr, choice: Choice, chance: Chance) -> Split | None:
    """Return a rule's condition split; ``None`` where it is asked seldom as it is, or nothing can be split.

    Args:
        tree: the condition.
        choice: by what the rule would be looked for without a split.
        chance: a guess of how often a need is met.
    """
    if choice.needs is not None:
        plain = [need for need in choice.needs if not isinstance(need, TextNeed)]
        if sum(map(chance, plain)) <= OFTEN:
            return None
    made = _split(tree, chance)
    return made if made.needs else None


def _split(node: Expr, chance: Chance) -> Split:
    if not isinstance(node, And | Or):
        return Split(node, ())
    needs: list[Need] = []
    left: list[Expr] = []
    for arg in node.args:
        words = _words(arg, chance) if isinstance(node, Or) else None
        if words is not None:
            needs += words
            continue
        part = _split(arg, chance)
        needs += part.needs
        left.append(part.left)
    if len(left) == len(node.args) and not needs:
        return Split(node, ())
    return Split(_joined(node, left), tuple(dict.fromkeys(needs)))


def _words(node: Expr, chance: Chance) -> Needs | None:
    """Return the needs of a condition that rare words of the row's own texts announce, else ``None``."""
    needs = needs_of(node, chance)
    if needs is None or not all(isinstance(need, TextNeed) for need in needs):
        return None
    measured = any(need.column.startswith("signal.") for need in needs)  # would be measured to be searched
    return needs if not measured and sum(map(chance, needs)) <= RARE else None


def _joined(node: And | Or, args: list[Expr]) -> Expr:
    """Return what is TRUE where AND or OR of what is left of its arguments is."""
    if isinstance(node, Or):
        args = [arg for arg in args if arg != _NEVER]
    if not args or _NEVER in args:
        return _NEVER
    if len(args) == 1:
        return args[0]
    return type(node)(node.start, node.end, node.type, node.height, tuple(args))
