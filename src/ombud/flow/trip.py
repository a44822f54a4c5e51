"""The brake on runaway rules: a rule that suddenly finds on everything stops opening cases.

Counted over fixed blocks of accepted events, by their sequence numbers, so that the
result does not depend on how a run was cut into batches or how often it restarted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BLOCK = 4096
"""Accepted events in a block (a starting value, not a measurement)."""

SHARE = 0.2
"""A rule that finds on more than this share of a block is tripped (a starting value)."""


@dataclass
class Trips:
    """Counts each rule's findings in the present block and remembers which are tripped."""

    block: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    tripped: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, state: Mapping[str, object] | None) -> Trips:
        """Restore what :meth:`dump` gave; ``None`` starts afresh."""
        if state is None:
            return cls()
        block, counts, tripped = state["block"], state["counts"], state["tripped"]
        assert isinstance(block, int)
        assert isinstance(counts, dict)
        assert isinstance(tripped, dict)
        return cls(block, dict(counts), dict(tripped))

    def dump(self) -> dict[str, object]:
        """Return the state as JSON-able values."""
        return {"block": self.block, "counts": dict(self.counts), "tripped": dict(self.tripped)}

    def count(self, rule: str, seq: int) -> bool:
        """Count a finding of ``rule`` on event number ``seq``; return whether the rule is tripped."""
        block = seq // BLOCK
        if block != self.block:
            self.block = block
            self.counts.clear()
        seen = self.counts[rule] = self.counts.get(rule, 0) + 1
        if seen > BLOCK * SHARE and rule not in self.tripped:
            self.tripped[rule] = seq
        return rule in self.tripped

    def reset(self, rule: str) -> None:
        """Let a rule open cases again, after a person has looked."""
        self.tripped.pop(rule, None)
        self.counts.pop(rule, None)
