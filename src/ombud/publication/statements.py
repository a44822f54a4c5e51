"""Statements of reasons: every measure in the schema of the EU Transparency Database, without personal data.

A statement is a projection of the record: the measure, its decision and the clause as adopted. Its
words are those of the code of conduct, never the reviewer's, so that they can be published; a person
may re-word them. What left once stays as it left, since the database takes no changes: a measure
that is undone later keeps its statement, and the figures tell that it was undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from ombud.base.clock import Micros, format_time
from ombud.base.errors import Fault
from ombud.conduct.harms import harms
from ombud.conduct.ladder import MEASURES
from ombud.publication.statements_gate import traces
from ombud.publication.statements_schema import check, read_data, schema
from ombud.store import Tx, decisions, erasing, statements
from ombud.store.measures import Measure
from ombud.store.statements import Context, Wording

State = Literal["exported", "ready", "refused", "outside", "erased"]
_WORDED = ("decision_facts", "incompatible_content_explanation")
_MOST = {"decision_facts": 5_000, "incompatible_content_explanation": 2_000, "ground": 500}


@dataclass(frozen=True, slots=True)
class Made:
    """A measure's statement and where it stands.

    ``exported``: it left, and ``body`` is what left. ``ready``: it passes every check. ``refused``:
    ``faults`` say why; a person can re-word it. ``outside``: the measure holds in no state of the
    EEA, so it is none of the database's. ``erased``: it left, and a person's words in it are gone.
    """

    measure: Measure
    body: Mapping[str, Any]
    state: State
    faults: tuple[Fault, ...] = ()


@cache
def _mapping() -> Any:
    return read_data("statements")


def between(tx: Tx, since: Micros, until: Micros) -> Iterator[Made]:
    """Yield the statement of every measure made in a stretch of time, in order."""
    last = 0
    while batch := statements.measures_between(tx, since, until, after=last):
        last = batch[-1].n
        yield from made(tx, batch)


def made(tx: Tx, measures: Sequence[Measure]) -> list[Made]:
    """Return the statements of measures; those that left are returned as they left."""
    ids = [row.id for row in measures]
    left = statements.exported(tx, ids)
    words, known = statements.wordings(tx, ids), statements.contexts(tx, measures)
    found = []
    for row in measures:
        if row.id in left:
            body = _in_order(left[row.id].body)
            gone = body.get("decision_facts") == erasing.GONE
            found.append(Made(row, body, "erased" if gone else "exported"))
        else:
            word = words.get(row.id)
            kept = word if word is not None and word.salt is not None else None  # else it was erased
            found.append(_judged(row, body_of(row, known[row.id], kept)))
    return found


def _judged(row: Measure, body: dict[str, Any]) -> Made:
    if not body["territorial_scope"]:
        return Made(row, body, "outside")
    faults = [*check(body), *gate(body)]
    return Made(row, body, "refused" if faults else "ready", tuple(faults))


def gate(body: Mapping[str, Any]) -> list[Fault]:
    """Return what of a statement's words is unfit to be published (``statement/personal``)."""
    hint = "ombud statement reword gives it other words"
    return [
        Fault("statement/personal", f"{name} holds {trace}", None, hint)
        for name in schema().free_texts
        if isinstance(body.get(name), str)
        for trace in traces(body[name])
    ]


def body_of(row: Measure, of: Context, words: Wording | None = None) -> dict[str, Any]:
    """Return the statement of a measure, not yet checked; the same store gives the same statement.

    Args:
        row: the measure.
        of: its decision and clause.
        words: what a person wrote in place of the usual words.
    """
    harm = harms()[of.clause.harm]
    chosen = MEASURES[row.kind]
    value_name, end_name = _mapping()["families"][chosen.family]
    body: dict[str, Any] = {
        value_name: [chosen.dsa] if chosen.family == "visibility" else chosen.dsa,
        end_name: None if row.ends_at is None else format_time(row.ends_at)[:10],
        "decision_visibility_other": _mapping()["other_measures"].get(row.kind),
        "decision_facts": _facts(row, of),
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": _ground(of),
        "incompatible_content_explanation": _explanation(of),
        **_content(row, of),
        "category": harm.dsa_category,
        **_keywords(harm.id, harm.dsa_keywords, words),
        "territorial_scope": scope(row.territory),
        "content_language": of.language.upper() if of.language else None,
        "content_date": format_time(of.decision.breach_at or of.decision.at)[:10],
        "application_date": format_time(row.starts_at)[:10],
        "source_type": _SOURCES[of.notified],
        "automated_detection": "Yes" if of.decision.rules else "No",
        "automated_decision": _automated(of),
        "puid": row.id,
    }
    if words is not None:
        given = (words.facts, words.explanation)
        body |= {name: text for name, text in zip(_WORDED, given, strict=True) if text}
    return _in_order(body)


