"""Standing: how many points somebody has, computed from decisions and never kept.

A strike's points halve after each stretch of 90, 90, 180 or 365 days (by its severity)
without a breach. A breach starts the stretch anew and takes nothing back that was halved
before. Decisions about one incident are one strike, that of the gravest. What was
reversed, corrected in time, or done by somebody who had hijacked the account, is no strike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ombud.base.clock import Micros
from ombud.measures.figures import STARTING, Figures

Correction = Literal["open", "done", "missed"]


@dataclass(frozen=True, slots=True)
class Record:
    """A decision that a clause applied, as far as standing goes.

    Attributes:
        decision: the decision's id.
        at: when it was made.
        clause: code and clause.
        severity: 1 to 4.
        incidents: keys of what happened; two decisions that share one are one strike.
        free: a correction in time takes the strike away.
        correction: where the correction stands; ``None`` when none was asked for.
        reversed: it was reversed or changed on appeal.
        hijacked: somebody else had taken the account.
    """

    decision: str
    at: Micros
    clause: tuple[str, str]
    severity: int
    incidents: frozenset[str]
    free: bool = False
    correction: Correction | None = None
    reversed: bool = False
    hijacked: bool = False

    @property
    def counts(self) -> bool:
        """Say whether this is a strike (or part of one)."""
        forgiven = self.free and self.correction in ("open", "done")
        return not (self.reversed or self.hijacked or forgiven)


@dataclass(frozen=True, slots=True)
class Credit:
    """Points earned back by training; they lessen what was there, and nothing that comes later."""

    at: Micros
    points: int


@dataclass(frozen=True, slots=True)
class Strike:
    """One incident: since when, how grave, and what is left of its points."""

    at: Micros
    severity: int
    points: Fraction
    decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody's decisions amount to at an instant."""

    strikes: tuple[Strike, ...] = ()

    @property
    def points(self) -> Fraction:
        """Return the sum of what is left."""
        return sum((strike.points for strike in self.strikes), Fraction(0))


def standing(
    records: Iterable[Record],
    now: Micros,
    *,
    credits: Iterable[Credit] = (),  # noqa: A002
    figures: Figures = STARTING,
) -> Standing:
    """Return the standing at ``now``; what is dated later is left out.

    Args:
        records: decisions about one person, in any order.
        now: the instant.
        credits: what training earned back.
        figures: points and half-lives.
    """
    strikes = _incidents([record for record in records if record.counts and record.at <= now], figures)
    earned = sorted((credit.at, credit.points) for credit in credits if credit.at <= now)
    halved = [0] * len(strikes)
    last = strikes[0].at if strikes else now
    seen = 0
    timeline: list[tuple[Micros, int, int]] = [(s.at, 0, 0) for s in strikes]
    timeline += [(at, 1, points) for at, points in earned]
    base = [strike.points for strike in strikes]
    for at, kind, points in sorted(timeline):
        gap = max(0, at - last)
        if kind:
            _earn_back(strikes[:seen], base, halved, gap, points, figures)
            continue
        for i in range(seen):
            halved[i] += gap // figures.half_life[strikes[i].severity]
        seen, last = seen + 1, at
    left = _left(strikes, base, halved, now - last, figures)
    return Standing(
        tuple(
            Strike(strike.at, strike.severity, points, strike.decisions)
            for strike, points in zip(strikes, left, strict=True)
        )
    )


def _left(
    strikes: Sequence[Strike], base: Sequence[Fraction], halved: Sequence[int], gap: Micros, figures: Figures
) -> list[Fraction]:
    """Return what is left of each strike after a stretch without a breach."""
    return [
        base[i] / 2 ** (halved[i] + gap // figures.half_life[strike.severity])
        for i, strike in enumerate(strikes)
    ]


def _earn_back(
    strikes: Sequence[Strike],
    base: list[Fraction],
    halved: Sequence[int],
    gap: Micros,
    points: int,
    figures: Figures,
) -> None:
    """Take points off the strikes so far, each by the same share."""
    total = sum(_left(strikes, base, halved, gap, figures), Fraction(0))
    share = max(Fraction(0), total - points) / total if total else Fraction(0)
    for i in range(len(strikes)):
        base[i] *= share


def _incidents(records: Sequence[Record], figures: Figures) -> list[Strike]:
    """Join the records that share an incident; return the strikes with full points, oldest first."""
    group = list(range(len(records)))

    def find(i: int) -> int:
        while group[i] != i:
            group[i] = group[group[i]]
            i = group[i]
        return i

    owner: dict[str, int] = {}
    for i, record in enumerate(records):
        for key in record.incidents:
            group[find(i)] = find(owner.setdefault(key, i))
    members: dict[int, list[Record]] = {}
    for i, record in enumerate(records):
        members.setdefault(find(i), []).append(record)
    return sorted((_strike(each, figures) for each in members.values()), key=lambda s: (s.at, s.decisions))


def _strike(records: Sequence[Record], figures: Figures) -> Strike:
    severity = max(record.severity for record in records)
    names = tuple(sorted(record.decision for record in records))
    return Strike(min(r.at for r in records), severity, Fraction(figures.points[severity]), names)


def free_left(
    records: Iterable[Record], clause: tuple[str, str], now: Micros, figures: Figures = STARTING
) -> int:
    """Return how many corrections the clause still forgives this person.

    A correction that was missed, or whose decision was reversed, has used none up.
    """
    used = sum(
        record.clause == clause
        and record.free
        and not record.reversed
        and record.correction in ("open", "done")
        and now - figures.free_window < record.at <= now
        for record in records
    )
    return max(0, figures.free_corrections - used)


def longest_pause(points: Fraction, figures: Figures = STARTING) -> int:
    """Return how many days a pause in posting may last with so many points; 0 = none."""
    return max((days for least, days in figures.pauses if points >= least), default=0)


def may_close(points: Fraction, severity: int, figures: Figures = STARTING) -> bool:
    """Say whether an account may be closed: severity 4, or many points."""
    return severity >= 4 or points >= figures.closing_points
