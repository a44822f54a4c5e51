"""Columns that a session works out itself, such as measurements with a memory of the stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

NO_PARTS: Mapping[str, Any] = MappingProxyType({})
"""What a function of a row gives, this very object, to say the quick way that every field is NULL."""


class Part(NamedTuple):
    """Where a column's value stands: in the field ``field`` of what ``of`` gives for a row.

    A field that is missing, or ``None``, is NULL. Columns with the same function ask it once a row.
    """

    of: Callable[[Any], Mapping[str, Any]]
    field: str


class Live(Protocol):
    """What a session asks for the columns that no row holds.

    Attributes:
        columns: from a column's name to its part of what is worked out of a row. A function
            is asked for a row after the row was observed, and only where a rule needs it.
        observes: whether it wants to be told rows; without, :meth:`observe` is not called.
    """

    @property
    def columns(self) -> Mapping[str, Part]:
        """Name -> part of what is worked out of a row."""
        ...

    @property
    def observes(self) -> bool:
        """Whether rows are to be told."""
        ...

    def observe(self, row: Any) -> None:
        """Take note of a row; called once a row, in order, before anything is asked about it."""
        ...

    def held(self, row: Any, rules: Sequence[int]) -> None:
        """Hear which rules (by number) held for the row last observed, before the next one."""
        ...


class NoLive:
    """No such columns."""

    columns: Mapping[str, Part] = {}
    observes = False

    def observe(self, row: Any) -> None:
        """Do nothing."""

    def held(self, row: Any, rules: Sequence[int]) -> None:
        """Do nothing."""
