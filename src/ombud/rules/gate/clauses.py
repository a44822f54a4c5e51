"""What a clause must keep to, checked on the code as data, however it was made.

The linter checks the same of a folder's files; the gate does not rely on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

from ombud.base.errors import Fault, Where
from ombud.conduct.harms import Harm, harms
from ombud.conduct.ladder import MEASURES, rung
from ombud.conduct.model import ENFORCEABLE, WITH_RULES, Clause, Code
from ombud.rules.gate.names import load

_SILENT = re.compile(
    r"shadow|silent|quiet|stealth|hidden|invisible|secret|suppress|deboost|downrank|throttle|reach|filter|mute|ghost"
)
"""Parts of names that measures without a notice have; none of them is on the ladder."""

MIN_APPEAL = 180
"""Days in which an appeal can be made, at least (design, section 8: six months)."""


@cache
def phrases() -> dict[str, tuple[str, ...]]:
    """Return phrases that no enforceable clause may ask with: ``catch_all``, ``viewpoint``, ``silent``."""
    return {kind: tuple(part.casefold() for part in parts) for kind, parts in load("phrases.yaml").items()}


Wrong = tuple[str, str, str | None]
"""Code, message and hint of a fault whose place is known to the caller."""


def check_code(code: Code) -> Iterator[Fault]:
    """Yield what is wrong with a code's dates and clauses."""
    for fault, message, hint in _dates(code.effective_from, code.announced, None):
        yield Fault(fault, f"the code {message}", Where(code.path / "code.yaml"), hint)
    for clause in code.clauses:
        found = list(_dates(clause.effective_from, clause.announced, code.effective_from))
        if clause.status in ENFORCEABLE or clause.status == "hint":
            found += chain(_measures(clause), _words(clause), _harm(clause), _redress(clause))
        elif clause.measures or clause.harm is not None:
            hint = "a declined clause, a pledge and a process enforce nothing"
            found.append(
                ("gate/idle-clause-enforces", f"is {clause.status} and has measures or a harm", hint)
            )
        for fault, message, hint_of in found:
            yield Fault(fault, f"clause {clause.id} {message}", Where(clause.path), hint_of)


def _dates(start: int | None, announced: int | None, code_start: int | None) -> Iterator[Wrong]:
    hint = "write `announced:`; nothing binds before it was made public"
    if start is None:
        return
    if announced is None:
        yield "gate/retroactive", "says since when it binds and not when that was announced", hint
    elif start < announced:
        yield "gate/retroactive", "binds before it was announced", hint
    if code_start is not None and start < code_start:
        yield "gate/retroactive", "binds before the code does", hint


def _measures(clause: Clause) -> Iterator[Wrong]:
    hint = f"the measures are {', '.join(MEASURES)}"
    for measure in dict.fromkeys((*clause.measures, *((clause.ceiling,) if clause.ceiling else ()))):
        if measure in MEASURES:
            continue
        message = f"leads to {measure[:60]!r}, which is no measure of the ladder"
        if _SILENT.search(measure.casefold()):
            yield "gate/silent-measure", f"{message}; nothing is done without a notice", hint
        else:
            yield "gate/unknown-measure", message, hint


def _words(clause: Clause) -> Iterator[Wrong]:
    asked = " ".join((clause.title, clause.title_zh, clause.body_en.asks, clause.body_zh.asks)).casefold()
    hint = "name the harm in plain words, or set the clause to declined with a reason"
    for kind, code, why in (
        ("catch_all", "gate/catch-all-clause", "a clause says what it asks; whoever reads it must know"),
        ("viewpoint", "gate/viewpoint-clause", "no clause acts on opinion, image, taste, mood or assembly"),
        ("silent", "gate/silent-measure", "every measure has its notice"),
    ):
        phrase = next((one for one in phrases()[kind] if one in asked), None)
        if phrase is not None:
            yield code, f"asks with {phrase!r}: {why}", hint