def _in_order(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is given of a statement in the schema's order, so that its line is always the same."""
    return {name: body[name] for name in schema().attributes if body.get(name) is not None}


_SOURCES = {
    None: "SOURCE_VOLUNTARY",
    "law": "SOURCE_ARTICLE_16",
    "terms": "SOURCE_TYPE_OTHER_NOTIFICATION",
}


def _automated(of: Context) -> str:
    return "AUTOMATED_DECISION_FULLY" if of.decision.automatic else "AUTOMATED_DECISION_NOT_AUTOMATED"


def scope(territory: str) -> list[str]:
    """Return the states of the EEA in which a measure holds; an empty ``territory`` is everywhere."""
    every = schema().allowed["country"]
    named = {word.strip().upper() for word in territory.replace(";", ",").split(",")}
    if not territory.strip() or named & {"EEA"}:
        return list(every)
    union = [state for state in every if state not in ("IS", "LI", "NO")]
    return [state for state in every if state in named or ("EU" in named and state in union)]


def _ground(of: Context) -> str:
    clause, title = of.clause, of.clause.body["title"]["en"]
    code = of.clause.body["code_title"]["en"]
    return f"Clause {clause.clause} ({title}), version {clause.version}, of the code of conduct: {code}"[:500]


def _explanation(of: Context) -> str:
    """Return the clause's own words, or the harm's definition where they are unfit to be published."""
    harm = harms()[of.clause.harm]
    asks = " ".join(str(of.clause.body["asks"]["en"]).split())
    said = f"The clause asks: {asks} " if asks and not traces(asks) else ""
    room = _MOST["incompatible_content_explanation"] - len(harm.definition.en) - 60
    return f"{said[:room]}It addresses this harm: {harm.title.en}. {harm.definition.en}"


def _facts(row: Measure, of: Context) -> str:
    """Return the facts in words that name nobody: how it was found, who decided, what was weighed."""
    decision = of.decision
    parts = [
        f"It concerns {_SUBJECTS[row.subject_kind]}.",
        _found(of),
        _decided(of),
        f"Severity of the breach: {decision.severity} of 4.",
    ]
    if of.considered:
        titles = ", ".join(MEASURES[kind].title.en for kind in of.considered if kind in MEASURES)
        parts.append(f"Milder measures were considered and found not to be enough: {titles}.")
    if decision.hijacked:
        parts.append("Somebody else had taken the account; no points were counted.")
    parts.append("The person was told in a notice, with the reasons and the ways to appeal.")
    return " ".join(parts)[: _MOST["decision_facts"]]


_SUBJECTS = {
    "post": "one item that was posted",
    "account": "how an account presents itself or behaves",
    "group": "several accounts under one control",
}


def _found(of: Context) -> str:
    told = "People had reported it. " if of.notified else ""
    if not of.decision.rules:
        return told.strip() or "No rule found it; a person pointed to it."
    many = len(of.decision.rules) > 1
    rules = ", ".join(of.decision.rules[:20])
    return f"{told}It was found by {'these published rules' if many else 'this published rule'}: {rules}."


def _decided(of: Context) -> str:
    decision = of.decision
    if decision.answer == decisions.INTERIM:
        return "A person held it back until the decision, for 72 hours at most."
    if decision.automatic:
        return "The label was set by a rule, as the clause allows, and is open to appeal to a person."
    who = "Two people" if decision.seconded_by is not None else "A person"
    if of.unseen:
        return (
            f"{who} decided on it together with other accounts under one control, of which a random"
            " sample was looked at one by one."
        )
    if decision.replaces is not None:
        return "A person decided on it anew on appeal; this milder measure replaced an earlier one."
    return f"{who} decided on it."


def _content(row: Measure, of: Context) -> dict[str, Any]:
    """Return what kind of content it is, as far as the findings relied on tell."""
    kinds: set[str] = set()
    facts = of.decision.facts if isinstance(of.decision.facts, list) else []
    for fact in facts:
        evidence = fact.get("evidence") or {}
        kinds |= {"text"} if evidence.get("post.text") else set()
        kinds |= {str(kind) for kind in evidence.get("post.media.kind") or []}
        kinds |= {"product"} if evidence.get("post.products.id") else set()
    names = _mapping()["content"]
    types = sorted({names[kind] for kind in kinds if kind in names})
    if types and row.subject_kind == "post":
        return {"content_type": types}
    other = _mapping()["other_content"][row.subject_kind]
    return {"content_type": ["CONTENT_TYPE_OTHER"], "content_type_other": other}


def _keywords(harm: str, listed: tuple[str, ...], words: Wording | None) -> dict[str, Any]:
    """Return the keywords: those a person chose, or the harm's own where it has exactly one."""
    chosen = list(words.keywords) if words is not None and words.keywords else []
    if not chosen and len(listed) == 1:
        chosen = list(listed)
    if not chosen:
        return {}
    other = _mapping()["other_keywords"].get(harm) if "KEYWORD_OTHER" in chosen else None
    return {"category_specification": chosen, "category_specification_other": other}
