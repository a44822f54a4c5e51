"""Decisions, as people made them; they never change."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Select, Text, case, func, select, type_coerce

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.tables.life import appeals, clause_versions, corrections, credits_earned, decisions
from ombud.store.tables.wider import withdrawals
from ombud.store.text import to_json
from ombud.store.transaction import Tx, chunks

APPLIES, NOT, UNCLEAR, INTERIM = "applies", "does_not_apply", "cannot_tell", "interim"


class Decision(msgspec.Struct, frozen=True):
    """A reasoned outcome of a case; ``at`` is the wall clock's, ``breach_at`` the event's.

    ``facts`` are what it relies on, ``incidents`` the keys of what happened, ``considered`` the
    milder measures with why they fail, ``replaces`` the decision that an appeal changed.
    """

    n: int
    id: str
    case_id: str
    clause_id: str
    at: Micros
    decided_by: str
    seconded_by: str | None
    automatic: bool
    answer: str
    account: str
    breach_at: Micros | None
    severity: int
    facts: Any
    incidents: list[str]
    rules: list[str]
    reasons: str
    considered: Any
    hijacked: bool
    danger: bool
    replaces: str | None
    salt: bytes | None


class Judged(msgspec.Struct, frozen=True):
    """A decision that a clause applied, with what became of it since."""

    decision: str
    at: Micros
    code: str
    clause: str
    severity: int
    incidents: list[str]
    hijacked: bool
    free: bool | None
    correction: str | None
    appeal: str | None


class Credit(msgspec.Struct, frozen=True):
    """Points earned back."""

    n: int
    account: str
    at: Micros
    points: int
    granted_by: str
    reason: str
    salt: bytes | None


def add(tx: Tx, row: Decision) -> None:
    """Keep a decision (``n`` from ``tx.next_number``)."""
    rows.add(tx, decisions, row)


def next_number(tx: Tx) -> int:
    """Return the number of the next decision."""
    return tx.next_number(decisions)


def get(tx: Tx, decision_id: str) -> Decision | None:
    """Return a decision."""
    return rows.one(tx, decisions, Decision, decisions.c.id == decision_id)


def of_case(tx: Tx, case_id: str) -> list[Decision]:
    """Return a case's decisions in order."""
    return rows.every(tx, decisions, Decision, decisions.c.case_id == case_id, order=[decisions.c.n])


def numbered(tx: Tx, numbers: Sequence[int]) -> list[Decision]:
    """Return decisions by their numbers, in the order given."""
    found: dict[int, Decision] = {}
    for some in chunks(numbers):
        found.update((row.n, row) for row in rows.every(tx, decisions, Decision, decisions.c.n.in_(some)))
    return [found[n] for n in numbers if n in found]


def judged(tx: Tx, account: str) -> list[Judged]:
    """Return every decision of people that a clause applied to somebody's doing, with what became of it.

    Labels that a rule set count for nothing; what was taken back is ``reversed``.
    """
    return [Judged(*row) for row in tx.run(_judged().where(decisions.c.account == account))]


@cache
def _judged() -> Select[Any]:
    k = clause_versions
    d, c, a, w = decisions.c, corrections.c, appeals.c, withdrawals.c
    return (
        select(
            *(d.id, d.at, k.c.code, k.c.clause, d.severity, d.incidents, d.hijacked),
            *(c.free, c.outcome, case((w.decision_id.is_not(None), "reversed"), else_=a.outcome)),
        )
        .join_from(decisions, k, k.c.id == d.clause_id)
        .join(corrections, c.decision_id == d.id, isouter=True)
        .join(appeals, (a.decision_id == d.id) & a.outcome.in_(("reversed", "changed")), isouter=True)
        .join(withdrawals, w.decision_id == d.id, isouter=True)
        .where(d.answer == APPLIES, ~d.automatic)
        .order_by(d.n)
    )


def credits_of(tx: Tx, account: str) -> list[Credit]:
    """Return what training earned somebody back."""
    c = credits_earned.c
    return rows.every(tx, credits_earned, Credit, c.account == account, order=[c.n])


def add_credit(tx: Tx, row: Credit) -> None:
    """Write down points earned back (``n`` from :func:`next_credit`)."""
    rows.add(tx, credits_earned, row)


def next_credit(tx: Tx) -> int:
    """Return the number of the next credit."""
    return tx.next_number(credits_earned)


def count_rule(tx: Tx, rule: str, since: Micros, until: Micros) -> tuple[int, int]:
    """Return how many decisions that a clause applied rest on a rule, and how many of them were automatic."""
    d = decisions.c
    named = func.replace(d.rules, to_json(rule), "", type_=Text) != type_coerce(d.rules, Text)
    wanted = select(d.automatic, func.count()).where(d.at >= since, d.at < until, d.answer == APPLIES, named)
    found = {bool(row[0]): int(row[1]) for row in tx.run(wanted.group_by(d.automatic))}
    return sum(found.values()), found.get(True, 0)


def count(tx: Tx) -> int:
    """Return how many decisions there are."""
    return int(tx.run(select(func.count()).select_from(decisions)).scalar_one())
