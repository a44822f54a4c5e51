"""The frame of every page: head, bar, text, and at the foot what the reader must know of the code."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ombud.base.clock import Micros, format_time
from ombud.conduct import plainwords
from ombud.conduct.model import Clause, Code
from ombud.conduct.site.labels import LABELS, LANGUAGES, TAGS
from ombud.conduct.site.markup import Html, el, join
from ombud.conduct.words import Words

INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page stands: its code, its language, the languages there are, its file's name.

    ``pages`` maps clause ids and clause files to pages.
    """

    code: Code
    language: str
    languages: Sequence[str]
    file: str
    pages: Mapping[str, str]

    def say(self, label: str) -> str:
        """Return one of the site's words in the page's language."""
        return LABELS[label][self.language]

    def words(self, words: Words) -> str:
        """Return a text in the page's language."""
        return words[self.language]

    def clause_page(self, clause: Clause) -> str:
        """Return the file of a clause's page."""
        return self.pages[clause.id]


@cache
def style() -> str:
    """Return the style sheet that stands in every page."""
    return resources.files("ombud.conduct.site").joinpath("style.css").read_text("utf-8").strip()


@cache
def _policy() -> str:
    """Return what a page may load: its own style sheet by its hash, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def document(language: str, title: str, *body: str) -> str:
    """Return a whole HTML document."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_policy()),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        el("style", Html(style())),
    )
    return "<!DOCTYPE html>\n" + el("html", head, el("body", *body), lang=TAGS[language]) + "\n"


def framed(page: Page, title: str, text: Html, *, wide: bool = False) -> str:
    """Return a page of a code with bar, text and foot."""
    return document(
        page.language,
        f"{title} · {page.words(page.code.titles)}",
        el("a", page.say("skip"), class_="skip", href="#text"),
        el("header", _bar(page), class_="top"),
        el("main", text, id="text", class_="wide" if wide else None),
        el("footer", el("div", _foot(page))),
    )


def _bar(page: Page) -> Html:
    links = [el("a", page.say("all"), href="../../index.html")]
    if page.file != INDEX:
        links.append(Html(" / " + el("a", page.words(page.code.titles), href=INDEX)))
    way = el("nav", *links, aria_label=page.say("contents"))
    others = switch(page.language, page.languages, lambda other: f"../{other}/{page.file}")
    return el("div", way, others, class_="bar")


def switch(language: str, languages: Sequence[str], href: Callable[[str], str]) -> Html | None:
    """Return the links to the same page in the other languages, if there are any."""
    others = [one for one in languages if one != language]
    if not others:
        return None
    links = [el("a", LANGUAGES[one], href=href(one), lang=TAGS[one], hreflang=TAGS[one]) for one in others]
    return el("nav", *links, aria_label=LABELS["language"][language])


def _foot(page: Page) -> Html:
    code = page.code
    return join(
        el("h2", page.say("about")),
        facts(
            page,
            [
                ("binds", page.words(plainwords.BINDING[code.binding])),
                ("state", page.words(code.state_involvement)),
                ("who", page.words(code.promulgated_by)),
                ("version", f"{code.id} {code.version}"),
                ("hash", el("code", code.hash, class_="hash")),
            ],
        ),
        el("p", page.say("stands"), class_="soft"),
    )


def facts(page: Page, pairs: Sequence[tuple[str, str | None]], *, small: bool = False) -> Html:
    """Return names and values; a value ``None`` leaves its name out."""
    rows = [join(el("dt", page.say(name)), el("dd", value)) for name, value in pairs if value is not None]
    return el("dl", *rows, class_="facts small" if small else "facts")


def badge(status: str, word: str) -> Html:
    """Return a status as a small mark; the word says it, the colour only repeats it."""
    return el("span", word, class_=f"badge {status}")


def day(at: Micros | None, otherwise: str) -> str:
    """Return an instant's day."""
    return otherwise if at is None else format_time(at)[:10]
