"""The signal itself: who claims what, whether it comes with advice, and what the register shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ombud.events.envelope import Event
from ombud.expr import folded
from ombud.signals.base import NOTHING, Measured, Registers, Span, Stateless
from ombud.signals.catalogue import SIGNALS, Declared
from ombud.signals.credentials.advice import FIELD_OF, advises
from ombud.signals.credentials.gate import names_title
from ombud.signals.credentials.titles import (
    AFTER_EN,
    AFTER_ZH,
    BIO,
    CLAIM_EN,
    CLAIM_ZH,
    FOREIGN,
    NOT_NOW_EN,
    NOT_NOW_ZH,
    OPENING_EN,
    OPENING_ZH,
    WARD_ZH,
    YEARS_EN,
    YEARS_ZH,
)

VERSION = "2"
"""Goes up with every change that could change an answer."""

LONGEST = 4000
"""Characters of a text that are read; a claim with advice to one person stands in a short text."""

REGISTER = "credentials"
"""Rows ``key`` (the account's id) and ``credential`` (the profession)."""

_PREFIX = "signal.credentials."
_QUOTED = re.compile(r"“[^”]{0,200}”|「[^」]{0,200}」|『[^』]{0,200}』|\"[^\"]{0,200}\"|《[^》]{0,100}》")
_ALSO: Mapping[str, str] = {
    "doctor": "physician",
    "attorney": "lawyer",
    "solicitor": "lawyer",
    "barrister": "lawyer",
    "accountant": "tax_adviser",
    "financial_planner": "financial_adviser",
    "therapist": "psychologist",
    "医师": "physician",
    "医生": "physician",
    "律师": "lawyer",
    "药师": "pharmacist",
    "护士": "nurse",
}
_PRACTISED = {"law": "lawyer", "medicine": "physician", "dentistry": "dentist"}
_NO_CLAIM = Measured({"advice": False})


class Credentials:
    """A present claim to a licence with individual advice, and whether the register shows it.

    Reads the register ``credentials`` and the account's ``credentials``; ``shown`` is NULL
    where neither is kept, because then nobody could have shown anything.
    """

    name = "credentials"
    languages = frozenset({"zh", "en"})
    version = VERSION
    horizon = 0

    @property
    def fields(self) -> Mapping[str, Declared]:
        """Every field of the catalogue under ``signal.credentials``."""
        return {key.removeprefix(_PREFIX): d for key, d in SIGNALS.items() if key.startswith(_PREFIX)}

    def session(self, registers: Registers) -> Stateless:
        """Start a session that reads these registers."""
        return Stateless(lambda event: measure(event, registers))


def signal() -> Credentials:
    """Make the signal (entry point ``ombud.signals``)."""
    return Credentials()


def measure(event: Event, registers: Registers) -> Measured:
    """Return claim, advice and shown; NULL everywhere where there is no text."""
    text = event.post.text if event.post is not None else None
    if text is None:
        return NOTHING
    original, text = text, folded(text[:LONGEST])
    if not names_title(text):
        return _by_bio(event, registers, text)
    claim = find_claim(text)
    if claim is None:
        return _by_bio(event, registers, text)
    profession, start, end = claim
    rest = text[:start] + "，" + text[end:]
    values: dict[str, Any] = {"claim": profession, "advice": advises(rest, FIELD_OF[profession])}
    shown = _shown(event, registers, profession)
    if shown is not None:
        values["shown"] = shown
    words = text[start:end].strip()
    at = original.casefold().find(words)
    spans = (Span("post.text", at, at + len(words), "claim"),) if at >= 0 else ()
    return Measured(values, spans, {"claim": words})


def _by_bio(event: Event, registers: Registers, text: str) -> Measured:
    """Measure a text that names no title, under the one that stands in the account's bio."""
    bio = folded((event.account.bio or "")[:LONGEST])
    m = BIO.search(bio) if bio and names_title(bio) else None
    if (
        m is None
        or NOT_NOW_ZH.search(bio[: m.end()])
        or NOT_NOW_EN.search(bio[: m.start()])
        or FOREIGN.search(bio)
    ):
        return _NO_CLAIM
    profession = _profession(m)
    values: dict[str, Any] = {"claim": profession, "advice": advises(text, FIELD_OF[profession])}
    shown = _shown(event, registers, profession)
    if shown is not None:
        values["shown"] = shown
    return Measured(values, (), {"claim": m[0].strip(), "column": "account.bio"})


def find_claim(text: str) -> tuple[str, int, int] | None:
    """Return the profession that a folded text's author claims to hold now, and where it says so."""
    if FOREIGN.search(text):
        return None
    quoted = [m.span() for m in _QUOTED.finditer(text)]
    for m, before_no, after_no in _candidates(text):
        if any(low <= m.start() < high for low, high in quoted):
            continue
        before = text[max(0, m.start() - 30) : m.start()]
        if not before_no.search(before) and not after_no.search(text[m.end() : m.end() + 40]):
            return _profession(m), m.start(), m.end()
    return None


def _candidates(text: str) -> Iterator[tuple[re.Match[str], re.Pattern[str], re.Pattern[str]]]:
    for pattern in (CLAIM_ZH, OPENING_ZH, YEARS_ZH, WARD_ZH):
        for m in pattern.finditer(text):
            yield m, NOT_NOW_ZH, AFTER_ZH
    for pattern in (CLAIM_EN, OPENING_EN, YEARS_EN):
        for m in pattern.finditer(text):
            yield m, NOT_NOW_EN, AFTER_EN


def _profession(m: re.Match[str]) -> str:
    for name, value in m.groupdict().items():
        if value is None:
            continue
        if name == "fund":
            return "financial_adviser"
        if name == "practised":
            return _PRACTISED[value]
        return re.sub("^[a-z]_", "", name)
    return "physician"


def _shown(event: Event, registers: Registers, profession: str) -> bool | None:
    rows = registers.rows(REGISTER, event.at)
    held = {_named(str(r.get("credential", ""))) for r in rows if r.get("key") == event.account.id}
    if event.account.credentials is not None:
        held |= {_named(c) for c in event.account.credentials if c is not None}
    elif not rows:
        return None
    return profession in held


def _named(credential: str) -> str:
    name = credential.strip().casefold().replace(" ", "_").replace("-", "_")
    return _ALSO.get(name, name)
