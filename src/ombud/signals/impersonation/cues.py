"""Words beside a name: what claims an office, and what says that the account is something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from ombud.signals.impersonation.skeleton import lines
from ombud.signals.impersonation.writing import pieces

NEUTRAL, WEAK, STRONG, PLACE, TITLE, SERVICE = 0, 1, 2, 4, 8, 16
"""Strengths, as bits: what is stripped from a name tells what the rest claims."""

_STRENGTHS = {
    "neutral": NEUTRAL,
    "weak": WEAK,
    "strong": STRONG,
    "place": PLACE,
    "title": TITLE,
    "service": SERVICE,
}
_MOST_BEFORE, _MOST_AFTER, _MOST_CORES = 2, 3, 48
_NUMBER = re.compile(r"\d{1,4}$")

BADGES = frozenset("✓✔☑✅🅥ⓋⓥⓋ🔵🏅🎖")
"""Signs that imitate a platform's mark of verification."""


@dataclass(frozen=True, slots=True)
class Core:
    """What is left of a name's form when words beside it are taken off, and how strong those are."""

    start: int
    end: int
    strength: int


@cache
def _words(side: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for line in lines("cues.txt"):
        head, words = line.split(": ")
        strength, where = head.split(" ")
        if where == side:
            for word in words.split("|"):
                text = _plain("".join(pieces(word)))
                found[text] = found.get(text, 0) | _STRENGTHS[strength]
    return found


@cache
def _sizes(side: str) -> tuple[int, ...]:
    return tuple(sorted({len(word) for word in _words(side)}, reverse=True))


@cache
def _all(side: str) -> tuple[str, ...]:
    return tuple(_words(side))


def cores(text: str) -> list[Core]:
    """Return the whole form and every rest of it without words beside it, the longest first.

    Args:
        text: the form of a name, sign by sign (:func:`~ombud.signals.impersonation.writing.pieces`).
    """
    text = _plain(text)
    found = {(0, len(text)): NEUTRAL}
    ends = [(len(text), NEUTRAL)]
    for _ in range(_MOST_AFTER):
        if not ends:
            break
        ends = [(stop, had | more) for end, had in ends for stop, more in _off_end(text, end)]
        _add(found, ((0, end, had) for end, had in ends))
    starts = [(0, NEUTRAL)]
    for _ in range(_MOST_BEFORE):
        if not starts:
            break
        starts = [(stop, had | more) for start, had in starts for stop, more in _off_start(text, start)]
        for (_, end), had in [item for item in found.items() if item[0][0] == 0]:
            _add(found, ((start, end, had | more) for start, more in starts if start < end))
    return [Core(start, end, had) for (start, end), had in found.items()]


def _plain(text: str) -> str:
    return text.replace("l", "i")


def _add(found: dict[tuple[int, int], int], more: Iterable[tuple[int, int, int]]) -> None:
    for start, end, strength in more:
        if len(found) < _MOST_CORES and end > start:
            found.setdefault((start, end), strength)


def _off_end(text: str, end: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    if text.endswith(_all("after"), 0, end):
        words = _words("after")
        found = [
            (end - size, words[text[end - size : end]])
            for size in _sizes("after")
            if size < end and text[end - size : end] in words
        ]
    number = _NUMBER.search(text[max(0, end - 5) : end]) if text[end - 1 : end].isdigit() else None
    if number is not None and len(number[0]) < min(end, 5):
        found.append((end - len(number[0]), NEUTRAL))
    return found


def _off_start(text: str, start: int) -> list[tuple[int, int]]:
    if not text.startswith(_all("before"), start):
        return []
    words = _words("before")
    return [
        (start + size, words[text[start : start + size]])
        for size in _sizes("before")
        if text[start : start + size] in words
    ]


def claims_office(name: str) -> bool:
    """Say whether a folded name holds a word that claims an office."""
    return _OFFICE.search(name) is not None and _NO_OFFICE.search(name) is None


def calls_itself_official(name: str) -> bool:
    """Say whether a folded name holds a word that says official, verified, the real one or its desk."""
    return _OFFICIAL.search(name) is not None and _NO_OFFICE.search(name) is None


_OFFICE = re.compile(
    "官方|官微|官号|官博|官媒|官网|客服|服务台|服务中心|发布|公告|通告|本人|本尊|真号|认证|新闻中心|新闻办|编辑部|值班室|政务|政府|公安"
    "|警方|警务|交警|消防|法院|检察院|人大|委员会|[局厅署]$|总局|市委|县委|市政|融媒|日报|晚报|晨报|电视台|电台|热线|专员|[✓✔☑✅]"
    r"|\b(official|support|newsroom|news ?desk|press (office|room)|help ?(desk|cent(er|re))|service ?desk|hq"
    r"|headquarters|customer ?(service|care|support)s?|verified|the real|\(real\)|police|sheriff|council"
    r"|city hall|town hall|ministry|department|authority|agency|government|mayor'?s? office|emergency)\b"
    r"|official$"
)
_OFFICIAL = re.compile(
    "官方|官微|官号|官博|官网|客服|认证|本人|真号|[✓✔☑✅]"
    "|official|support|help ?desk|verified|newsroom|the real"
)
_NO_OFFICE = re.compile(r"非官方|不是官方|unofficial|\bnot (the )?(official|real)\b|旗舰店|专卖店")

_CLEAR_NAME = re.compile(
    "戏仿|恶搞|搞笑|模仿|仿冒的|讽刺|段子|非官方|不是官方|粉丝|后援|应援|饭圈|同好|爱好者|吐槽|观察|监督|围观|评论|批评|点评"
    "|解读|反对|抵制|拒绝|投诉|维权|不代表|不是|并非|假的|无关|忠实读者|读者|迷$|迷妹|迷弟|粉$|黑$|黑粉|路过|爱看|曝光台|打假"
    "|辟谣|历史|考试|备考|刷题|小说|同人|机器人|搬运|门口|对面|隔壁|附近|家属|食堂|前员工|离职|在职|员工|同名|重名|cos|角色扮演"
    r"|\b(parody|parodies|satire|satirical|spoof|fan|fans|fanpage|fan ?club|fandom|stan|stans|watch|watcher"
    r"|watchdog|critic|critics|against|anti|boycott|not|isn'?t|unofficial|fake|former|ex|friends of|tribute"
    r"|rumou?rs|jokes?|memes?|bot|archive of|commentary|sucks|exposed|truth about|victims of|alumni|museum of"
    r"|roleplay|rp|lookalike|impersonator|novel|exam|stories|history)\b"
)
_CLEAR_BIO = re.compile(
    "戏仿|恶搞|讽刺|段子号|搞笑号|模仿秀|非官方|不是官方|并非官方|与.{0,12}(无关|没有?关系|没有?任何关系|没有?亲戚)"
    "|粉丝(号|团|站|会|自发|自己|运营|账号|主页|页|一枚)|.{1,8}的粉丝$|后援会|应援|爱好者|同好|吐槽号|观察(号|者|员)|监督(号|者)"
    "|民间|自发|不代表|只代表(自己|个人)|仅代表(自己|个人|本人)|个人(观点|意见|号|账号)|不是本人|并非本人|本号不是|我不是|只是同名"
    "|不是.{0,6}(长|歌手|演员|明星|记者|警察|医生)|同名|重名|真名就叫|前员工|已离职|批评|反对|抵制|高仿|假号|角色扮演|爱看.{0,8}的人"
    r"|\b(parod(y|ies)|satir(e|ical)|spoof|fan (account|page|club|site|run)|fan-run|run by fans|fans? of"
    r"|unofficial|not (the )?(official|real|affiliated|associated|connected|endorsed|run by)"
    r"|no (relation|affiliation|connection)|(views|opinions) (are )?my own|own views|critics?|criticis(m|ing)"
    r"|watchdog|keeping an eye on|people against|commentary|just a joke|for laughs|roleplay|rp account"
    r"|impersonator|tribute|fake account|this is a joke|formerly|ex-|retired from"
    r"|i (just )?share (the|a) name|my real name|private account"
    r"|don'?t speak for|do not speak for|does not represent|independent of"
    r"|not the)\b"
)
READ_OF_BIO = 1_000
"""Signs of a bio that are read for what the account says of itself."""


def says_other(name: str, bio: str) -> bool:
    """Say whether a folded name or bio says parody, fan, critic, watcher, or that it is not the one."""
    return _CLEAR_NAME.search(name) is not None or (bool(bio) and _CLEAR_BIO.search(bio) is not None)


_CLAIM_BIO = re.compile(
    "官方|官微|官博|已认证|授权发布|本人真号|真的是我|本人主页|本人账号|唯一账号|亲自|私人号|私人小号|小号|不经秘书"
    "|[市县区镇省]长本人"
    r"|\b(official|verified|authori[sz]ed|really me|my real account|the real|(own|personal) page|personally"
    r"|private account)\b"
)


def bio_claims(bio: str) -> bool:
    """Say whether a folded bio calls the account official, verified or the real one."""
    return _CLAIM_BIO.search(bio) is not None
