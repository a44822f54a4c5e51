"""Daily quotas: a brake on runaways, of machines and of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ombud.base.clock import Micros, day_of, format_time
from ombud.base.errors import Fault
from ombud.measures.figures import STARTING, Figures


@dataclass(frozen=True, slots=True)
class Used:
    """What one UTC day has seen so far: measures by kind, decisions by rule, automatic ones by rule."""

    measures: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    automatic: Mapping[str, int] = field(default_factory=dict)


def quota_of(measure: str, figures: Figures = STARTING) -> int:
    """Return how many measures of a kind one day may see."""
    return figures.measure_quota.get(measure, figures.other_quota)


def over_quota(
    used: Used,
    measures: Iterable[str],
    rules: Iterable[str],
    *,
    automatic: bool = False,
    figures: Figures = STARTING,
) -> list[Fault]:
    """Return a fault for each quota that one more decision would pass.

    Args:
        used: what the day has seen.
        measures: the kinds that the decision brings.
        rules: the rules it rests on.
        automatic: no person decides; the smaller quota holds, and beyond it people go on.
        figures: the quotas.
    """
    hint = "nothing was done; look for a runaway, and go on tomorrow or with a larger quota"
    faults = [
        Fault("measures/quota", f"today's quota of {name} is used up ({quota_of(name, figures)})", hint=hint)
        for name in measures
        if used.measures.get(name, 0) >= quota_of(name, figures)
    ]
    for rule in rules:
        if used.rules.get(rule, 0) >= figures.rule_quota:
            words = f"today's quota of decisions from rule {rule} is used up ({figures.rule_quota})"
            faults.append(Fault("measures/quota", words, hint=hint))
        if automatic and used.automatic.get(rule, 0) >= figures.automatic_quota:
            words = f"rule {rule} has labelled {figures.automatic_quota} times today"
            faults.append(Fault("measures/people-only", words, hint="from here on a person decides"))
    return faults


def day_bounds(now: Micros) -> tuple[Micros, Micros]:
    """Return the first instant of ``now``'s UTC day and the first of the next."""
    day = day_of(now)
    return day * 86_400_000_000, (day + 1) * 86_400_000_000


def day_name(now: Micros) -> str:
    """Return the UTC day as people write it."""
    return format_time(now)[:10]
