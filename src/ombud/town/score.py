"""Findings against the answer sheet, harm by harm."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ombud.town.truth import HARMS, OVERLAPS, PEOPLE_ONLY, Truth

Status = Literal["rules", "people", "not yet"]


@dataclass(frozen=True, slots=True)
class HarmScore:
    """How well one harm was found.

    Attributes:
        planted: incidents that break the harm's clause, within reach.
        found: incidents among them with at least one finding on any of their events.
        missed: the others.
        right: events in breach that have a finding of this harm.
        false: other events that have one. Each such event touches a person, so a wrongly
            found wave of a thousand copies counts a thousand times.
        shared: events in breach of another harm whose breaches a fair reviewer could also count
            to this one (:data:`~ombud.town.truth.OVERLAPS`); neither right nor false.
        near_misses: incidents planted to look like this harm.
        near_misses_found: those with a finding on any of their events.
        out_of_reach: incidents in breach in audiences that no code in use binds; not in ``planted``.
        status: ``rules`` (a rule looks for it), ``people`` (only people decide), ``not yet``.
    """

    harm: str
    planted: int
    found: int
    missed: int
    right: int
    false: int
    shared: int
    near_misses: int
    near_misses_found: int
    out_of_reach: int
    status: Status

    @property
    def recall(self) -> float | None:
        """Found incidents of planted incidents; ``None`` if none was planted."""
        return self.found / self.planted if self.planted else None

    @property
    def precision(self) -> float | None:
        """Events in breach of all events found; ``None`` if nothing was found."""
        total = self.right + self.false
        return self.right / total if total else None


def score(
    findings: Iterable[tuple[str, str]],
    truth: Mapping[str, Truth],
    harms: Collection[str] = HARMS,
    *,
    with_rules: Collection[str] | None = None,
    reach: Mapping[str, Collection[str]] | None = None,
) -> dict[str, HarmScore]:
    """Compare findings with what was planted.

    Args:
        findings: pairs of event id and harm; a repeated pair counts once.
        truth: :attr:`Town.truth`.
        harms: which harms to score, in this order.
        with_rules: the harms that have a rule that opens cases. If ``None``, those with a finding.
        reach: for a harm, the audiences in which the codes in use bind anybody (an employment
            code binds in ``organisation`` only). A harm that is not there is bound everywhere.
    """
    found: dict[str, set[str]] = {harm: set() for harm in harms}
    for event_id, harm in findings:
        if harm in found:
            found[harm].add(event_id)
    breaches, near = _incidents(truth)
    outside = _outside(truth, reach or {})
    ruled = {harm for harm, events in found.items() if events} if with_rules is None else set(with_rules)
    return {harm: _one(harm, found[harm], breaches, near, outside, ruled) for harm in harms}


def _incidents(
    truth: Mapping[str, Truth],
) -> tuple[dict[str, dict[int, set[str]]], dict[str, dict[int, set[str]]]]:
    breaches: dict[str, dict[int, set[str]]] = {}
    near: dict[str, dict[int, set[str]]] = {}
    for event_id, planted in truth.items():
        for one in planted.all():
            side = breaches if one.breach else near
            side.setdefault(one.harm, {}).setdefault(one.incident, set()).add(event_id)
    return breaches, near


def _one(
    harm: str,
    found: set[str],
    breaches: Mapping[str, Mapping[int, set[str]]],
    near: Mapping[str, Mapping[int, set[str]]],
    outside: Collection[int],
    ruled: Collection[str],
) -> HarmScore:
    everywhere = breaches.get(harm, {})
    planted = {n: events for n, events in everywhere.items() if n not in outside}
    hits = sum(1 for events in planted.values() if events & found)
    guilty = set().union(*everywhere.values()) if everywhere else set()
    close = near.get(harm, {})
    near_events = set().union(*close.values()) if close else set()
    shared = (found & _shared(harm, breaches)) - guilty - near_events
    status: Status = "rules" if harm in ruled else "people" if harm in PEOPLE_ONLY else "not yet"
    return HarmScore(
        harm=harm,
        planted=len(planted),
        found=hits,
        missed=len(planted) - hits,
        right=len(found & guilty),
        false=len(found - guilty - shared),
        shared=len(shared),
        near_misses=len(close),
        near_misses_found=sum(1 for events in close.values() if events & found),
        out_of_reach=len(everywhere) - len(planted),
        status=status,
    )


def _shared(harm: str, breaches: Mapping[str, Mapping[int, set[str]]]) -> set[str]:
    events: set[str] = set()
    for other, incidents in breaches.items():
        if harm in OVERLAPS.get(other, ()):
            events.update(*incidents.values())
    return events


def _outside(truth: Mapping[str, Truth], reach: Mapping[str, Collection[str]]) -> set[int]:
    inside: set[int] = set()
    seen: set[int] = set()
    for planted in truth.values():
        for one in planted.all():
            seen.add(one.incident)
            if one.harm not in reach or one.audience in reach[one.harm]:
                inside.add(one.incident)
    return seen - inside
