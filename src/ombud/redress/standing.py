"""Somebody's decisions as the rows of the store tell them, for ``measures`` to reckon with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from ombud.base.clock import Micros
from ombud.measures.figures import STARTING, Figures
from ombud.measures.quota import Used, day_bounds
from ombud.measures.standing import Correction, Credit, Record, Standing, standing
from ombud.store import Tx, decisions, measures


def records(tx: Tx, account: str) -> list[Record]:
    """Return every decision that a clause applied to somebody's doing."""
    found: dict[str, Record] = {}
    for row in decisions.judged(tx, account):
        earlier = found.get(row.decision)
        undone = row.appeal in ("reversed", "changed") or (earlier is not None and earlier.reversed)
        found[row.decision] = Record(
            decision=row.decision,
            at=row.at,
            clause=(row.code, row.clause),
            severity=row.severity,
            incidents=frozenset(row.incidents),
            free=bool(row.free),
            correction=_correction(row.free, row.correction),
            reversed=undone,
            hijacked=row.hijacked,
        )
    return list(found.values())


def _correction(free: bool | None, outcome: str | None) -> Correction | None:
    if free is None:
        return None
    return cast(Correction, outcome or "open")


def credits_of(tx: Tx, account: str) -> list[Credit]:
    """Return what training earned somebody back."""
    return [Credit(row.at, row.points) for row in decisions.credits_of(tx, account)]


def standing_of(tx: Tx, account: str, now: Micros, figures: Figures = STARTING) -> Standing:
    """Return somebody's standing; for its holder, and for the reviewer of a case once it is answered."""
    return standing(records(tx, account), now, credits=credits_of(tx, account), figures=figures)


def used_today(tx: Tx, rules: Iterable[str], now: Micros) -> Used:
    """Return what the UTC day of ``now`` has seen so far."""
    since, until = day_bounds(now)
    by_rule = {rule: decisions.count_rule(tx, rule, since, until) for rule in rules}
    return Used(
        measures.count_between(tx, since, until),
        {rule: total for rule, (total, _) in by_rule.items()},
        {rule: alone for rule, (_, alone) in by_rule.items()},
    )
