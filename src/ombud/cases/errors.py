"""The error of every act on a case that is refused."""

from __future__ import annotations

from collections.abc import Iterable

from ombud.base.errors import Fault, OmbudError


class CaseError(OmbudError):
    """An act is refused; nothing was changed."""

    exit_code = 1


def refuse(code: str, message: str, hint: str | None = None) -> CaseError:
    """Build the error from its only fault."""
    return CaseError(Fault(code, message, None, hint))


def check(faults: Iterable[Fault]) -> None:
    """Raise all faults at once, if there are any.

    Raises:
        CaseError: there are faults.
    """
    found = tuple(faults)
    if found:
        raise CaseError(*found)


def text(value: str, name: str, limit: int, *, code: str) -> str:
    """Return a text without blanks around it, neither empty nor too long.

    Raises:
        CaseError: ``<code>`` (empty) or ``cases/too-long``.
    """
    clean = value.strip()
    if not clean:
        raise refuse(code, f"{name} is empty", "say it in a sentence")
    if len(clean) > limit:
        message = f"{name} has {len(clean):,} characters; {limit:,} are the most"
        raise refuse("cases/too-long", message, "say it shorter")
    return clean
