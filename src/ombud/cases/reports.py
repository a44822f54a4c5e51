"""Reports by people join or open cases; both doors, the stream and the form, end in :func:`keep`.

A report says of one place that it breaks a clause. Where it names none that is adopted here, a
person says later under which it falls (``ombud.cases.sorting``). A hundred reports open the
same case as one: what they are worth moves its place in the queue (``ombud.cases.weighing``)
and nothing else.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ombud.base.clock import Micros
from ombud.cases import language
from ombud.cases.entry import name
from ombud.cases.weighing import Background, weigh
from ombud.conduct.harms import harms
from ombud.events.envelope import Event
from ombud.store import Tx, cases, clauses, pins, reports
from ombud.store.clauses import ClauseVersion
from ombud.store.reports import Contact, Report
from ombud.store.text import to_canonical

SEALED = frozenset({"intimate_image", "child_safety"})
"""Harms whose content is never copied or shown again, not even to its author."""
WORDS_KEPT = 4_000
"""Characters of a report from the stream that are kept for the reviewer; the archive has the whole."""

ANONYMOUS = "anon:"
"""Begins the id of a reporter who has no account: the rest is a digest of their receipt code."""
DECLINED = "declined-clause"
NOT_IN_FORCE = "not-in-force"
NOT_SURE = frozenset({"", "not sure", "not-sure", "?"})


@dataclass(frozen=True, slots=True)
class New:
    """A report as it comes in, through whatever door.

    ``at`` is when it was made, ``named`` the clause in the reporter's words, ``account`` and
    ``post`` what is reported, ``location`` an address, ``content`` what the report brings with it,
    ``seq`` the event's number in the archive.
    """

    origin: str | None
    event_id: str
    at: Micros
    door: str
    reporter: str
    text: str
    created_at: Micros | None = None
    account: str | None = None
    post: str | None = None
    location: str | None = None
    named: str | None = None
    content: str = ""
    evidence: Sequence[dict[str, Any]] = ()
    legal: dict[str, Any] | None = None
    language: str | None = None
    audience: str | None = None
    receipt: bytes | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """New reports that have numbers and no case yet.

    ``leads`` gives, of those that open one, the position, the event's number, and what brings
    it to its case.
    """

    rows: tuple[Report, ...]
    leads: tuple[tuple[int, int, cases.Lead], ...]


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of it: the reports that were new, and how many cases they opened."""

    rows: tuple[Report, ...]
    opened: int


def of_stream(events: Sequence[Event], first: int) -> list[New]:
    """Return the reports among events that say what they are about; the first has number ``first``."""
    found = []
    for seq, event in enumerate(events, first):
        target, said = event.target, event.report
        if event.kind != "report" or target is None or not (target.account_id or target.post_id):
            continue
        found.append(
            New(
                origin=event.origin,
                event_id=event.id,
                at=event.at,
                door=reports.STREAM,
                reporter=event.account.id,
                created_at=event.account.created_at,
                account=target.account_id,
                post=target.post_id,
                named=said.clause if said is not None else None,
                text=((said.text if said is not None else None) or "")[:WORDS_KEPT],
                content=((event.post.text if event.post is not None else None) or "")[:WORDS_KEPT],
                audience=event.audience,
                seq=seq,
            )
        )
    return found


def enter(
    tx: Tx,
    new: Sequence[New],
    *,
    now: Micros,
    contact: Contact | None = None,
) -> Entered:
    """Keep reports and join or open their cases; a report that is known changes nothing.

    Args:
        tx: a writing transaction.
        new: in the order in which they came.
        now: the wall clock.
        contact: how to reach the one who filed the only report.
    """
    made = draft(tx, new, now=now)
    places = cases.open_or_join(tx, [lead for *_, lead in made.leads], now)
    rows = keep(tx, made, [case for case, _ in places], contact)
    return Entered(rows, len({case for case, opened in places if opened}))


def draft(
    tx: Tx, new: Sequence[New], *, now: Micros, hypothetical: bool = False, opens: bool = True
) -> Draft:
    """Return the reports that are not known yet, with what brings them to a case; nothing is written.

    Args:
        tx: a writing transaction.
        new: in the order in which they came.
        now: the wall clock.
        hypothetical: clauses are applied as if they had been in force; nothing can follow.
        opens: whether cases are opened; without it a person sorts the reports later.
    """
    if not new:
        return Draft((), ())
    seen = reports.known(tx, [reports.key_of(each.origin, each.event_id) for each in new])
    fresh: list[New] = []
    for each in new:
        key = reports.key_of(each.origin, each.event_id)
        if key not in seen:
            seen.add(key)
            fresh.append(each)
    book = ClauseBook(tx)
    first = reports.next_number(tx)
    rows = [_row(tx, first + i, each, book, now, hypothetical) for i, each in enumerate(fresh)]
    placed = [i for i, row in enumerate(rows) if opens and row.clause is not None and row.no_case is None]
    return Draft(tuple(rows), tuple((i, fresh[i].seq, book.lead(rows[i], hypothetical)) for i in placed))


