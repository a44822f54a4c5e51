"""Markdown as it stands in clauses, made into HTML; raw HTML, images and odd links stay text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ombud.conduct.site.markup import Html

_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_TOP = 3
"""The highest heading inside a section: the page has the first, its sections the second."""


def prose(markdown: str, pages: Mapping[str, str]) -> Html:
    """Return CommonMark as HTML.

    Args:
        markdown: the text; HTML in it is shown, not used, and an image is its description.
        pages: file name of a clause -> its page, for links from clause to clause. A link goes
            to the web (http, https) or to such a page; any other is plain text.
    """
    parser = _parser()
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, max(_TOP, int(token.tag[1:])))}"
        if token.children:
            token.children = _checked(token.children, pages)
    return Html(parser.renderer.render(tokens, parser.options, {}).strip())


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["html_inline", "html_block", "image"])


def _checked(children: list[Token], pages: Mapping[str, str]) -> list[Token]:
    kept: list[Token] = []
    dropped = False
    for token in children:
        if token.type == "link_open":
            target = link_target(str(token.attrGet("href") or ""), pages)
            dropped = target is None
            if target is None:
                continue
            token.attrs = {"href": target}
            if target.startswith("http"):
                token.attrs["rel"] = "noopener noreferrer nofollow"
        if token.type == "link_close" and dropped:
            dropped = False
            continue
        kept.append(token)
    return kept


def link_target(href: str, pages: Mapping[str, str]) -> str | None:
    """Return where a link may lead: the web, or a page of this site; ``None`` is nowhere."""
    if _WEB.match(href):
        scheme, rest = href.split(":", 1)
        return f"{scheme.lower()}:{rest}"
    return pages.get(href.split("#")[0].removeprefix("./"))
