"""Postal addresses down to the door, in Chinese and in English.

A Chinese address is found from its end: a road with a number, or a named estate with a
building. From there it grows to the left over the names of divisions. Provinces and the
suffixes of divisions are those of GB/T 2260.
"""

# ruff: noqa: E501 - a pattern broken in the middle is harder to read than a long one
from __future__ import annotations

import re
from collections.abc import Iterator

from ombud.signals.private_info.found import Found, Page

_N = "(?:[0-9]{1,5}|[一二三四五六七八九十百]{1,4})"
_ROOM = (
    rf"(?:[ ,，-]?(?:{_N}[-之]?[0-9A-Za-z]{{0,3}}(?:号楼|号院|号|弄|栋|幢|座|单元|门|层|楼|室|房|户)|[A-Za-z]座|[东西南北]?[一二三四五六七八九十]单元|顶楼"
    rf"|(?<=[楼栋幢元座室弄号])[0-9]{{1,4}}(?:-[0-9]{{1,4}}){{0,2}}(?![0-9]))){{0,5}}"
)
_ROAD = r"[路街道同巷弄里村屯坊条](?:[东西南北中]段|[东西南北]里|[一二三四五六七八九十]巷)?"
_ESTATE = (
    r"[区园苑村寓厦场庄墅院舍府城庭湾居邸轩阁里]"
    r"(?:[一二三四五六七八九东西南北]{1,2}[期区苑]|[0-9]{1,2}期|[A-Z]区)?"
)
_HAN = r"[\u4e00-\u9fff·]"
_BY_ROAD = re.compile(
    rf"({_ROAD})(?: |[，,](?=3[2-9]|[4-9][0-9]|[0-9]{{3}}|[0-9]{{1,2}}号[院楼0-9]))?({_N}(?:[-之][0-9]{{1,4}})?(?:号院|号楼|号|弄){_ROOM})"
)
_BY_ESTATE = re.compile(rf"({_ESTATE}) ?({_N}[-之]?[0-9A-Za-z]{{0,2}}(?:号楼|栋|幢|座|单元|号院|号){_ROOM})")
_RUN = re.compile(rf"{_HAN}+$")
_LONGEST = 36
_GROUP = re.compile(rf"([乡镇]{_HAN}{{1,6}}村) ?({_N}组(?:[0-9]{{1,4}}号)?)")

_PROVINCES = [
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
]
_PROVINCE = re.compile(
    f"(?=[{''.join(sorted({p[0] for p in _PROVINCES}))}])"
    f"(?:{'|'.join(_PROVINCES)})(?:省|市|特别行政区|(?:壮族|回族|维吾尔)?自治区)?"
)
_LEAD = re.compile(
    r"(?:街道办事?处?|居委会|派出所|法院|大队|诊所|门诊部?|住址|地址|家庭住址|住在|住的是|住|就住|家住|搬到|搬去|搬家到|寄到|寄往|寄去|寄|发到|发货到|送到|送货到|送至|送往|邮到|到达|位于|坐落于|坐落在|家在|租在|租的是|在|到|去|至|往"
    r"|是|址|叫|回|来|于(?![都洪潜田山])|地点|楼主|我家|他家|她家|人家|路过|经过|开在|设在|人肉|曝光|号|的)"
)
_NOT_ROAD = re.compile(
    r"(?:马|铁|公|道|一|半|上|思|出|线|网|电|门|丝|绝|活|生|水|陆|航|套|后|问|知|这条|那条|这里|那里|哪里|心|家|夜|手|城)[路道里]$"
)
_DATED = re.compile(r"[0-9一二三四五六七八九十]月$")

_WAY = (
    "street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|square|sq|way|place|pl|close|terrace|boulevard|blvd|crescent"
    "|gardens|row|hill|mews|parade|quay|walk|grove|highway|hwy"
)
_WORD = r"(?:[A-Z][\w'’.-]{0,20}|[0-9]{1,3}(?:st|nd|rd|th)|de|la|of|the)"
_UNIT = r"(?i:flat|apt|apartment|unit|suite|ste|room|top floor|floor)\.? ?#?[0-9]{0,5}[A-Za-z]?\b"
_ENGLISH = re.compile(
    rf"(?<![0-9A-Za-z/.,:#-])(?:{_UNIT},? )?[0-9]{{1,5}}[A-Za-z]?(?:-[0-9]{{1,4}})?,? (?:{_WORD} ){{1,4}}(?i:{_WAY})\b\.?"
    rf"(?:,? ?\n? ?(?i:{_UNIT}))?(?:,? [A-Z]{{1,2}}[0-9][0-9A-Z]? [0-9][A-Z]{{2}}\b)?"
)
_LOWER = re.compile(
    rf"(?<![0-9A-Za-z/.,:#-])[0-9]{{1,4}} (?:[a-z]{{2,14}} ){{1,2}}(?:{_WAY})(?:,? (?:{_UNIT}))(?![a-z])"
    rf"|(?<=live at )[0-9]{{1,4}} (?:[a-z]{{2,14}} ){{1,2}}(?:{_WAY})(?![a-z])"
    rf"|(?<=lives at )[0-9]{{1,4}} (?:[a-z]{{2,14}} ){{1,2}}(?:{_WAY})(?![a-z])"
)
_LOOSE = re.compile(
    r"(?<![0-9A-Za-z/.,:#-])[0-9]{1,5} (?:[\w'’.-]{1,24}[ \n]){1,5}[ \n]{0,3}(?:Apt|Suite)\. [0-9]{1,4}(?![0-9])"
)
_AFTER = re.compile(
    r"(?<![A-Za-z])(?:[A-Z][a-z’'-]{1,20} ){1,3}(?:Street|Road|Lane|Avenue|Close|Terrace),? (?:number |no\.? ?)?[0-9]{1,3}(?![0-9A-Za-z.,]*[0-9])"
)
_COURT = re.compile(
    r"\b(?:District|High|Supreme|Crown|County|Magistrates['’]?|Appeals?|Federal|Circuit|Family) Court\b", re.I
)
_COMMON = re.compile(r"^[0-9]+ (?:of|the|in|on|and|per|people|men|women|days|years|times) ", re.I)


def chinese(page: Page) -> Iterator[Found]:
    """Yield Chinese addresses with a house number or a building."""
    for pattern in (_BY_ROAD, _BY_ESTATE, _GROUP):
        for m in pattern.finditer(page.plain):
            left = _RUN.search(page.plain, max(0, m.start() - _LONGEST), m.start())
            left_at = left.start() if left else m.start()
            start = _start(page.plain[left_at : m.end(1)]) + left_at
            name = page.plain[start : m.end(1)]
            if len(name) >= 2 and not _NOT_ROAD.search(name) and not _DATED.search(name):
                yield Found(start, m.end(), "address", page.plain[start : m.end()])


def english(page: Page) -> Iterator[Found]:
    """Yield English addresses: a number, a name and a word for a way, or a flat."""
    for pattern in (_ENGLISH, _LOWER, _LOOSE, _AFTER):
        for m in pattern.finditer(page.plain):
            if not _COMMON.match(m[0]) and not _COURT.search(m[0]):
                yield Found(m.start(), m.end(), "address", m[0])


def _start(name: str) -> int:
    """Return where an address begins in the run of Chinese characters that ends with its road."""
    last = None
    for last in _PROVINCE.finditer(name):
        if last.end() < len(name):
            return last.start()
    cut = 0
    for m in _LEAD.finditer(name, 0, max(0, len(name) - 2)):
        cut = m.end()
    return cut
