"""What was changed from a protected name to the one that resembles it, sign by sign."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from ombud.expr import folded
from ombud.signals.impersonation.cues import BADGES
from ombud.signals.impersonation.readings import same_sound
from ombud.signals.impersonation.skeleton import IGNORABLE
from ombud.signals.impersonation.writing import LONGEST_READ, form, less_alike, pieces

_MOST_COMPARED = 160
_MOST_TOLD = 40


@dataclass(frozen=True, slots=True)
class Change:
    """A part of the name that differs: code points ``start`` to ``end`` of the original."""

    start: int
    end: int
    written: str
    protected: str
    how: str

    def plain(self) -> dict[str, Any]:
        """Return it as JSON-able evidence, with the code points of what was written."""
        codes = " ".join(f"U+{ord(sign):04X}" for sign in self.written[:8])
        return {
            "written": self.written[:80],
            "protected": self.protected,
            "how": self.how,
            "code_points": codes,
        }


def extent(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the part of a text that signs ``start`` to ``end`` of its form came from."""
    first, last, done = None, 0, 0
    for at, piece in enumerate(pieces(text[:LONGEST_READ])):
        if piece and done + len(piece) > start and done < end:
            first, last = at if first is None else first, at + 1
        done += len(piece)
        if done >= end:
            break
    return (first or 0), last


def changes(text: str, start: int, end: int, protected: str) -> list[Change]:
    """Return what differs between ``text[start:end]`` and a protected name, in order."""
    if end - start > _MOST_COMPARED:
        return [Change(start, end, text[start:end], protected, "invisible")]
    mine, theirs = text[start:end], protected
    if mine == theirs:
        return []
    matcher = SequenceMatcher(None, [_class(a) for a in mine], [_class(b) for b in theirs], autojunk=False)
    found: list[Change] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            found.append(
                Change(start + i, start + j, mine[i:j], theirs[k:m], how(mine[i:j], theirs[k:m], mine[:i]))
            )
            continue
        found += [
            Change(start + a, start + a + 1, mine[a], theirs[b], how(mine[a], theirs[b], ""))
            for a, b in zip(range(i, j), range(k, m), strict=True)
            if mine[a] != theirs[b]
        ]
    return found[:_MOST_TOLD]


@lru_cache(maxsize=8192)
def _class(sign: str) -> str:
    return form(sign) or sign


def how(written: str, protected: str, before: str) -> str:
    """Name the change from one piece to another."""
    if not protected:
        return _added(written, before)
    if not written:
        return "left_out"
    if folded(written) == folded(protected):
        return "writing"
    if not form(written) and not form(protected):
        return "separator"
    if form(written) == form(protected) or (form(written), form(protected)) in less_alike():
        return "look_alike"
    if len(written) == len(protected) and all(map(same_sound, map(form, written), map(form, protected))):
        return "homophone"
    return "pinyin" if written.isascii() and not protected.isascii() else "edit"


def _added(written: str, before: str) -> str:
    if not IGNORABLE.sub("", written) or all(unicodedata.category(sign)[0] in "CM" for sign in written):
        return "invisible"
    if any(sign in BADGES for sign in written):
        return "badge"
    if not form(written):
        return "separator"
    return "doubled" if before and form(written) == form(before[-len(written) :]) else "edit"
