"""Which version of a clause a decision cites: the one in force at the time, or a milder later one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ombud.base.clock import Micros
from ombud.base.ids import content_hash, short
from ombud.conduct.ladder import rung
from ombud.conduct.model import ENFORCEABLE, Clause, Code
from ombud.conduct.words import Words
from ombud.store import Tx, clauses
from ombud.store.clauses import ClauseVersion


def register(tx: Tx, code: Code, *, ordinal: int, since: Micros, now: Micros) -> int:
    """Keep every enforceable clause of a code that is being adopted; return how many were new.

    The clauses of a code's first text are in force from their own date, or from ``since``;
    changed and new ones from their own date, and never before ``now``: nothing binds backwards.

    Args:
        tx: the transaction that pins the code.
        code: the code.
        ordinal: the number of its pin.
        since: from when the code binds.
        now: the wall clock.
    """
    kept = 0
    for clause in code.clauses:
        if clause.status not in ENFORCEABLE or clause.harm is None:
            continue
        earlier = clauses.versions(tx, code.id, clause.id)
        start = since if clause.effective_from is None else clause.effective_from
        start = max(start, now) if earlier or ordinal > 1 else start
        kept += clauses.put(tx, _version(code, clause, ordinal, start))
    return kept


def _version(code: Code, clause: Clause, ordinal: int, start: Micros) -> ClauseVersion:
    assert clause.harm is not None
    fields: dict[str, Any] = {
        "code": code.id,
        "clause": clause.id,
        "version": clause.version,
        "harm": clause.harm,
        "severity": clause.severity or 1,
        "measures": "," + "".join(f"{each}," for each in clause.measures),
        "ceiling": clause.ceiling or clause.measures[-1],
        "correction": clause.correction,
        "appeal": clause.appeal,
        "automation": clause.automation,
        "body": _words(code, clause),
    }
    return ClauseVersion(
        id="k-" + short(content_hash(fields)), ordinal=ordinal, in_force_from=start, **fields
    )


def _words(code: Code, clause: Clause) -> dict[str, Any]:
    def both(words: Words) -> dict[str, str]:
        return {"en": words.en, "zh": words.zh}

    return {
        "title": both(clause.titles),
        "asks": {"en": clause.body_en.asks, "zh": clause.body_zh.asks},
        "does_not_forbid": {"en": clause.body_en.does_not_forbid, "zh": clause.body_zh.does_not_forbid},
        "code_title": both(code.titles),
        "code_version": code.version,
        "binding": code.binding,
        "state_involvement": both(code.state_involvement),
        "rules": {rule.id: both(rule.explains) for rule in code.rules if rule.clause == clause.id},
    }


def is_milder(new: ClauseVersion, old: ClauseVersion) -> bool:
    """Say whether nobody is worse off under ``new`` than under ``old``, as far as figures tell."""

    def times(value: int | None) -> int:
        return value or 0

    return (
        new.severity <= old.severity
        and set(new.rungs) <= set(old.rungs)
        and rung(new.ceiling) <= rung(old.ceiling)
        and times(new.correction) >= times(old.correction)
        and times(new.appeal) >= times(old.appeal)
        and (new.automation == old.automation or new.automation == "never")
    )


def applicable(versions: Sequence[ClauseVersion], at: Micros) -> ClauseVersion | None:
    """Return the version to cite for what happened ``at``; ``None`` when none was in force.

    Args:
        versions: all versions of one clause, the earliest in force first.
        at: the event's time.
    """
    chosen: ClauseVersion | None = None
    for version in versions:
        if version.in_force_from <= at or (chosen is not None and is_milder(version, chosen)):
            chosen = version
    return chosen
