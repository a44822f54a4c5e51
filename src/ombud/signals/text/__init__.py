"""``text``: what a post says once camouflage is undone, its language, whom and what it names.

It keeps no history and reads no register. ``canonical`` and the lists are for any
language; ``lang`` is told for English and Chinese alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ombud.events.envelope import Event
from ombud.expr import FOLD_VERSION, folded
from ombud.signals.base import (
    ANY_LANGUAGE,
    NOTHING,
    Declared,
    Lazy,
    Measured,
    Registers,
    Signal,
    SignalSession,
    Span,
    Stateless,
)
from ombud.signals.catalogue import fields_of
from ombud.signals.text.canonical import CANONICAL_VERSION, canonical, undone
from ombud.signals.text.found import hashtags, links, mentions
from ombud.signals.text.language import language_of

LONGEST = 20_000
"""Signs of a text that are looked at; the rest is folded and left as it is."""


class TextSignal:
    """The signal ``text``."""

    name = "text"
    languages = frozenset({ANY_LANGUAGE, "en", "zh"})
    version = f"{CANONICAL_VERSION}+fold{FOLD_VERSION}"
    horizon = 0

    def __init__(self) -> None:
        self.fields: Mapping[str, Declared] = fields_of("text")

    def session(self, registers: Registers) -> SignalSession:  # noqa: ARG002 - the protocol's
        """Start a session."""
        return Stateless(measure)


_FIELDS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {"lang": language_of, "mentions": mentions, "links": links, "hashtags": hashtags}
)


def measure(event: Event) -> Measured:
    """Return the canonical text, its language, mentions, links and hashtags."""
    text = event.post.text if event.post is not None else None
    if text is None:
        return NOTHING
    if len(text) <= LONGEST:
        made = canonical(text)
        return Measured(Lazy({"canonical": made}, _FIELDS, text), _spans(text, made))
    head = text[:LONGEST]
    made = canonical(head)
    return Measured(Lazy({"canonical": made + folded(text[LONGEST:])}, _FIELDS, head), _spans(head, made))


def _spans(text: str, made: str) -> tuple[Span, ...]:
    if made == folded(text):
        return ()
    return tuple(Span("post.text", start, end, "camouflage") for start, end in undone(text))


def signal() -> Signal:
    """Return the signal; named under the entry-point group ``ombud.signals``."""
    return TextSignal()
