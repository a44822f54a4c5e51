"""Reports by people: one row each, found again by its event, its receipt, its case or its reporter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import func, select, update

from ombud.base.clock import Micros
from ombud.base.ids import digest16
from ombud.store import rows
from ombud.store.tables.core import cases
from ombud.store.tables.life import appeals, claims, clause_versions, decisions
from ombud.store.tables.reports import contacts, reports
from ombud.store.tables.wider import withdrawals
from ombud.store.transaction import Tx, chunks

STREAM, FORM = "stream", "form"


class Report(msgspec.Struct, frozen=True):
    """A report.

    ``at`` is when it was made (event time), ``filed_at`` the wall clock; ``door`` is the stream
    of events or the form. ``created_at`` is when the reporter's account was opened. ``location``
    is an address, ``named`` the clause as the reporter wrote it. ``content`` is what was
    reported, as far as the report brought it in. ``legal`` holds what Art. 16(2) DSA asks for
    beside the contact. Without a case, ``no_case`` says why there will be none; where it is
    ``None`` too, a person is still to say under which clause it falls.
    """

    n: int
    id: str
    key: bytes
    origin: str | None
    event_id: str
    at: Micros
    filed_at: Micros
    door: str
    reporter: str
    created_at: Micros | None
    subject_kind: str
    subject: str
    account: str | None
    location: str | None
    code: str | None
    clause: str | None
    named: str | None
    text: str
    content: str
    evidence: Any
    legal: Any
    language: str | None
    audience: str | None
    case_id: str | None
    no_case: str | None
    receipt: bytes | None
    salt: bytes | None


class Contact(msgspec.Struct, frozen=True):
    """How to reach who filed a report; it never leaves this table."""

    report_id: str
    name: str
    email: str
    at: Micros


_ORDER = [reports.c.n]


def key_of(origin: str | None, event_id: str) -> bytes:
    """Return a report's 16-byte key; no origin and an empty origin are told apart."""
    return digest16("" if origin is None else "=" + origin, event_id)


def known(tx: Tx, keys: Sequence[bytes]) -> set[bytes]:
    """Return which keys are kept already."""
    found: set[bytes] = set()
    for some in chunks(keys):
        found.update(map(bytes, tx.run(select(reports.c.key).where(reports.c.key.in_(some))).scalars()))
    return found


def next_number(tx: Tx) -> int:
    """Return the number of the next report."""
    return tx.next_number(reports)


def add_many(tx: Tx, new: Sequence[Report], contact: Contact | None = None) -> None:
    """Keep reports."""
    if new:
        tx.run(reports.insert(), [msgspec.structs.asdict(row) for row in new])
    if contact is not None:
        rows.add(tx, contacts, contact)


def get(tx: Tx, report_id: str) -> Report | None:
    """Return a report by its id."""
    return rows.one(tx, reports, Report, reports.c.id == report_id)


def by_receipt(tx: Tx, digest: bytes) -> Report | None:
    """Return the report that a receipt code opens."""
    return rows.one(tx, reports, Report, reports.c.receipt == digest)


def contact_of(tx: Tx, report_id: str) -> Contact | None:
    """Return how to reach who filed a report."""
    return rows.one(tx, contacts, Contact, contacts.c.report_id == report_id)


def address_of(tx: Tx, reporter: str) -> str | None:
    """Return the e-mail address that an anonymous reporter left, if any."""
    wanted = select(contacts.c.email).join_from(contacts, reports, contacts.c.report_id == reports.c.id)
    found = tx.run(wanted.where(reports.c.reporter == reporter, contacts.c.email != "")).first()
    return None if found is None else str(found[0])


def of_case(tx: Tx, case_id: str, *, limit: int | None = None) -> list[Report]:
    """Return a case's reports in the order in which they came."""
    return rows.every(tx, reports, Report, reports.c.case_id == case_id, order=_ORDER, limit=limit)


def count(tx: Tx, case_id: str) -> tuple[int, int]:
    """Return how many reports a case has, and from how many reporters."""
    wanted = select(func.count(), func.count(reports.c.reporter.distinct()))
    told, people = tx.run(wanted.where(reports.c.case_id == case_id)).one()
    return int(told), int(people)


def unsorted(
    tx: Tx, *, subject: tuple[str, str] | None = None, after: int = 0, limit: int = 1000
) -> list[Report]:
    """Return reports of which a person is still to say under which clause they fall."""
    where = [reports.c.case_id.is_(None), reports.c.no_case.is_(None), reports.c.n > after]
    if subject is not None:
        where += [reports.c.subject_kind == subject[0], reports.c.subject == subject[1]]
    return rows.every(tx, reports, Report, *where, order=_ORDER, limit=limit)


def page(tx: Tx, *, after: int = 0, limit: int = 100, **equal: str | None) -> list[Report]:
    """Return reports numbered above ``after`` that match the filters, in order."""
    where = [reports.c[name] == value for name, value in equal.items() if value is not None]
    return rows.every(tx, reports, Report, reports.c.n > after, *where, order=_ORDER, limit=limit)


