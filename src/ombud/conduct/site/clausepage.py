"""The page of one clause."""

from __future__ import annotations

import re

from ombud.conduct import plainwords
from ombud.conduct.clausefiles import HEADINGS
from ombud.conduct.harms import Harm, harms
from ombud.conduct.ladder import MEASURES, Measure
from ombud.conduct.model import ENFORCEABLE, Body, Clause
from ombud.conduct.site.frame import INDEX, Page, badge, day, facts, framed
from ombud.conduct.site.labels import appeal, correction
from ombud.conduct.site.markup import Html, el, join
from ombud.conduct.site.prose import prose
from ombud.conduct.site.rulepart import rule_part
from ombud.conduct.words import Words

_HEADING = re.compile(r"(?m)^## +(.+?)[ \t]*$")
_DAY = 24


def clause_page(page: Page, clause: Clause) -> str:
    """Return the HTML of a clause's page."""
    title = page.words(clause.titles)
    status = plainwords.STATUS[clause.status]
    text = join(
        el("h1", el("span", clause.id, class_="number"), title),
        el("p", badge(clause.status, page.words(status)), " ",
           page.words(plainwords.STATUS_MEANS[clause.status])),
        facts(page, [
            ("binds", page.words(plainwords.BINDING[page.code.binding])),
            ("state", page.words(page.code.state_involvement)),
        ], small=True),
        _declined(page, clause),
        _body(page, clause.body_zh if page.language == "zh" else clause.body_en),
        _follows(page, clause),
        _harm(page, clause),
        _rules(page, clause),
        el("h2", page.say("this_version")),
        facts(page, [
            ("version", clause.version),
            ("from", day(clause.effective_from or page.code.effective_from, page.say("adopter"))),
            ("announced", day(clause.announced or page.code.announced, "") or None),
        ]),
        _near(page, clause),
    )  # fmt: skip
    return framed(page, f"{clause.id} {title}", text)


def _declined(page: Page, clause: Clause) -> Html | None:
    if clause.declined_because is None:
        return None
    return el(
        "div", el("h2", page.say("declined")), el("p", page.words(clause.declined_because)), class_="box"
    )


def _body(page: Page, body: Body) -> Html:
    """Return the clause's words as the file has them; only examples get marks beside their sides."""
    parts = _HEADING.split(body.markdown)
    found = [prose(parts[0], page.pages)]
    for heading, content in zip(parts[1::2], parts[2::2], strict=True):
        found.append(el("h2", heading))
        if heading == HEADINGS[page.language].examples and body.examples:
            found.append(_examples(page, body))
        else:
            found.append(prose(content, page.pages))
    return join(*found)


def _examples(page: Page, body: Body) -> Html:
    items = [
        el(
            "li",
            el("span", page.say("breaks" if one.breaks else "keeps"), class_="side"),
            prose(one.text, page.pages),
            class_="breaks" if one.breaks else "keeps",
        )
        for one in body.examples
    ]
    return el("ul", *items, class_="examples")


def _follows(page: Page, clause: Clause) -> Html:
    heading = el("h2", page.say("follows"))
    if not clause.measures:
        return join(heading, el("p", page.say("nothing")))
    harm = harms().get(clause.harm or "")
    measures = [el("li", _measure(page, MEASURES[name])) for name in clause.measures]
    deciding = clause.status in ENFORCEABLE
    return join(
        heading,
        facts(
            page,
            [
                ("decides", page.words(plainwords.AUTOMATION[clause.automation]) if deciding else None),
                ("decided_about", page.words(plainwords.SUBJECT[clause.subject])),
                ("severity", page.words(plainwords.SEVERITY[clause.severity]) if clause.severity else None),
                ("hold", page.say("hold_first") if _holds(harm, clause) else None),
                ("measures", el("ul", *measures)),
                ("ceiling", page.words(plainwords.measure(clause.ceiling)) if clause.ceiling else None),
                ("correction", page.words(_correction(clause, harm)) if deciding else None),
                ("appeal", page.words(appeal(clause.appeal)) if deciding else None),
            ],
        ),
    )


def _holds(harm: Harm | None, clause: Clause) -> bool:
    return harm is not None and harm.hold_first and "hold" in clause.measures


def _correction(clause: Clause, harm: Harm | None) -> Words:
    return correction(clause.correction, harm is None or harm.free_corrections)


def _measure(page: Page, measure: Measure) -> str:
    notes: list[str] = []
    if measure.longest is not None:
        whole = measure.longest % _DAY == 0 and measure.longest > 3 * _DAY
        count = measure.longest // _DAY if whole else measure.longest
        notes.append(page.say("days" if whole else "hours").format(n=count))
    if measure.earned:
        notes.append(page.say("earned"))
    if measure.people > 1:
        notes.append(page.say("two"))
    title = page.words(measure.title)
    if not notes:
        return title
    return f"{title}（{'，'.join(notes)}）" if page.language == "zh" else f"{title} ({', '.join(notes)})"


def _harm(page: Page, clause: Clause) -> Html | None:
    harm = harms().get(clause.harm or "")
    if harm is None:
        return None
    return join(
        el("h2", page.say("the_harm")),
        el("p", el("strong", page.words(harm.title)), " · " , page.words(harm.definition)),
        el("h3", page.say("not_cover")),
        el("p", page.words(harm.does_not_cover)),
    )  # fmt: skip


def _rules(page: Page, clause: Clause) -> Html | None:
    rules = [rule for rule in page.code.rules if rule.clause == clause.id]
    if not rules:
        return join(el("h2", page.say("rules")), el("p", page.say("no_rule")))
    links = [el("li", el("a", page.words(rule.title), href=f"#rule-{rule.id}")) for rule in rules]
    return join(
        el("h2", page.say("served_by")),
        el("ul", *links) if len(links) > 1 else None,
        *(rule_part(page, rule) for rule in rules),
    )


def _near(page: Page, clause: Clause) -> Html:
    clauses = page.code.clauses
    at = next(i for i, one in enumerate(clauses) if one.id == clause.id)
    links: list[Html] = []
    if at > 0:
        links.append(_link(page, "previous", clauses[at - 1], "prev"))
    links.append(el("a", page.say("contents"), href=INDEX))
    if at + 1 < len(clauses):
        links.append(_link(page, "next", clauses[at + 1], "next"))
    return el("nav", *links, class_="near", aria_label=page.say("clauses"))


def _link(page: Page, word: str, clause: Clause, rel: str) -> Html:
    colon = "：" if page.language == "zh" else ": "
    text = f"{page.say(word)}{colon}{clause.id} {page.words(clause.titles)}"
    return el("a", text, href=page.clause_page(clause), rel=rel)
