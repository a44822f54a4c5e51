"""Which differences between two texts are another fact, and which are evasive edits.

Another number, name or place is another text. What is ignored: letters dropped, doubled or
swapped one at a time, a character replaced by one that looks or sounds like it, words added
before or after, an end that is cut off. A replaced word is another fact.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ombud.signals.copies.align import Aligned, Gap, align
from ombud.signals.copies.written import POINT

SAME = 0.62
"""Share of the shorter text that must agree for two texts to be the same."""

FRAME = 0.6
"""Share of the longer text that must agree for two texts to fill in one frame."""

SLIPS = 0.16
"""Dropped, added or swapped characters inside, as a share of what agrees, that are ignored."""

LONGEST_SLIP = 4
"""Characters in one place that may be dropped or added; more is another wording."""

_LATIN = re.compile("(?=.*[a-z])[a-z0-9]{1,16}")
_DIGITS = re.compile(f"[0-9][0-9{POINT}]*")
_IN_NUMBERS = "0123456789" + POINT
_NUMERALS = frozenset("零〇一二三四五六七八九十百千万亿两")
_DENYING = frozenset({"not", "never", "no", "dont", "didnt", "isnt", "wasnt", "wont", "cannot"})
_NEGATIONS = frozenset("不没未非无勿莫否")

# Characters that stand for each other in advertisements that dodge filters.
_GROUPS = (
    "微薇威徽溦 信芯伩 加佳嘉茄 群裙君 号浩昊皓 扣口抠 钱浅 赚挣 兼蒹 职只职 卖买荬 "
    "购沟够 优忧幽 惠会慧 免冕勉 费废 领玲翎 码马玛犸 抖斗 快筷 店殿 宝保葆 淘掏陶 "
    "红洪虹 包苞 返反 利莉俐 贷代袋 款欵 息熄 转砖 发髮法 彩采菜 票嫖漂 博搏 投头 "
    "注住 赢蠃 药葯 减碱 肥淝 他她它牠 的地得底滴 吗嘛 哪那 账帐 做作 "
)
_ALIKE: Mapping[str, frozenset[int]] = {
    char: frozenset(i for i, group in enumerate(_GROUPS.split()) if char in group)
    for group in _GROUPS.split()
    for char in group
}


class Compared(NamedTuple):
    """What two texts have in common.

    Attributes:
        facts: the slots in which another fact stands: (place in the first, words of the second).
        shorter: share of the shorter text that agrees.
        longer: share of the longer text that agrees.
        slips: share of small edits inside.
    """

    facts: tuple[tuple[int, str], ...]
    shorter: float
    longer: float
    slips: float

    @property
    def same(self) -> bool:
        """The texts state the same facts."""
        return not self.facts and self.shorter >= SAME and self.slips <= SLIPS

    @property
    def framed(self) -> bool:
        """The texts fill in one frame."""
        return self.longer >= FRAME

    @property
    def likeness(self) -> float:
        """From 0 to 1; above .5 only where the facts are the same."""
        near = max(0.0, self.shorter - self.slips)
        return 0.5 + near / 2 if self.same else near / (2 + len(self.facts))


NOTHING_ALIKE = Compared((), 0.0, 0.0, 1.0)


@cache
def _place_names() -> re.Pattern[str]:
    lines = (files("ombud.signals.copies") / "places.txt").read_text("utf-8").splitlines()
    names = sorted(
        (name for line in lines if line[:1] != "#" for name in line.split()), key=len, reverse=True
    )
    return re.compile("|".join(map(re.escape, names)))


def compare(first: str, second: str) -> Compared:
    """Compare two plain texts (:func:`ombud.signals.copies.written.plain_text`)."""
    if first == second:
        return Compared((), 1.0, 1.0, 0.0)
    found = align(first, second, FRAME)
    if found is None or not found.matched:
        return NOTHING_ALIKE
    facts, slips = [], 0
    for gap in found.gaps:
        outer = gap.start == 0 == gap.begin or (gap.end == len(first) and gap.stop == len(second))
        value = _fact(first, second, gap, outer=outer)
        if value is not None:
            facts.append((gap.start, value))
        elif not outer:
            slips += max(gap.end - gap.start, gap.stop - gap.begin)
    return _compared(found, facts, slips, len(first), len(second))


def _compared(found: Aligned, facts: list[tuple[int, str]], slips: int, one: int, other: int) -> Compared:
    short, long = sorted((one, other))
    return Compared(tuple(facts), found.matched / short, found.matched / long, slips / found.matched)


def _fact(first: str, second: str, gap: Gap, *, outer: bool) -> str | None:
    """Return the words of the second text where a gap holds another fact, else ``None``."""
    ours, theirs = first[gap.start : gap.end], second[gap.begin : gap.stop]
    if not outer and _only_slips(ours, theirs):
        return None
    numbers = tuple(_numbers(first, gap.start, gap.end)), tuple(_numbers(second, gap.begin, gap.stop))
    if outer:
        return theirs if _outer_differs(numbers, ours, theirs) else None
    if numbers[0] != numbers[1]:
        return "|".join(numbers[1])
    if _numerals_differ(first, second, gap) or _NEGATIONS & (set(ours) ^ set(theirs)):
        return theirs
    if (ours in _DENYING or theirs in _DENYING) and ours != theirs:
        return theirs
    places = _places_at(first, gap.start, gap.end), _places_at(second, gap.begin, gap.stop)
    if places[0] and places[1] and places[0] != places[1]:
        return "|".join(sorted(places[1]))
    return theirs if _replaced(ours, theirs) else None


def _only_slips(ours: str, theirs: str) -> bool:
    """Tell whether letters only changed places, or what is left of an address was added or dropped."""
    if len(ours) == len(theirs):
        return (
            _counts_of(ours) == _counts_of(theirs)
            and len(ours) <= 2 * LONGEST_SLIP
            and sorted(ours) == sorted(theirs)
        )
    if (ours and theirs) or (ours or theirs) in _DENYING:
        return False
    return _LATIN.fullmatch(ours + theirs) is not None


def _counts_of(text: str) -> str:
    return "".join(c for c in text if c in "0123456789" or c in _NUMERALS)


def _numbers(text: str, start: int, end: int) -> Iterator[str]:
    """Give the numbers that a stretch touches, each in full."""
    while start > 0 and text[start - 1] in _IN_NUMBERS:
        start -= 1
    while end < len(text) and text[end] in _IN_NUMBERS:
        end += 1
    for found in _DIGITS.finditer(text, start, end):
        yield found.group()


def _outer_differs(numbers: tuple[tuple[str, ...], tuple[str, ...]], ours: str, theirs: str) -> bool:
    """Tell whether two beginnings or ends state other facts: both have some, and they differ."""
    one, other = numbers
    if one and other and one[: len(other)] != other and other[: len(one)] != one:
        return True
    places = set(_place_names().findall(ours)), set(_place_names().findall(theirs))
    return bool(places[0] and places[1] and not places[0] & places[1])


def _numerals_differ(first: str, second: str, gap: Gap) -> bool:
    ours = [c for c in first[gap.start : gap.end] if c in _NUMERALS]
    theirs = [c for c in second[gap.begin : gap.stop] if c in _NUMERALS]
    if ours == theirs or not (ours or theirs):
        return False
    if ours and theirs:
        return True
    around = first[max(gap.start - 1, 0) : gap.start] + first[gap.end : gap.end + 1]
    return any(c in _NUMERALS for c in around)


def _places_at(text: str, start: int, end: int) -> frozenset[str]:
    """Return the place names that touch a stretch."""
    low = max(start - 3, 0)
    return frozenset(
        found.group()
        for found in _place_names().finditer(text, low, min(end + 3, len(text)))
        if found.start() < max(end, start + 1) and found.end() > start
    )


def _replaced(ours: str, theirs: str) -> bool:
    """Tell whether words were put in place of others, not dropped, added, swapped or disguised."""
    gone, new = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    if not gone or not new:
        return max(len(ours), len(theirs)) > LONGEST_SLIP
    for char in list(gone):
        twin = next((c for c in new if _ALIKE.get(char, frozenset()) & _ALIKE.get(c, frozenset())), None)
        if twin is not None:
            gone -= Counter(char)
            new -= Counter(twin)
    return bool(gone and new)
