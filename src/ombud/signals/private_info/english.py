"""Telephone numbers as Britain, North America and others write them, where words or form say so.

Sources: E.164 (at most 15 digits), the North American numbering plan, Ofcom's formats.
"""

# ruff: noqa: E501 - a pattern broken in the middle is harder to read than a long one
from __future__ import annotations

import re
from collections.abc import Iterator

from ombud.signals.private_info.found import Found, Page

_PHONE = re.compile(r"(?<![0-9A-Za-z.,/#$€£-])(\+|00|\()?[0-9](?:[ \-.()]{0,2}[0-9]){6,14}(?![0-9])(?! ?%)")
_FORM = re.compile(
    r"\+[0-9 ()\-]{8,22}|00[0-9]{2}[0-9 \-]{7,18}|(?:1[ \-.])?\(?[2-9][0-9]{2}\)?[ \-.]{1,2}[2-9][0-9]{2}[ \-.][0-9]{4}"
    r"|0[1-9][0-9]{2,4} [0-9]{3} ?[0-9]{3,4}|07[0-9]{3} ?[0-9]{6}|07[0-9]{3} [0-9]{3} [0-9]{3}|0[27][0-9] [0-9]{4} [0-9]{4}|0[1-9][0-9]{3} [0-9]{5,6}"
)
_STRONG = re.compile(
    r"\b(?:call|phone|ring|text|tel|telephone|mobile|cell|cellphone|whatsapp|fax|dial|desk|answer(?:s|ed|ing)? (?:at|on))\b[^0-9+(.!?]{0,30}$",
    re.I,
)
_NOT = re.compile(
    r"\b(?:tracking|parcel|order|invoice|ref|reference|model|serial|ticket|case|isbn|version|card|account|passport|ssn|security|insurance|id"
    r"|imei|pi|no\. of|part)\b[^.!?\n]{0,16}$",
    re.I,
)
_EXTENSION = re.compile(r" ?(?:x|ext\.?) ?[0-9]{1,5}(?![0-9A-Za-z])", re.I)
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}[-./ ][0-9]{1,2}[-./ ][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./](?:19|20)?[0-9]{2}"
)


def phones(page: Page) -> Iterator[Found]:
    """Yield numbers in an international or national form, or of any form after a word for telephone."""
    for m in (m for low, high in page.runs for m in _PHONE.finditer(page.plain, low, high)):
        text = m[0].rstrip(" -.(")
        before = page.plain[max(0, m.start() - 48) : m.start()]
        count = sum(c.isdigit() for c in text)
        said = _FORM.fullmatch(text) or (7 <= count <= 15 and _STRONG.search(before))
        if said and not _NOT.search(before) and not _DATE.match(text):
            end = m.start() + len(text)
            more = _EXTENSION.match(page.plain, end)
            yield Found(m.start(), more.end() if more else end, "phone", re.sub(r"[^0-9+]", "", text))
