"""What a signal is: the interface that ours and anyone's signals implement.

A signal declares its fields, the languages it has measured precision for and how much
history it keeps. A run starts one :class:`SignalSession` of it, tells it every event in
(at, id) order (:meth:`~SignalSession.observe`), and asks for values
(:meth:`~SignalSession.measure`) only where a rule's other conditions hold.

The door is the entry-point group ``ombud.signals``: each entry names a factory
``def signal() -> Signal``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from ombud.base.ids import content_hash
from ombud.events.envelope import Event
from ombud.expr import NO_PARTS
from ombud.signals.catalogue import Declared

__all__ = [
    "ANY_LANGUAGE",
    "NOTHING",
    "Declared",
    "Event",
    "Factory",
    "GivenRegisters",
    "Lazy",
    "Measured",
    "NoRegisters",
    "RecallingSession",
    "Registers",
    "Remembering",
    "Signal",
    "SignalSession",
    "Span",
    "Stateless",
]

ANY_LANGUAGE = "und"
"""Stands in :attr:`Signal.languages` for a signal that does not depend on a language."""


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

    def history(self, register: str) -> Sequence[Mapping[str, Any]]:
        """Return all rows with ``valid_from`` and ``valid_to``; always the same object.

        For a signal that builds a costly index: build it once and compare dates itself.
        """
        ...


class NoRegisters:
    """Registers without a row, for tests and for runs without a store."""

    def rows(self, register: str, at: int) -> Sequence[Mapping[str, Any]]:  # noqa: ARG002 - the protocol's
        """Return no row."""
        return ()

    def revision(self, register: str) -> str:  # noqa: ARG002 - the protocol's
        """Return the revision of an empty register."""
        return ""

    def history(self, register: str) -> Sequence[Mapping[str, Any]]:  # noqa: ARG002 - the protocol's
        """Return no row."""
        return ()


class GivenRegisters:
    """Registers held in memory: the rows of a rule's test, or of a test of a signal.

    A row may say ``valid_from`` and ``valid_to`` (microseconds; the end is exclusive); without,
    it is valid always.
    """

    def __init__(self, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self._rows = {name: tuple(found) for name, found in rows.items()}
        self._dated = {
            name
            for name, found in self._rows.items()
            if any(row.get("valid_from") is not None or row.get("valid_to") is not None for row in found)
        }
        self._seen: dict[tuple[str, tuple[int, ...]], tuple[Mapping[str, Any], ...]] = {}

    def rows(self, register: str, at: int) -> Sequence[Mapping[str, Any]]:
        """Return the rows that are valid at an instant."""
        found = self._rows.get(register, ())
        if register not in self._dated:
            return found
        valid = tuple(i for i, row in enumerate(found) if _valid(row, at))
        return self._seen.setdefault((register, valid), tuple(found[i] for i in valid))

    def history(self, register: str) -> Sequence[Mapping[str, Any]]:
        """Return all rows."""
        return self._rows.get(register, ())

    def revision(self, register: str) -> str:
        """Return a hash of the rows."""
        return content_hash([dict(row) for row in self._rows.get(register, ())])


def _valid(row: Mapping[str, Any], at: int) -> bool:
    start, end = row.get("valid_from"), row.get("valid_to")
    return (start is None or start <= at) and (end is None or at < end)


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text column: code-point offsets in the *original* text, end exclusive."""

    column: str
    start: int
    end: int
    kind: str


class Lazy(Mapping[str, Any]):
    """Values of which some are worked out when they are asked for, once.

    Args:
        known: field → value.
        later: field → what gives its value from ``about``.
        about: what those functions are given.
    """

    __slots__ = ("_about", "_known", "_later")

    def __init__(self, known: dict[str, Any], later: Mapping[str, Callable[[Any], Any]], about: Any) -> None:
        self._known = known
        self._later = later
        self._about = about

    def __getitem__(self, field: str) -> Any:
        if field not in self._known:
            self._known[field] = self._later[field](self._about)
        return self._known[field]

    def get(self, field: str, default: Any = None) -> Any:
        """Return a field's value; the quick way where most are not there."""
        if field in self._known:
            return self._known[field]
        return self[field] if field in self._later else default

    def __iter__(self) -> Iterator[str]:
        return iter({**self._known, **self._later})

    def __len__(self) -> int:
        return len({**self._known, **self._later})


@dataclass(frozen=True, slots=True)
class Measured:
    """What one event yields: field → value (a missing field is NULL), and what shows it.

    ``evidence`` holds further JSON-able facts: the compared item, counts, distances.
    """

    values: Mapping[str, Any] = field(default_factory=lambda: NO_PARTS)
    spans: tuple[Span, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=lambda: NO_PARTS)


NOTHING = Measured()
"""Every field is NULL."""


class SignalSession(Protocol):
    """A signal at work on one stream, for one thread."""

    def observe(self, event: Event) -> None:
        """Take note of an event; called once an event, in (at, id) order.

        Only sessions of signals with a ``horizon`` above 0 are told events, and never a
        post whose audience is private or not known.
        """
        ...

    def measure(self, event: Event) -> Measured:
        """Return the values for an event; changes nothing that another answer depends on.

        For a signal with a ``horizon`` the event is the last one observed; after an ``edit``
        the same event comes once more as the ``post`` or ``comment`` it leaves behind. For one
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


@runtime_checkable
class Remembering(Protocol):
    """A signal that looks back farther than the archive keeps words.

    What it needs of an event is written beside the event as a sketch: numbers from which no word
    can be read. After a restart its session is told the sketches of the horizon, in (at, id) order,
    and the events of the last ``recent`` microseconds whole.

    Attributes:
        remembers: names the sketch's form; changes when older ones cannot be read any more.
        recent: microseconds for which the session needs whole events; 0 = none.
    """

    @property
    def remembers(self) -> str:
        """Names the sketch's form."""
        ...

    @property
    def recent(self) -> int:
        """Microseconds of whole events."""
        ...

    def sketch(self, event: Event) -> bytes | None:
        """Return what has to be remembered of an event, ``None`` for nothing."""
        ...


@runtime_checkable
class RecallingSession(Protocol):
    """A session of a :class:`Remembering` signal."""

    def recall(self, at: int, account: str, post: str, sketch: bytes) -> None:
        """Take note of an event by its sketch; before any event is observed."""
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
