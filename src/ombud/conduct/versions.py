"""What a new version changes for the people bound by a code, and which version number that needs.

A new duty, or anything harsher, is a major change: it must be announced before it
takes effect. Milder is minor. Changed words are at least minor where they say what
is asked: only people can tell whether a sentence asks for more than before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from ombud.base.errors import Fault, Where
from ombud.conduct.hashing import tidy
from ombud.conduct.ladder import rung
from ombud.conduct.model import Clause, Code, Rule

Bump = Literal["major", "minor", "patch"]
ChangeKind = Literal["new duty", "harsher", "milder", "finding", "wording", "frame"]

_Add = Callable[[ChangeKind, str], None]

_ORDER: tuple[Bump, ...] = ("patch", "minor", "major")
_FORCE = {"declined": 0, "process": 0, "pledge": 1, "hint": 1, "label": 2, "people": 3, "enforced": 3}


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``about`` is ``clause 4.4``, ``rule itinerary`` or ``code``."""

    kind: ChangeKind
    bump: Bump
    about: str
    text: str


def diff(old: Code, new: Code) -> list[Change]:
    """Return what changed from ``old`` to ``new``: the code, then its clauses, then its rules."""
    changes = _frame(old, new)
    before = {clause.id: clause for clause in old.clauses}
    after = {clause.id: clause for clause in new.clauses}
    for clause_id, clause in after.items():
        if clause_id in before:
            changes.extend(clause_changes(before[clause_id], clause))
        else:
            changes.append(_added(clause))
    changes.extend(_removed(clause) for clause_id, clause in before.items() if clause_id not in after)
    return [*changes, *_rule_changes(old, new)]


def required_bump(changes: Iterable[Change]) -> Bump | None:
    """Return the greatest step that the changes need, or ``None`` when nothing changed."""
    found = {change.bump for change in changes}
    return next((bump for bump in reversed(_ORDER) if bump in found), None)


def version_faults(old: Code, new: Code) -> list[Fault]:
    """Return a fault where the new version's number or announcement does not fit what changed."""
    changes = diff(old, new)
    need = required_bump(changes)
    place = Where(str(new.path / "code.yaml"))
    faults: list[Fault] = []
    if need is not None and not _steps(old.version, new.version, need):
        message = f"{old.version} → {new.version} is too small a step: this is a {need} change"
        reasons = "; ".join(f"{one.about}: {one.text}" for one in changes if one.bump == need)
        faults.append(Fault("conduct/version-step", message, place, reasons[:500]))
    if need == "major" and new.effective_from is not None and new.announced is None:
        message = "a major change is announced before it takes effect"
        faults.append(Fault("conduct/announced-missing", message, place, "write `announced:`"))
    before = {clause.id: clause for clause in old.clauses}
    for clause in new.clauses:
        was = before.get(clause.id)
        step = required_bump(clause_changes(was, clause)) if was is not None else None
        if was is not None and step is not None and not _steps(was.version, clause.version, step):
            message = f"clause {clause.id}: {was.version} → {clause.version}, but this is a {step} change"
            faults.append(Fault("conduct/version-step", message, Where(clause.path)))
    return faults


def clause_changes(old: Clause, new: Clause) -> list[Change]:
    """Return what changed in a clause, for the people bound."""
    about = f"clause {new.id}"
    changes: list[Change] = []

    def add(kind: ChangeKind, text: str) -> None:
        bump: Bump = "major" if kind in ("new duty", "harsher") else "minor"
        changes.append(Change(kind, bump, about, text))

    if old.status != new.status:
        harsher = _FORCE[new.status] > _FORCE[old.status]
        add("new duty" if harsher else "milder", f"status {old.status} → {new.status}")
    for name in ("harm", "subject"):
        if getattr(old, name) != getattr(new, name):
            add("new duty", f"{name} {getattr(old, name)} → {getattr(new, name)}")
    _measures(old, new, add)
    _amounts(old, new, add)
    if old.automation != new.automation:
        add(
            "harsher" if new.automation == "label" else "milder",
            f"automation {old.automation} → {new.automation}",
        )
    return [*changes, *_wording(old, new, about)]


def _measures(old: Clause, new: Clause, add: _Add) -> None:
    for name in new.measures:
        if name not in old.measures:
            add("harsher", f"{name} is a measure now")
    for name in old.measures:
        if name not in new.measures:
            add("milder", f"{name} is no measure any more")
    if old.ceiling != new.ceiling:
        low = rung(old.ceiling) if old.ceiling else -1
        high = rung(new.ceiling) if new.ceiling else -1
        add("harsher" if high >= low else "milder", f"ceiling {old.ceiling} → {new.ceiling}")


