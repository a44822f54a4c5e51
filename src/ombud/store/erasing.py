"""Emptying rows of what names a person: salts, evidence, texts and identifiers.

Nothing is deleted, so numbers, keys and counts stay; the guards of migration 0003 allow a
text to be emptied only together with its salt.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Table, func, select, update

from ombud.base.clock import Micros
from ombud.store import looks, precedents, statements
from ombud.store.tables import life, outside, record
from ombud.store.tables.columns import metadata
from ombud.store.tables.core import case_history, cases, findings, quarantine
from ombud.store.text import JsonText, SafeText
from ombud.store.transaction import Tx, chunks

GONE = "erased"


class Found(msgspec.Struct, frozen=True):
    """A finding that an erasure concerns: number, event, origin, account, case."""

    n: int
    event_id: str
    origin: str | None
    account: str
    case_id: str | None


_FOUND = [findings.c[name] for name in Found.__struct_fields__]


def findings_on(tx: Tx, *, account: str | None = None, event: str | None = None) -> list[Found]:
    """Return the findings on an account, or on an event, of any origin."""
    where = findings.c.account == account if event is None else findings.c.event_id == event
    rows = tx.run(select(*_FOUND).where(where).order_by(findings.c.n))
    return [Found(*row) for row in rows]


def empty_findings(tx: Tx, numbers: Collection[int], pseudonym: str | None) -> int:
    """Empty salt and evidence; with a pseudonym, the identifiers too. Return how many changed."""
    values: dict[str, Any] = {"salt": None, "evidence": {}}
    if pseudonym is not None:
        values |= {"event_id": pseudonym, "account": pseudonym, "subject": pseudonym, "post_key": None}
    done = 0
    looks.empty_shadow(tx, numbers, GONE)
    for some in chunks(sorted(numbers)):
        these = findings.c.n.in_(some)
        done += tx.run(update(findings).where(these, findings.c.salt.is_not(None)).values(**values)).rowcount
        if pseudonym is not None:
            posts = these & findings.c.post.is_not(None)
            tx.run(update(findings).where(posts).values(post=pseudonym))
    return done


def quarantined(tx: Tx) -> list[tuple[int, bytes, str]]:
    """Return (number, raw bytes, message) of every quarantined line that still has its bytes."""
    wanted = select(quarantine.c.n, quarantine.c.raw, quarantine.c.message)
    rows = tx.run(wanted.where(quarantine.c.message != GONE).order_by(quarantine.c.n))
    return [(n, bytes(raw), message) for n, raw, message in rows]


def empty_quarantine(tx: Tx, numbers: Collection[int]) -> int:
    """Empty the bytes and the words of quarantined lines, and settle them as dropped."""
    done = 0
    for some in chunks(sorted(numbers)):
        lines = update(quarantine).where(quarantine.c.n.in_(some))
        done += tx.run(lines.values(raw=b"", message=GONE, status="dropped")).rowcount
    return done


def cases_of(tx: Tx, account: str, ids: Collection[str]) -> list[str]:
    """Return the cases whose subject is the account, or a post of it (from its findings' cases)."""
    found = set(
        tx.run(select(cases.c.id).where(cases.c.subject_kind == "account", cases.c.subject == account))
        .scalars()
        .all()
    )
    for some in chunks(sorted(ids)):
        mine = cases.c.id.in_(some) & cases.c.subject_kind.in_(("post", "account"))
        found.update(tx.run(select(cases.c.id).where(mine)).scalars())
    return sorted(found)


def empty_cases(tx: Tx, ids: Collection[str], pseudonym: str, strip: Callable[[Any], Any]) -> int:
    """Give cases another subject and key, and strip their history of words."""
    for case_id in ids:
        key = tx.secret_digest(b"erased case", case_id.encode(), pseudonym.encode())
        tx.run(update(cases).where(cases.c.id == case_id).values(subject=pseudonym, key=key))
        h = case_history.c
        for row in tx.run(select(h.n, h.body).where(h.case_id == case_id)).all():
            body = strip(row.body)
            if body != row.body:
                mine = (h.case_id == case_id) & (h.n == row.n)
                tx.run(update(case_history).where(mine).values(body=body))
    return len(ids)


def empty_life(tx: Tx, account: str, pseudonym: str, now: Micros) -> dict[str, int]:
    """Empty what the life of an account's cases left: decisions, notices, appeals and all beside them.

    Letters that were not sent yet are given up, for they have no words any more.
    """
    d, n, a, m = life.decisions, life.notices, life.appeals, life.measures
    mine = set(tx.run(select(d.c.id).where(d.c.account == account)).scalars())
    letters = set(tx.run(select(n.c.id).where(n.c.recipient == account)).scalars())
    letters |= _where_in(tx, n.c.id, n.c.decision_id, mine)
    pleas = _where_in(tx, a.c.id, a.c.notice_id, letters) | _where_in(tx, a.c.id, a.c.decision_id, mine)
    counts = {
        "decisions": _set(tx, d, mine, reasons="", facts=None, considered=[], account=GONE),
        "notices": _set(tx, n, letters, title="", body=""),
        "appeals": _set(tx, a, pleas, text="", files=[]),
    }
    if worded := statements.empty(tx, _where_in(tx, m.c.id, m.c.decision_id, mine), GONE):
        counts["statements"] = worded
    _set(tx, n, letters, only=n.c.recipient == account, recipient=GONE)
    _set(tx, a, pleas, only=a.c.representative.is_not(None), representative="")
    k, f, o = life.corrections, life.conflicts, life.outbox
    for some in chunks(sorted(letters)):
        judged = k.c.notice_id.in_(some) & k.c.reasons.is_not(None)
        tx.run(update(k).where(judged).values(reasons=""))
        unsent = o.c.notice_id.in_(some) & o.c.sent_at.is_(None) & (o.c.kind == "notice")
        tx.run(update(o).where(unsent).values(given_up_at=now, error=GONE))
    for some in chunks(sorted(_where_in(tx, d.c.case_id, d.c.id, mine))):
        tx.run(update(f).where(f.c.case_id.in_(some)).values(why=GONE))
    looks.empty(tx, mine, GONE)
    precedents.empty(tx, mine)
    g = life.credits_earned
    tx.run(update(g).where(g.c.account == account).values(account=GONE, reason=GONE, salt=None))
    _empty_outside(tx, mine, letters)
    empty_ended(tx)
    h, s = record.holds, record.disclosures
    tx.run(update(h).where(h.c.scope == account).values(scope=pseudonym, reason=GONE, salt=None))
    tx.run(update(s).where(s.c.account == account).values(account=GONE, why=GONE, salt=None))
    return counts


def _empty_outside(tx: Tx, decisions: Collection[str], letters: Collection[str]) -> None:
    """Empty what executors answered, why income is refunded, and the words of disputes."""
    m, r, e, u = life.measures, outside.orders, outside.escrow_ends, outside.disputes
    these = _where_in(tx, m.c.id, m.c.decision_id, decisions)
    for some in chunks(sorted(these)):
        answered = r.c.measure_id.in_(some)
        tx.run(update(r).where(answered, r.c.ack.is_not(None)).values(ack=GONE))
        tx.run(update(r).where(answered, r.c.error.is_not(None)).values(error=GONE))
        why = e.c.measure_id.in_(some) & e.c.reasons.is_not(None)
        tx.run(update(e).where(why).values(reasons=GONE, salt=None))
    brought = _where_in(tx, u.c.id, u.c.decision_id, decisions)
    brought |= _where_in(tx, u.c.id, u.c.notice_id, letters)
    for some in chunks(sorted(brought)):
        mine = u.c.id.in_(some)
        tx.run(update(u).where(mine).values(reference=GONE, salt=None))
        for column in ("words", "reasons"):
            tx.run(update(u).where(mine, u.c[column].is_not(None)).values({column: GONE}))


def empty_ended(tx: Tx) -> int:
    """Take the account's id from measures that are over, where the account was erased.

    A measure in force keeps it, since it must stay reversible and the platform must know whom
    it binds; so does one about which something still waits to be sent. Return how many changed.
    """
    m, d, o = life.measures.c, life.decisions.c, life.outbox.c
    gone = select(d.id).where(d.account == GONE)
    waits = select(o.notice_id).where(o.sent_at.is_(None), o.given_up_at.is_(None))
    over = m.ended_at.is_not(None) | m.reversed_at.is_not(None)
    told = m.notice_id.not_in(waits) & (m.reversed_notice.is_(None) | m.reversed_notice.not_in(waits))
    r = outside.orders.c
    told &= m.id.not_in(select(r.measure_id).where(r.followed_at.is_(None), r.acked_at.is_(None)))
    these = update(life.measures).where(over, m.account != GONE, m.decision_id.in_(gone), told)
    return tx.run(these.values(account=GONE, subject=GONE, details={})).rowcount


def _where_in(tx: Tx, wanted: Any, column: Any, values: Collection[str]) -> set[str]:
    found: set[str] = set()
    for some in chunks(sorted(values)):
        found.update(tx.run(select(wanted).where(column.in_(some))).scalars())
    return found


def _set(
    tx: Tx, table: Table, ids: Collection[str], *, only: ColumnElement[bool] | None = None, **values: Any
) -> int:
    done = 0
    for some in chunks(sorted(ids)):
        rest = table.c.salt.is_not(None) if only is None else only
        these = update(table).where(table.c.id.in_(some), rest)
        done += tx.run(these.values(salt=None, **values)).rowcount
    return done


def all_names(tx: Tx) -> set[str]:
    """Return every account that findings, cases, decisions or notices name, and events of findings."""
    names: set[str] = set()
    columns = (findings.c.account, findings.c.event_id, life.decisions.c.account, life.notices.c.recipient)
    for column in columns:
        names.update(tx.run(select(column).distinct()).scalars())
    subjects = select(cases.c.subject).where(cases.c.subject_kind == "account").distinct()
    return names | set(tx.run(subjects).scalars())


def still_named(tx: Tx, name: str) -> dict[str, int]:
    """Return in which text columns of any table a name still stands alone, with the number of rows."""
    left = {}
    for table in metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, SafeText | JsonText):
                continue
            where = column == name
            if isinstance(column.type, JsonText):
                where = func.instr(column, f'"{name}"') > 0 if tx.backend == "sqlite" else where
            n = tx.run(select(func.count()).select_from(table).where(where)).scalar_one()
            if n:
                left[f"{table.name}.{column.name}"] = int(n)
    return left
