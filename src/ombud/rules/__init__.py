"""Binds expressions to events, signals and windows; tests, gate and explains rules.

Takes: codes of conduct (``conduct``), compiled expressions (``expr``), events.
Gives: findings: which rule held for which event, with its evidence.
Keeps: window state, which is a pure function of the events seen.
Never: opens a case, decides, or reads what people decided.

``from ombud.rules import compile_rules`` gives the rule language alone: it loads
neither a database nor Arrow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ombud.expr import compile_rules as compile_rules

__all__ = ["compile_rules"]


def __getattr__(name: str) -> Any:
    if name == "compile_rules":
        from ombud.expr import compile_rules

        return compile_rules
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
