"""What a clause must keep to: a harm from the closed list, its ladder, its ceiling, its reasons."""

from __future__ import annotations

from ombud.base.clock import Micros
from ombud.base.errors import Where
from ombud.base.nearest import did_you_mean
from ombud.conduct.clausefiles import HEADINGS, ReadClause
from ombud.conduct.faults import Faults
from ombud.conduct.harms import Harm, enforceable, harms
from ombud.conduct.ladder import rung
from ombud.conduct.model import ENFORCEABLE, Body, Clause
from ombud.conduct.reading import shown

MIN_EXAMPLES = 2
_STATUS_MEASURES = {"label": ("hint", "label"), "hint": ("hint",)}


def check_clauses(read: list[ReadClause], effective_from: Micros | None, faults: Faults) -> None:
    """Check every clause alone, and that their ids differ."""
    first: dict[str, str] = {}
    for one in read:
        clause = one.clause
        if clause.id and clause.id in first:
            faults.add(
                "conduct/clause-twice", f"clause {shown(clause.id)} stands twice", one.fields.where("id"),
                f"the other is in {first[clause.id]}; ids are permanent, split one as {clause.id}a",
            )  # fmt: skip
        first.setdefault(clause.id, clause.path)
        _check(one, faults)
        check_dates(one, effective_from, faults)


def check_dates(one: ReadClause, code_from: Micros | None, faults: Faults) -> None:
    """Check that a clause's own day of effect lies after its announcement and not before the code's."""
    start, announced = one.clause.effective_from, one.clause.announced
    if start is None:
        return
    place = one.fields.where("effective_from")
    if announced is None:
        faults.add("conduct/announced-missing", "a date of effect needs `announced:`", place)
    elif start < announced:
        faults.add("conduct/retroactive", "the clause binds before it was announced", place)
    if code_from is not None and start < code_from:
        faults.add("conduct/retroactive", "the clause binds before the code does", place)


def _check(one: ReadClause, faults: Faults) -> None:
    status = one.clause.status
    if not one.fields.written("status"):
        return
    _check_body(one.clause, faults)
    if status == "declined" and not one.fields.written("declined_because"):
        faults.add(
            "conduct/declined-without-reason", "a declined clause says why", one.fields.where("status"),
            "write `declined_because: {en: …, zh: …}`",
        )  # fmt: skip
    if status in ENFORCEABLE:
        _check_enforceable(one, faults)
    elif status == "hint":
        _check_hint(one, faults)
    else:
        _check_idle(one, faults)


def _check_idle(one: ReadClause, faults: Faults) -> None:
    """A declined clause, a pledge and a process carry nothing that could be enforced."""
    for key in ("harm", "severity", "ceiling", "measures", "correction"):
        if one.fields.get(key):
            faults.add(
                "conduct/declined-enforces", f"a clause with status {one.clause.status} has no `{key}`",
                one.fields.where(key),
            )  # fmt: skip


def _check_hint(one: ReadClause, faults: Faults) -> None:
    if one.fields.written("harm"):
        harm = _known_harm(one, faults)
        if harm is not None and "hint" not in harm.rungs:
            faults.add(
                "conduct/harm-not-allowed", f"{harm.id} has no self-check hint", one.fields.where("harm")
            )
    _check_status_measures(one, faults)


def _check_enforceable(one: ReadClause, faults: Faults) -> None:
    clause, fields = one.clause, one.fields
    for key in ("severity", "measures", "ceiling", "appeal"):
        if not fields.written(key) or (key == "measures" and fields.get("measures") == ()):
            faults.add(
                "conduct/missing-key", f"a clause with status {clause.status} needs `{key}:`", fields.where()
            )
    _check_two_sides(clause, faults)
    _check_status_measures(one, faults)
    if not fields.written("harm"):
        faults.add(
            "conduct/harm-missing", "an enforceable clause names the harm it protects from", fields.where(),
            "a clause that fits no harm is status declined, pledge or process",
        )  # fmt: skip
        return
    harm = _known_harm(one, faults)
    if harm is not None:
        _check_status_harm(one, harm, faults)
        _check_ladder(one, harm, faults)


def _known_harm(one: ReadClause, faults: Faults) -> Harm | None:
    name = one.clause.harm
    if name is None:
        return None
    harm = harms().get(name)
    if harm is None:
        faults.add(
            "conduct/harm-unknown", f"{shown(name)} is not a harm; the list is closed",
            one.fields.where("harm"),
            did_you_mean(name, harms()) or f"the list: {', '.join(enforceable())}",
        )  # fmt: skip
    return harm


