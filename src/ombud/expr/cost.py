"""How dear the conditions of a rule are: the cheap ones are asked first."""

from __future__ import annotations

from ombud.expr.ast import Call, Col, Expr, Like, ListTest, Quant, Regex, Text, Window, children

MEASURED = 9
"""The cost of a condition that has a signal measured."""


def cost(node: Expr, anyway: frozenset[str] = frozenset()) -> int:
    """Return how dear a condition is: fields first, then texts, patterns, windows, signals.

    The order of conditions under AND and OR never changes their value. The signals ``anyway``
    (``signal.<name>``) cost little: they are measured in any case.
    """
    worst = 0
    todo = [node]
    while todo:
        part = todo.pop()
        worst = max(worst, _COSTS.get(type(part), 0))
        if isinstance(part, Col):
            if part.name.startswith("signal."):
                worst = max(worst, 1 if part.name.rpartition(".")[0] in anyway else MEASURED)
            continue
        todo.extend(children(part))
    return worst


_COSTS: dict[type, int] = {
    Text: 2,
    Call: 1,
    Like: 3,
    Regex: 4,
    ListTest: 5,
    Quant: 5,
    Window: 6,
}
