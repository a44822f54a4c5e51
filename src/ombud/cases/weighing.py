"""From the reports on a case to its place in the queue, and to what a reviewer sees of them.

While a stream is read, a case is weighed with what had been reported up to its own last
report, so that the place does not depend on the size of a batch. ``ombud tick`` weighs again
what later reports and decisions have changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from ombud.base.clock import Micros
from ombud.cases.brigades import Crowd, Voice, groups, is_brigade
from ombud.cases.reliability import confidence, reliability
from ombud.store import Tx, cases, casework, reports, state
from ombud.store.reports import Past, Report

MOST = 200
"""Reporters of one case that are looked at, the first ones; who comes later changes nothing."""
PAST = 50
"""A reporter's last reports that are looked at."""
SAMPLE = 10_000
"""Reports whose accounts show when reporters' accounts are opened: many, that no brigade shapes them."""
RENEWED = 1_000
"""After so many reports the sample is drawn again."""
AGAIN = 2_000
"""Cases that one call of :func:`refresh` weighs at most."""
EVERYTHING = 1 << 62
DONE = "reports.weighed"


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the reports on a case are worth.

    Attributes:
        reporters: how many people, ``counted`` of whom were looked at.
        groups: sizes of the independent groups, the largest first.
        newcomers: how many have no reviewed report under clauses of this harm.
        confidence: 0 to 100.
        brigade: whether most of the reports may come from one hand. A hint, not a verdict.
    """

    reporters: int
    counted: int
    groups: tuple[int, ...]
    newcomers: int
    confidence: int
    brigade: bool


def weigh(tx: Tx, case_id: str, *, since: int | None = None, background: Background | None = None) -> int:
    """Reckon a case's confidence and set its place in the queue; return the confidence.

    Args:
        tx: a writing transaction.
        case_id: the case.
        since: the number of the first new report; what was reported up to the case's last
            report counts. ``None``: everything that is known counts.
        background: what was read already, where several cases are weighed.
    """
    first = _first_of_each(tx, case_id)
    until = EVERYTHING
    if since is not None and first:
        until = first[-1].n
        if until < since:  # only people who had reported it before, or came too late to count
            return 0
    made = _weighed(tx, case_id, first, until, background or Background(tx))
    casework.triage(tx, case_id, confidence=made.confidence)
    return made.confidence


def view(tx: Tx, case_id: str) -> Weighed | None:
    """Return what the reports on a case are worth now, or ``None`` where there are none."""
    first = _first_of_each(tx, case_id)
    return _weighed(tx, case_id, first, EVERYTHING, Background(tx)) if first else None


def refresh(tx: Tx) -> tuple[int, bool]:
    """Weigh again open cases whose reporters reported, or were judged, since the last call.

    Returns:
        how many places changed, and whether more wait for another call.
    """
    saved = state.load(tx, DONE, {"seen": [0, 0, 0], "after": 0})
    seen, now = reports.Progress(*saved["seen"]), reports.progress(tx)
    if seen == now:
        return 0, False
    goal = reports.Progress(*saved.get("goal", msgspec.structs.astuple(now)))
    found = reports.touched(tx, seen, after=saved["after"], limit=AGAIN)
    back = Background(tx)
    changed = 0
    for _, case in found:
        waiting = casework.waiting(tx, case)
        assert waiting is not None
        changed += weigh(tx, case, background=back) != waiting.confidence
    more = len(found) == AGAIN
    done = {
        "seen": saved["seen"],
        "goal": msgspec.structs.astuple(goal),
        "after": found[-1][0] if found else 0,
    }
    state.save(tx, DONE, done if more else {"seen": msgspec.structs.astuple(goal), "after": 0})
    return changed, more


class Background:
    """What weighing several cases in one transaction needs again and again.

    Args:
        tx: the transaction.
    """

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._births: dict[int, list[Micros]] = {}
        self.last = reports.last_number(tx)
        self.families = reports.families(tx)

    def births(self, until: int) -> list[Micros]:
        """Return when reporters' accounts were opened; renewed every :data:`RENEWED` reports."""
        until = min(until, self.last)
        block = until - until % RENEWED if until >= RENEWED else until
        if block not in self._births:
            self._births[block] = reports.births(self._tx, block, SAMPLE)
        return self._births[block]


def _first_of_each(tx: Tx, case_id: str) -> list[Report]:
    """Return the first report of each of a case's first reporters."""
    first: dict[str, Report] = {}
    for row in reports.of_case(tx, case_id, limit=4 * MOST):
        if len(first) < MOST:
            first.setdefault(row.reporter, row)
    return list(first.values())


def _weighed(tx: Tx, case_id: str, first: Sequence[Report], until: int, background: Background) -> Weighed:
    past = reports.past_of(tx, {row.reporter for row in first}, until, PAST)
    made = _groups(tx, case_id, first, past, until, background)
    record = _record(tx, case_id, past, background)
    reliable = [reliability(*record.get(row.reporter, (0, 0))) for row in first]
    _, reporters = reports.count(tx, case_id)
    return Weighed(
        reporters=reporters,
        counted=len(first),
        groups=tuple(map(len, made)),
        newcomers=sum(row.reporter not in record for row in first),
        confidence=confidence(made, reliable),
        brigade=is_brigade(made),
    )


def _groups(
    tx: Tx, case_id: str, first: Sequence[Report], past: Sequence[Past], until: int, background: Background
) -> list[list[int]]:
    if len(first) < 2:
        return [[i] for i in range(len(first))]
    other: dict[str, set[str]] = defaultdict(set)
    for each in past:
        if each.case_id != case_id:
            other[each.reporter].add(each.case_id)
    sizes = reports.sizes(tx, {case for some in other.values() for case in some}, until)
    crowd = Crowd(sizes, min(until, background.last), background.births(until))
    voices = [
        Voice(row.reporter, row.at, row.text, row.created_at, frozenset(other[row.reporter])) for row in first
    ]
    return groups(voices, crowd)


def _record(tx: Tx, case_id: str, past: Sequence[Past], background: Background) -> dict[str, tuple[int, int]]:
    """Return how often each reporter was right and wrong under clauses of this case's harm."""
    case = cases.get(tx, case_id)
    assert case is not None
    family = background.families
    harm = family.get((case.code, case.clause))
    mine = {(each.reporter, each.case_id) for each in past if family.get((each.code, each.clause)) == harm}
    decided = reports.verdicts(tx, {other for _, other in mine if other != case_id})
    told = Counter((who, decided[other]) for who, other in mine if other in decided)
    return {who: (told[who, True], told[who, False]) for who, _ in told}
