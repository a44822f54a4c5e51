"""What a run is asked to do, and what it reports when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ombud.base.clock import DAY, Micros

BATCH = 8192
"""Records read, evaluated and committed at once. Larger batches cost memory and
lose more work to a power cut; smaller ones cost a disk sync each. The result does
not depend on it."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run takes its events; every default is the strict one.

    Attributes:
        shadow: treat every rule as experimental: findings, and no cases.
        as_if_in_force: evaluate events older than a code's date of effect; every
            finding is marked hypothetical and no decision can follow from it.
        adopt: accept that a code differs from the one this store has pinned.
        follow: wait for a growing file to grow.
        quiet_s: after so many seconds without news a follower releases the last events
            without waiting for a next one.
        batch: records per transaction.
        lateness: how late (microseconds of event time) an event may come.
        max_jump: how far one event may run ahead before others must agree.
        metrics: keep per-rule counts of candidates, unknowns and cost.
        segment_rows: events per sealed archive file.
    """

    shadow: bool = False
    as_if_in_force: bool = False
    adopt: bool = False
    follow: bool = False
    quiet_s: float = 2.0
    batch: int = BATCH
    lateness: Micros = 0
    max_jump: Micros = DAY
    metrics: bool = False
    segment_rows: int = 65_536


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the records of a run.

    ``told`` are events that the house itself told, ``reports`` those by people among the others.
    """

    events: int = 0
    duplicates: int = 0
    quarantined: int = 0
    findings: int = 0
    mended: int = 0
    cases: int = 0
    told: int = 0
    reports: int = 0

    def plus(self, other: Counts) -> Counts:
        """Return the sum of two counts, field by field."""
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class RunReport:
    """The outcome of one call of a run.

    ``counts`` are of this call; ``total`` are of the store since it was made.
    ``wall_s`` and ``cpu_s`` are seconds, ``peak_rss_mb`` is in MiB.
    """

    counts: Counts
    total: Counts
    findings_by_rule: Mapping[str, int]
    wall_s: float
    cpu_s: float
    peak_rss_mb: float
    ledger_root: str
    stopped: bool = False
    notes: tuple[str, ...] = ()
    rules: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
