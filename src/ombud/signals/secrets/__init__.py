"""``secrets``: live access tokens and keys by their format, and files registered by hash.

The secret itself is never given on: a finding holds its kind and its place. Keys that
only show a form (examples, tests, rows of x), expired tokens and digests are clear.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from ombud.events.envelope import Event
from ombud.signals.base import (
    ANY_LANGUAGE,
    NOTHING,
    Declared,
    Measured,
    Registers,
    Signal,
    SignalSession,
    Span,
)
from ombud.signals.catalogue import fields_of
from ombud.signals.secrets.formats import FORMATS, Format, secret_of

VERSION = "1"
REGISTER = "files"
LONGEST = 200_000
"""Signs of a text that are searched."""

_DIGEST = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{64}(?![0-9A-Za-z])")
HEX_DIGITS = 64
MOST_DIGESTS = 1_000


@cache
def _anchors() -> re.Pattern[str]:
    anchors = {anchor for each in FORMATS for anchor in each.anchors if len(anchor) > 1}
    return re.compile("|".join(map(re.escape, sorted(anchors, key=lambda a: (-len(a), a)))))


def find(text: str, at: int) -> list[tuple[Format, int, int]]:
    """Return the secrets in a text: their format and place; ``at`` (microseconds) tells what expired."""
    if len(text) < 20 or not (_anchors().search(text) or text.count(".") >= 2):
        return []
    found: list[tuple[Format, int, int]] = []
    for each in FORMATS:
        if not any(anchor in text for anchor in each.anchors):
            continue
        for match in each.pattern.finditer(text):
            start = match.start("secret") if "secret" in each.pattern.groupindex else match.start()
            end = start + len(secret_of(match))
            if each.check(match, at) and not any(a < end and start < b for _, a, b in found):
                found.append((each, start, end))
    return found


def digests(event: Event) -> list[str]:
    """Return the file digests that an event names: in text, links, or the platform's ``file_sha256``."""
    post = event.post
    texts = [] if post is None else [post.text, *(post.urls or ())]
    said: list[str] = []
    for text in texts:
        if text is not None and len(text) >= HEX_DIGITS:
            said += [m[0].lower() for m in _DIGEST.finditer(text[:LONGEST])]
    if event.extra and "file_sha256" in event.extra:
        given = event.extra["file_sha256"]
        for value in given if isinstance(given, list) else [given]:
            if isinstance(value, str) and _DIGEST.fullmatch(value):
                said.append(value.lower())
    return list(dict.fromkeys(said))[:MOST_DIGESTS] if said else said


class SecretsSession:
    """A session; it keeps the register of files as a table for as long as that does not change."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._rows: Sequence[Mapping[str, Any]] | None = None
        self._files: dict[str, str] = {}

    def observe(self, event: Event) -> None:
        """Do nothing: nothing here depends on what came before."""

    def measure(self, event: Event) -> Measured:
        """Return the kind of the first secret found and the name of a registered file."""
        text = event.post.text if event.post is not None else None
        found = find(text[:LONGEST], event.at) if text else []
        values: dict[str, Any] = {}
        if found:
            values["kind"] = found[0][0].kind
        files = self._named(event)
        if files:
            values["registered_file"] = files[0]
        if not values:
            return NOTHING
        spans = tuple(Span("post.text", start, end, each.kind) for each, start, end in found)
        return Measured(values, spans, {"kinds": sorted({each.kind for each, _, _ in found}), "files": files})

    def _named(self, event: Event) -> list[str]:
        said = digests(event)
        if not said:
            return []
        rows = self._registers.rows(REGISTER, event.at)
        if rows is not self._rows:
            self._rows = rows
            self._files = {row["key"]: str(row.get("name", row["key"])) for row in rows}
        return [self._files[digest] for digest in said if digest in self._files]


class SecretsSignal:
    """The signal ``secrets``."""

    name = "secrets"
    languages = frozenset({ANY_LANGUAGE})
    version = VERSION
    horizon = 0

    def __init__(self) -> None:
        self.fields: Mapping[str, Declared] = fields_of("secrets")

    def session(self, registers: Registers) -> SignalSession:
        """Start a session."""
        return SecretsSession(registers)


def signal() -> Signal:
    """Return the signal; named under the entry-point group ``ombud.signals``."""
    return SecretsSignal()
