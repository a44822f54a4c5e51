"""Linear passes that say which detectors a text can concern.

A Hyperscan database with a pattern or more for each detector, and a second one, for the texts that need
it, with those patterns that would make the first slow. Both may name a detector in vain and
are not to miss what the detector would find; the tests compare them with running all of them.
"""

# ruff: noqa: E501 - a pattern broken in the middle is harder to read than a long one
from __future__ import annotations

from functools import cache, reduce
from operator import or_

from ombud.signals.private_info.airlines import AIRLINES
from ombud.signals.private_info.writing import WRITTEN
from ombud.signals.scan import CASELESS, MULTILINE, ONCE, Pattern, Scan


class Look:
    """Which detectors to run, as bits of a number."""

    NUMBER = 1
    MAIL = 2
    CHAT = 4
    PLATE = 8
    ADDRESS_ZH = 16
    ADDRESS_EN = 32
    PASSPORT = 64
    TRIP = 128
    HOTEL = 256
    SERVICE = 512
    SALE = 1024
    INSURANCE = 2048


_DIGIT = (
    rf"[0-9{WRITTEN}０-９①-⑨⓪❶-❾➀-➈➊-➒⓵-⓽⑴-⑼⒈-⒐₀-₉⁰¹²³⁴-⁹"
    r"\x{1d7ce}-\x{1d7ff}\x{1f101}-\x{1f10a}\x{1fbf0}-\x{1fbf9}]"
)
_UNSEEN = r"[\x{ad}\x{300}-\x{36f}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}\x{20d0}-\x{20f0}\x{fe00}-\x{fe0f}]*"
_GAP = rf"{_UNSEEN}(?:[ \-－‐-―.·•_＿()（）　/+＋—]{_UNSEEN}){{0,2}}"
_LOWER = "ca|mu|cz|hu|3u|zh|mf|ho|sc|cx|sq|ba|aa|ua|dl|lh|af|kl|ek|qr|qf"
_UPPER = "|".join(sorted(AIRLINES))

_Patterns = tuple[tuple[int, str, int], ...]

_FIRST: _Patterns = (
    (Look.NUMBER, rf"{_DIGIT}(?:{_GAP}{_DIGIT}){{9}}", 0),
    (Look.NUMBER, r"[+＋][0-9０-９]|[0０]{2}[0-9０-９]{2}[0-9０-９ \-－]{7}", 0),
    (
        Look.NUMBER,
        r"(call|phone|ring|text|tel|mobile|cell|whatsapp|fax|dial|desk|answer)[^0-9+(.!?]{0,40}"
        r"[+(＋0]{0,2}[0-9０-９](?:[ \-.()－]{0,2}[0-9０-９]){6}"
        rf"|[话話][:： ]{{0,2}}{_DIGIT}{{7}}",
        CASELESS,
    ),
    (
        Look.MAIL,
        r"[a-z0-9_][@＠][a-z0-9]|[a-z0-9][ (\[]{1,2}at[ )\]]{1,2}[a-z0-9-]{2,30}(\.| dot )[a-z]",
        CASELESS,
    ),
    (
        Look.CHAT,
        r"(qq|扣扣|企鹅|企鵝|[微薇威维維徽][信芯心]|wechat|weixin|vx|wx|[加+＋]v|v信|抠抠|叩叩|秋秋)[号號码碼同id:：= 是为為加我搜]{0,6}[a-z0-9０-９一二三四五六七八九零①-⑨]|wxid_",
        CASELESS,
    ),
    (
        Look.PLATE,
        r"[京津沪滬渝冀豫云雲辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘晋晉蒙陕陝吉闽閩贵貴粤粵青藏川宁寧琼瓊]"
        r"[A-ZＡ-Ｚ][·•. \-]?[A-Z0-9Ａ-Ｚ０-９]{5}",
        0,
    ),
    (
        Look.ADDRESS_ZH,
        r"[0-9０-９一二三四五六七八九十][-－]?[0-9A-Za-z]{0,3}(号|號|弄|栋|棟|幢|单元|單元|室|座|楼|樓|组|組)",
        0,
    ),
    (
        Look.ADDRESS_EN,
        r"street|road|avenue|lane|drive|court|square|place|close|terrace|boulevard|blvd|crescent|gardens|row|hill|mews|parade"
        r"|quay|walk|grove|highway| (st|rd|ave|ln|dr|ct|sq|way|pl|hwy)|apt|suite|apartment|flat|unit",
        CASELESS,
    ),
    (Look.PASSPORT, r"护照|護照|passport", CASELESS),
    (Look.INSURANCE, r"social security|\bssn\b|national insurance|\bnino\b", CASELESS),
    (
        Look.TRIP,
        rf"(^|[^A-Za-z0-9/.#@\-])(({_UPPER}|{_LOWER})[0-9]{{3,4}}([^0-9A-Za-z]|\z)|({_UPPER})[ \-][0-9]{{3,4}}([^0-9A-Za-z]|\z)"
        r"|[GDCZTKYSLgdczt][0-9]{1,4}(次|[^0-9a-zA-Z]|\z))",
        0,
    ),
    (
        Look.HOTEL,
        r"酒店|宾馆|賓館|饭店|飯店|民宿|客栈|客棧|旅馆|旅館|招待所|度假村|房号|房號|hotel|hostel|motel|resort|\binn\b|\blodge\b|airbnb",
        CASELESS,
    ),
    (
        Look.SERVICE,
        r"11[0-9]|12[0-2]|1[0-2][0-9]{3}|116[ \-]?[0-9]{3}|95[0-9]{3}|96[0-9]{3}|988|911|999|211|热线|熱線|line"
        r"|(400|800|080[08]|8[87654]{2}|833)[ \-]?[0-9]{3}",
        CASELESS,
    ),
    (
        Look.SALE,
        r"行程|航班|门牌|住址|住处|户籍|戶籍|开盒|開盒|社工库|查档|查檔|查人|开房|身份证|身份證|手机号|手機號|机主|機主|个人信息|個人信息|轨迹|定位|座位|房号|实名"
        r"|itinerar|flights|address|flight info|look people up|look anyone up|schedule|any name in|phone numbers?|phones|ids|trace any|hotels?|personal data|ssns",
        CASELESS,
    ),
)

