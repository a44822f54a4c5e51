"""The protected names, indexed: by form, by sound, and by what is left when one sign goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ombud.signals.impersonation.avatars import Avatars
from ombud.signals.impersonation.readings import sound, spelt
from ombud.signals.impersonation.writing import form, is_han, pieces

ALONE_IS_CLEAR = frozenset({"division", "title"})
"""Kinds whose name alone takes nobody's place; only a word that claims an office beside it does."""

SHARED = frozenset({"person"})
"""Kinds whose name others may bear by birth."""

_PROVINCES = tuple(
    re.findall(
        r"\w+",
        "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江"
        " 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆"
        " 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆"
        " 台湾 香港 澳门 中国 南方 北方 东方 西方 东北 西北 东南 西南",
    )
)
_DIVISION_ENDS = (
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "地区",
    "新区",
    "省",
    "市",
    "县",
    "区",
    "旗",
    "州",
    "盟",
)
_MOST_NAMES = 200
_SHORTEST_EDITED = {True: 3, False: 5}
"""Signs that a Chinese, and another, name has at least for a change of one sign to be looked for."""


@dataclass(frozen=True, slots=True)
class Protected:
    """One protected name with all its spellings' owner."""

    key: str
    kind: str
    account_id: str | None


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of a protected name."""

    owner: Protected
    text: str
    form: str
    han: bool


class Index:
    """What a name is compared with; built once for the rows of a register."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self.forms: dict[str, list[Name]] = {}
        self.sounds: dict[str, list[Name]] = {}
        self.one_less: dict[str, list[Name]] = {}
        self.starts: dict[str, list[Name]] = {}
        self._edges: set[str] = set()
        self.places = {form(place) for place in _PROVINCES}
        pictures: list[tuple[str, Protected]] = []
        self.size = 0
        for row in rows:
            owner = _owner(row)
            if owner is None:
                continue
            self.size += 1
            pictures += [(picture, owner) for picture in _texts(row.get("avatars"))]
            for text in _spellings(row, owner):
                self._add(owner, text)
        self.avatars = Avatars(pictures)

    def _add(self, owner: Protected, text: str) -> None:
        made = form(text)
        if len(made) < 2:
            return
        name = Name(owner, text, made, all(map(is_han, made)))
        self.forms.setdefault(made, []).append(name)
        if owner.kind == "division":
            self.places.add(made)
            return
        if owner.kind in ALONE_IS_CLEAR:
            return
        self.starts.setdefault("".join(pieces(text))[:2], []).append(name)
        any_han = any(map(is_han, made))
        if any_han and len(made) >= 3:
            for said in {sound(made), spelt(text)}:
                self.sounds.setdefault(said, []).append(name)
        if len(made) >= _SHORTEST_EDITED[any_han]:
            self._edges |= {made[:2], made[-2:]}
            for rest in {made, *without_one(made)}:
                self.one_less.setdefault(rest, []).append(name)

    def may_differ_by_one(self, made: str) -> bool:
        """Tell whether a form may be a name's but for one sign, or two that changed places.

        Of five signs or more, such a change leaves the first two or the last two as they were.
        """
        return len(made) < 5 or made[:2] in self._edges or made[-2:] in self._edges


class Latest:
    """The index of the rows that were asked for last, shared by the sessions that read the same rows."""

    def __init__(self) -> None:
        self._kept: tuple[object, Index] = (None, Index(()))

    def of(self, rows: Iterable[Mapping[str, Any]]) -> Index:
        """Return the index of rows; the same object of rows is not indexed twice in a row."""
        kept, index = self._kept
        if rows is not kept:
            index = Index(rows)
            self._kept = rows, index
        return index


def without_one(text: str) -> Iterator[str]:
    """Yield a text without each of its signs in turn."""
    return (text[:at] + text[at + 1 :] for at in range(len(text)))


def _owner(row: Mapping[str, Any]) -> Protected | None:
    key, kind, account = row.get("key"), row.get("kind"), row.get("account_id")
    if not isinstance(key, str) or not key:
        return None
    return Protected(
        key, kind if isinstance(kind, str) else "body", account if isinstance(account, str) else None
    )


def _texts(value: object) -> Sequence[str]:
    many = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    return [text for text in many[:_MOST_NAMES] if isinstance(text, str) and text]


def _spellings(row: Mapping[str, Any], owner: Protected) -> list[str]:
    found = [owner.key, *_texts(row.get("aliases"))]
    if owner.kind == "division":
        found += [short for short in (_short(owner.key),) if short is not None]
    found += [text[4:] for text in found if text[:4].lower() == "the " and len(text) > 8]
    return list(dict.fromkeys(found))


def _short(division: str) -> str | None:
    """Return a Chinese division's name without its rank, if two signs or more remain."""
    for end in _DIVISION_ENDS:
        if division.endswith(end) and len(division) - len(end) >= 2:
            return division[: -len(end)]
    return None