def assign(
    tx: Tx,
    report_ids: Sequence[str],
    case_id: str,
    code: str,
    clause: str,
    subject: tuple[str, str],
    *,
    sealed: bool,
) -> None:
    """Put reports on a case, under its clause; where that seals things, what they brought is emptied."""
    values = {"case_id": case_id, "code": code, "clause": clause}
    values |= dict(zip(("subject_kind", "subject"), subject, strict=True))
    for some in chunks(report_ids):
        these = update(reports).where(reports.c.id.in_(some))
        tx.run(these.values(**values, **({"content": ""} if sealed else {})))


def move(tx: Tx, before: str, after: str) -> None:
    """Put a case's reports on the case that was opened in its place."""
    tx.run(update(reports).where(reports.c.case_id == before).values(case_id=after))


class Past(msgspec.Struct, frozen=True):
    """That somebody reported something that came to a case."""

    reporter: str
    case_id: str
    code: str
    clause: str


def past_of(tx: Tx, reporters: Collection[str], before: int, each: int) -> list[Past]:
    """Return what people reported up to report number ``before``, the newest first, ``each`` at most."""
    found: list[Past] = []
    r = reports.c
    place = func.row_number().over(partition_by=r.reporter, order_by=r.n.desc()).label("place")
    for some in chunks(sorted(reporters)):
        inner = select(r.n, r.reporter, r.case_id, r.code, r.clause, place)
        inner = inner.where(r.reporter.in_(some), r.case_id.is_not(None), r.n <= before)
        newest = inner.subquery()
        shown = (newest.c.reporter, newest.c.case_id, newest.c.code, newest.c.clause)
        wanted = select(*shown).where(newest.c.place <= each).order_by(newest.c.n.desc())
        found += [Past(*row) for row in tx.run(wanted)]
    return found


def sizes(tx: Tx, case_ids: Collection[str], before: int) -> dict[str, int]:
    """Return how many reports each case had when report number ``before`` had come."""
    found: dict[str, int] = {}
    r = reports.c
    for some in chunks(sorted(case_ids)):
        wanted = select(r.case_id, func.count()).where(r.case_id.in_(some), r.n <= before)
        found.update((case, n) for case, n in tx.run(wanted.group_by(r.case_id)))
    return found


def births(tx: Tx, before: int, limit: int) -> list[Micros]:
    """Return, sorted, when the accounts behind the last reports up to number ``before`` were opened."""
    r = reports.c
    newest = select(r.reporter, r.created_at).where(r.created_at.is_not(None), r.n <= before)
    last = newest.order_by(r.n.desc()).limit(limit).subquery()
    wanted = select(func.min(last.c.created_at)).group_by(last.c.reporter)
    return sorted(int(at) for at in tx.run(wanted).scalars())


def verdicts(tx: Tx, case_ids: Collection[str]) -> dict[str, bool]:
    """Return of decided cases whether the clause applied, as it stands today.

    The last decision by a person counts. Reversed, or undone with its cluster, it says
    the contrary, or, if it was a refusal, nothing; taken back because a fact-check no longer
    stands or outside the house it says nothing, like "cannot tell". An edit proves nobody wrong.
    """
    found: dict[str, bool | None] = {}
    d, a, w = decisions.c, appeals.c, withdrawals.c
    for some in chunks(sorted(case_ids)):
        wanted = (
            select(d.case_id, d.answer, a.outcome, w.ground)
            .join_from(decisions, appeals, appeals.c.decision_id == d.id, isouter=True)
            .join(withdrawals, w.decision_id == d.id, isouter=True)
            .where(d.case_id.in_(some), d.answer != "interim", d.automatic.is_(False))
            .order_by(d.n)
        )
        latest: dict[str, list[Any]] = {}
        for row in tx.run(wanted):
            latest[row.case_id] = [row.answer, row.outcome, row.ground]
        for case, (answer, outcome, ground) in latest.items():
            first = {"applies": True, "does_not_apply": False}.get(answer)
            if outcome == "reversed" or ground in ("cluster", "own"):
                first = False if first else None
            found[case] = None if ground in ("fact-check", "dispute") else first
    return {case: said for case, said in found.items() if said is not None}


def families(tx: Tx) -> dict[tuple[str, str], str]:
    """Return the harm of every clause as last adopted."""
    k = clause_versions.c
    wanted = select(k.code, k.clause, k.harm).order_by(k.in_force_from, k.ordinal)
    return {(code, clause): harm for code, clause, harm in tx.run(wanted)}


class Progress(msgspec.Struct, frozen=True):
    """How much is known: the last report and decision, and how many decisions were taken back."""

    report: int = 0
    decision: int = 0
    back: int = 0


def progress(tx: Tx) -> Progress:
    """Return how much is known now."""
    d, a = decisions.c, appeals.c
    last = tx.run(select(func.coalesce(func.max(d.n), 0))).scalar_one()
    back = tx.run(select(func.count()).where(a.outcome == "reversed")).scalar_one()
    back += tx.run(select(func.count()).select_from(withdrawals)).scalar_one()
    return Progress(last_number(tx), int(last), int(back))


