"""The figures of the ladder. They are the starting values of the design's section 8."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ombud.base.clock import DAY, HOUR, Micros

_POINTS = MappingProxyType({1: 1, 2: 2, 3: 4, 4: 8})
_HALF = MappingProxyType({1: 90 * DAY, 2: 90 * DAY, 3: 180 * DAY, 4: 365 * DAY})
_QUOTAS = MappingProxyType({"closing": 20, "posting_pause": 200})


@dataclass(frozen=True, slots=True)
class Figures:
    """Every figure that an operator may set.

    Attributes:
        points: points of a strike, by severity.
        half_life: time without a breach after which a strike's points halve, by severity.
        pauses: (points from which, days at most) of a pause in posting, lowest first.
        closing_points: from so many points an account may be closed whatever the severity.
        free_corrections: how many corrections a clause forgives within ``free_window``.
        notice_ahead: how long before it starts a measure of rung 6 is announced.
        appeal_days: how long an appeal can be filed at least (six months: 184 days).
        answer: how long an appeal may take, and ``answer_grave`` for severity 4 and closings.
        measure_quota: measures of a kind on one UTC day; others have ``other_quota``.
        rule_quota: decisions a day that rest on one rule.
        automatic_quota: automatic labels a day of one rule; beyond it only people label.
        cluster_sample: cases of a cluster that are looked at one by one, at least.
        cluster_error: share of errors that a cluster may have at most, by the bound of its sample.
    """

    points: Mapping[int, int] = field(default_factory=lambda: _POINTS)
    half_life: Mapping[int, Micros] = field(default_factory=lambda: _HALF)
    pauses: tuple[tuple[int, int], ...] = ((4, 1), (6, 3), (8, 7), (10, 30))
    closing_points: int = 12
    free_corrections: int = 2
    free_window: Micros = 90 * DAY
    notice_ahead: Micros = 7 * DAY
    appeal_days: int = 184
    answer: Micros = 14 * DAY
    answer_grave: Micros = 72 * HOUR
    measure_quota: Mapping[str, int] = field(default_factory=lambda: _QUOTAS)
    other_quota: int = 2_000
    rule_quota: int = 1_000
    automatic_quota: int = 500
    cluster_sample: int = 30
    cluster_error: float = 0.10


STARTING = Figures()
