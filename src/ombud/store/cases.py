"""One open case for each subject and clause, which new findings join."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import and_, bindparam, func, or_, select, update

from ombud.base.clock import Micros
from ombud.base.ids import digest16
from ombud.store.tables.core import case_history, cases
from ombud.store.text import escape, to_json
from ombud.store.transaction import Tx, chunks

OPEN, CLOSED = "open", "closed"


class Lead(msgspec.Struct, frozen=True):
    """What brings a finding or a report to a case; ``at`` is the event's time, lane 0 comes first.

    ``counts`` is 1 for a finding and 0 for a report, whose number moves nothing.
    """

    subject_kind: str
    subject: str
    code: str
    clause: str
    clause_version: str
    lane: int
    severity: int
    at: Micros
    hypothetical: bool
    counts: int = 1


class Case(msgspec.Struct, frozen=True):
    """A case: ``n`` numbers it in the order of opening, ``id`` is its public name."""

    n: int
    id: str
    subject_kind: str
    subject: str
    code: str
    clause: str
    clause_version: str
    lane: int
    severity: int
    state: str
    hypothetical: bool
    opened_at: Micros
    first_at: Micros
    last_at: Micros
    findings: int


class Entry(msgspec.Struct, frozen=True):
    """One line of a case's history; ``at`` is the wall clock's."""

    n: int
    at: Micros
    kind: str
    body: Any


_SHOWN = [cases.c[name] for name in Case.__struct_fields__]
_CASE = select(*_SHOWN)
_HISTORY = select(*(case_history.c[name] for name in Entry.__struct_fields__)).order_by(case_history.c.n)
_COLUMNS = (
    *("n", "id", "key", "ordinal", "subject_kind", "subject", "code", "clause", "clause_version"),
    *("lane", "severity", "state", "hypothetical", "opened_at", "first_at", "last_at", "findings"),
)
_JOIN = (
    update(cases)
    .where(cases.c.id == bindparam("case"))
    .values(
        {name: bindparam("new_" + name) for name in ("lane", "severity", "first_at", "last_at", "findings")}
    )
)


def key_of(lead: Lead) -> bytes:
    """Return what all cases of one subject and clause share; hypothetical ones stay apart."""
    kind = "hypothetical" if lead.hypothetical else "real"
    return digest16(kind, lead.subject_kind, lead.subject, lead.code, lead.clause)


def open_or_join(tx: Tx, leads: Sequence[Lead], now: Micros) -> list[tuple[str, bool]]:
    """Find or open the case of each lead; return its id and whether this call opened it.

    A joined case takes the first lane and the highest severity, widens its times and
    counts the finding; it keeps the clause version with which it was opened.

    Args:
        tx: a writing transaction.
        leads: one for each new finding or report, in order.
        now: the wall clock, for ``opened_at`` and the history.
    """
    groups: dict[bytes, list[Lead]] = {}
    keys = [key_of(lead) for lead in leads]
    for key, lead in zip(keys, leads, strict=True):
        groups.setdefault(key, []).append(lead)
    if not groups:
        return []
    tx.alone()
    latest = _latest(tx, groups)
    joined = {key: row for key, row in latest.items() if row.state != CLOSED}
    if joined:
        tx.run(_JOIN, [_widened(row, groups[key]) for key, row in joined.items()])
    ids = {key: row.id for key, row in joined.items()}
    fresh = [key for key in groups if key not in joined]
    ids.update(
        _open(tx, {key: (latest[key].ordinal + 1 if key in latest else 1) for key in fresh}, groups, now)
    )
    return [(ids[key], key not in joined) for key in keys]


def _latest(tx: Tx, keys: Iterable[bytes]) -> dict[bytes, Any]:
    """Return the newest case of each key."""
    latest: dict[bytes, Any] = {}
    for some in chunks(keys):
        wanted = select(cases).where(cases.c.key.in_(some)).order_by(cases.c.ordinal)
        latest.update((bytes(row.key), row) for row in tx.run(wanted))
    return latest


def _widened(row: Any, leads: Sequence[Lead]) -> dict[str, Any]:
    return {
        "case": row.id,
        "new_lane": min(row.lane, *(lead.lane for lead in leads)),
        "new_severity": max(row.severity, *(lead.severity for lead in leads)),
        "new_first_at": min(row.first_at, *(lead.at for lead in leads)),
        "new_last_at": max(row.last_at, *(lead.at for lead in leads)),
        "new_findings": row.findings + sum(lead.counts for lead in leads),
    }


def _open(
    tx: Tx, ordinals: dict[bytes, int], groups: dict[bytes, list[Lead]], now: Micros
) -> dict[bytes, str]:
    if not ordinals:
        return {}
    ids = _names(tx, ordinals)
    first = tx.next_number(cases)
    rows, history = [], []
    for i, (key, ordinal) in enumerate(ordinals.items()):
        lead, times = groups[key][0], [each.at for each in groups[key]]
        lane = min(each.lane for each in groups[key])
        severity = max(each.severity for each in groups[key])
        named = (lead.subject_kind, escape(lead.subject), escape(lead.code), escape(lead.clause))
        found = sum(each.counts for each in groups[key])
        counted = (now, min(times), max(times), found)
        rows.append(
            (
                *(first + i, ids[key], key, ordinal, *named, escape(lead.clause_version)),
                *(lane, severity, OPEN, lead.hypothetical, *counted),
            )
        )
        history.append((ids[key], 1, now, "opened", to_json({"findings": found})))
    tx.insert(cases, _COLUMNS, rows)
    tx.insert(case_history, ("case_id", "n", "at", "kind", "body"), history)
    return ids


def _names(tx: Tx, ordinals: dict[bytes, int]) -> dict[bytes, str]:
    """Name new cases: the same subject, clause, ordinal and store give the same name."""
    names = {key: _name(tx, key, ordinal, 0) for key, ordinal in ordinals.items()}
    taken: set[str] = set()
    for some in chunks(names.values()):
        taken.update(tx.run(select(cases.c.id).where(cases.c.id.in_(some))).scalars())
    for key, name in names.items():
        attempt = 0
        while name in taken:  # two of some 2**60 names met
            attempt += 1
            name = _name(tx, key, ordinals[key], attempt)
            if get(tx, name) is not None:
                taken.add(name)
        names[key] = name
        taken.add(name)
    return names


def _name(tx: Tx, key: bytes, ordinal: int, attempt: int) -> str:
    digest = tx.secret_digest(b"case", key, b"%d" % ordinal, b"%d" % attempt)
    return "c-" + base64.b32encode(digest)[:12].decode().lower()


def note(tx: Tx, case_id: str, at: Micros, kind: str, body: Any) -> int:
    """Add a line to a case's history and return its number."""
    tx.alone()
    wanted = select(case_history.c.n).where(case_history.c.case_id == case_id)
    last = tx.run(wanted.order_by(case_history.c.n.desc()).limit(1)).scalar()
    number = int(last or 0) + 1
    tx.run(case_history.insert(), {"case_id": case_id, "n": number, "at": at, "kind": kind, "body": body})
    return number


