"""One tree of errors; each says what is wrong, where, and what to do.

Every problem Ombud reports is a :class:`Fault`: a permanent code, a sentence,
a place and a hint. An :class:`OmbudError` carries one or more of them, so a
linter can report everything at once and a caller can still catch one type.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a source: file, line and column (both counted from 1; ``None`` = not known)."""

    path: str | Path | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [str(self.path)] if self.path is not None else []
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    ``code`` is permanent and names the room first, as in ``expr/unknown-column``;
    scripts may match on it, so a released code never changes its meaning.
    """

    code: str
    message: str
    where: Where | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where is not None and str(self.where) else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{place}{self.message} [{self.code}]{hint}"


class OmbudError(Exception):
    """The root of every error Ombud raises on purpose.

    Attributes:
        faults: what is wrong, at least one.
        exit_code: what the command line ends with.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, *faults: Fault) -> None:
        if not faults:
            raise ValueError("an OmbudError needs at least one fault")
        self.faults: tuple[Fault, ...] = faults
        super().__init__("\n".join(str(fault) for fault in faults))

    @classmethod
    def of(
        cls, code: str, message: str, *, where: Where | None = None, hint: str | None = None
    ) -> OmbudError:
        """Build the error from the parts of its only fault."""
        return cls(Fault(code, message, where, hint))

    @classmethod
    def all(cls, faults: Iterable[Fault]) -> OmbudError:
        """Build the error from several faults."""
        return cls(*faults)

    @property
    def code(self) -> str:
        """The permanent code of the first fault."""
        return self.faults[0].code


class UsageError(OmbudError):
    """The call itself is wrong: an unknown option, a missing file, a name that does not exist."""

    exit_code = 2


class ConductError(OmbudError):
    """A code of conduct, a rule or a list does not hold up."""

    exit_code = 3


class RuleError(ConductError):
    """A rule's expression does not parse, type-check or compile."""


class EventError(OmbudError):
    """One event cannot be taken; a run quarantines it and goes on."""

    exit_code = 4


class StoreError(OmbudError):
    """The store refuses: locked by another run, another code pinned, damaged, disk full."""

    exit_code = 5
