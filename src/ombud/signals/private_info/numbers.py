"""Identity numbers, telephones, landlines, cards, service numbers and passports.

Every pattern has bounded repeats, so a search is linear in the text. Numbers are read on
the writing where every digit-like character is 0-9; words around them on the plain one.
"""

# ruff: noqa: E501 - a pattern broken in the middle is harder to read than a long one
from __future__ import annotations

import re
from collections.abc import Iterator

from ombud.signals.private_info.checks import bank_card, born, chinese_id
from ombud.signals.private_info.found import GAP, Found, Page
from ombud.signals.private_info.writing import is_digit_like

_LEFT = r"(?<![0-9])"

_MOBILE = re.compile(rf"{_LEFT}(?:(?:\+|00)?86{GAP})?(1{GAP}[3-9](?:{GAP}[0-9]){{9}})(?![0-9])")
_ID = re.compile(rf"{_LEFT}([1-9](?:{GAP}[0-9]){{16}}{GAP}[0-9Xx])(?![0-9A-Za-z])")
_OLD_ID = re.compile(r"(?<![0-9])([1-9][0-9]{14})(?![0-9])")
_CARD = re.compile(r"(?<![0-9.])([2-6](?:\x00{0,9}[ \-]?\x00{0,9}[0-9]){11,18})(?![0-9])")
_LANDLINE = re.compile(
    rf"{_LEFT}[(]?(0(?:10|2[0-9]|[3-9][0-9]{{2}}))[)]?([ \-—–]{{0,2}})([1-9][0-9]{{6,7}})(?![0-9])"
    r"|(?<=话)[:： ]{0,2}(?P<local>[2-8][0-9]{6,7})(?![0-9])"
)
_RUN = re.compile(r"[0-9](?:[ \-]?[0-9]){2,40}")
_SERVICE = re.compile(
    r"(?<![0-9])(?:[48]00[ \-]?(?:[0-9]{3}[ \-]?[0-9]{4}|[0-9]{4}[ \-]?[0-9]{3})"
    r"|(?:1[ \-])?8(?:00|88|77|66|55|44|33)[ \-][0-9]{3}[ \-][0-9]{4}|080[08][ \-]?[0-9]{3,4}[ \-]?[0-9]{3,4}"
    r"|1(?:1[0-9]|2[0-2])|116[ \-]?[0-9]{3}|12[0-9]{3}|1[01][0-9]{3}|9(?:5[0-9]{3,6}|6[0-9]{3,4})|988|911|999|112|211)(?![0-9])"
)
_SERVICE_CUE = re.compile(
    r"热线|客服|电话|投诉|举报|报警|急救|火警|求助|援助|拨|打|call|text|dial|ring|line|crisis|help|contact",
    re.I,
)
_COUNTED = re.compile(
    r"^ {0,2}(?:斤|元|块|万|个|人|名|天|年|月|分|米|公里|平|条|次|号线|路|%|kg|km|am\b|pm\b|people)"
)

_SHAPES = frozenset({"11", "3-4-4", "4-4-3", "4-3-4", "3-3-5", "5-6", "3-8", "7-4", "2-3-3-3", "3-2-2-2-2"})
_NOT_A_PHONE = re.compile(
    r"(?:单号|订单|编号|快递|运单|物流|流水|型号|工号|学号|序列|isbn|qq|扣扣|金额|票号|发票|案号|备案|批号|条码|uid"
    r"|tracking|parcel|order|invoice|ref|model|serial|ticket|case)(?:号码?|单号|号|number|no\.?)?[^，。,;；\n]{0,6}$",
    re.I,
)
_NOT_A_CARD = re.compile(
    r"(?:单号|订单|快递|运单|物流|流水|序列|isbn|发票|条码|imei|tracking|parcel|order|invoice|serial|isbn)[^，。,;；\n]{0,8}$",
    re.I,
)
_PRICED = re.compile(r"价格?|售|[¥￥$€£]")
_LETTERS = re.compile(r"[A-Za-z]{1,12}$")
_MAY_PRECEDE = frozenset(
    [
        "tel",
        "phone",
        "mobile",
        "cell",
        "call",
        "text",
        "mob",
        "ph",
        "t",
        "p",
        "m",
        "v",
        "vx",
        "wx",
        "sms",
        "ring",
        "number",
        "no",
        "whatsapp",
        "hp",
    ]
)
_CARD_CUE = re.compile(r"卡|账户|账号|户名|转账|card|\bcc\b|visa|mastercard|amex", re.I)
_ID_CUE = re.compile(r"身份证|证件|证号|\bid\b", re.I)

_PASSPORT_ZH = re.compile(r"护照[^，。;；\n]{0,8}?([A-Za-z][A-Za-z]?[0-9]{7,8})(?![0-9A-Za-z])")
_PASSPORT_EN = re.compile(
    r"passport[^.;!?\n]{0,24}?(?<![0-9A-Za-z])([A-Z]{1,2}[0-9]{6,8}|[0-9]{8,9})(?![0-9A-Za-z])", re.I
)
_SSN = re.compile(
    r"(?:social security|national insurance|\bssn\b|\bnino\b)[^.;!?\n]{0,40}?(?<![0-9A-Za-z])"
    r"([0-9]{3}-[0-9]{2}-[0-9]{4}|[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D])(?![0-9A-Za-z])",
    re.I,
)


def numbers(page: Page) -> Iterator[Found]:
    """Yield identity numbers, cards, mobiles and landlines, the surest first."""
    yield from _identity(page)
    yield from _cards(page)
    yield from _mobiles(page)
    yield from _landlines(page)


