"""Whom a code of conduct binds: everybody, or only those who have signed it.

A code that binds by signature reaches an account from the day on which the register
``signatories`` says that it signed, until the day on which that ends. Without a row
nobody is bound: consent is never assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ombud.base.clock import Micros
from ombud.conduct.model import Code
from ombud.signals.base import Registers

REGISTER = "signatories"


class Scope:
    """Answers whether a code binds an account at an instant.

    Args:
        registers: dated facts; ``None`` has no signatories.
    """

    def __init__(self, registers: Registers | None) -> None:
        self._registers = registers
        self._rows: Sequence[Mapping[str, Any]] = ()
        self._signed: frozenset[tuple[str, str]] = frozenset()

    def binds(self, code: Code, account: str, at: Micros) -> bool:
        """Tell whether ``code`` binds ``account`` at ``at`` (microseconds UTC)."""
        if code.applies_to.who != "signatories":
            return True
        rows = () if self._registers is None else self._registers.rows(REGISTER, at)
        if rows is not self._rows:
            self._rows = rows
            self._signed = frozenset((row["key"], signed) for row in rows for signed in row["codes"])
        return (account, code.id) in self._signed