def keep(tx: Tx, made: Draft, places: Sequence[str], contact: Contact | None = None) -> tuple[Report, ...]:
    """Write reports down on the cases found for them, and weigh these: the one end of both doors.

    Args:
        tx: the transaction that made the draft.
        made: the draft.
        places: the case of each of its leads.
        contact: how to reach the one who filed the only report.
    """
    if not made.rows:
        return ()
    rows = list(made.rows)
    for (i, *_), case in zip(made.leads, places, strict=True):
        rows[i] = msgspec.structs.replace(rows[i], case_id=case)
    reports.add_many(tx, rows, contact)
    back = Background(tx)
    for case in dict.fromkeys(places):
        weigh(tx, case, since=rows[0].n, background=back)
    return tuple(rows)


def leaf(row: Report) -> bytes:
    """Return what a report adds to the record: the SHA-256 of its salt and of what was told."""
    told = [row.origin, row.event_id, row.at, row.reporter, row.subject_kind, row.subject, row.account]
    told += [row.location, row.named, row.text, row.content, row.evidence, row.legal]
    return hashlib.sha256((row.salt or b"") + to_canonical(told)).digest()


def _row(tx: Tx, n: int, new: New, book: ClauseBook, now: Micros, hypothetical: bool) -> Report:
    key = reports.key_of(new.origin, new.event_id)
    found = book.find(new.named)
    known = found if isinstance(found, ClauseVersion) else None
    no_case = found if isinstance(found, str) and found == DECLINED else None
    if known is not None and not hypothetical and not book.in_force(known, new.at):
        no_case = NOT_IN_FORCE
    kind, subject = book.subject(known, new.account, new.post or new.location)
    sealed = known is not None and known.harm in SEALED
    mark = "" if new.origin is None else "=" + new.origin
    return Report(
        n=n,
        id=name(tx, "rp", mark, new.event_id),
        key=key,
        origin=new.origin,
        event_id=new.event_id,
        at=new.at,
        filed_at=now,
        door=new.door,
        reporter=new.reporter,
        created_at=new.created_at,
        subject_kind=kind,
        subject=subject,
        account=new.account,
        location=new.location,
        code=known.code if known is not None else None,
        clause=known.clause if known is not None else None,
        named=new.named,
        text=new.text,
        content="" if sealed else new.content,
        evidence=[dict(each) for each in new.evidence],
        legal=new.legal,
        language=new.language or language.guess([new.text]),
        audience=new.audience,
        case_id=None,
        no_case=no_case,
        receipt=new.receipt,
        salt=tx.secret_digest(b"report", key) if tx.repeatable else os.urandom(16),
    )


class ClauseBook:
    """The clauses that reports can name, as adopted in a store.

    Args:
        tx: a transaction.
    """

    def __init__(self, tx: Tx) -> None:
        self._versions: dict[tuple[str, str], list[ClauseVersion]] = {}
        for row in clauses.every(tx):
            self._versions.setdefault((row.code, row.clause), []).append(row)
        self._said: dict[tuple[str, str], dict[str, Any]] = {}
        for pin in pins.every(tx):
            for clause, said in pin.payload.get("clauses", {}).items():
                self._said[pin.code, clause] = said

    def names(self) -> list[str]:
        """Return every clause that can be reported, as ``code/clause``."""
        return [f"{code}/{clause}" for code, clause in self._versions]

    def find(self, named: str | None) -> ClauseVersion | str | None:
        """Return the clause that somebody names as ``4.4``, ``code/4.4`` or ``code 4.4``.

        ``None``: no clause is named, or none that is adopted. ``"declined-clause"``: it cannot be
        enforced. ``"several-clauses"``: several codes have it.
        """
        plain = " ".join((named or "").split())
        if plain.lower() in NOT_SURE:
            return None
        code, _, clause = plain.replace("/", " ", 1).rpartition(" ")
        keys = [key for key in self._versions if key[1] == clause and code in ("", key[0])]
        if len(keys) == 1:
            return self._versions[keys[0]][-1]
        if keys:
            return "several-clauses"
        other = any(key[1] == clause and code in ("", key[0]) for key in self._said)
        return DECLINED if other else None

    def in_force(self, known: ClauseVersion, at: Micros) -> bool:
        """Say whether any version of a clause was in force."""
        return self._versions[known.code, known.clause][0].in_force_from <= at

    def subject(self, known: ClauseVersion | None, account: str | None, item: str | None) -> tuple[str, str]:
        """Return what a case is about: what the clause judges, as far as the report says it."""
        wanted = "post" if known is None else self._said.get((known.code, known.clause), {}).get("subject")
        if account and (wanted in ("account", "group") or not item):
            return ("group" if wanted == "group" else "account"), account
        assert item is not None
        return "post", item

    def lead(self, row: Report, hypothetical: bool) -> cases.Lead:
        """Return what brings a report to its case."""
        assert row.code is not None
        assert row.clause is not None
        versions = self._versions[row.code, row.clause]
        clause = next((each for each in reversed(versions) if each.in_force_from <= row.at), versions[0])
        return cases.Lead(
            subject_kind=row.subject_kind,
            subject=row.subject,
            code=row.code,
            clause=row.clause,
            clause_version=clause.version,
            lane=0 if harms()[clause.harm].lane_zero else 1,
            severity=clause.severity,
            at=row.at,
            hypothetical=hypothetical,
            counts=0,
        )
