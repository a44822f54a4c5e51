"""Which protected name a name resembles, how closely, and what was changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from ombud.signals.impersonation.cues import PLACE, SERVICE, STRONG, TITLE, WEAK, Core, cores
from ombud.signals.impersonation.index import ALONE_IS_CLEAR, SHARED, Index, Name, without_one
from ombud.signals.impersonation.readings import same_sound, sound
from ombud.signals.impersonation.writing import (
    LONGEST,
    LONGEST_READ,
    is_han,
    joined,
    less_alike,
    other_forms,
    pieces,
)

_MOST_COMPARED = 400
_SHORTEST_SPELT = 8
"""Letters of a name spelt in pinyin, at least: shorter ones are words of other languages too."""

_DECIDING = frozenset(
    "东西南北上下左右中前后内外新老大小副分总省市县区州不非反伪一二三四五六七八九十百千网报社台局厅部署院"
)
"""Characters that make another name when they come or go (编辑 · 总编辑, 日报 · 日报社)."""

_OTHER_WORDS = frozenset(
    {
        "iceland",
        "ireland",
        "iran",
        "iraq",
        "austria",
        "astria",
        "slovakia",
        "slovenia",
        "korea",
        "niger",
        "nigeria",
    }
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """A protected name that a name resembles."""

    name: Name
    score: float
    how: str
    core: Core
    form: str
    """The form that was compared, sign by sign, before it was closed up; ``core`` is a part of it."""


def resembled(text: str, index: Index, *, without: str | None = None) -> Likeness | None:
    """Return the closest protected name, or ``None``.

    Args:
        text: a name as it is written.
        without: a key that is left out, as the account that bears that name is its holder.
    """
    made = "".join(pieces(text[:LONGEST_READ]))
    best: Likeness | None = None
    if 2 <= len(made) <= LONGEST:
        best = _best(made, index, without)
    if best is None or best.score < 0.95:
        for other in other_forms(text):
            found = _best(other, index, without) if 2 <= len(other) <= LONGEST else None
            if found is not None and (best is None or found.score - 0.02 > best.score):
                best = replace(found, score=found.score - 0.02, how="look_alike")
    return best


def _best(made: str, index: Index, without: str | None) -> Likeness | None:
    best: Likeness | None = None
    for core in cores(made):
        if core.strength == WEAK:
            continue
        if best is not None and best.core.end - best.core.start > core.end - core.start and best.score >= 0.9:
            break
        inner = joined(made[core.start : core.end])
        for name, score, how in _lookup(inner, core, index):
            if name.owner.key == without or not _fits(name.owner.kind, core.strength):
                continue
            if core.strength & (STRONG | SERVICE) and score < 0.98:
                score = min(0.99, score + (0.03 if name.han else 0.06))
            if best is None or score > best.score:
                best = Likeness(name, score, how, core, made)
    return best


def _fits(kind: str, strength: int) -> bool:
    """Say whether words of a strength beside a name of a kind claim its place, or none does harm."""
    if kind in ALONE_IS_CLEAR:
        return bool(strength & (STRONG | PLACE))
    return kind in SHARED or not strength & TITLE or bool(strength & (STRONG | SERVICE))


def _lookup(inner: str, core: Core, index: Index) -> Iterator[tuple[Name, float, str]]:
    """Yield names that an inner part resembles."""
    for name in index.forms.get(inner, ()):
        alone = name.owner.kind in ALONE_IS_CLEAR
        if alone or not core.strength & PLACE or core.strength & ~(PLACE | WEAK):
            yield name, 0.96 if alone else 1.0, "place_cue" if alone else "same"
    if core.strength & PLACE and not core.strength & ~(PLACE | WEAK):
        return
    if inner in index.places or len(inner) < 3:
        return
    yield from _by_sound(inner, index)
    if index.may_differ_by_one(inner):
        yield from _by_one_sign(inner, index)


def _by_sound(inner: str, index: Index) -> Iterator[tuple[Name, float, str]]:
    any_han = any(map(is_han, inner))
    if not any_han and len(inner) < _SHORTEST_SPELT:
        return
    for name in index.sounds.get(sound(inner), ())[:_MOST_COMPARED]:
        if name.form == inner:
            continue
        if not name.han or not all(map(is_han, inner)):
            if len(sound(inner)) >= _SHORTEST_SPELT:
                yield name, 0.93 if any_han else 0.91, "pinyin"
        elif len(inner) == len(name.form):
            changed = [at for at in range(len(inner)) if inner[at] != name.form[at]]
            tones = all(_alike(inner[at], name.form[at]) >= 2 for at in changed)
            if not _another_place(inner, changed, index):
                yield name, _sound_score(len(inner), len(changed), tones=tones), "homophone"


def _sound_score(size: int, changed: int, *, tones: bool) -> float:
    if changed == 1:
        return (0.93 if size >= 4 else 0.88) if tones else (0.9 if size >= 5 else 0.86)
    return 0.92 if tones and size >= 4 and changed * 2 <= size else 0.9 if size >= 5 and tones else 0.84


def _alike(one: str, other: str) -> int:
    """Return 3 for characters that look alike, 2 for the same sound and tone, 1 for the sound, 0 for none."""
    return 3 if (one, other) in less_alike() else same_sound(one, other)


def _another_place(inner: str, changed: list[int], index: Index) -> bool:
    """Say whether a changed sign belongs to the name of a place: 陕西 is not a slip for 山西."""
    return any(
        inner[start : start + size] in index.places
        for at in changed
        for size in (2, 3, 4)
        for start in range(max(0, at - size + 1), at + 1)
        if start + size <= len(inner)
    )


def _by_one_sign(inner: str, index: Index) -> Iterator[tuple[Name, float, str]]:
    seen = set()
    found = (name for rest in (inner, *without_one(inner)) for name in index.one_less.get(rest, ()))
    for name in islice(found, _MOST_COMPARED):
        if id(name) in seen or name.form == inner:
            continue
        seen.add(id(name))
        judged = _one_sign(inner, name, index)
        if judged is not None:
            yield (name, *judged)


def _one_sign(inner: str, name: Name, index: Index) -> tuple[float, str] | None:
    there, size = name.form, len(name.form)
    at = next(
        (i for i, (a, b) in enumerate(zip(inner, there, strict=False)) if a != b), min(len(inner), size)
    )
    if inner[at:] == there[at + 1 :]:
        return _came_or_went(there, at, size)
    if inner[at + 1 :] == there[at:]:
        return _came_or_went(inner, at, size)
    if inner[at + 1 :] == there[at + 1 :]:
        return _replaced(inner, name, at, index)
    if inner[at + 2 :] == there[at + 2 :] and inner[at : at + 2] == there[at : at + 2][::-1]:
        if any(sign.isdigit() for sign in inner[at : at + 2]):
            return None
        return (0.92 if is_han(inner[at]) else 1 - 0.6 / size), "swapped"
    return None


def _came_or_went(longer: str, at: int, size: int) -> tuple[float, str] | None:
    sign = longer[at]
    if sign.isdigit() or (not is_han(sign) and at in (0, len(longer) - 1)):
        return None
    if is_han(sign):
        return None if sign in _DECIDING or size < 5 else (1 - 1 / size, "edit")
    return 1 - 0.8 / size, "edit"


def _replaced(inner: str, name: Name, at: int, index: Index) -> tuple[float, str] | None:
    new, old, size = inner[at], name.form[at], len(inner)
    if new.isdigit() or old.isdigit() or is_han(new) != is_han(old):
        return None
    if not is_han(new):
        return None if at == 0 or _first_of_word(name, at) or _other_word(inner) else (1 - 0.8 / size, "edit")
    alike = _alike(new, old)
    if alike == 0 or _another_place(inner, [at], index):
        return None
    if alike == 3:
        return (0.94 if size >= 4 else 0.92), "look_alike"
    return _sound_score(size, 1, tones=alike == 2), "homophone"


def _first_of_word(name: Name, at: int) -> bool:
    """Say whether a place in a name's form begins a word: the Post is not a slip for the Host."""
    signs = pieces(name.text)
    begins = (
        i for i, sign in enumerate(name.text) if i and sign.isalnum() and not name.text[i - 1].isalnum()
    )
    return any(len(joined("".join(signs[:begin]))) == at for begin in begins)


def _other_word(inner: str) -> bool:
    return any(word in inner for word in _OTHER_FORMS)


_OTHER_FORMS = frozenset(joined("".join(pieces(word))) for word in _OTHER_WORDS)
