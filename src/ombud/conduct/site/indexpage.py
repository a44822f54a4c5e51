"""The first page of a code, and the first page of the site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ombud.conduct import plainwords
from ombud.conduct.harms import harms
from ombud.conduct.model import STATUSES, Code
from ombud.conduct.site.frame import INDEX, Page, badge, day, document, facts, framed
from ombud.conduct.site.labels import LABELS, LANGUAGES, TAGS
from ombud.conduct.site.markup import Html, el, join
from ombud.conduct.site.prose import link_target


def index_page(page: Page) -> str:
    """Return the HTML of a code's first page."""
    code = page.code
    title = page.words(code.titles)
    text = join(
        el("h1", title),
        el("p", page.words(plainwords.BINDING[code.binding]), class_="lead"),
        el(
            "div",
            el("h2", page.say("state")),
            el("p", page.words(code.state_involvement)),
            class_="box",
        ),
        _facts(page),
        _clauses(page),
        _legend(page),
        _rules(page),
    )
    return framed(page, page.say("contents"), text, wide=True)


def _facts(page: Page) -> Html:
    code = page.code
    return facts(
        page,
        [
            ("who", page.words(code.promulgated_by)),
            ("applies", page.words(plainwords.applies_to(code))),
            ("from", day(code.effective_from, page.say("adopter"))),
            ("announced", day(code.announced, "") or None),
            ("version", code.version),
            ("source", _source(page)),
            ("lineage", _lineage(page)),
        ],
    )


def _source(page: Page) -> Html | None:
    source = page.code.source
    if source is None:
        return None
    title: str = page.words(source.title)
    if source.url and (target := link_target(source.url, {})):
        title = el("a", title, href=target, rel="noopener noreferrer nofollow")
    rest = [page.words(source.publisher)] if source.publisher else []
    rest += [source.date] if source.date else []
    return join(title, el("br"), el("span", " · ".join(rest), class_="soft") if rest else None)


def _lineage(page: Page) -> Html:
    lineage = page.code.lineage
    if not lineage:
        return join(page.say("no_lineage"))
    items = [
        el("li", f"{one.code} {one.version} ", el("code", one.hash, class_="hash soft") if one.hash else None)
        for one in lineage
    ]
    return el("ul", *items)


def _clauses(page: Page) -> Html:
    counts = Counter(rule.clause for rule in page.code.rules)
    known = harms()
    rows = [
        el(
            "tr",
            el("td", clause.id, class_="tight"),
            el("th", el("a", page.words(clause.titles), href=page.clause_page(clause)), scope="row"),
            el("td", badge(clause.status, page.words(plainwords.STATUS[clause.status])), class_="tight"),
            el(
                "td",
                page.words(known[clause.harm].title) if clause.harm else "–",
                class_="wide-only",
            ),
            el("td", str(counts[clause.id] or "–"), class_="wide-only"),
        )
        for clause in page.code.clauses
    ]
    head = [("number", ""), ("clause", ""), ("status", ""), ("harm", "wide-only"), ("rules", "wide-only")]
    return join(el("h2", page.say("clauses"), id="clauses"), _table(page, head, rows))


def _legend(page: Page) -> Html:
    counts = Counter(clause.status for clause in page.code.clauses)
    rows = [
        el(
            "tr",
            el("th", badge(status, page.words(plainwords.STATUS[status])), scope="row", class_="tight"),
            el("td", page.words(plainwords.STATUS_MEANS[status])),
            el("td", str(counts[status])),
        )
        for status in STATUSES
        if counts[status]
    ]
    return join(
        el("h2", page.say("legend")), _table(page, [("status", ""), ("legend", ""), ("count", "")], rows)
    )


def _rules(page: Page) -> Html | None:
    if not page.code.rules:
        return None
    clauses = {clause.id: clause for clause in page.code.clauses}
    rows = []
    for rule in page.code.rules:
        clause = clauses[rule.clause]
        href = f"{page.clause_page(clause)}#rule-{rule.id}"
        status = page.words(plainwords.RULE_STATUS[rule.status])
        rows.append(
            el(
                "tr",
                el("th", el("a", page.words(rule.title), href=href), scope="row"),
                el("td", badge(rule.status, status), class_="tight"),
                el("td", f"{clause.id} {page.words(clause.titles)}"),
            )
        )
    meanings = [
        el("li", el("strong", page.words(plainwords.RULE_STATUS[one])), " · ",
           page.words(plainwords.RULE_STATUS_MEANS[one]))
        for one in dict.fromkeys(rule.status for rule in page.code.rules)
    ]  # fmt: skip
    return join(
        el("h2", page.say("rules"), id="rules"),
        _table(page, [("rule", ""), ("status", ""), ("serves", "")], rows),
        el("ul", *meanings, class_="soft"),
    )


def _table(page: Page, head: Sequence[tuple[str, str]], rows: Sequence[Html]) -> Html:
    cells = [el("th", page.say(name), scope="col", class_=css or None) for name, css in head]
    return el("table", el("thead", el("tr", *cells)), el("tbody", *rows))


def landing_page(codes: Sequence[Code], languages: Sequence[str]) -> str:
    """Return the HTML of the site's first page: every code in every language of the site."""
    titles = [LABELS["codes"][language] for language in languages]
    items: list[Html] = []
    for code in codes:
        names = [
            el("li", _into(code, one), " ", el("span", LANGUAGES[one], class_="soft", lang=TAGS[one]))
            for one in languages
        ]
        about = [
            el("p", plainwords.BINDING[code.binding][one], " ", code.state_involvement[one], lang=TAGS[one],
               class_="soft")
            for one in languages
        ]  # fmt: skip
        version = el("p", f"{code.id} {code.version}", class_="soft")
        items.append(el("section", el("h2", code.titles[languages[0]], lang=TAGS[languages[0]]),
                        version, el("ul", *names), *about))  # fmt: skip
    heading = [el("span", one, lang=TAGS[language]) for one, language in zip(titles, languages, strict=True)]
    joined: list[str] = []
    for one in heading:
        joined += [" · ", one]
    return document(
        languages[0],
        " · ".join(titles),
        el("a", LABELS["skip"][languages[0]], class_="skip", href="#text"),
        el("main", el("h1", *joined[1:]), *items, id="text"),
    )


def _into(code: Code, language: str) -> Html:
    """Return the link to a code's first page in one language."""
    tag = TAGS[language]
    return el("a", code.titles[language], href=f"{code.id}/{language}/{INDEX}", lang=tag, hreflang=tag)
