"""The register of demands by public bodies: every one is counted, tested against our own clauses, and told.

A demand has no weight in the queue: it touches no case. It is answered by people. It can be
followed only under a clause of the code of conduct that is in force, for what such a clause
forbids anyway. A gag needs a law and an end; after the end the whole demand is public.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ombud.base.clock import DAY, Micros, format_time
from ombud.cases import roles
from ombud.cases.entry import digest, enter, name, new_salt
from ombud.cases.errors import refuse, text
from ombud.store import Tx, cases, clauses, demands

DOORS = ("court", "letter", "portal", "report_form", "trusted_flagger", "telephone", "meeting", "informal")
"""How a demand came in. None of them changes what happens to it."""

ASKS = ("remove", "restrict", "information", "preserve", "promote", "other")
ANSWERS = ("refused", "followed", "followed_in_part", "withdrawn", "questioned")
FOLLOWED = ("followed", "followed_in_part")
LONGEST_GAG: Micros = 366 * DAY
"""A gag that is to last longer is a new demand, with its own law and entry."""

MAY: tuple[roles.Role, ...] = ("operator", "reviewer", "appeal_reviewer")
_FIELDS = ("body", "door", "asks", "instrument", "article", "scope", "territory")


def add(
    tx: Tx,
    *,
    body: str,
    door: str,
    asks: str,
    instrument: str,
    article: str,
    scope: str,
    territory: str,
    by: str,
    at: Micros,
    case_id: str | None = None,
    gag_until: Micros | None = None,
    gag_law: str | None = None,
) -> demands.Demand:
    """Enter a demand.

    Args:
        tx: a writing transaction.
        body: the public body that asks.
        door: one of :data:`DOORS`.
        asks: one of :data:`ASKS`.
        instrument: the order, letter or call, as it calls itself ("none" if it names none).
        article: the law it cites ("none" if it cites none).
        scope: what it covers, without naming a person.
        territory: where it is to apply.
        by: who enters it.
        at: when it came in.
        case_id: the case whose notice will name it.
        gag_until: until when it forbids to speak of it.
        gag_law: the law that forbids it.

    Raises:
        CaseError: ``record/demand-incomplete``, ``record/demand-door``, ``record/demand-asks``,
            ``record/gag-without-law``, ``record/gag-end``, ``record/no-such-case``, roles.
    """
    roles.acting(tx, by, *MAY)
    given = (body, door, asks, instrument, article, scope, territory)
    fields = {
        key: text(value, f"the {key}", 500, code="record/demand-incomplete")
        for key, value in zip(_FIELDS, given, strict=True)
    }
    if door not in DOORS:
        raise refuse("record/demand-door", f"{door[:40]!r} is no door", "one of " + " ".join(DOORS))
    if asks not in ASKS:
        raise refuse("record/demand-asks", f"{asks[:40]!r} cannot be asked", "one of " + " ".join(ASKS))
    if case_id is not None and cases.get(tx, case_id) is None:
        raise refuse("record/no-such-case", f"there is no case {case_id[:80]!r}", "ombud case list")
    law = _gag(gag_until, gag_law, at)
    number, salt = demands.next_number(tx), new_salt()
    demand_id = name(tx, "g", str(number))
    row = demands.Demand(
        number, demand_id, at, **fields, case_id=case_id, gag_until=gag_until, gag_law=law,
        recorded_by=by, salt=salt,
    )  # fmt: skip
    demands.add(tx, row)
    figures = {"demand": demand_id, "digest": digest(salt, told_fields(row))}
    if gag_until is None:
        figures |= {"asks": asks, "door": door}
    enter(tx, "demand", figures, at)
    return row


def _gag(until: Micros | None, law: str | None, at: Micros) -> str | None:
    if until is None and law is None:
        return None
    if until is None or law is None or not law.strip():
        hint = "give both: the law that forbids to speak of the demand, and until when"
        raise refuse("record/gag-without-law", "a gag needs a law and an end", hint)
    if not at < until <= at + LONGEST_GAG:
        raise refuse("record/gag-end", "a gag ends within a year", "a longer one is a new demand")
    return text(law, "the gag's law", 500, code="record/gag-without-law")


def told_fields(row: demands.Demand) -> dict[str, Any]:
    """Return what is public of a demand, and what its digest in the ledger covers (with the salt)."""
    told: dict[str, Any] = {key: getattr(row, key) for key in _FIELDS}
    ends = None if row.gag_until is None else format_time(row.gag_until)
    return told | {"id": row.id, "at": format_time(row.at), "gag_until": ends, "gag_law": row.gag_law}


def answer(
    tx: Tx,
    demand_id: str,
    *,
    answer: str,
    reasons: str,
    by: str,
    at: Micros,
    code: str | None = None,
    clause: str | None = None,
) -> demands.Answer:
    """Enter an answer; a demand is followed only under a clause of ours that is in force.

    Raises:
        CaseError: ``record/no-such-demand``, ``record/demand-answer``, ``record/demand-reasons``,
            ``record/demand-needs-clause``, ``record/no-such-clause``, roles.
    """
    roles.acting(tx, by, *MAY)
    demand = demands.get(tx, demand_id)
    if demand is None:
        raise refuse("record/no-such-demand", f"there is no demand {demand_id[:80]!r}", "ombud demand list")
    if answer not in ANSWERS:
        raise refuse("record/demand-answer", f"{answer[:40]!r} is no answer", "one of " + " ".join(ANSWERS))
    words = text(reasons, "the reasons", 5_000, code="record/demand-reasons")
    if answer in FOLLOWED and (code is None or clause is None):
        hint = "name --code and --clause, or answer `refused`"
        said = "a demand is followed only under a clause of the code of conduct"
        raise refuse("record/demand-needs-clause", said, hint)
    if (code is None) != (clause is None):
        raise refuse("record/demand-needs-clause", "a clause is named with its code", "--code and --clause")
    if code is not None and clause is not None and not _in_force(tx, code, clause, at):
        raise refuse(
            "record/no-such-clause", f"no clause {code} {clause} is in force here", "ombud code list"
        )
    salt = new_salt()
    row = demands.Answer(
        demand_id, demands.next_answer(tx, demand_id), at, answer, words, code, clause, by, salt
    )
    demands.answer(tx, row)
    figures: dict[str, Any] = {"demand": demand_id, "n": row.n, "digest": digest(salt, answer_fields(row))}
    if demand.gag_until is None or demand.gag_until <= at:
        figures |= {"answer": answer}
    enter(tx, "demand-answer", figures, at)
    return row


def _in_force(tx: Tx, code: str, clause: str, at: Micros) -> bool:
    return any(each.in_force_from <= at for each in clauses.versions(tx, code, clause))


def answer_fields(row: demands.Answer) -> dict[str, Any]:
    """Return what is public of an answer, and what its digest covers."""
    told = {key: getattr(row, key) for key in ("n", "answer", "reasons", "code", "clause")}
    return told | {"demand": row.demand_id, "at": format_time(row.at)}


def public(tx: Tx, now: Micros) -> list[dict[str, Any]]:
    """Return the register as anyone may read it: what a gag covers is counted, and told after its end.

    With each demand goes its salt: with it anyone can compute the digest that the ledger
    has held since the demand came in.
    """
    answers, told = demands.answers(tx), []
    for row in demands.every(tx):
        if row.gag_until is not None and row.gag_until > now:
            told.append({"id": row.id, "silent_until": format_time(row.gag_until)})
            continue
        said: list[dict[str, Any]] = [
            {**answer_fields(each), "salt": each.salt.hex()} for each in answers.get(row.id, [])
        ]
        told.append(told_fields(row) | {"salt": row.salt.hex(), "answers": said})
    return told


def counts(tx: Tx, now: Micros) -> dict[str, Any]:
    """Return how many demands there are by what they ask, by door, and by their last answer.

    Bodies are counted, not people, so small numbers are told. A demand under a gag is in the total only.
    """
    rows, answers = demands.every(tx), demands.answers(tx)
    open_rows = [row for row in rows if row.gag_until is None or row.gag_until <= now]
    last = Counter(answers[row.id][-1].answer if row.id in answers else "unanswered" for row in open_rows)
    return {
        "demands": len(rows),
        "under_a_gag": len(rows) - len(open_rows),
        "asks": dict(sorted(Counter(row.asks for row in open_rows).items())),
        "doors": dict(sorted(Counter(row.door for row in open_rows).items())),
        "territories": dict(sorted(Counter(row.territory for row in open_rows).items())),
        "answers": dict(sorted(last.items())),
    }