def services(page: Page) -> Iterator[Found]:
    """Yield service numbers that anyone may call, in plain digits: emergency, helpline, customer service."""
    for m in (m for run in _RUN.finditer(page.plain) for m in _SERVICE.finditer(page.plain, *run.span())):
        before, after = page.plain[max(0, m.start() - 24) : m.start()], page.plain[m.end() : m.end() + 12]
        if before[-1:].isascii() and before[-1:].isalpha():
            continue
        if not page.original[m.start() : m.end()].isascii():
            continue
        long = m.end() - m.start() > 7
        if (long or _SERVICE_CUE.search(before) or "热线" in after or "line" in after) and not _COUNTED.match(
            after
        ):
            yield Found(m.start(), m.end(), "hotline", re.sub(r"[ \-]", "", m[0]))


def passports(page: Page) -> Iterator[Found]:
    """Yield passport numbers that the text calls so."""
    for pattern in (_PASSPORT_ZH, _PASSPORT_EN):
        for m in pattern.finditer(page.plain):
            yield Found(m.start(1), m.end(1), "passport", m[1].upper())


def insurances(page: Page) -> Iterator[Found]:
    """Yield social security and national insurance numbers, by which America and Britain identify people."""
    for m in _SSN.finditer(page.plain):
        yield Found(m.start(1), m.end(1), "id_number", m[1].upper())


def _in_runs(pattern: re.Pattern[str], page: Page, least: int) -> Iterator[re.Match[str]]:
    """Search the runs in which so many digits can be."""
    for low, high in page.runs:
        if high - low >= least:
            yield from pattern.finditer(page.digits, low, high)


def _identity(page: Page) -> Iterator[Found]:
    for m in _in_runs(_ID, page, 18):
        value = _bare(m[1])
        if _free(page, m.start(1)) and chinese_id(value):
            yield Found(m.start(1), m.end(1), "id_number", value.upper())
    for m in _in_runs(_OLD_ID, page, 15):
        if born("19" + m[1][6:12]) and _ID_CUE.search(_before(page, m.start(), 12)):
            yield Found(m.start(), m.end(), "id_number", m[1])


def _cards(page: Page) -> Iterator[Found]:
    for m in _in_runs(_CARD, page, 12):
        before = _before(page, m.start(), 24)
        if not _free(page, m.start()) or _NOT_A_CARD.search(before):
            continue
        cued = _CARD_CUE.search(before) is not None
        value = _bare(m[1])
        if bank_card(value, cued=cued) and _fours(m[1]):
            yield Found(m.start(1), m.end(1), "bank_card", value)


def _mobiles(page: Page) -> Iterator[Found]:
    for m in _in_runs(_MOBILE, page, 11):
        before = _before(page, m.start(), 16)
        if _NOT_A_PHONE.search(before) or not _free(page, m.start()) or _ticking(page, m):
            continue
        original = page.original[m.start(1) : m.end(1)]
        plain_shape = _shape(m[1])
        if (
            plain_shape in _SHAPES
            or set(plain_shape.split("-")) <= {"1", "2"}
            or any(map(is_digit_like, original))
        ):
            yield Found(m.start(1), m.end(1), "phone", _bare(m[1]))


def _landlines(page: Page) -> Iterator[Found]:
    for m in _in_runs(_LANDLINE, page, 7):
        before = _before(page, m.start(), 16)
        if _NOT_A_PHONE.search(before) or not _free(page, m.start()):
            continue
        if m["local"]:
            yield Found(m.start("local"), m.end("local"), "landline", m["local"])
        elif m[2] or "(" in m[0] or re.search(r"话|座机|tel|传真|值班|号$|打$", before, re.I):
            yield Found(m.start(), m.end(), "landline", f"{m[1]}-{m[3]}")


def _before(page: Page, at: int, length: int) -> str:
    return page.plain[max(0, at - length) : at]


def _free(page: Page, at: int) -> bool:
    """Tell whether a number does not go on a word such as ``SF`` or ``HX-``; ``tel`` is fine."""
    before = page.plain[max(0, at - 13) : at].rstrip("-")
    word = _LETTERS.search(before)
    if word is None:
        return True
    return word[0].lower() in _MAY_PRECEDE


def _ticking(page: Page, m: re.Match[str]) -> bool:
    """Tell whether the digits are part of a longer row of groups (prices, a card in fours)."""
    if _shape(m[1]) == "11":
        return False
    if _PRICED.search(_before(page, m.start(), 8)) or re.match(
        r" ?(?:元|块|折|円)", page.plain[m.end() : m.end() + 3]
    ):
        return True
    after, before = page.digits[m.end() : m.end() + 4], page.digits[max(0, m.start() - 9) : m.start()]
    return bool(re.match(r"[ \-][0-9]{2}", after) or re.search(r"(?<![0-9])[0-9]{2,6}[ \-]$", before))


def _bare(run: str) -> str:
    return "".join(c for c in run if c.isascii() and c.isalnum())


def _shape(run: str) -> str:
    groups = re.split(r"[^0-9\x00]+", run.replace("\x00", ""))
    return "-".join(str(len(g)) for g in groups if g)


def _fours(run: str) -> bool:
    """Tell whether a card is written in one piece or in the usual groups."""
    shape = _shape(run).split("-")
    return (
        len(shape) == 1
        or all(g == "4" for g in shape[:-1])
        or shape in (["4", "6", "5"], ["6", "13"], ["4", "6", "4"])
    )
