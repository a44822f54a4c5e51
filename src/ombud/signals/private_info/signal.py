"""The signal itself: finds, asks whose, and fills the fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ombud.events.envelope import Event
from ombud.signals.base import NOTHING, Measured, Registers, Span, Stateless
from ombud.signals.catalogue import SIGNALS, Declared
from ombud.signals.private_info import accounts, english, numbers, places, travel
from ombud.signals.private_info.cues import ANOTHER, NOT_SELLING, OWN, SELLS_EN, SELLS_ZH, TRADE
from ombud.signals.private_info.found import KINDS, Found, Page, apart
from ombud.signals.private_info.prefilter import Look, looks
from ombud.signals.private_info.whose import ORDER, Owner, owners

VERSION = "2"
"""Goes up with every change that could change an answer."""

MOST = 400
"""Pieces of one text whose places are given, another person's first; all are counted."""

JUDGED = 5_000
"""Pieces of one text of which it is asked whose they are; those beyond are only counted."""

_PREFIX = "signal.private_info."
_OTHER_SCRIPT = re.compile(r"[\u3040-\u30ff\uac00-\ud7af\u0400-\u04ff\u0590-\u07bf\u0900-\u0e7f]")
_ANY_LANGUAGE = frozenset({"id_number", "bank_card", "email"})
_LATIN = re.compile("[A-Za-z]{2} [A-Za-z]")
_TRAVEL = frozenset({"flight", "train", "hotel"})
_SELLING = Measured({"kinds": [], "exposed": [], "selling": True})
_NOTHING_FOUND = Measured({"kinds": [], "exposed": [], "selling": False})


class PrivateInfo:
    """Private data in a text, and whose it is.

    Keeps nothing and reads no register. ``und`` stands for what does not depend on the
    language: identity numbers and cards with a checksum, and e-mail addresses.
    """

    name = "private_info"
    languages = frozenset({"zh", "en"})
    version = VERSION
    horizon = 0

    @property
    def fields(self) -> Mapping[str, Declared]:
        """Every field of the catalogue under ``signal.private_info``."""
        return {key.removeprefix(_PREFIX): d for key, d in SIGNALS.items() if key.startswith(_PREFIX)}

    def session(self, registers: Registers) -> Stateless:  # noqa: ARG002 - the protocol's
        """Start a session; it keeps nothing."""
        return Stateless(measure)


def signal() -> PrivateInfo:
    """Make the signal (entry point ``ombud.signals``)."""
    return PrivateInfo()


def measure(event: Event) -> Measured:
    """Return what the event's text gives away; NULL everywhere where there is no text."""
    text = event.post.text if event.post is not None else None
    if text is None:
        return NOTHING
    look = looks(text)
    if not look:
        return _NOTHING_FOUND
    account = f"{event.account.name or ''} {event.account.bio or ''}".strip()
    lang = event.post.lang if event.post is not None else None
    return examine(text, look, account, lang)


def examine(text: str, look: int, account: str = "", lang: str | None = None) -> Measured:
    """Run the detectors that the prefilter names (all of them: ``~0``) and judge what they find."""
    page = Page(text)
    selling = bool(look & Look.SALE) and _selling(page.plain)
    found = find(page, look)
    if not found:
        return _SELLING if selling else _NOTHING_FOUND
    known = _known_language(text, lang)
    if not known:
        found = [f for f in found if f.kind in _ANY_LANGUAGE]
    total, found = len(found), found[:JUDGED]
    owner = owners(page.plain, found, account) if known else [Owner(None, ())] * len(found)
    judged = [
        (f, o) for f, o in zip(found, owner, strict=True) if f.kind not in _TRAVEL or o.whose is not None
    ]
    return _fill(judged, selling, total)


def find(page: Page, look: int) -> list[Found]:
    """Return the pieces of private data in a text, in its order, none overlapping another."""
    return apart(list(_found(page, look)))


def _found(page: Page, look: int) -> Iterator[Found]:
    if look & Look.MAIL:
        yield from accounts.mails(page)
    if look & Look.PASSPORT:
        yield from numbers.passports(page)
    if look & Look.INSURANCE:
        yield from numbers.insurances(page)
    if look & Look.CHAT:
        yield from accounts.chats(page)
    if look & Look.PLATE:
        yield from accounts.plates(page)
    if look & Look.ADDRESS_ZH:
        yield from places.chinese(page)
    if look & Look.ADDRESS_EN:
        yield from places.english(page)
    services = list(numbers.services(page)) if look & Look.SERVICE else []
    yield from (s for s in services if s.end - s.start > 7)
    if look & Look.NUMBER:
        yield from numbers.numbers(page)
        yield from english.phones(page)
    if look & Look.TRIP:
        yield from travel.flights(page)
        yield from travel.trains(page)
    if look & Look.HOTEL:
        yield from travel.hotels(page)
    yield from (s for s in services if s.end - s.start <= 7)


def _known_language(text: str, lang: str | None) -> bool:
    if lang:
        return lang.lower().partition("-")[0] in ("zh", "en", "und")
    return len(_OTHER_SCRIPT.findall(text[:2000])) * 5 < min(len(text), 2000)


def _selling(text: str) -> bool:
    offered = SELLS_ZH.search(text) or (_LATIN.search(text) and SELLS_EN.search(text))
    return bool(offered and TRADE.search(text)) and NOT_SELLING.search(text) is None


def _fill(judged: list[tuple[Found, Owner]], selling: bool, total: int) -> Measured:
    kinds = {f.kind for f, _ in judged}
    theirs = {f.kind for f, o in judged if o.whose == ANOTHER}
    values: dict[str, Any] = {
        "kinds": [k for k in KINDS if k in kinds],
        "exposed": [k for k in KINDS if k in theirs],
        "selling": selling,
    }
    for whose in (*ORDER, None):
        for f, o in judged:
            if o.whose == whose:
                values.setdefault(f.kind, f.value)
    whose = next((w for w in ORDER if any(o.whose == w for _, o in judged)), None)
    if whose is not None:
        values |= {"whose": whose, "is_own": whose == OWN}
    shown = sorted(judged, key=lambda pair: pair[1].whose != ANOTHER)[:MOST] if len(judged) > MOST else judged
    spans = tuple(Span("post.text", f.start, f.end, f.kind) for f, _ in shown)
    because = [
        {"kind": f.kind, "whose": o.whose, "because": [[word, weight] for _, word, weight in o.because]}
        for f, o in shown[:20]
    ]
    return Measured(values, spans, {"pieces": because, "found": total} if judged else {})
