"""One rule on a clause's page: explanation, condition, lists, tests as examples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ombud.conduct import plainwords
from ombud.conduct.model import Rule, RuleTest
from ombud.conduct.site.frame import Page, badge
from ombud.conduct.site.labels import TAGS
from ombud.conduct.site.markup import Html, el, join, language_of, text

SHOWN_ENTRIES = 300
"""Entries of a list that a page shows; the others are counted."""

_COLUMN = re.compile(r"(\{[A-Za-z_][A-Za-z0-9_.]*\})")
_TEXTS = (("post", "text"), ("report", "text"), ("payment", "memo"))


def rule_part(page: Page, rule: Rule) -> Html:
    """Return the article of one rule."""
    status = plainwords.RULE_STATUS[rule.status]
    means = plainwords.RULE_STATUS_MEANS[rule.status]
    return el(
        "article",
        el("h3", page.words(rule.title)),
        el(
            "p", badge(rule.status, page.words(status)), " ", page.words(means), " ",
            el("code", rule.id, class_="soft"),
        ),
        el("h4", page.say("explains")),
        el("p", _with_columns(page.words(rule.explains))),
        *_not_meant(page, rule),
        el("h4", page.say("condition")),
        el("pre", el("code", rule.when.strip()), lang="en"),
        el("p", page.say("audience"), class_="soft") if _reads_content(rule) else None,
        _evidence(page, rule),
        *(_list(page, name) for name in rule.lists),
        _tests(page, rule),
        class_="rule",
        id=f"rule-{rule.id}",
    )  # fmt: skip


def _reads_content(rule: Rule) -> bool:
    return any(name.startswith(("post.", "signal.")) for name in rule.reads)


def _with_columns(sentence: str) -> Html:
    parts = _COLUMN.split(sentence)
    return join(*(el("code", part) if _COLUMN.fullmatch(part) else text(part) for part in parts))


def _not_meant(page: Page, rule: Rule) -> list[Html]:
    if not rule.does_not_mean:
        return []
    items = [el("li", page.words(words)) for words in rule.does_not_mean]
    return [el("h4", page.say("does_not_mean")), el("ul", *items)]


def _evidence(page: Page, rule: Rule) -> Html | None:
    if not rule.evidence:
        return None
    names: list[str] = []
    for name in rule.evidence:
        names += [", ", el("code", name)]
    colon = "：" if page.language == "zh" else ": "
    return el("p", page.say("evidence") + colon, *names[1:], class_="soft")


def _list(page: Page, name: str) -> Html:
    entries = page.code.lists.get(name, ())
    more = len(entries) - SHOWN_ENTRIES
    items = [el("li", entry, lang=_tag(page, entry)) for entry in entries[:SHOWN_ENTRIES]]
    return el(
        "details",
        el("summary", el("code", name), f" ({len(entries)} {page.say('entries')})"),
        el("ul", *items, class_="entries"),
        el("p", f"+ {more} {page.say('more')} lists/{name}.txt", class_="soft") if more > 0 else None,
    )


def _tests(page: Page, rule: Rule) -> Html | None:
    if not rule.tests:
        return None
    items = [_test(page, test) for test in rule.tests]
    return join(el("h4", page.say("tests")), el("ul", *items, class_="tests"))


def _test(page: Page, test: RuleTest) -> Html:
    event = test.events[-1] if test.events else {}
    words = spoken(event)
    count = sum(int(one.get("repeat", 1)) for one in test.events)
    notes = [page.say("events").format(n=count)] if count > 1 else []
    notes += [f"{page.say('near')} {test.near}"] if test.near else []
    notes += [f"{name} = {value}" for name, value in _fields(event)]
    return el(
        "li",
        el("span", page.words(plainwords.TEST_KIND[test.kind]), class_="side"),
        " · ",
        el("span", test.name, lang=_tag(page, test.name)),
        el("blockquote", words, lang=_tag(page, words)) if words else None,
        el("div", " · ".join(notes), class_="soft") if notes and test.kind != "todo" else None,
        class_=test.kind,
    )


def spoken(event: Mapping[str, Any]) -> str | None:
    """Return what somebody wrote in a test's event, if anything."""
    for part, name in _TEXTS:
        value = event.get(part)
        found = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(found, str) and found.strip():
            return found.replace("{n}", "1")
    return None


def _fields(event: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the other fields of an event by their dotted names."""
    found: list[tuple[str, str]] = []
    for key, value in event.items():
        if key in ("repeat", "every", "at", "id"):
            continue
        inner = value if isinstance(value, Mapping) else {None: value}
        for name, one in inner.items():
            if (key, name) in _TEXTS and isinstance(one, str):
                continue
            shown = "NULL" if one is None else str(one)
            found.append((key if name is None else f"{key}.{name}", shown[:120]))
    return found


def _tag(page: Page, value: str) -> str | None:
    """Return the ``lang`` of a text that may be in the page's other language."""
    language = language_of(value)
    return None if language == page.language else TAGS[language]
