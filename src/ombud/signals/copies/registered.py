"""Registered alerts and official texts, which many people copy on purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ombud.signals.base import Registers
from ombud.signals.copies.facts import compare
from ombud.signals.copies.written import Written, addresses, written

REGISTERS = ("alerts", "originals")
"""Registers whose rows have a ``text``, and a ``title`` or a ``key`` to call it by."""

TRIED = 8
"""Registered texts that a post is compared with, those that share most pieces first."""

ADDED = 24
"""Letters and digits that a copy of a registered text may add; more makes it another text."""


class Registered:
    """The registered texts, by what they are found with; built again when rows change."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._built: dict[str, tuple[Sequence[Mapping[str, Any]], _Texts]] = {}

    def find(self, at: int, text: Written, original: str) -> str | None:
        """Return what the registered text is called that a post copies, or ``None``."""
        for register in REGISTERS:
            rows = self._registers.rows(register, at)
            if not rows:
                continue
            built = self._built.get(register)
            if built is None or built[0] is not rows:
                built = self._built[register] = rows, _Texts(rows)
            found = built[1].find(text, original)
            if found is not None:
                return found
        return None


class _Texts:
    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._texts: list[tuple[str, str, str]] = []
        self._pieces: dict[int, list[int]] = {}
        self._exact: dict[str, int] = {}
        for row in rows:
            raw = row.get("text")
            text = written(raw) if isinstance(raw, str) else None
            if text is not None and isinstance(raw, str):
                called = str(row.get("title") or row.get("key") or "?")
                self._exact.setdefault(text.plain, len(self._texts))
                for piece in text.sketch:
                    self._pieces.setdefault(piece, []).append(len(self._texts))
                self._texts.append((called, text.plain, raw))

    def find(self, text: Written, original: str) -> str | None:
        """Return what the text is called that a post copies: the same facts, and little added."""
        known = self._exact.get(text.plain)
        shared: dict[int, int] = {} if known is None else {known: len(text.sketch) + 1}
        if known is None:
            for piece in text.sketch:
                for i in self._pieces.get(piece, ())[:64]:
                    shared[i] = shared.get(i, 0) + 1
        for i in sorted(shared, key=lambda i: (-shared[i], i))[:TRIED]:
            called, plain, raw = self._texts[i]
            if (
                len(text.plain) - len(plain) <= ADDED
                and compare(plain, text.plain).same
                and addresses(original) <= addresses(raw)
            ):
                return called
        return None