def _check_status_harm(one: ReadClause, harm: Harm, faults: Faults) -> None:
    status, place = one.clause.status, one.fields.where("harm")
    if harm.ground_only and status != "people":
        faults.add(
            "conduct/harm-not-allowed", f"{harm.id} is only a ground for reports", place, "status: people"
        )
    elif status == "enforced" and harm.found_by == "people":
        faults.add("conduct/harm-people-only", f"only people find {harm.id}", place, "status: people")
    elif status == "enforced" and harm.label_only:
        faults.add("conduct/harm-not-allowed", f"{harm.id} leads to a label at most", place, "status: label")
    elif status == "label" and "label" not in harm.rungs:
        faults.add("conduct/harm-not-allowed", f"{harm.id} has no label", place)


def _check_status_measures(one: ReadClause, faults: Faults) -> None:
    allowed = _STATUS_MEASURES.get(one.clause.status)
    if allowed is None:
        return
    for measure in (*one.clause.measures, *((one.clause.ceiling,) if one.clause.ceiling else ())):
        if measure not in allowed:
            faults.add(
                "conduct/measure-not-allowed", f"status {one.clause.status} never leads to {measure}",
                one.fields.where("measures"), f"it has {', '.join(allowed)}",
            )  # fmt: skip


def _check_ladder(one: ReadClause, harm: Harm, faults: Faults) -> None:
    clause, fields = one.clause, one.fields
    low, high = harm.severity
    if clause.severity is not None and not low <= clause.severity <= high:
        faults.add(
            "conduct/severity-range", f"severity of {harm.id} is {low} to {high}", fields.where("severity")
        )
    for measure in clause.measures:
        if measure not in harm.rungs:
            faults.add(
                "conduct/measure-not-allowed", f"{harm.id} does not lead to {measure}",
                fields.where("measures"), f"its ladder: {', '.join(harm.rungs)}",
            )  # fmt: skip
        elif clause.ceiling is not None and rung(measure) > rung(clause.ceiling):
            faults.add(
                "conduct/above-ceiling", f"{measure} stands above the ceiling {clause.ceiling}",
                fields.where("measures"),
            )  # fmt: skip
    if clause.ceiling is not None and rung(clause.ceiling) > rung(harm.ceiling):
        faults.add(
            "conduct/above-ceiling", f"the ceiling of {harm.id} is {harm.ceiling}", fields.where("ceiling")
        )
    if clause.automation == "label" and not harm.label_only:
        faults.add(
            "conduct/automation-not-allowed",
            f"people decide on {harm.id}; only a label-only harm may label alone",
            fields.where("automation"), "automation: never",
        )  # fmt: skip
    if clause.correction is not None and not harm.free_corrections:
        faults.add(
            "conduct/correction-not-allowed", f"{harm.id} leaves no time for correction",
            fields.where("correction"), "correction: null",
        )  # fmt: skip


def _bodies(clause: Clause) -> tuple[tuple[str, Body, str], ...]:
    """Return each language with its body and file; a language without any text was reported before."""
    zh_path = clause.path.removesuffix(".md") + ".zh.md"
    both = (("en", clause.body_en, clause.path), ("zh", clause.body_zh, zh_path))
    return tuple(one for one in both if one[0] == "en" or one[1].markdown)


def _check_body(clause: Clause, faults: Faults) -> None:
    for language, body, path in _bodies(clause):
        if not body.asks:
            heading = HEADINGS[language].asks
            faults.add("conduct/body-missing", f"the text lacks `## {heading}`", Where(path, 1, 1))


def _check_two_sides(clause: Clause, faults: Faults) -> None:
    for language, body, path in _bodies(clause):
        marks, place = HEADINGS[language], Where(path, 1, 1)
        if not body.does_not_forbid:
            faults.add(
                "conduct/does-not-forbid-missing",
                f"an enforceable clause has `## {marks.does_not_forbid}`",
                place,
            )
        breaks = sum(example.breaks for example in body.examples)
        keeps = len(body.examples) - breaks
        if min(breaks, keeps) < MIN_EXAMPLES:
            faults.add(
                "conduct/examples-missing",
                f"two examples each way are needed; here {breaks} break and {keeps} keep it",
                place, f"under `## {marks.examples}`: `- {marks.breaks}: …` and `- {marks.keeps}: …`",
            )  # fmt: skip