def touched(tx: Tx, seen: Progress, *, after: int, limit: int) -> list[tuple[int, str]]:
    """Return (number, id) of open cases one of whose reporters reported, or was judged, since ``seen``.

    Args:
        tx: a transaction.
        seen: how much was known.
        after: the number of the last case returned before.
        limit: how many at most.
    """
    r, d, a = reports.c, decisions.c, appeals.c
    judged = select(d.case_id).where(d.n > seen.decision)
    if progress(tx).back != seen.back:
        taken = select(a.decision_id).where(a.outcome == "reversed").union(select(withdrawals.c.decision_id))
        judged = judged.union(select(d.case_id).where(d.id.in_(taken)))  # type: ignore[assignment]
    people = select(r.reporter).where((r.n > seen.report) | r.case_id.in_(judged))
    told = select(r.case_id).where(r.reporter.in_(people), r.case_id.is_not(None))
    wanted = select(cases.c.n, cases.c.id).where(cases.c.state != "closed", cases.c.n > after)
    found = tx.run(wanted.where(cases.c.id.in_(told)).order_by(cases.c.n).limit(limit))
    return [(int(n), str(case)) for n, case in found]


def last_number(tx: Tx) -> int:
    """Return the number of the last report, 0 where there is none."""
    return int(tx.run(select(func.coalesce(func.max(reports.c.n), 0))).scalar_one())


def only_reported(tx: Tx, *, after: int = 0, limit: int = 500) -> list[tuple[int, str]]:
    """Return (number, id) of open cases that no rule found and that nobody holds, in order."""
    held = select(claims.c.case_id)
    wanted = select(cases.c.n, cases.c.id).where(
        cases.c.state != "closed", cases.c.findings == 0, cases.c.n > after, cases.c.id.not_in(held)
    )
    return [(int(n), str(case)) for n, case in tx.run(wanted.order_by(cases.c.n).limit(limit))]


def reporters_of(tx: Tx, case_id: str) -> list[tuple[str, str | None]]:
    """Return everybody who reported a case, in order, with the language of their first report."""
    first: dict[str, str | None] = {}
    wanted = select(reports.c.reporter, reports.c.language).where(reports.c.case_id == case_id)
    for who, language in tx.run(wanted.order_by(reports.c.n)):
        first.setdefault(who, language)
    return list(first.items())


def accounts_of(tx: Tx, case_id: str) -> set[str]:
    """Return whose doing a case's reports are about, as far as they say."""
    wanted = select(reports.c.account).where(reports.c.case_id == case_id, reports.c.account.is_not(None))
    return set(tx.run(wanted.distinct()).scalars())


def cases_about(tx: Tx, account: str) -> set[str]:
    """Return the cases to which reports about an account came."""
    wanted = select(reports.c.case_id).where(reports.c.account == account, reports.c.case_id.is_not(None))
    return set(tx.run(wanted.distinct()).scalars())


def empty_of_event(tx: Tx, origin: str | None, event: str, gone: str) -> int:
    """Empty the words of the report that an event was, and how to reach who filed it."""
    these = (reports.c.key == key_of(origin, event)) & reports.c.salt.is_not(None)
    return _empty(tx, list(tx.run(select(reports.c.id).where(these)).scalars()), gone, contact=True)


def empty_of_account(tx: Tx, origin: str | None, account: str, pseudonym: str, gone: str) -> int:
    """Empty what reports by and about an account say, and who it is; return how many changed.

    Numbers, keys, times and cases stay, so that nothing is taken in twice.
    """
    r = reports.c
    here = r.origin.is_(None) if origin is None else r.origin == origin
    by = list(tx.run(select(r.id).where(here, r.reporter == account)).scalars())
    whose = (r.account == account) | ((r.subject_kind != "post") & (r.subject == account))
    about = list(tx.run(select(r.id).where(here, whose)).scalars())
    _empty(tx, by, gone, contact=True)
    _empty(tx, about, gone, contact=False)
    for some in chunks(by):
        named = {"reporter": pseudonym, "event_id": pseudonym, "created_at": None}
        tx.run(update(reports).where(r.id.in_(some)).values(**named))
    for some in chunks(about):
        tx.run(update(reports).where(r.id.in_(some)).values(account=pseudonym, subject=pseudonym))
    return len(set(by) | set(about))


def _empty(tx: Tx, ids: Sequence[str], gone: str, *, contact: bool) -> int:
    bare: dict[str, Any] = {"text": "", "content": "", "evidence": [], "legal": None, "salt": None}
    for some in chunks(ids):
        these = update(reports).where(reports.c.id.in_(some))
        tx.run(these.values(**bare, location=None, named=None))
        if contact:
            mine = update(contacts).where(contacts.c.report_id.in_(some))
            tx.run(mine.values(name=gone, email=""))
    return len(ids)


def names(tx: Tx) -> set[str]:
    """Return every account that reports name: who reported, and whom."""
    found: set[str] = set()
    for column in (reports.c.reporter, reports.c.account):
        found.update(tx.run(select(column).where(column.is_not(None)).distinct()).scalars())
    return found