def history(tx: Tx, case_id: str) -> list[Entry]:
    """Return a case's history in order."""
    return [Entry(*row) for row in tx.run(_HISTORY.where(case_history.c.case_id == case_id))]


def get(tx: Tx, case_id: str) -> Case | None:
    """Return one case by its id."""
    row = tx.run(_CASE.where(cases.c.id == case_id)).first()
    return None if row is None else Case(*row)


def page(
    tx: Tx,
    *,
    after: Case | None = None,
    limit: int = 100,
    order: Literal["opened", "queue"] = "opened",
    **equal: str | int | bool | None,
) -> list[Case]:
    """Return cases after a given one.

    Args:
        tx: a transaction.
        after: the last case seen.
        limit: how many at most.
        order: ``opened`` = as they were opened; ``queue`` = lane, severity (highest first), then age.
        equal: column = value, such as ``state="open"``; ``None`` filters nothing.
    """
    c = cases.c
    wanted = select(*_SHOWN).limit(limit).where(*(c[name] == v for name, v in equal.items() if v is not None))
    if order == "opened":
        wanted = wanted.order_by(c.n)
        if after is not None:
            wanted = wanted.where(c.n > after.n)
    else:
        wanted = wanted.order_by(c.lane, c.severity.desc(), c.n)
        if after is not None:
            same = c.lane == after.lane
            lower = and_(same, c.severity < after.severity)
            later = and_(same, c.severity == after.severity, c.n > after.n)
            wanted = wanted.where(c.lane >= after.lane, or_(c.lane > after.lane, lower, later))
    return [Case(**row._mapping) for row in tx.run(wanted)]


def count_by_state(tx: Tx) -> dict[str, int]:
    """Return how many cases there are in each state."""
    rows = tx.run(select(cases.c.state, func.count()).group_by(cases.c.state).order_by(cases.c.state))
    return {str(row[0]): int(row[1]) for row in rows}
