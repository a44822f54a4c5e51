"""Labels that a rule may set: who switched it on for which clause, and what was labelled."""

from __future__ import annotations

import msgspec
from sqlalchemy import (
    func,
    select,
)

from ombud.base.clock import Micros
from ombud.base.ids import digest16
from ombud.store import rows
from ombud.store.findings import Finding
from ombud.store.tables.core import cases, findings
from ombud.store.tables.life import claims, decisions, measures
from ombud.store.tables.wider import automatic_labels, automation_acts
from ombud.store.transaction import Tx


class Switch(msgspec.Struct, frozen=True):
    """Automatic labels were switched on or off for a clause.

    ``person`` is ``None`` where a quota did it; findings numbered up to ``after`` are left to people.
    """

    n: int
    at: Micros
    code: str
    clause: str
    granted: bool
    person: str | None
    after: int
    why: str


class Label(msgspec.Struct, frozen=True):
    """A label that a rule set; the key stands for the clause and the post, so there is one for ever."""

    key: bytes
    decision_id: str
    finding: int
    at: Micros


def key_of(code: str, clause: str, subject_kind: str, subject: str) -> bytes:
    """Return what stands for a clause and a subject."""
    return digest16("automatic label", code, clause, subject_kind, subject)


def switch(tx: Tx, row: Switch) -> None:
    """Write down that automatic labels were switched on or off (``n`` from :func:`next_switch`)."""
    rows.add(tx, automation_acts, row)


def next_switch(tx: Tx) -> int:
    """Return the number of the next act."""
    return tx.next_number(automation_acts)


def switches(tx: Tx) -> list[Switch]:
    """Return the last act on each clause, in order of code and clause."""
    last: dict[tuple[str, str], Switch] = {}
    for row in rows.every(tx, automation_acts, Switch, order=[automation_acts.c.n]):
        last[row.code, row.clause] = row
    return [last[key] for key in sorted(last)]


def last_finding(tx: Tx) -> int:
    """Return the number of the newest finding, 0 where there is none."""
    return int(tx.run(select(func.coalesce(func.max(findings.c.n), 0))).scalar_one())


def add(tx: Tx, row: Label) -> None:
    """Keep that a rule set a label; the database refuses a second one for the same clause and subject."""
    rows.add(tx, automatic_labels, row)


def known(tx: Tx, key: bytes) -> bool:
    """Return whether a rule ever labelled this subject under this clause."""
    return tx.run(select(automatic_labels.c.at).where(automatic_labels.c.key == key)).first() is not None


def waiting(tx: Tx, code: str, clause: str, after: int, limit: int) -> list[Finding]:
    """Return findings of stable rules on open cases that nobody holds, numbered above ``after``.

    Left out are hypothetical ones, those that an edit mended, and those on a case that has a decision.
    """
    f, c, d = findings.c, cases.c, decisions.c
    wanted = (
        select(*(f[name] for name in Finding.__struct_fields__))
        .join_from(findings, cases, c.id == f.case_id)
        .join(claims, claims.c.case_id == c.id, isouter=True)
        .join(decisions, d.case_id == c.id, isouter=True)
        .where(f.code == code, f.clause == clause, f.n > after, f.status == "stable")
        .where(~f.hypothetical, f.mended_at.is_(None), ~c.hypothetical, c.state == "open")
        .where(claims.c.case_id.is_(None), d.id.is_(None))
        .order_by(f.n)
        .limit(limit)
    )
    return [Finding(**{**row._mapping, "key": bytes(row.key)}) for row in tx.run(wanted)]


def mended(tx: Tx, limit: int) -> list[str]:
    """Return decisions of standing automatic labels whose finding an edit mended."""
    label, f, m = automatic_labels.c, findings.c, measures.c
    wanted = (
        select(label.decision_id)
        .join_from(automatic_labels, findings, f.n == label.finding)
        .join(measures, m.decision_id == label.decision_id)
        .where(f.mended_at.is_not(None), m.reversed_at.is_(None))
        .order_by(label.decision_id)
        .limit(limit)
    )
    return list(tx.run(wanted).scalars())


def labelled(tx: Tx, after: int, limit: int) -> list[tuple[int, str]]:
    """Return (number of the measure, decision) of labels that stand, set by anyone, above a number."""
    m = measures.c
    wanted = select(m.n, m.decision_id).where(m.kind == "label", m.reversed_at.is_(None), m.n > after)
    return [(int(row[0]), str(row[1])) for row in tx.run(wanted.order_by(m.n).limit(limit))]
