"""The published formula of the queue.

Lane 0 (danger to life, a child, live violence) comes first. Inside a lane a case stands
where it would stand had it been opened earlier: by 10 days for each step of severity above
1, by a day for each finding after the first (3 at most), by 5 days at most for what the
reports by people are worth (``ombud.cases.reliability``: independent groups of reporters,
each counted once), and, for harms to a person, by 10 days where harm is imminent and by 5
days where the person is especially vulnerable. So everything that waits moves up, and
nothing waits for ever. Places are whole hours; only between cases of the same hour, wider
reach comes first. How many people reported, and who asked for it, do not count. The figures
are starting values, not measurements.

The database computes the same place (migration 0006); a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass

from ombud.base.clock import DAY, HOUR, Micros
from ombud.conduct.words import Words
from ombud.store.casework import Waiting

SEVERITY_STEP: Micros = 10 * DAY
FINDING_STEP: Micros = DAY
FINDINGS_COUNTED = 4
IMMINENT: Micros = 10 * DAY
VULNERABLE: Micros = 5 * DAY
CONFIDENCE_HOURS = 120
"""By how many hours reports of 100 percent confidence move a case ahead; whole hours, rounded down."""

HARMS_TO_PERSONS = frozenset(
    {
        "private_information",
        "misidentification",
        "harassment",
        "threat",
        "incitement_to_violence",
        "intimate_image",
        "child_safety",
        "exploitation",
    }
)
"""Harms whose cases may count imminence and vulnerability."""

SERVICE: dict[int, Micros] = {4: 24 * HOUR, 3: 72 * HOUR, 2: 7 * DAY, 1: 14 * DAY}
SERVICE_LANE_0: Micros = 1 * HOUR
"""How long a case should wait at most, by severity; starting values."""


@dataclass(frozen=True, slots=True)
class Part:
    """One term of the formula: what it is, and by how many hours it moves the case ahead."""

    words: Words
    hours: int


def parts(case: Waiting) -> list[Part]:
    """Return the formula's terms for one case, in the order in which they are published."""
    found = _after_the_first(case)
    listed = [
        Part(Words(f"severity {case.severity}", f"严重程度 {case.severity}"), 240 * (case.severity - 1)),
        Part(Words(f"findings: {case.findings}", f"发现：{case.findings} 项"), 24 * found),
        Part(
            Words(f"reports: confidence {case.confidence}%", f"举报：可信度 {case.confidence}%"),
            _reported(case),
        ),
        Part(Words("harm is imminent", "危害迫近"), 240 * case.imminence),
        Part(Words("the person is especially vulnerable", "当事人特别脆弱"), 120 * case.vulnerable),
    ]
    return [part for part in listed if part.hours]


def rank(case: Waiting) -> int:
    """Return the case's place in whole hours since 1970 (smaller comes first)."""
    moved = (
        case.opened_at
        - SEVERITY_STEP * (case.severity - 1)
        - FINDING_STEP * _after_the_first(case)
        - HOUR * _reported(case)
        - IMMINENT * case.imminence
        - VULNERABLE * case.vulnerable
    )
    return moved // HOUR if moved >= 0 else -(-moved // HOUR)


def _after_the_first(case: Waiting) -> int:
    """Return how many findings count; a case that only reports opened has none."""
    return max(min(case.findings, FINDINGS_COUNTED), 1) - 1


def _reported(case: Waiting) -> int:
    """Return by how many hours the reports move the case ahead."""
    return case.confidence * CONFIDENCE_HOURS // 100


def order(case: Waiting) -> tuple[int, int, int, int]:
    """Return the key by which the queue is sorted."""
    return case.lane, case.rank, -case.reach, case.n


def due_at(case: Waiting) -> Micros:
    """Return until when the case should be decided."""
    return case.opened_at + (SERVICE_LANE_0 if case.lane == 0 else SERVICE[case.severity])
