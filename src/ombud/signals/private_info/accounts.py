"""E-mail addresses, QQ and WeChat names, number plates."""

# ruff: noqa: E501 - a pattern broken in the middle is harder to read than a long one
from __future__ import annotations

import re
from collections.abc import Iterator

from ombud.signals.private_info.found import Found, Page

_MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_+-])?(?:@| ?[(\[] ?at ?[)\]] ?)"
    r"[A-Za-z0-9-]{1,63}(?:(?:\.| ?[(\[]dot[)\]] ?)[A-Za-z0-9-]{1,63}){0,4}(?:\.| ?[(\[]dot[)\]] ?)[A-Za-z]{2,24}(?![A-Za-z0-9@])",
    re.I,
)
_QQ = re.compile(
    r"(?=[q扣抠叩秋企])(?:qq|扣扣|抠抠|叩叩|秋秋|企鹅)(?:号码|号)?[:： 是为加]{0,3}([1-9](?:[ \-]?[0-9]){4,10})(?![0-9A-Za-z@])",
    re.I,
)
_WECHAT = re.compile(
    r"[微薇威维徽wWvV加+](?:(?<=[微薇威维徽])[信芯心](?:同号|号码|号|(?i:id))?|(?<=[wW])(?i:echat(?: id)?|eixin|(?<![a-z0-9].)x(?!id))"
    r"|(?<=[vV])(?:信|(?<![A-Za-z0-9].)[xX])|(?<=[加+])[vV])"
    r"[:：= 是为加我搜]{0,3}([A-Za-z0-9][-_A-Za-z0-9]{4,19})(?![-_A-Za-z0-9@.])"
)
_WXID = re.compile(r"[wW](?<![A-Za-z0-9_].)(?i:xid_[a-z0-9]{4,20})(?![A-Za-z0-9])")
_PLATE = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•. \-]?[A-HJ-NP-Z0-9]{5,6})"
    r"(?![A-Za-z0-9])"
)
_CAR = re.compile(r"车|牌|司机|违停|追尾|肇事|别车|剐|撞")
_ASKS = re.compile(r"[:：号加搜+]|id", re.I)
_PLACES = frozenset(
    [
        "group",
        "groups",
        "pay",
        "wechat",
        "weixin",
        "official",
        "moments",
        "public",
        "store",
        "emoji",
        "video",
        "channel",
        "client",
        "android",
        "iphone",
    ]
)
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def _asks(page: Page, m: re.Match[str]) -> bool:
    """Tell whether the text says that what follows is a name: 加我微信, a colon, 号."""
    return _ASKS.search(page.plain[max(0, m.start() - 3) : m.start(1)]) is not None


def mails(page: Page) -> Iterator[Found]:
    """Yield e-mail addresses, also with ``(at)`` and ``(dot)``."""
    for m in _MAIL.finditer(page.plain):
        yield Found(m.start(), m.end(), "email", m[0])


def chats(page: Page) -> Iterator[Found]:
    """Yield QQ numbers and WeChat names that the text calls so; a group's number is nobody's."""
    for m in _QQ.finditer(page.digits):
        yield Found(m.start(1), m.end(1), "qq", re.sub(r"[ \-]", "", m[1]))
    for m in _WXID.finditer(page.plain):
        yield Found(m.start(), m.end(), "wechat", m[0])
    for m in _WECHAT.finditer(page.plain):
        name = m[1]
        if _MOBILE.fullmatch(re.sub(r"[-_]", "", name)):
            continue
        if any(c in "0123456789_" for c in name) or (_asks(page, m) and name.lower() not in _PLACES):
            yield Found(m.start(1), m.end(1), "wechat", name)


def plates(page: Page) -> Iterator[Found]:
    """Yield number plates; one without a digit needs a word about cars beside it."""
    for m in _PLATE.finditer(page.plain):
        tail = m[1][2:]
        around = page.plain[max(0, m.start() - 12) : m.end() + 12]
        if sum(c.isdigit() for c in tail) >= 2 or _CAR.search(around):
            yield Found(m.start(1), m.end(1), "plate", re.sub(r"[·•. \-]", "", m[1]))
