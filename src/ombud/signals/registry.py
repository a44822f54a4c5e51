"""The signals that are installed: ours and anyone's, through one door.

A distribution names a factory under the entry-point group ``ombud.signals``. What does
not load, or does not declare what it should, is left out and told as a fault: a rule
that reads it is then refused by name, and nothing is measured half.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import GenericAlias, MappingProxyType
from typing import Any

from ombud.base.errors import Fault, Where
from ombud.signals.base import Signal
from ombud.signals.catalogue import SIGNALS, Declared, signal_columns

GROUP = "ombud.signals"
"""The entry-point group; the name of an entry is the signal's name."""

OURS = "ombud"


@dataclass(frozen=True, slots=True)
class Installed:
    """The signals by name, and what was left out and why."""

    signals: Mapping[str, Signal]
    faults: tuple[Fault, ...]

    def columns(self) -> dict[str, type | GenericAlias]:
        """Return every column a rule may name: the catalogue's, and those of installed signals."""
        found = signal_columns()
        for name, signal in self.signals.items():
            found.update(
                {f"signal.{name}.{field}": declared.type for field, declared in signal.fields.items()}
            )
        return found

    def measured(self) -> frozenset[str]:
        """Return the columns that are measured; a rule in force may read only these."""
        return frozenset(
            f"signal.{name}.{field}" for name, signal in self.signals.items() for field in signal.fields
        )


@cache
def installed() -> Installed:
    """Return the signals of this installation; read once a process."""
    return load(entry_points(group=GROUP))


def load(points: Iterable[EntryPoint]) -> Installed:
    """Load signals from entry points; ours come first, so no other can take their names."""
    found: dict[str, Signal] = {}
    faults: list[Fault] = []
    for point in sorted(points, key=lambda point: (_owner(point) != OURS, point.name, point.value)):
        where = Where(f"{_owner(point)}: {point.value}")
        try:
            made = point.load()()
        except Exception as error:
            faults.append(_fault(point.name, f"it does not load: {type(error).__name__}: {error}", where))
            continue
        wrong = _wrong_with(point.name, made, found)
        if wrong is None:
            found[point.name] = made
        else:
            faults.append(_fault(point.name, wrong, where))
    return Installed(MappingProxyType(found), tuple(faults))


def _owner(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else "?"


def _fault(name: str, message: str, where: Where) -> Fault:
    hint = "rules that read it are refused; mend or remove the package that brings it"
    return Fault("signals/broken", f"the signal {name!r} is left out: {message}", where, hint)


def _wrong_with(name: str, made: Any, found: Mapping[str, Signal]) -> str | None:
    """Return what keeps an object from being the signal its entry says, or ``None``."""
    if not isinstance(made, Signal):
        return f"its factory gave {type(made).__name__}, which lacks a signal's attributes"
    if made.name != name or not name.isidentifier():
        return f"it calls itself {made.name!r}"
    if name in found:
        return "another one of that name is installed already"
    if not isinstance(made.horizon, int) or made.horizon < 0 or not isinstance(made.version, str):
        return "its horizon is not a number of microseconds, or its version not a text"
    for field, declared in made.fields.items():
        known = SIGNALS.get(f"signal.{name}.{field}")
        if not isinstance(declared, Declared) or not field.isidentifier():
            return f"its field {field!r} is not declared"
        if known is not None and known.type != declared.type:
            return f"its field {field!r} has another type than the catalogue says"
    return None
