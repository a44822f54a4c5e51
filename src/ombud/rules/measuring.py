"""Signals at work in one pass over a stream: observed in order, measured when a rule asks.

A signal is measured at most once for an event, and only where the rest of a rule's
condition may hold. What it observes is never a rule's choice: every event but posts
whose audience is private or not known, in (at, id) order (design, 2.7 and 7).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from ombud.base.clock import Micros
from ombud.base.errors import Fault, OmbudError, Where
from ombud.events.envelope import Event
from ombud.expr import Part
from ombud.signals.base import (
    Measured,
    RecallingSession,
    Registers,
    Remembering,
    Signal,
    SignalSession,
)

REMEMBERED = 1024
"""Measurements kept at once; the expression engine works on fewer rows than this at a time."""

SPANS, VERSION, MORE = "spans", "version", "evidence"
"""What ``signal.<name>.`` can be followed by in a finding's evidence besides a field."""


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(dict[str, bytes]).decode


class Measuring:
    """The signal sessions of one pass, as the expression engine asks them (``expr.live``).

    Args:
        signals: the signals that rules read, by name.
        shown: from a rule's number to the names of signals whose evidence it keeps.
        registers: the dated facts that signals read.
        keep: hold what ordered signals measured for findings, until :meth:`forget`.
    """

    def __init__(
        self,
        signals: Mapping[str, Signal],
        shown: Mapping[int, Sequence[str]],
        registers: Registers,
        *,
        keep: bool = False,
    ) -> None:
        self._signals = signals
        self._registers = registers
        self._sessions: dict[str, SignalSession] = {}
        self._memo: dict[str, dict[int, tuple[Event, Measured]]] = {name: {} for name in signals}
        self._kept: dict[tuple[str, int], tuple[Event, Measured]] = {}
        self._keep = keep
        self._ordered = [name for name, signal in signals.items() if signal.horizon > 0]
        self._shown = {
            rule: [name for name in names if name in self._ordered] for rule, names in shown.items()
        }
        self._remembering = {name: each for name, each in signals.items() if isinstance(each, Remembering)}
        self.observes = bool(self._ordered)
        self._values = {name: self._values_of(name) for name in signals}
        self.columns: Mapping[str, Part] = {
            f"signal.{name}.{field}": Part(self._values[name], field)
            for name, signal in signals.items()
            for field in signal.fields
        }

    def _values_of(self, name: str) -> Callable[[Any], Mapping[str, Any]]:
        memo = self._memo[name]

        def values(event: Any) -> Mapping[str, Any]:
            known = memo.get(id(event))
            if known is not None and known[0] is event:
                return known[1].values
            session = self._sessions.get(name) or self._session(name)
            try:
                found = session.measure(event)
            except OmbudError:
                raise
            except Exception as error:
                raise _failed(name, event, error) from error
            if len(memo) >= REMEMBERED:
                memo.clear()
            memo[id(event)] = event, found
            return found.values

        return values

    def _session(self, name: str) -> SignalSession:
        return self._sessions.setdefault(name, self._signals[name].session(self._registers))

    def measure(self, name: str, event: Event) -> Measured:
        """Return what a signal says of an event.

        Raises:
            OmbudError: ``signals/failed``: the signal raised; the event and signal are named.
        """
        self._values[name](event)
        return self._memo[name][id(event)][1]

    def observe(self, row: Any) -> None:
        """Tell ordered signals an event, unless it is content that is not known to be open."""
        if not is_open(row):
            return
        for name in self._ordered:
            try:
                (self._sessions.get(name) or self._session(name)).observe(row)
            except OmbudError:
                raise
            except Exception as error:
                raise _failed(name, row, error) from error

    def remember(self, event: Event) -> bytes | None:
        """Return what the signals that look back far must remember of an event, for the archive."""
        if not is_open(event):
            return None
        found = {name: kept for name, one in self._remembering.items() if (kept := one.sketch(event))}
        return _pack(found) if found else None

    def recall(self, at: Micros, account: str, post: str, sketch: bytes) -> None:
        """Tell the signals that look back far an event by what :meth:`remember` gave of it."""
        for name, kept in _unpack(sketch).items():
            if name in self._remembering:
                session = self._sessions.get(name) or self._session(name)
                assert isinstance(session, RecallingSession)
                session.recall(at, account, post, kept)

    def held(self, row: Any, rules: Sequence[int]) -> None:
        """Hold what ordered signals say at this moment for the findings of ``rules``."""
        if self._keep:
            for rule in rules:
                for name in self._shown.get(rule, ()):
                    self._kept[name, id(row)] = (row, self.measure(name, row))

    def forget(self) -> None:
        """Let go of what was held for findings."""
        self._kept.clear()

    def evidence(self, name: str, part: str, event: Event) -> Any:
        """Return a part of what a signal shows for a finding: a field, its spans, version or more."""
        if part == VERSION:
            return self._signals[name].version
        known = self._kept.get((name, id(event)))
        found = known[1] if known is not None and known[0] is event else self.measure(name, event)
        if part == SPANS:
            return [
                {"column": span.column, "start": span.start, "end": span.end, "kind": span.kind}
                for span in found.spans
            ] or None
        return dict(found.evidence) or None if part == MORE else found.values.get(part)


def is_open(event: Event) -> bool:
    """Tell whether signals may take note of an event: it is no post, or one known to be open."""
    return event.post is None or event.audience not in (None, "private")


def _failed(name: str, event: Event, error: Exception) -> OmbudError:
    message = f"the signal {name!r} failed on an event: {type(error).__name__}: {error}"
    hint = "this is a fault of the signal; rules that read it cannot run until it is mended"
    return OmbudError(Fault("signals/failed", message, Where(f"event {event.id}"), hint))
