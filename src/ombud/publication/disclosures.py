"""Emergency disclosures: a life in danger now, or the sexual abuse of a child; nothing else.

Nothing is sent from here. A person who decided to disclose records it: the ground from a closed
list, the law, who received it, each kind of data with the reason why less would not do, a second
person, and the date by which the person concerned is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ombud.base.clock import DAY, Micros, format_time
from ombud.cases import roles
from ombud.cases.entry import digest, enter, name, new_salt
from ombud.cases.errors import refuse, text
from ombud.store import Tx, disclosures

GROUNDS = ("imminent_danger_to_life", "child_sexual_abuse")
"""The closed list; the database holds it as well."""

NEVER = (
    "state",
    "government",
    "party",
    "public_order",
    "secret",
    "security",
    "official",
    "protest",
    "assembly",
    "rumour",
    "reputation",
    "extremism",
)
"""Words of grounds that never qualify, for a clearer refusal; any other ground is refused as well."""

DATA = ("account_id", "contact", "event_text", "event_time", "location", "connection")
LONGEST_SILENCE: Micros = 366 * DAY
MAY: tuple[roles.Role, ...] = ("operator", "reviewer", "appeal_reviewer")


def record(
    tx: Tx,
    *,
    ground: str,
    law: str,
    recipient: str,
    data: Mapping[str, str],
    why: str,
    territory: str,
    account: str,
    tell_by: Micros,
    by: str,
    second: str,
    at: Micros,
) -> disclosures.Disclosure:
    """Record a disclosure that two people decided on.

    Args:
        tx: a writing transaction.
        ground: one of :data:`GROUNDS`.
        law: the law that allows or requires it.
        recipient: who received it.
        data: each kind of data (:data:`DATA`) and why less would not do.
        why: what the danger was.
        territory: where.
        account: whose data.
        tell_by: when the person is told at the latest; then the silence ends.
        by: who records it.
        second: the other person who decided.
        at: when it was made.

    Raises:
        CaseError: ``record/ground-never-qualifies``, ``record/unknown-ground``,
            ``record/disclosure-needs-two``, ``record/disclosure-data``, ``record/disclosure-end``,
            ``record/disclosure-incomplete``, roles.
    """
    roles.acting(tx, by, *MAY)
    roles.require(tx, second, *MAY)
    if by == second:
        raise refuse("record/disclosure-needs-two", "a disclosure needs two people", "name another --second")
    _check_ground(ground)
    fields: dict[str, Any] = {
        key: text(value, f"the {key}", 2_000, code="record/disclosure-incomplete")
        for key, value in (
            *(("law", law), ("recipient", recipient), ("why", why)),
            *(("territory", territory), ("account", account)),
        )
    }
    needed = _check_data(data)
    if not at < tell_by <= at + LONGEST_SILENCE:
        raise refuse("record/disclosure-end", "the person is told within a year", "give --tell-by")
    number, salt = disclosures.next_number(tx), new_salt()
    row = disclosures.Disclosure(
        n=number, id=name(tx, "x", str(number)), at=at, ground=ground, data=needed, tell_by=tell_by,
        recorded_by=by, seconded_by=second, salt=salt, **fields,
    )  # fmt: skip
    disclosures.add(tx, row)
    private = {**fields, "data": needed, "ground": ground, "tell_by": format_time(tell_by)}
    figures = {"disclosure": row.id, "ground": ground, "kinds": len(needed), "digest": digest(salt, private)}
    enter(tx, "disclosure", {**figures, "tell_by": format_time(tell_by)}, at)
    return row


def _check_ground(ground: str) -> None:
    if ground in GROUNDS:
        return
    hint = "the only grounds are " + " and ".join(GROUNDS)
    if any(word in ground.lower() for word in NEVER):
        said = f"{ground[:60]!r} never qualifies: no speech is handed over for what it says"
        raise refuse("record/ground-never-qualifies", said, hint)
    raise refuse("record/unknown-ground", f"{ground[:60]!r} is no ground for a disclosure", hint)


def _check_data(data: Mapping[str, str]) -> dict[str, str]:
    unknown = sorted(set(data) - set(DATA))
    if not data or unknown:
        said = f"{unknown[0][:40]!r} is not a kind of data" if unknown else "no data is named"
        raise refuse("record/disclosure-data", said, "kinds are " + " ".join(DATA))
    return {
        kind: text(why, f"the need for {kind}", 500, code="record/disclosure-data")
        for kind, why in sorted(data.items())
    }


def tell(tx: Tx, disclosure_id: str, *, by: str, at: Micros) -> disclosures.Disclosure:
    """Write down that the person concerned was told.

    Raises:
        CaseError: ``record/no-such-disclosure``, ``record/told-already``, roles.
    """
    roles.acting(tx, by, *MAY)
    row = disclosures.get(tx, disclosure_id)
    if row is None:
        said = f"there is no disclosure {disclosure_id[:80]!r}"
        raise refuse("record/no-such-disclosure", said, "ombud disclosure list")
    if row.told_at is not None:
        raise refuse("record/told-already", f"the person was told on {format_time(row.told_at)}")
    disclosures.told(tx, disclosure_id, at)
    enter(tx, "disclosure-told", {"disclosure": disclosure_id, "late": at > row.tell_by}, at)
    return row


def counts(tx: Tx, now: Micros) -> dict[str, Any]:
    """Return how many disclosures there are by ground, how many people are told, and how many are late."""
    rows = disclosures.every(tx)
    return {
        "disclosures": len(rows),
        "grounds": {ground: Counter(row.ground for row in rows)[ground] for ground in GROUNDS},
        "told": sum(row.told_at is not None for row in rows),
        "overdue": len(disclosures.overdue(tx, now)),
    }
