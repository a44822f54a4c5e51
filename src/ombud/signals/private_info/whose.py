"""Whose data it is: a sum of the cues around it, and the cues themselves as the explanation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ombud.signals.private_info.cues import (
    ANNOUNCED,
    ANOTHER,
    HOTLINE,
    NEWS,
    OFFICE,
    ORGANISATION,
    OWN,
    cues_of,
)
from ombud.signals.private_info.found import Found
from ombud.signals.private_info.names import FULL_NAME_EN, FULL_NAME_ZH, NAME_EN, NAME_ZH

ORDER = (ANOTHER, OWN, ORGANISATION, OFFICE, HOTLINE)
"""Of several owners in one text, the first of these is the text's."""

LEAST = 2
"""A sum below this says nothing."""

_TRAVEL = frozenset({"flight", "train", "hotel"})
_END = re.compile(r"[。！？!?\n\r;；.](?:(?<!\.)|(?=\s|$))")
_HAN, _WORDS = re.compile("[\u4e00-\u9fff]"), re.compile("[A-Za-z](?:[:,.!?]? [A-Za-z]|: )")
_CAPITAL = re.compile("[A-Z][a-z]")
_INTRODUCED = re.compile(r"\b(?:i['’]?m|i am|ask for|signed,?|says) $|我[是叫]$|收件人$|联系人$", re.I)
_NEAR, _SENTENCE, _TEXT = 32, 120, 120


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a piece is (``None``: nothing says so), and the words that say it with their weights."""

    whose: str | None
    because: tuple[tuple[str, str, int], ...]


def owners(text: str, found: Sequence[Found], account: str) -> list[Owner]:
    """Return the owner of each piece found in a text; ``account`` is the author's name and bio."""
    judged: dict[tuple[int, int], list[tuple[str, str, int]]] = {}
    by_account = _account(account)
    result = []
    for item in found:
        if item.kind == HOTLINE:
            result.append(Owner(HOTLINE, ()))
            continue
        around = _around(text, item)
        if around not in judged:
            judged[around] = _wide(text, around)
        result.append(_decide(item, [*judged[around], *by_account, *_near(text, item, around)], text, around))
    return result


def _around(text: str, item: Found) -> tuple[int, int]:
    """Return the sentence around a piece, at most 120 characters each way."""
    low, high = max(0, item.start - _SENTENCE), min(len(text), item.end + _SENTENCE)
    start = low
    for m in _END.finditer(text, low, item.start):
        start = m.end()
    stop = _END.search(text, item.end, high)
    return start, stop.start() if stop else high


def _wide(text: str, around: tuple[int, int]) -> list[tuple[str, str, int]]:
    start, stop = around
    sentence, whole = text[start:stop], text[max(0, start - _TEXT) : stop + _TEXT]
    return _said("sentence", sentence) + _said("text", whole)


def _said(scope: str, window: str) -> list[tuple[str, str, int]]:
    """Search the cues of one scope, those of a language only where its letters are."""
    said = []
    for letters, chinese in ((_HAN, True), (_WORDS, False)):
        if letters.search(window):
            for cue in cues_of(scope, chinese=chinese):
                m = cue.pattern.search(window)
                if m:
                    said.append((cue.whose, m[0], cue.weight))
    return said


def _account(account: str) -> list[tuple[str, str, int]]:
    return _said("account", account) if account else []


def _near(text: str, item: Found, around: tuple[int, int]) -> list[tuple[str, str, int]]:
    before = text[max(around[0], item.start - _NEAR) : item.start]
    said = _said("near", before)
    named = _name(text, item, around)
    if named:
        said.append((ANOTHER, named, 3))
    elif perhaps := _full_name(text, item):
        said.append((ANOTHER, perhaps, 2))
    return said


def _full_name(text: str, item: Found) -> str:
    """Return what looks like a full name close by, in this sentence or the next."""
    for part in (text[max(0, item.start - 80) : item.start], text[item.end : item.end + 40]):
        for letters, pattern in ((_CAPITAL, FULL_NAME_EN), (_HAN, FULL_NAME_ZH)):
            m = pattern.search(part) if letters.search(part) else None
            if m and not _INTRODUCED.search(part[: m.start(1)]):
                return m[1]
    return ""


def _name(text: str, item: Found, around: tuple[int, int]) -> str:
    """Return the name of a person in the sentence in whose form the piece is given."""
    before, after = (_SENTENCE, _SENTENCE) if item.kind in _TRAVEL else (40, 30)
    low, high = max(around[0], item.start - before), min(around[1], item.end + after)
    window = text[low:high].replace("\x00", "")
    for letters, pattern in ((_HAN, NAME_ZH), (_CAPITAL, NAME_EN)):
        for m in pattern.finditer(window) if letters.search(window) else ():
            name = m[1] or m[2]
            if name not in item.value and not re.search(
                r"我[是叫]$|i['’]?m $|i am $|收件人$", window[: m.start()], re.I
            ):
                return name
    return ""


def _decide(item: Found, said: list[tuple[str, str, int]], text: str, around: tuple[int, int]) -> Owner:
    sums: dict[str, int] = {}
    for whose, _, weight in said:
        sums[whose] = sums.get(whose, 0) + weight
    if item.kind in _TRAVEL and NEWS.search(text, max(0, around[0] - 60), around[1]):
        sums = {whose: total - 3 for whose, total in sums.items()}
    if sums.get(OFFICE, 0) > 0:
        sums[OFFICE] += sums.pop(ORGANISATION, 0)
    if item.kind in _TRAVEL and not _announced(said):
        sums = {whose: total for whose, total in sums.items() if whose in (OWN, ANOTHER)}
    best = max(sums.values(), default=0)
    ranking = (OWN, HOTLINE, OFFICE, ORGANISATION, ANOTHER)
    chosen = next((w for w in ranking if best >= LEAST and sums.get(w) == best), None)
    return Owner(chosen, tuple(s for s in said if s[0] == chosen))


def _announced(said: Sequence[tuple[str, str, int]]) -> bool:
    """Tell whether an organisation itself makes a person's journey public."""
    official = any(whose == ORGANISATION and weight == ANNOUNCED for whose, _, weight in said)
    return official and any(whose == ANOTHER for whose, _, _ in said)
