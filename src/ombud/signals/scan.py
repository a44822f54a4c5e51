"""Many patterns over a text in one linear pass: a Hyperscan database, compiled once on a machine.

Signals ask it first: most texts need nothing more. Compiling takes up to half a second, so what
was compiled is kept in the user's cache (:func:`ombud.base.settings.cache_folder`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import hyperscan

from ombud.base import kept
from ombud.base.settings import cache_folder

CASELESS: int = hyperscan.HS_FLAG_CASELESS
MULTILINE: int = hyperscan.HS_FLAG_MULTILINE
ONCE: int = hyperscan.HS_FLAG_SINGLEMATCH
_MODE = hyperscan.HS_MODE_BLOCK


class Pattern(NamedTuple):
    """What is looked for.

    Attributes:
        number: told when it is seen; several patterns may have the same.
        pattern: in Hyperscan's syntax (PCRE without assertions), over UTF-8.
        flags: of :data:`CASELESS`, :data:`MULTILINE`; with :data:`ONCE` it is told once a text.
    """

    number: int
    pattern: str
    flags: int = ONCE


class Scan:
    """Looks for patterns in texts given as UTF-8."""

    __slots__ = ("_database",)

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._database = _database(patterns)

    def numbers(self, data: bytes) -> list[int]:
        """Return the numbers of the patterns seen."""
        found: list[int] = []
        self._database.scan(data, match_event_handler=_number, context=found)
        return found

    def ends(self, data: bytes) -> list[tuple[int, int]]:
        """Return (number, the byte after it) for everything seen."""
        found: list[tuple[int, int]] = []
        self._database.scan(data, match_event_handler=_end, context=found)
        return found


def _number(number: int, start: int, end: int, flags: int, found: list[int]) -> None:  # noqa: ARG001 - Hyperscan's
    found.append(number)


def _end(number: int, start: int, end: int, flags: int, found: list[tuple[int, int]]) -> None:  # noqa: ARG001
    found.append((number, end))


def _database(patterns: Sequence[Pattern]) -> Any:
    named = hashlib.sha256(repr([kept.machine(), *map(tuple, patterns)]).encode()).hexdigest()[:40]
    place = cache_folder() / f"{named}.scan"
    body = kept.read(place)
    try:
        database = None if body is None else hyperscan.loadb(body, _MODE)
    except hyperscan.error:
        database = None
    if database is None:
        database = _compiled(patterns)
        kept.write(place, bytes(hyperscan.dumpb(database)))
    database.scratch = hyperscan.Scratch(database)
    return database


def _compiled(patterns: Sequence[Pattern]) -> Any:
    database = hyperscan.Database(mode=_MODE)
    database.compile(
        expressions=[each.pattern.encode() for each in patterns],
        ids=[each.number for each in patterns],
        elements=len(patterns),
        flags=[hyperscan.HS_FLAG_UTF8 | each.flags for each in patterns],
    )
    return database
