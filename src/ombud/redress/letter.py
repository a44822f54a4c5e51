"""Puts a notice's words together. A letter rendered twice for one instant is the same letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ombud.base.clock import DAY, HOUR, Micros, to_datetime
from ombud.conduct.ladder import MEASURES, rung
from ombud.measures.choose import appeal_suspends
from ombud.measures.figures import STARTING
from ombud.redress.model import Answer, Plan, Planned
from ombud.redress.words import OUTSIDE, RECEIPT_MARK, say
from ombud.store.clauses import ClauseVersion

EXCERPT = 300
"""Characters of the content that a letter shows."""

Section = tuple[str, Sequence[str]]


def decision_letter(
    plan: Plan, at: Micros, *, opening: str | None = None, date: Micros | None = None
) -> tuple[str, str]:
    """Return the title and the body of the notice about a decision.

    Args:
        plan: every consequence.
        at: the instant of the decision; measures and the time to appeal count from it.
        opening: the key of other opening words (for an appeal that changed a decision).
        date: the instant of the first decision, for those words.
    """
    answer, lang = plan.answer, plan.language
    body = _open(answer, lang, opening or "open.decision", date)
    sections: list[Section] = [
        ("content", [_content(answer, lang)]),
        ("clause", clause_lines(answer.clause, lang, plan.choice.law)),
        ("facts", [f"- {line}" for line in fact_lines(answer, lang)]),
        ("how", how_lines(answer, lang, plan.choice.public_body)),
        ("why", why_lines(plan, lang)),
        ("now", now_lines(plan, at)),
        ("correct", [_correction(plan)]),
        ("points", [_points(plan)]),
        ("appeal", appeal_lines(plan, at)),
        ("receipt", [say("receipt", lang, code=RECEIPT_MARK)]),
    ]
    return title("decision", answer, lang), compose(body, sections, lang)


def hold_letter(
    answer: Answer, reasons: str, hours: int, language: str, at: Micros, public_body: str | None = None
) -> tuple[str, str]:
    """Return the title and the body of the notice about a hold."""
    planned = Planned("hold", hours, 0, 0)
    sections: list[Section] = [
        ("content", [_content(answer, language)]),
        ("clause", clause_lines(answer.clause, language, None)),
        ("facts", [f"- {line}" for line in fact_lines(answer, language)]),
        ("how", how_lines(answer, language, public_body)),
        ("why", [reasons]),
        ("now", [f"- {measure_line(planned, answer.subject_kind, '', language, at)}"]),
        ("points", [say("points.none", language)]),
        ("appeal", [*_appeal(language, at, 184, "within.short", answer.danger)]),
        ("receipt", [say("receipt", language, code=RECEIPT_MARK)]),
    ]
    return title("hold", answer, language), compose(_open(answer, language, "open.hold"), sections, language)


def automatic_letter(answer: Answer, language: str, at: Micros, days: int, links: str) -> tuple[str, str]:
    """Return the title and the body of the notice about a label that a rule set.

    ``days`` is how long it can be appealed; ``links`` what the label links to, or nothing.
    """
    planned = Planned("label", None, 0, 0)
    shown = say("why.links", language, links=links) if links else ""
    sections: list[Section] = [
        ("content", [_content(answer, language)]),
        ("clause", clause_lines(answer.clause, language, None)),
        ("facts", [f"- {line}" for line in fact_lines(answer, language)]),
        ("how", how_lines(answer, language, None, automatic=True)),
        ("why", [say("why.automatic", language), shown]),
        ("now", [f"- {measure_line(planned, answer.subject_kind, '', language, at)}"]),
        ("points", [say("points.none", language)]),
        ("appeal", [*_appeal(language, at, days, "within.long", answer.danger)]),
        ("receipt", [say("receipt", language, code=RECEIPT_MARK)]),
    ]
    body = compose(_open(answer, language, "open.automatic"), sections, language)
    return title("decision", answer, language), body


def plain_letter(
    kind: str,
    answer: Answer,
    language: str,
    opening: str,
    reasons: str,
    now: Sequence[str],
    *,
    date: Micros | None = None,
    appeal: Sequence[str] = (),
) -> tuple[str, str]:
    """Return the title and the body of a shorter notice: lifted holds, answers, outcomes of reports."""
    sections: list[Section] = [
        ("clause", [_clause_where(answer.clause, language)]),
        ("why", [reasons]),
        ("now", now),
        ("appeal", [*appeal, say("appeal.outside", language, text=OUTSIDE[language])]),
        ("receipt", [say("receipt", language, code=RECEIPT_MARK)]),
    ]
    return title(kind, answer, language), compose(_open(answer, language, opening, date), sections, language)


def compose(opening: str, sections: Iterable[Section], language: str) -> str:
    """Return the opening and the sections that have lines, each under its head."""
    parts = [opening]
    for head, lines in sections:
        kept = [line for line in lines if line]
        if kept:
            parts.append(say(f"head.{head}", language) + "\n" + "\n".join(kept))
    return "\n\n".join(parts)


def title(kind: str, answer: Answer, language: str) -> str:
    """Return the title of a notice."""
    name = answer.clause.body["title"][language]
    return say(f"title.{kind}", language, subject=_subject(answer, language), clause=name)


def _open(answer: Answer, language: str, key: str, date: Micros | None = None) -> str:
    return say(
        key,
        language,
        subject=_subject(answer, language),
        id=answer.subject,
        code=answer.clause.body["code_title"][language],
        date=instant(date or 0)[:10],
    )


def _subject(answer: Answer, language: str) -> str:
    return say(answer.subject_kind, language)


def _content(answer: Answer, language: str) -> str:
    if answer.excerpt is None:
        return say("content.sealed", language)
    if not answer.excerpt:
        return say("content.none", language, subject=_subject(answer, language), id=answer.subject)
    return "> " + answer.excerpt.replace("\n", "\n> ")


def _clause_where(clause: ClauseVersion, language: str) -> str:
    names = {"code": clause.body["code_title"][language], "title": clause.body["title"][language]}
    return say("clause.where", language, version=clause.body["code_version"], clause=clause.clause, **names)


def clause_lines(clause: ClauseVersion, language: str, law: str | None) -> list[str]:
    """Return the clause in words, and what law or code the decision rests on."""
    return [
        _clause_where(clause, language),
        say("clause.asks", language, text=clause.body["asks"][language].strip()),
        say("clause.not", language, text=clause.body["does_not_forbid"][language].strip()),
        say("clause.law", language, law=law) if law else say("clause.code", language),
    ]


def fact_lines(answer: Answer, language: str) -> list[str]:
    """Return each fact in words."""
    lines = []
    for fact in answer.facts:
        if "words" in fact:
            lines.append(str(fact["words"]))
            continue
        if "report" in fact:
            lines.append(say("fact.report", language, date=instant(fact["at"])[:10]))
            continue
        known = answer.clause.body["rules"].get(str(fact["rule"]).split("/")[-1])
        text = fill(known[language], fact["evidence"]) if known else str(fact["rule"])
        lines.append(say("fact.finding", language, at=instant(fact["at"]), text=text))
    return lines


def fill(explanation: str, evidence: Mapping[str, Any]) -> str:
    """Put values of the evidence into an explanation; what is not there becomes an ellipsis."""

    def value(found: re.Match[str]) -> str:
        return str(evidence.get(found[1], "…"))[:EXCERPT]

    return re.sub(r"\{([\w.]+)\}", value, explanation)


def how_lines(
    answer: Answer, language: str, public_body: str | None, *, automatic: bool = False
) -> list[str]:
    """Return how it was found, whether a machine decided, and who else had a part."""
    found = [say("found.rule", language, rules=", ".join(answer.rules))] if answer.rules else []
    if any("report" in fact for fact in answer.facts):
        found.append(say("found.report", language))
    body = say("body.some", language, body=public_body) if public_body else say("body.none", language)
    about = say("body.code", language, text=answer.clause.body["state_involvement"][language])
    found = found or [say("found.person", language)]
    return [*found, say("auto.yes" if automatic else "auto.no", language), body, about]


def why_lines(plan: Plan, language: str) -> list[str]:
    """Return the reasons, and the milder measures with why they fail."""
    lines = [plan.choice.reasons]
    if plan.choice.considered:
        lines.append(say("why.milder", language))
        for name, why in sorted(plan.choice.considered.items(), key=lambda item: (rung(item[0]), item[0])):
            lines.append("- " + say("why.item", language, measure=MEASURES[name].title[language], why=why))
    return lines


def now_lines(plan: Plan, at: Micros) -> list[str]:
    """Return every measure with its scope, territory, start and end."""
    lang, choice = plan.language, plan.choice
    real = [each for each in plan.measures if MEASURES[each.kind].family != "none"]
    if not real:
        return [say("now.nothing", lang)]
    kind = plan.answer.subject_kind
    lines = ["- " + measure_line(each, kind, choice.territory, lang, at) for each in real]
    if any(each.kind == "closing" for each in real):
        lines.append(say("closing.rights", lang))
    return lines


def measure_line(each: Planned, subject_kind: str, territory: str, language: str, at: Micros) -> str:
    """Return one measure in words."""
    start = at + each.starts_in
    if each.kind == "closing":
        when = say("when.closing", language, start=instant(start))
    elif each.hours is None:
        when = say("when.open", language, start=instant(start))
    else:
        when = say("when.until", language, start=instant(start), end=instant(start + each.hours * HOUR))
    scope = (
        say("scope.item", language, subject=say(subject_kind, language))
        if on_item(each.kind)
        else say("scope.account", language)
    )
    where = say("where.some", language, territory=territory) if territory else say("where.all", language)
    name = MEASURES[each.kind].title[language]
    return say("now.item", language, measure=name, scope=scope, where=where, when=when)


def on_item(kind: str) -> bool:
    """Say whether a measure concerns the item alone and not the account."""
    return kind in ("label", "hold", "disable", "out_of_recommendations", "escrow")


def _correction(plan: Plan) -> str:
    if plan.correction is None:
        return say("correct.none", plan.language)
    hours, free = plan.correction
    return say(
        "correct.free" if free else "correct.counted",
        plan.language,
        hours=hours,
        times=STARTING.free_corrections,
    )


def _points(plan: Plan) -> str:
    if plan.answer.hijacked:
        return say("points.none", plan.language)
    if plan.correction is not None and plan.correction[1]:
        return say("points.open", plan.language, points=number(plan.points_after))
    values = {"severity": plan.severity, "points": number(plan.points_after)}
    return say("points.counted", plan.language, **values)


def appeal_lines(plan: Plan, at: Micros) -> list[str]:
    """Return how to appeal here and outside, and what that does."""
    within = "within.short" if plan.two else "within.long"
    lines = _appeal(plan.language, at, plan.appeal_days, within, plan.answer.danger)
    harm = plan.answer.clause.harm
    rest = [MEASURES[m.kind].title[plan.language] for m in plan.measures if appeal_suspends(m.kind, harm)]
    if rest:
        lines.insert(1, say("appeal.suspends", plan.language, measures=", ".join(rest)))
    return lines


def _appeal(language: str, at: Micros, days: int, within: str, danger: bool) -> list[str]:
    until = instant(at + days * DAY)
    return [
        say("appeal.here", language, until=until, within=say(within, language)),
        say("appeal.late_danger" if danger else "appeal.late", language),
        say("appeal.outside", language, text=OUTSIDE[language]),
    ]


def appeal_right(language: str, at: Micros, days: int) -> list[str]:
    """Return how a reporter whose report was refused can have it looked at again."""
    return [say("appeal.here", language, until=instant(at + days * DAY), within=say("within.long", language))]


def instant(at: Micros) -> str:
    """Return an instant as people read it, in UTC, to the minute."""
    return to_datetime(at).strftime("%Y-%m-%d %H:%M UTC")


def number(points: Fraction) -> str:
    """Return points as people read them: whole, or to a tenth."""
    return str(points.numerator) if points.denominator == 1 else f"{float(points):.1f}"