_SECOND: _Patterns = (
    (
        Look.ADDRESS_ZH,
        r"[路街道巷弄里村庄莊园園苑区區院坊同庭邨屯组組寓城府厦廈楼樓期湾灣居庐廬郡邸墅轩軒阁閣场場镇鎮乡鄉]"
        r"[^\n。！？!?]{0,8}[0-9０-９一二三四五六七八九十]{1,5}[-－]?[0-9A-Za-z]{0,3}(号|號|弄|栋|棟|幢|单元|單元|室|座|楼|樓|组|組)",
        0,
    ),
    (
        Look.ADDRESS_EN,
        r"[0-9][a-z]?,? [a-z'’. -]{1,40}(street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|square|sq|way|place|pl"
        r"|close|terrace|boulevard|blvd|crescent|gardens|row|hill|mews|parade|quay|walk|grove|highway|hwy)[^a-z]"
        r"|[0-9][a-z]?,? [a-z'’. -]{1,40}(street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|square|sq|way|place|pl"
        r"|close|terrace|boulevard|blvd|crescent|gardens|row|hill|mews|parade|quay|walk|grove|highway|hwy)\z"
        r"|(street|road|lane|avenue),? (number |no\.? ?)?[0-9]{1,3}"
        r"|(apt|suite|apartment|flat|unit)\.? ?#?[0-9]",
        CASELESS,
    ),
    (
        Look.SERVICE,
        r"(热线|熱線|客服|电话|電話|投诉|投訴|举报|舉報|打|拨|撥|报警|報警|急救|火警|求助|援助|call|text|dial|ring|line|contact|crisis|help)(?s:.){0,24}"
        r"(1(1[0-9]|2[0-2])|116[ \-]?[0-9]{3}|12[0-9]{3}|1[01][0-9]{3}|95[0-9]{3,6}|96[0-9]{3,4}|988|911|999|112|211)([^0-9]|\z)"
        r"|[0-9](?s:.){0,10}(热线|熱線|line)|(400|800|080[08]|8[87654]{2}|833)[ \-]?[0-9]{3}|95[0-9]{6}",
        CASELESS,
    ),
    (
        Look.SALE,
        r"(^|[，。！,! ])[出售卖賣收]|出售|有[偿償]|代查|可查|承接|[长長]期|接[单單]|私|先款|[价價]格好[说說]|滴滴|dd|每[周週]更新|[一每/][条條项項份位]|[给給](个|個)?(名字|姓名)|有[号號]|查到|查出"
        r"|selling|for sale|any name in|look (people|any)|schedule|[0-9] (per|a|each)|trace any|cheap",
        CASELESS | MULTILINE,
    ),
)
"""Asked only where the first pass names one of these; both must. Something is on sale where it is
named and traded."""

_UNSURE = Look.ADDRESS_ZH | Look.ADDRESS_EN | Look.SERVICE | Look.SALE


@cache
def _first() -> Scan:
    return _scan(_FIRST)


@cache
def _second() -> Scan:
    return _scan(_SECOND)


def _scan(patterns: _Patterns) -> Scan:
    return Scan([Pattern(look, pattern, ONCE | flags) for look, pattern, flags in patterns])


def looks(text: str) -> int:
    """Return the detectors to run over a text, as the bits of :class:`Look`."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = text.encode(errors="replace")
    found = _first().numbers(data)
    if not found:
        return 0
    look = reduce(or_, found)
    if look & _UNSURE:
        look &= reduce(or_, _second().numbers(data), ~_UNSURE)
    return look
