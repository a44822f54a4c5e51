"""What a clause allows: measures from its own rungs, the mildest that works, for no longer than stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ombud.base.clock import HOUR, Micros
from ombud.base.errors import Fault
from ombud.base.nearest import did_you_mean
from ombud.conduct.harms import harms
from ombud.conduct.ladder import MEASURES, rung
from ombud.measures.figures import STARTING, Figures
from ombud.measures.standing import longest_pause, may_close
from ombud.store.clauses import ClauseVersion

FIRST_TO_WEIGH = 3
"""From this rung on, milder measures must have been considered."""

FRAUD = "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A measure somebody chose; ``hours`` only for measures that end by themselves."""

    kind: str
    hours: int | None = None


def ladder(clause: ClauseVersion) -> tuple[str, ...]:
    """Return the measures a decision on the clause may use, mildest first: its rungs up to its ceiling.

    ``hold`` is left out: it is an act of its own, before the decision.
    """
    harm = harms()[clause.harm]
    top = min(rung(clause.ceiling), rung(harm.ceiling))
    allowed = [name for name in clause.rungs if name in harm.rungs and rung(name) <= top and name != "hold"]
    return tuple(sorted(allowed, key=lambda name: (rung(name), list(MEASURES).index(name))))


def needs_two(chosen: Sequence[Chosen], severity: int) -> bool:
    """Say whether two people must agree: severity 4, and closings."""
    return severity >= 4 or any(MEASURES[each.kind].people > 1 for each in chosen if each.kind in MEASURES)


def needed_points(chosen: Chosen, severity: int, figures: Figures = STARTING) -> int:
    """Return the points without which this measure could not have been chosen; 0 = it needs none."""
    if chosen.kind == "posting_pause":
        days = -(-(chosen.hours or 1) // 24)
        return min((least for least, most in figures.pauses if days <= most), default=0)
    if chosen.kind == "closing" and severity < 4:
        return figures.closing_points
    return 0


def starts_in(kind: str, figures: Figures = STARTING) -> Micros:
    """Return how long after its notice a measure starts: rung 6 is announced ahead."""
    return figures.notice_ahead if rung(kind) == 6 else 0


def appeal_suspends(kind: str, harm: str) -> bool:
    """Say whether an appeal suspends the measure by itself: rung 6, except in fraud."""
    return rung(kind) == 6 and harms()[harm].dsa_category != FRAUD


def lasts(chosen: Chosen) -> Micros | None:
    """Return how long a measure lasts; ``None`` = until it is undone."""
    return None if chosen.hours is None else chosen.hours * HOUR


def choice_faults(
    clause: ClauseVersion,
    chosen: Sequence[Chosen],
    *,
    severity: int,
    points: Fraction,
    correcting: bool,
    earned: bool,
    considered: Mapping[str, str],
    figures: Figures = STARTING,
) -> list[Fault]:
    """Return everything that is wrong with a choice of measures.

    Args:
        clause: the clause as adopted.
        chosen: the measures.
        severity: of this breach.
        points: with this breach counted.
        correcting: a correction in time would take the strike away.
        earned: the breach earned money.
        considered: milder measures, each with why it would fail.
        figures: thresholds.
    """
    faults: list[Fault] = []
    allowed = ladder(clause)
    if len({each.kind for each in chosen}) < len(chosen):
        faults.append(Fault("measures/twice", "a measure is named twice", hint="name each once"))
    for each in chosen:
        if each.kind not in allowed:
            faults.append(_not_allowed(each.kind, allowed, clause))
            continue
        faults += _time_faults(each, points, figures)
        if MEASURES[each.kind].earned and not earned:
            message = f"{each.kind} is for breaches that earned money"
            faults.append(Fault("measures/nothing-earned", message, hint="say what it earned, or leave it"))
        if each.kind == "closing" and not may_close(points, severity, figures):
            message = f"closing needs severity 4 or {figures.closing_points} points"
            faults.append(Fault("measures/too-few-points", message, hint="choose a milder measure"))
        if each.kind in ("posting_pause", "closing") and correcting:
            message = f"{each.kind} cannot stand beside a correction that is still open"
            faults.append(Fault("measures/correction-first", message, hint="choose one of the two"))
    return faults + _weighing_faults(clause, [each.kind for each in chosen], considered)


def _not_allowed(kind: str, allowed: Sequence[str], clause: ClauseVersion) -> Fault:
    if kind == "hold":
        hint = "ombud decide CASE --hold holds an item until the decision"
        return Fault("measures/hold-is-apart", "a hold comes before the decision, not with it", hint=hint)
    message = f"clause {clause.clause} does not allow {kind[:40]!r}"
    hint = did_you_mean(kind, allowed) or "it allows: " + ", ".join(allowed)
    return Fault("measures/not-on-the-ladder", message, hint=hint)


def _time_faults(each: Chosen, points: Fraction, figures: Figures) -> list[Fault]:
    longest = MEASURES[each.kind].longest
    if longest is None:
        if each.hours is None:
            return []
        return [Fault("measures/no-end", f"{each.kind} has no end of its own", hint="leave the hours out")]
    if each.hours is None:
        return [Fault("measures/end-missing", f"{each.kind} needs an end", hint=f"{longest} hours at most")]
    if each.kind == "posting_pause":
        longest = min(longest, 24 * longest_pause(points, figures))
        if longest == 0:
            words = f"a pause in posting needs {figures.pauses[0][0]} points"
            return [Fault("measures/too-few-points", words, hint="choose a milder measure")]
    if not 0 < each.hours <= longest:
        return [Fault("measures/too-long", f"{each.kind} lasts 1 to {longest} hours here")]
    return []


def _weighing_faults(
    clause: ClauseVersion, kinds: Sequence[str], considered: Mapping[str, str]
) -> list[Fault]:
    allowed = ladder(clause)
    known = [kind for kind in kinds if kind in allowed]
    if not known:
        return []
    gravest = max(known, key=rung)
    milder = [name for name in allowed if rung(name) < rung(gravest) and name not in kinds]
    faults = []
    for name, why in considered.items():
        if name not in milder:
            message = f"{name[:40]!r} is not a milder measure of this clause that was left aside"
            hint = "milder: " + (", ".join(milder) or "none")
            faults.append(Fault("measures/not-milder", message, hint=hint))
        elif not why.strip():
            faults.append(Fault("measures/no-reason", f"say why {name} would not be enough"))
    if rung(gravest) >= FIRST_TO_WEIGH and milder and not considered:
        message = f"{gravest}: say which milder measure was considered and why it fails"
        hint = "for example --considered notice='…'; milder: " + ", ".join(milder)
        faults.append(Fault("measures/milder-not-considered", message, hint=hint))
    return faults
