"""What a signal is: the interface that ours and anyone's signals implement.

A signal declares its fields, the languages it has measured precision for and how much
history it keeps. A run starts one :class:`SignalSession` of it, tells it every event in
(at, id) order (:meth:`~SignalSession.observe`), and asks for values
(:meth:`~SignalSession.measure`) only where a rule's other conditions hold.

The door is the entry-point group ``ombud.signals``: each entry names a factory
``def signal() -> Signal``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from ombud.events.envelope import Event
from ombud.signals.catalogue import Declared

__all__ = [
    "ANY_LANGUAGE",
    "NOTHING",
    "Declared",
    "Event",
    "Factory",
    "Measured",
    "NoRegisters",
    "Registers",
    "Signal",
    "SignalSession",
    "Span",
    "Stateless",
]

ANY_LANGUAGE = "und"
"""Stands in :attr:`Signal.languages` for a signal that does not depend on a language."""

_NO_VALUES: Mapping[str, Any] = MappingProxyType({})


class Registers(Protocol):
    """Dated facts, read as of an instant; the room ``registers`` provides them."""

    def rows(self, register: str, at: int) -> Sequence[Mapping[str, Any]]:
        """Return the rows of a register that are valid at an instant (microseconds, UTC).

        The same object is returned while the same rows are valid, so a signal may keep
        what it built from them by ``id()`` of a sequence it holds on to.
        """
        ...

    def revision(self, register: str) -> str:
        """Return a hash of the register's content; it changes when its rows change."""
        ...


class NoRegisters:
    """Registers without a row, for tests and for runs without a store."""

    def rows(self, register: str, at: int) -> Sequence[Mapping[str, Any]]:  # noqa: ARG002 - the protocol's
        """Return no row."""
        return ()

    def revision(self, register: str) -> str:  # noqa: ARG002 - the protocol's
        """Return the revision of an empty register."""
        return ""


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text column: code-point offsets in the *original* text, end exclusive."""

    column: str
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What one event yields: field → value (a missing field is NULL), and what shows it.

    ``evidence`` holds further JSON-able facts: the compared item, counts, distances.
    """

    values: Mapping[str, Any] = field(default_factory=lambda: _NO_VALUES)
    spans: tuple[Span, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=lambda: _NO_VALUES)


NOTHING = Measured()
"""Every field is NULL."""


class SignalSession(Protocol):
    """A signal at work on one stream, for one thread."""

    def observe(self, event: Event) -> None:
        """Take note of an event; called once an event, in (at, id) order.

        Only sessions of signals with a ``horizon`` above 0 are told events.
        """
        ...

    def measure(self, event: Event) -> Measured:
        """Return the values for an event; changes nothing that another answer depends on.

        For a signal with a ``horizon`` the event is the last one observed. For one
        without, it may be any event: the answer depends on the event and the registers alone.
        """
        ...


@runtime_checkable
class Signal(Protocol):
    """One detector.

    Attributes:
        name: the middle part of ``signal.<name>.<field>``.
        fields: field → type and meaning, as the catalogue declares them.
        languages: ISO 639-1 codes with measured precision; a text in another language
            yields NULL. ``und`` stands for a signal that does not depend on language.
        version: changes whenever code or data could change an answer.
        horizon: microseconds of history that the answers depend on; 0 = none. After
            observing the events of that span, a fresh session answers as an old one.
    """

    @property
    def name(self) -> str:
        """The middle part of ``signal.<name>.<field>``."""
        ...

    @property
    def fields(self) -> Mapping[str, Declared]:
        """Field → type and meaning."""
        ...

    @property
    def languages(self) -> frozenset[str]:
        """Languages with measured precision."""
        ...

    @property
    def version(self) -> str:
        """Changes with code or data."""
        ...

    @property
    def horizon(self) -> int:
        """Microseconds of history that answers depend on."""
        ...

    def session(self, registers: Registers) -> SignalSession:
        """Start a session that reads these registers."""
        ...


Factory = Callable[[], Signal]


class Stateless:
    """A session of a signal that keeps no history: give it the function that measures."""

    __slots__ = ("_measure",)

    def __init__(self, measure: Callable[[Event], Measured]) -> None:
        self._measure = measure

    def observe(self, event: Event) -> None:
        """Do nothing."""

    def measure(self, event: Event) -> Measured:
        """Return what the function gives."""
        return self._measure(event)
