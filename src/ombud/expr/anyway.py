"""Which signals are measured of a row anyway, so that a rule may ask them before its dear tests.

A rule such as ``event.kind = 'post' AND signal.x.y`` has the signal measured wherever its plain
conditions hold. Another with the same plain conditions and more loses nothing if it asks that
signal first, and most rows then need no pattern of it.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ombud.expr.ast import And, Expr, In, columns_of, strip
from ombud.expr.cost import MEASURED, cost


def measured_anyway(trees: Mapping[int, Expr]) -> dict[int, frozenset[str]]:
    """Return for each rule the signals (``signal.<name>``) that its plain conditions have measured.

    Args:
        trees: the conditions that are asked of every row, by the rules' numbers.
    """
    parts = {number: _parts(tree) for number, tree in trees.items()}
    plain = {number: frozenset(_key(p) for p in found if cost(p) == 0) for number, found in parts.items()}
    free: list[tuple[frozenset[bytes], str]] = []
    for number, found in parts.items():
        dear = [part for part in found if cost(part) > 0]
        signals = {name.rpartition(".")[0] for part in dear for name in columns_of(part) if _measured(name)}
        if len(signals) == 1 and all(cost(part) == MEASURED for part in dear):
            free.append((plain[number], signals.pop()))
    return {
        number: frozenset(signal for needed, signal in free if needed <= conditions)
        for number, conditions in plain.items()
    }


_ENCODE = msgspec.msgpack.Encoder().encode


def _key(node: Expr) -> bytes:
    """Return what a condition asks, whatever its place in a text and the order of its values."""
    plain = strip(node)
    if isinstance(plain, In):
        plain = msgspec.structs.replace(plain, values=tuple(sorted(plain.values, key=repr)))
    return _ENCODE(plain)


def _measured(name: str) -> bool:
    return name.startswith("signal.")


def _parts(tree: Expr) -> list[Expr]:
    """Return the conditions that must all hold."""
    return [part for arg in tree.args for part in _parts(arg)] if isinstance(tree, And) else [tree]
