"""Flights, trains and hotels in a sentence about a journey; whose journey is asked elsewhere.

Source: the train classes of China Railway (G, D, C, Z, T, K, Y, S, L).
"""

# ruff: noqa: E501 - a pattern broken in the middle is harder to read than a long one
from __future__ import annotations

import re
from collections.abc import Iterator

from ombud.signals.private_info.airlines import AIRLINES
from ombud.signals.private_info.found import Found, Page

_FLIGHT = re.compile(r"[A-Za-z0-9](?<![A-Za-z0-9/.#@-].)([A-Za-z0-9])[ \-]?([0-9]{3,4})(?![0-9A-Za-z])")
_TRIP_ZH = re.compile(
    r"航班|飞|落地|登机|起飞|机场|抵达|降落|航站楼|接机|延误|改签|坐|乘|到达|行程|回程|返程|座位|出口|到$|T[1-4]|机票|取消|彩绘|航线|值机|订了|[A-Z0-9]{5,6}(?:到|回|出|上)|到[，,]|走后门|[0-9]{1,2}[:：][0-9]{2}|接机"
)
_TRIP_EN = re.compile(
    r"\b(?:flight|flights|flies|fly|flying|lands?|landed|landing|boards?|boarding|arriv\w+|depart\w*|leaves|terminal|gate|seat|airport"
    r"|airline|booked|check-in|on|cancelled|canceled|delayed|jet|plane|crew|team|gets in|gets here|exit|w/|[0-9]{1,2}:[0-9]{2})",
    re.I,
)
_TRAIN = re.compile(r"([GDCZTKYSLgdczt](?<![A-Za-z0-9/.#@-].)[0-9]{1,4})(次)?(?![0-9A-Za-z])")
_RAIL = re.compile(
    r"次|高铁|动车|火车|列车|车厢|车站|站台|发车|坐|乘|卧铺|回家|车票|抢到票|[0-9]车|上，|在.{0,4}上"
)

_HOTEL_ZH = re.compile(
    r"(?:酒店|宾馆|饭店|民宿|客栈|旅馆|招待所|度假村)"
    r"((?:的?[ ，,]{0,2}(?:房间?号?是?|[0-9]{1,2}楼)?)?[0-9]{3,4}(?:号?房间?|室)?(?![0-9元块万分年月]))?"
)
_NAME_BEFORE = re.compile(r"[\u4e00-\u9fffA-Za-z·]{0,10}$")
_LEAD_ZH = re.compile(
    r"(?:入住在|入住了?|下榻在|下榻于|下榻|就住|住在|住进了?|住了?|现在|人在|都在|还在|在|到|订了|订的|去|是|叫|的|到了|确认|查到|蹲到)"
)
_BARE_ZH = re.compile(
    r"^(?:这家|那家|哪家|一家|个|这个|那个|各|某|豪华|五星级?|快捷|大|小|好|住|整个|我们|他们|她们|所有|附近)*$"
)
_VERB_ZH = re.compile(r"[了着过]|[留论种入开整有把被订找进出][\u4e00-\u9fff]?$|前台|滞留|这|那|一家|每")
_STAY_ZH = re.compile(r"住|入住|下榻|开房|房号|房间|退房|[0-9]{3,4}号?房|蹲到|酒店确认|酒店查到|房卡")
_ROOM_ONLY = re.compile(r"(?:房间?号|房号)(?:是|为|[:：])? ?([0-9]{3,4})(?![0-9])")

_HOTEL_EN = re.compile(
    r"((?:the )?(?:[A-Z][\w'’&-]{1,20} ){1,4}(?:Hotel|Inn|Hostel|Resort|Motel|Lodge|Suites|Palace)\b"
    r"|(?:the )?(?:Hilton|Marriott|Hyatt|Sheraton|Ritz|Ritz-Carlton|Radisson|Novotel|Ibis|Holiday Inn|Premier Inn|Four Seasons|Shangri-La)\b(?: [A-Z]\w{1,20})?)"
)
_LATIN = re.compile("[A-Za-z](?: [A-Z]|(?<=[hH])otel|(?<=H)(?:ilton|yatt)|(?<=R)itz|(?<=I)bis)")
_STAY_EN = re.compile(
    r"\b(?:stay(?:s|ing|ed)?|room|checked? in(?:to)?|checking in|sleep(?:s|ing)?|is at|are at|(?:we|he|she|they|i)['’]?(?:re|s|m|d)? (?:at|in)|booked|until|till|hotel confirmed|suite)\b",
    re.I,
)


def flights(page: Page) -> Iterator[Found]:
    """Yield flight numbers of known airlines in a sentence about a journey."""
    for m in _FLIGHT.finditer(page.plain):
        around = page.plain[max(0, m.start() - 60) : m.end() + 40]
        code = m[0][:2]
        lower = code.islower() and " " in m[0]
        if code.upper() in AIRLINES and not lower and (_TRIP_ZH.search(around) or _TRIP_EN.search(around)):
            yield Found(m.start(), m.end(), "flight", (code + m[2]).upper())


def trains(page: Page) -> Iterator[Found]:
    """Yield Chinese train numbers in a sentence about a train."""
    for m in _TRAIN.finditer(page.plain):
        around = page.plain[max(0, m.start() - 16) : m.end() + 12]
        if m[2] or _RAIL.search(around):
            yield Found(m.start(), m.end(1), "train", m[1].upper())


def hotels(page: Page) -> Iterator[Found]:
    """Yield named hotels, with the room where it is given, in a sentence about a stay."""
    text = page.plain
    for m in _HOTEL_ZH.finditer(text):
        start = _NAME_BEFORE.search(text, max(0, m.start() - 10), m.start()).start()  # type: ignore[union-attr]
        for lead in _LEAD_ZH.finditer(text, start, m.start()):
            start = lead.end()
        name = re.sub(r"(?:大|国际)$", "", text[start : m.start()])
        around = text[max(0, start - 40) : m.end() + 24]
        if (
            len(name) > 1
            and not _BARE_ZH.match(name)
            and not _VERB_ZH.search(name)
            and (m[1] or _STAY_ZH.search(around))
        ):
            yield Found(start, m.end(), "hotel", text[start : m.end()])
    for m in _HOTEL_EN.finditer(text) if _LATIN.search(text) else ():
        around = text[max(0, m.start() - 60) : m.end() + 50]
        if _STAY_EN.search(around):
            yield Found(m.start(1), m.end(1), "hotel", m[1].removeprefix("the "))
