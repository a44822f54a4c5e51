"""HTML as values: whatever is not :class:`Html` already is text and gets escaped."""

from __future__ import annotations

import html
import re
from typing import Final

VOID: Final = frozenset({"meta", "br", "hr", "link"})

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


class Html(str):
    """Text that is markup already and stands as it is."""

    __slots__ = ()


def text(value: str) -> Html:
    """Return a text as markup: escaped, control characters gone, direction marks made visible."""
    clean = _CONTROL.sub("\ufffd", value)
    clean = _BIDI.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", clean)
    return Html(html.escape(clean, quote=True))


def el(tag: str, *children: str | None, **attributes: str | int | bool | None) -> Html:
    """Return an element. ``class_`` is ``class``, ``aria_label`` is ``aria-label``; ``None`` is left out."""
    parts = [tag]
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")
        parts.append(name if value is True else f'{name}="{text(str(value))}"')
    opened = f"<{' '.join(parts)}>"
    return Html(opened if tag in VOID else f"{opened}{join(*children)}</{tag}>")


def join(*children: str | None) -> Html:
    """Return the children after one another; ``None`` is nothing."""
    return Html("".join(_one(child) for child in children if child is not None))


def _one(child: str) -> str:
    return child if isinstance(child, Html) else text(child)


def language_of(value: str) -> str:
    """Return ``zh`` for a text with Chinese characters and ``en`` for any other."""
    return "zh" if _HAN.search(value) else "en"


def lines(value: str) -> Html:
    """Return a text whose line ends stay line ends."""
    return Html("<br>".join(text(line) for line in value.split("\n")))
