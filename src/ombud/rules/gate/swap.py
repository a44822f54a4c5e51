"""The name-swap test: the same text with other names in it.

A rule that looks at what is done, and not at whom it is said about, finds the same
in both. English names are exchanged at word boundaries, Chinese ones by longest
match; the work is linear in the text, because the longest name is a constant.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from ombud.rules.gate.names import Group, groups, longest_from

VARIANTS = 3
"""How many exchanged versions of each item the gate looks at."""

SWAPPED = (("post", "text"), ("account", "name"), ("account", "bio"), ("payment", "memo"), ("report", "text"))
"""The fields of an event whose names are exchanged; identifiers stay as they are."""

_WORD = re.compile(r"\w+")
_SHORT = 4
"""Names in Latin letters shorter than this must stand in capitals as listed (``BJP``, not ``bjp``)."""


class Swapper:
    """Exchanges names with others of their group, a different one each time it is asked.

    ``swap`` is deterministic: the same text, seed and turn give the same result.
    """

    def __init__(self, source: tuple[Group, ...]) -> None:
        self._pools: dict[tuple[str, str], tuple[str, ...]] = {}
        self._latin: dict[tuple[str, ...], tuple[str, tuple[str, str]]] = {}
        self._han: dict[str, tuple[str, str]] = {}
        for group in source:
            if not group.swap:
                continue
            for language, names in (("en", group.en), ("zh", group.zh)):
                pool = (group.id, language)
                self._pools[pool] = names
                for name in names:
                    if language == "en":
                        key = tuple(_WORD.findall(name.casefold()))
                        self._latin.setdefault(key, (name, pool))
                    else:
                        self._han.setdefault(name, pool)
        self._widest = longest_from(self._latin)
        self._longest = longest_from(name for name in self._han if "\u4e00" <= name[0] <= "\u9fff")

    def swap(self, text: str, seed: str, turn: int) -> str:
        """Return ``text`` with each name exchanged; a name gets the same partner throughout the text."""
        spans = self.spans(text)
        if not spans:
            return text
        parts: list[str] = []
        done = 0
        for start, end, name, pool in spans:
            partner = self._partner(name, pool, seed, turn)
            parts += (text[done:start], _cased(partner, text[start:end]))
            done = end
        parts.append(text[done:])
        return "".join(parts)

    def spans(self, text: str) -> list[tuple[int, int, str, tuple[str, str]]]:
        """Return where names stand: start, end, the name as listed, its group and language."""
        found = [*self._latin_spans(text), *self._han_spans(text)]
        return sorted(found)

    def _latin_spans(self, text: str) -> list[tuple[int, int, str, tuple[str, str]]]:
        tokens = [(m.start(), m.end(), m[0].casefold()) for m in _WORD.finditer(text)]
        found: list[tuple[int, int, str, tuple[str, str]]] = []
        at = 0
        while at < len(tokens):
            step = 1
            for width in range(min(self._widest.get(tokens[at][2], 0), len(tokens) - at), 0, -1):
                entry = self._latin.get(tuple(token[2] for token in tokens[at : at + width]))
                if entry is None:
                    continue
                start, end = tokens[at][0], tokens[at + width - 1][1]
                if len(entry[0]) < _SHORT and text[start:end] != entry[0]:
                    continue
                found.append((start, end, *entry))
                step = width
                break
            at += step
        return found

    def _han_spans(self, text: str) -> list[tuple[int, int, str, tuple[str, str]]]:
        found: list[tuple[int, int, str, tuple[str, str]]] = []
        at = 0
        while at < len(text):
            step = 1
            for width in range(min(self._longest.get(text[at], 0), len(text) - at), 1, -1):
                pool = self._han.get(text[at : at + width])
                if pool is not None:
                    found.append((at, at + width, text[at : at + width], pool))
                    step = width
                    break
            at += step
        return found

    def _partner(self, name: str, pool: tuple[str, str], seed: str, turn: int) -> str:
        names = self._pools[pool]
        if len(names) < 2:
            return name
        digest = hashlib.blake2b(f"{seed}\0{name}".encode(), digest_size=8).digest()
        step = 1 + (int.from_bytes(digest, "big") + turn * (len(names) // VARIANTS + 1)) % (len(names) - 1)
        return names[(names.index(name) + step) % len(names)]


def _cased(partner: str, written: str) -> str:
    """Write the partner in capitals where the name stood in capitals."""
    letters = [sign for sign in written if sign.isalpha()]
    return partner.upper() if len(letters) > 4 and all(sign.isupper() for sign in letters) else partner


@cache
def swapper() -> Swapper:
    """Return the swapper over the gate's own names."""
    return Swapper(groups())


def swapped_event(event: Mapping[str, Any], seed: str, turn: int) -> dict[str, Any]:
    """Return an event (in its JSON form) with the names in its texts exchanged."""
    found = dict(event)
    for part, field in SWAPPED:
        inner = found.get(part)
        if isinstance(inner, Mapping) and isinstance(inner.get(field), str):
            found[part] = {**inner, field: swapper().swap(inner[field], seed, turn)}
    return found


def swapped_rows(
    registers: Mapping[str, Sequence[Mapping[str, Any]]], seed: str, turn: int
) -> dict[str, list[dict[str, Any]]]:
    """Return rows of registers with the names in their texts exchanged, as in the events of one test."""
    return {
        name: [
            {
                field: swapper().swap(value, seed, turn) if isinstance(value, str) else value
                for field, value in row.items()
            }
            for row in rows
        ]
        for name, rows in registers.items()
    }