def _harm(clause: Clause) -> Iterator[Wrong]:
    if clause.harm is None:
        if clause.status != "hint":
            hint = "an enforceable clause protects from a harm of the closed list"
            yield "gate/no-harm", f"is {clause.status} and names no harm", hint
        return
    harm = harms().get(clause.harm)
    if harm is None:
        hint = "choose a harm from the list, or decline the clause"
        yield (
            "gate/unknown-harm",
            f"names {clause.harm[:60]!r}, which is not in the closed list of harms",
            hint,
        )
        return
    yield from _status(clause, harm)
    yield from _ladder(clause, harm)


def _status(clause: Clause, harm: Harm) -> Iterator[Wrong]:
    if harm.ground_only and clause.status != "people":
        yield "gate/ground-only", f"enforces {harm.id}, which is a ground for reports only", "status: people"
    if clause.status == "enforced" and harm.found_by == "people":
        yield "gate/people-only-harm", f"has {harm.id} found by rules; only people find it", "status: people"
    harsher = any(measure not in ("hint", "label") for measure in clause.measures)
    if harm.label_only and (clause.status == "enforced" or harsher):
        yield "gate/label-only", f"goes beyond a label; {harm.id} never does", "status: label"
    if clause.automation != "never" and not harm.label_only:
        yield "gate/automation", f"acts by itself; people decide on {harm.id}", "automation: never"


def _ladder(clause: Clause, harm: Harm) -> Iterator[Wrong]:
    low, high = harm.severity
    if clause.severity is not None and not low <= clause.severity <= high:
        yield "gate/above-ceiling", f"has severity {clause.severity}; {harm.id} has {low} to {high}", None
    ceiling = clause.ceiling if clause.ceiling in MEASURES else None
    for measure in clause.measures:
        if measure not in MEASURES:
            continue
        if measure not in harm.rungs:
            hint = f"its ladder: {', '.join(harm.rungs)}"
            yield "gate/measure-not-of-harm", f"leads to {measure}, which {harm.id} does not", hint
        elif ceiling is not None and rung(measure) > rung(ceiling):
            yield "gate/above-ceiling", f"leads to {measure}, above its own ceiling {ceiling}", None
    if ceiling is not None and rung(ceiling) > rung(harm.ceiling):
        yield "gate/above-ceiling", f"has the ceiling {ceiling}; that of {harm.id} is {harm.ceiling}", None


def _redress(clause: Clause) -> Iterator[Wrong]:
    if clause.status not in ENFORCEABLE:
        return
    if clause.appeal is None or clause.appeal < MIN_APPEAL:
        yield "gate/no-appeal", f"leaves no appeal of at least {MIN_APPEAL} days", f"appeal: {MIN_APPEAL}"
    if not clause.body_en.does_not_forbid.strip() and not clause.body_zh.does_not_forbid.strip():
        yield "gate/no-limits", "does not say what it does not forbid", "write `## What it does not forbid`"


def check_carrier(clause: Clause | None, rule_id: str, where: Where) -> Iterator[Fault]:
    """Yield a fault where a rule serves a clause that no rule may serve."""
    if clause is None:
        yield Fault("gate/no-clause", f"rule {rule_id} serves no clause of this code", where)
        return
    harm = harms().get(clause.harm or "")
    if harm is not None and harm.found_by == "people":
        message = f"rule {rule_id}: {harm.id} is found by people, never by a rule"
        yield Fault("gate/people-only-harm", message, where, "remove the rule; people report and decide")
    elif clause.status not in WITH_RULES:
        message = f"rule {rule_id}: clause {clause.id} is {clause.status} and has no rules"
        yield Fault("gate/rule-on-idle-clause", message, where)
    elif harm is None:
        message = f"rule {rule_id}: clause {clause.id} names no harm of the closed list"
        yield Fault("gate/no-harm", message, where)
