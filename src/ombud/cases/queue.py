"""The queue of one reviewer: what waits, why it stands there, and until when it should be decided."""

from __future__ import annotations

from dataclasses import dataclass

from ombud.base.clock import Micros
from ombud.cases.priority import Part, due_at, parts
from ombud.cases.roles import require
from ombud.cases.work import languages_of
from ombud.store import Tx, casework
from ombud.store.casework import Waiting


@dataclass(frozen=True, slots=True)
class Place:
    """One case in the queue, with the formula's terms and its service time."""

    case: Waiting
    parts: tuple[Part, ...]
    due_at: Micros
    overdue: bool


def queue(
    tx: Tx,
    person: str,
    now: Micros,
    *,
    mine: bool = False,
    free: bool = True,
    everything: bool = False,
    after: Waiting | None = None,
    limit: int = 50,
) -> list[Place]:
    """Return a page of the queue for a reviewer.

    Args:
        tx: a transaction.
        person: the reviewer; cases in a language that they do not read are left out.
        now: the wall clock.
        mine: only the cases that the person holds.
        free: only cases that nobody holds.
        everything: cases in every language.
        after: the last case of the page before.
        limit: how many at most.

    Raises:
        CaseError: ``cases/wrong-role``, ``cases/no-such-person``.
    """
    require(tx, person, "reviewer", "operator", "auditor")
    languages = [] if everything or mine else languages_of(tx, person)
    found = casework.queue(
        tx,
        languages=languages,
        holder=person if mine else None,
        free=free and not mine,
        after=after,
        limit=limit,
    )
    return [Place(case, tuple(parts(case)), due_at(case), due_at(case) < now) for case in found]
