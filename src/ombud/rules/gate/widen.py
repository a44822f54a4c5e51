"""The widest reading of a rule: what it would find if nothing but its evidence mattered.

``extra`` may narrow a finding and never make one, and a rule must be safe on every
platform, on every day and in every language. So the gate evaluates each rule with
every condition on such columns taken as fulfilled, and with the code's own scope
(employment, roles) left out. The widened rule finds all that the rule can find.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import GenericAlias

from ombud.conduct.model import AppliesTo, Code
from ombud.expr.ast import And, Expr, Not, Or, columns_of
from ombud.rules.gate.literals import tree

WIDENED = ("extra.", "event.origin", "event.id", "event.audience", "post.lang", "post.id", "signal.text.lang")
"""Columns (or their beginnings) whose conditions are taken as fulfilled."""


def widen(when: str, root: Expr) -> str:
    """Return the rule's text with its conditions on :data:`WIDENED` columns fulfilled."""
    parts: list[str] = []
    done = 0
    for start, end, value in sorted(_cuts(root, positive=True)):
        if start >= done:  # the two halves of a BETWEEN overlap
            parts += (when[done:start], "(1 = 1)" if value else "(1 = 0)")
        done = max(done, end)
    parts.append(when[done:])
    return "".join(parts)


def _cuts(node: Expr, *, positive: bool) -> list[tuple[int, int, bool]]:
    """Return what to replace: start, end, and whether by TRUE (else by FALSE)."""
    if not _touches(node):
        return []
    if isinstance(node, And | Or):
        return [cut for part in node.args for cut in _cuts(part, positive=positive)]
    if isinstance(node, Not) and any(
        isinstance(node.x, kind) for kind in (And, Or, Not)
    ):  # NOT (...): go on inside, the other way round
        return _cuts(node.x, positive=not positive)
    return [(node.start, node.end, positive)]


def _touches(node: Expr) -> bool:
    """Say whether the node, or a condition in it, reads such a column, or nothing but the time of day."""
    if isinstance(node, And | Or):
        return any(_touches(part) for part in node.args)
    if isinstance(node, Not):
        return _touches(node.x)
    reads = columns_of(node)
    return any(name.startswith(WIDENED) for name in reads) or reads == {"event.at"}


def widened(code: Code, columns: Mapping[str, type | GenericAlias]) -> Code:
    """Return the code with every rule that can find something widened, and for everyone."""
    rules = tuple(
        replace(rule, when=widen(rule.when, tree(rule.when, columns, code.lists)))
        for rule in code.rules
        if rule.status != "draft"
    )
    return replace(code, rules=rules, binding="terms", applies_to=AppliesTo("everyone"))
