"""Who may say that a claim is false: the rule of two publishers.

A check counts if its publisher publishes its method and the claim is not about the
publisher. A public body's statement is shown under its name and never counts. Publishers
that disagree count as none, and a check that was withdrawn no longer counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ombud.expr import folded

FALSE = frozenset({"false", "misleading"})


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the rows for one claim come to.

    Attributes:
        publishers: independent publishers with a published method who found it false; 0 if
            one of their kind found it true.
        urls: where their checks stand, in order of publisher.
        statements: public bodies that have made a statement.
        retracted: a check of the claim has been withdrawn.
    """

    publishers: int
    urls: tuple[str, ...]
    statements: tuple[str, ...]
    retracted: bool


def agreement(rows: Iterable[Mapping[str, Any]]) -> Agreement:
    """Weigh the rows of register ``fact_checks`` that are about one claim."""
    counted: dict[str, str] = {}
    statements: set[str] = set()
    retracted = disputed = False
    for row in rows:
        publisher = name_of(row)
        if row.get("retracted"):
            retracted = True
        elif row.get("kind") == "statement":
            statements.add(str(row.get("publisher") or "?"))
        elif row.get("method_published") and publisher and not _about_itself(publisher, row):
            disputed = disputed or row.get("rating") == "true"
            if row.get("rating") in FALSE:
                counted.setdefault(publisher, str(row.get("url") or ""))
    found = {} if disputed else counted
    urls = tuple(found[name] for name in sorted(found) if found[name])
    return Agreement(len(found), urls, tuple(sorted(statements)), retracted)


def name_of(row: Mapping[str, Any]) -> str:
    """Return a publisher's name with case and spacing evened out."""
    return " ".join(folded(str(row.get("publisher") or "")).split())


def _about_itself(publisher: str, row: Mapping[str, Any]) -> bool:
    """Tell whether a claim is about the one who checked it: among those named, or in its words."""
    about = row.get("about")
    named = [folded(str(name)) for name in about] if isinstance(about, list | tuple) else []
    if any(name and (name in publisher or publisher in name) for name in named):
        return True
    return len(publisher) > 1 and any(publisher in folded(form) for form in forms_of(row))


def forms_of(row: Mapping[str, Any]) -> list[str]:
    """Return the claim in each wording that a row gives."""
    return [
        form for name in ("claim", "claim_en", "claim_zh") if isinstance(form := row.get(name), str) and form
    ]
