"""``text``: what a post says once camouflage is undone, its language, whom and what it names.

It keeps no history and reads no register. ``canonical`` and the lists are for any
language; ``lang`` is told for English and Chinese alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ombud.events.envelope import Event
from ombud.expr import FOLD_VERSION, folded
from ombud.signals.base import (
    ANY_LANGUAGE,
    NOTHING,
    Declared,
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


class _Values(Mapping[str, Any]):
    """The canonical text, and what else is asked for, worked out when it is."""

    __slots__ = ("_head", "_known")

    def __init__(self, head: str, canonical_text: str) -> None:
        self._head = head
        self._known: dict[str, Any] = {"canonical": canonical_text}

    def __getitem__(self, field: str) -> Any:
        if field not in self._known:
            self._known[field] = _FIELDS[field](self._head)
        return self._known[field]

    def __iter__(self) -> Iterator[str]:
        return iter(("canonical", *_FIELDS))

    def __len__(self) -> int:
        return 1 + len(_FIELDS)


def measure(event: Event) -> Measured:
    """Return the canonical text, its language, mentions, links and hashtags."""
    text = event.post.text if event.post is not None else None
    if text is None:
        return NOTHING
    if len(text) <= LONGEST:
        made = canonical(text)
        return Measured(_Values(text, made), _spans(text, made))
    head = text[:LONGEST]
    made = canonical(head)
    return Measured(_Values(head, made + folded(text[LONGEST:])), _spans(head, made))


def _spans(text: str, made: str) -> tuple[Span, ...]:
    if made == folded(text):
        return ()
    return tuple(Span("post.text", start, end, "camouflage") for start, end in undone(text))


def signal() -> Signal:
    """Return the signal; named under the entry-point group ``ombud.signals``."""
    return TextSignal()