def _amounts(old: Clause, new: Clause, add: _Add) -> None:
    """Severity up is harsher; time to correct or to appeal down is harsher."""
    for name, sign in (("severity", 1), ("correction", -1), ("appeal", -1)):
        was, now = getattr(old, name) or 0, getattr(new, name) or 0
        if was != now:
            harsher = (now - was) * sign > 0
            add("harsher" if harsher else "milder", f"{name} {was or 'none'} → {now or 'none'}")


def _wording(old: Clause, new: Clause, about: str) -> list[Change]:
    changes: list[Change] = []
    for language, was, now in (("en", old.body_en, new.body_en), ("zh", old.body_zh, new.body_zh)):
        if tidy(was.asks) != tidy(now.asks) or tidy(was.does_not_forbid) != tidy(now.does_not_forbid):
            text = f"the words of what it asks or does not forbid ({language})"
            changes.append(Change("wording", "minor", about, text))
        elif tidy(was.markdown) != tidy(now.markdown):
            changes.append(Change("wording", "patch", about, f"examples or notes ({language})"))
    if old.titles != new.titles:
        changes.append(Change("wording", "patch", about, "its title"))
    if old.declined_because != new.declined_because:
        changes.append(Change("wording", "patch", about, "the reason for declining it"))
    return changes


def _added(clause: Clause) -> Change:
    duty = _FORCE[clause.status] > 0
    kind: ChangeKind = "new duty" if duty else "frame"
    return Change(
        kind, "major" if duty else "minor", f"clause {clause.id}", f"added, {clause.status}: {clause.title}"
    )


def _removed(clause: Clause) -> Change:
    """A process that goes is a right that goes."""
    lost = clause.status == "process"
    kind: ChangeKind = "harsher" if lost else "milder"
    return Change(
        kind, "major" if lost else "minor", f"clause {clause.id}", f"removed, {clause.status}: {clause.title}"
    )


def _frame(old: Code, new: Code) -> list[Change]:
    changes: list[Change] = []
    if old.binding != new.binding:
        changes.append(Change("new duty", "major", "code", f"binding {old.binding} → {new.binding}"))
    if old.applies_to != new.applies_to:
        narrower = old.applies_to.who == "everyone" or (
            old.roles and new.roles and set(new.roles) <= set(old.roles)
        )
        kind: ChangeKind = "milder" if narrower else "new duty"
        text = f"applies to {_who(old)} → {_who(new)}"
        changes.append(Change(kind, "minor" if narrower else "major", "code", text))
    if old.state_involvement != new.state_involvement:
        changes.append(Change("frame", "minor", "code", "which public bodies are involved"))
    if old.promulgated_by != new.promulgated_by:
        changes.append(Change("frame", "minor", "code", "who puts the code into effect"))
    if old.titles != new.titles or old.source != new.source:
        changes.append(Change("wording", "patch", "code", "its title or source"))
    return changes


def _who(code: Code) -> str:
    return ", ".join(code.roles) if code.applies_to.who == "roles" else code.applies_to.who


def _rule_changes(old: Code, new: Code) -> list[Change]:
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id: rule for rule in new.rules}
    changes: list[Change] = []
    for rule_id, rule in after.items():
        if rule_id not in before:
            text = f"added, {rule.status}, for clause {rule.clause}"
            changes.append(Change("finding", "minor", f"rule {rule_id}", text))
        else:
            changes.extend(_rule_change(before[rule_id], rule))
    gone = [rule for rule_id, rule in before.items() if rule_id not in after]
    return [*changes, *(Change("finding", "minor", f"rule {rule.id}", "removed") for rule in gone)]


def _rule_change(old: Rule, new: Rule) -> list[Change]:
    about = f"rule {new.id}"
    changes: list[Change] = []
    if old.hash != new.hash:
        changes.append(Change("finding", "minor", about, "what it finds (its condition, lists or evidence)"))
    if old.status != new.status:
        changes.append(Change("finding", "minor", about, f"status {old.status} → {new.status}"))
    if old.clause != new.clause:
        changes.append(Change("finding", "minor", about, f"clause {old.clause} → {new.clause}"))
    words = (old.title, old.explains, old.does_not_mean) != (new.title, new.explains, new.does_not_mean)
    if words or old.tests != new.tests:
        changes.append(Change("wording", "patch", about, "its words" if words else "its tests"))
    return changes


def _steps(old: str, new: str, need: Bump) -> bool:
    """Say whether the version number rose enough; before 1.0.0 a minor step serves as a major one."""
    was, now = _numbers(old), _numbers(new)
    if now <= was:
        return False
    if need == "major" and was[0] == 0:
        return now[:2] > was[:2]
    return now[0] > was[0] if need == "major" else need == "patch" or now[:2] > was[:2]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
