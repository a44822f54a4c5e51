"""The canonical form of a text: what it says once camouflage is undone.

It starts from ``folded`` and goes on: signs in circles, digits of other scripts, stacked
accents; look-alike letters; letters and characters that were spaced out or have symbols
between them; number words; and spellings by glyph or sound of words that are hidden
often (``variants.tsv``). Links are left as they are. Most texts have nothing to undo
and cost one search. Each step is a list of replacements, so that a place in the result
can be led back to the original.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources

from ombud.expr import folded
from ombud.signals.text.gate import CONTACT, CONTACT_WORDS, LETTERS, NUMBERS, SPACED, Gate
from ombud.signals.text.marks import (
    CIRCLED,
    DIGITS,
    INSERTED,
    LEET,
    LOOKALIKES,
    LOOSE,
    NUMBER_WORDS,
    NUMERALS,
)

CANONICAL_VERSION = "1"
"""Goes up whenever :func:`canonical` gives another result for some text."""

Edit = tuple[int, int, str]
"""A stretch (start, end) of a text and what stands there instead."""

_H = "\u3400-\u4dbf\u4e00-\u9fff"
_SIGN = re.compile("[" + "".join(map(chr, CIRCLED)) + "]")
_FOREIGN_DIGITS = re.compile(
    "(?:[0-9]|(?P<one>[{0}]))[{0}0-9]*[{0}]|[{0}][0-9]".format("".join(map(chr, DIGITS)))
)
_MAYBE_SIGN = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0660-\u1dff\u20d0-\u20ff\u2460-\u27ff\ua620-\uabff\ufe20-\ufe2f]"
    "|[\U00010000-\U0010ffff]"
)
_STACKED = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_LOOKALIKE = re.compile(f"[{''.join(LOOKALIKES)}]")
_OTHER_LETTERS = re.compile("[бгджийлпфцчшщъыэюяґєβγδζθλξπσφψς]")
_WORD = re.compile(r"[^\W\d_]+")
_LEET = re.compile(r"(?<=[a-z])[013457$](?=[a-z])")
_TOKEN = re.compile(r"(?<![\w$@.-])[a-z][a-z013457$]{2,9}(?![\w$@-])")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+|[\w.+-]+@[\w-]+\.[\w.-]+"
)
_GAP = f"[{LOOSE}]"
_SPACED_LATIN = re.compile(rf"(?<![a-z0-9'])[a-z](?:({_GAP})[a-z])(?:\1[a-z])+(?![a-z0-9'])")
_UNIT = f"(?:[{_H}]|(?<![a-z0-9])[a-z0-9](?![a-z0-9]))"
_SPACED_HAN = re.compile(rf"{_UNIT}(?:{_GAP}{{1,3}}{_UNIT}){{2,}}")
_SPACED_DIGITS = re.compile(rf"(?<![0-9])[0-9](?:({_GAP})[0-9])(?:\1[0-9]){{5,}}(?![0-9])")
_INSERTED = re.compile(rf"(?<=[{_H}])\s?(?:[{INSERTED}](?!\*)){{1,3}}\s?(?=[{_H}])")
_NUMERAL_RUN = re.compile(rf"[0-9{''.join(NUMERALS)}](?:[ \-]?[0-9{''.join(NUMERALS)}]){{2,}}")
_NUMBER_RUN = re.compile(
    rf"\b(?:{'|'.join(NUMBER_WORDS)})\b(?:[\s,.\-]{{1,3}}(?:(?:{'|'.join(NUMBER_WORDS)})\b|[0-9]\b)){{2,}}"
)
_ANY_NUMERAL = re.compile(f"[{''.join(NUMERALS)}]")
_LEADERS = "十百千万亿"

_NEAR_HAN = 3
"""A spelling in Latin letters counts where a Chinese character is this near: ``sb`` is no word elsewhere."""

_CONTACT = re.compile(
    r"(?<![增添参更外附追施强])(?:[加伽茄珈嘉咖+]|联系|(?<=我)的?|(?<=你)的?)({words})(?![力誉仰])"
    r"|({words})(?=号?\s?:?\s?[a-z0-9_\-]{{5,}})".replace("{words}", "|".join(CONTACT_WORDS)).replace(
        "{{5,}}", "{5,}"
    )
)
"""Words that stand for 微信 only where one is told to get in touch."""


@cache
def _variants() -> dict[str, tuple[str, re.Pattern[str]]]:
    """Return each spelling with its word and the pattern of what may not stand beside it."""
    words: dict[str, str] = {}
    text = resources.files("ombud.signals.text").joinpath("variants.tsv").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            word, _, spellings = line.partition("\t")
            words.update({folded(one): word for one in spellings.split() if folded(one) != word})
    return {one: (word, re.compile(_guarded(one))) for one, word in words.items()}


def spellings_of() -> dict[str, list[str]]:
    """Return each word with its spellings, for making camouflage."""
    found: dict[str, list[str]] = {}
    for one, (word, _) in _variants().items():
        found.setdefault(word, []).append(one)
    return found


def _guarded(one: str) -> str:
    """Return a spelling's pattern with what may not stand beside it."""
    before = after = ""
    if one[0].isascii() and one[0].isalnum():
        before = r"(?<![a-z0-9])"
    elif one[0] == "加":
        before = "(?<![增添参更外附追施强])"
    if one == "辣鸡":
        before, after = "(?<![香麻酸爆甜微不吃])", "(?![腿翅肉块丁胗爪汤煲锅蛋杂尖米面])"
    elif one[-1].isascii() and one[-1].isalpha():
        after = "(?![a-z])"
    elif one[-1].isdigit():
        after = "(?![0-9])"
    if one[0] in "加伽茄珈嘉咖+十➕ji" and one[-1] in "微薇v威徽溦":
        after += "(?![信芯心号博笑小型量波软积生创妙弱])"
    return before + re.escape(one) + after


@cache
def _gate() -> Gate:
    return Gate(tuple(_variants()))


def canonical(text: str) -> str:
    """Return the canonical form; the cost is linear in the text's length."""
    found = folded(text)
    for step in _STEPS:
        edits = step(found)
        if edits:
            found = _applied(found, edits)
    return found


def traced(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the canonical form and, for each of its signs, the stretch of ``text`` it comes from.

    Slower than :func:`canonical`; for showing what was found.
    """
    found, places = traced_folded(text)
    for step in _STEPS:
        edits = step(found)
        if edits:
            found, places = _applied(found, edits), _moved(places, edits)
    return found, places


def undone(text: str) -> list[tuple[int, int]]:
    """Return the stretches of ``text`` where camouflage was undone (folding alone is not told)."""
    found, places = traced_folded(text)
    spots: list[tuple[int, int]] = []
    for step in _STEPS:
        edits = step(found)
        if edits:
            spots.extend(
                (places[start][0], places[end - 1][1])
                for start, end, _ in edits
                if start < end <= len(places)
            )
            found, places = _applied(found, edits), _moved(places, edits)
    return _merged(spots)


# -- the steps ---------------------------------------------------------------------


def _signs(text: str) -> list[Edit]:
    if text.isascii() or not _MAYBE_SIGN.search(text):
        return []
    edits = [(m.start(), m.end(), CIRCLED[ord(m[0])]) for m in _SIGN.finditer(text)]
    for run in _FOREIGN_DIGITS.finditer(text):
        edits.append((run.start(), run.end(), run[0].translate(DIGITS)))
    edits += [(m.start(), m.end(), "") for m in _STACKED.finditer(text)]
    return sorted(edits)


def _lookalikes(text: str) -> list[Edit]:
    """Letters of another script in a Latin word, or words made of look-alikes alone."""
    if text.isascii() or not _LOOKALIKE.search(text):
        return []
    foreign = _OTHER_LETTERS.search(text) is not None
    edits: list[Edit] = []
    for word in _WORD.finditer(text):
        letters = word[0]
        alike = sum(letter in LOOKALIKES for letter in letters)
        latin = sum("a" <= letter <= "z" for letter in letters)
        if alike and alike + latin == len(letters) and (latin or not foreign):
            start = word.start()
            edits += [
                (start + i, start + i + 1, LOOKALIKES[letter])
                for i, letter in enumerate(letters)
                if letter in LOOKALIKES
            ]
    return edits


def _spacing(text: str) -> list[Edit]:
    """Letters, characters and digits that stand apart though they belong together."""
    if not _gate().may(text, SPACED):
        return []
    links = _links(text)
    edits: list[Edit] = []
    for pattern in (_SPACED_LATIN, _SPACED_DIGITS):
        for run in pattern.finditer(text):
            dotted = pattern is _SPACED_DIGITS and run[1] in ".:/" and len(run[0]) < 13
            if dotted or (pattern is _SPACED_LATIN and run[1] == " " and len(run[0]) < 7):
                continue
            edits += [(i, i + 1, "") for i in range(run.start() + 1, run.end(), 2)]
    for run in _SPACED_HAN.finditer(text):
        if sum(_is_han(sign) for sign in run[0]) >= 2 and not _between_words(text, run):
            edits += _gaps(run[0], run.start())
    edits += [(m.start(), m.end(), "") for m in _INSERTED.finditer(text)]
    return _apart(edit for edit in edits if not _inside(edit, links))


def _between_words(text: str, run: re.Match[str]) -> bool:
    """Tell whether a run is one sign between two words that blanks part, as in a list of names."""
    gaps = run[0][1::2]
    if len(run[0]) > 5 or gaps.strip(" "):
        return False
    around = text[run.start() - 1 : run.start()] + text[run.end() : run.end() + 1]
    return any(sign.isalnum() for sign in around)


def _gaps(run: str, start: int) -> list[Edit]:
    return [(start + m.start(), start + m.end(), "") for m in re.finditer(f"{_GAP}+", run)]


def _leet(text: str) -> list[Edit]:
    if not _gate().may(text, LETTERS):
        return []
    links = _links(text)
    edits: list[Edit] = []
    for token in _TOKEN.finditer(text):
        spots = [(m.start(), m.end(), LEET[m[0]]) for m in _LEET.finditer(text, *token.span())]
        strange = sum(not sign.isalpha() for sign in token[0])
        if len(spots) == strange and 3 <= len(token[0]) - strange >= 2 * strange - 1:
            edits += spots
    return [edit for edit in edits if not _inside(edit, links)]


def _numbers(text: str) -> list[Edit]:
    """Digits in words: runs of at least three, of which one is a word."""
    if not _gate().may(text, NUMBERS):
        return []
    edits: list[Edit] = []
    if _ANY_NUMERAL.search(text):
        for run in _NUMERAL_RUN.finditer(text):
            around = text[run.start() - 1 : run.start()] + text[run.end() : run.end() + 1]
            made = "".join(NUMERALS.get(sign, sign) for sign in run[0] if sign not in " -")
            mixed = any("0" <= sign <= "9" for sign in run[0])
            least = 5 if mixed else 3 if "〇" in run[0] or "零" in run[0] else 4
            if len(made) < least or not _ANY_NUMERAL.search(run[0]) or any(s in _LEADERS for s in around):
                continue
            edits.append((run.start(), run.end(), made))
    for run in _NUMBER_RUN.finditer(text):
        made = "".join(NUMBER_WORDS.get(word, word) for word in re.findall(r"\w+", run[0]))
        edits.append((run.start(), run.end(), made))
    return _apart(edits)


def _spellings(text: str) -> list[Edit]:
    if text.isascii():
        return []
    words = _variants()
    edits: list[Edit] = []
    done = 0
    for start, one in _gate().spellings(text):
        word, pattern = words[one]
        end = start + len(one)
        fits = start >= done and pattern.match(text, start) is not None
        if fits and (not one.isascii() or _han_near(text, start, end)):
            edits.append((start, end, word))
            done = end
    if _gate().may(text, CONTACT):
        edits += [(*m.span(m.lastindex or 0), "微信") for m in _CONTACT.finditer(text)]
    if not edits:
        return edits
    links = _links(text)
    return _apart(edit for edit in edits if not _inside(edit, links))


def _han_near(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - _NEAR_HAN) : start] + text[end : end + _NEAR_HAN]
    return any(map(_is_han, around))


_STEPS: tuple[Callable[[str], list[Edit]], ...] = (_signs, _lookalikes, _spacing, _leet, _numbers, _spellings)


# -- places ------------------------------------------------------------------------


def _links(text: str) -> list[tuple[int, int]]:
    return [m.span() for m in _LINK.finditer(text)] if "." in text else []


def _inside(edit: Edit, stretches: list[tuple[int, int]]) -> bool:
    return any(start < edit[1] and edit[0] < end for start, end in stretches)


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf"


def _apart(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits in order, each that begins inside an earlier one left out."""
    kept: list[Edit] = []
    for edit in sorted(edits):
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    return kept


def _applied(text: str, edits: list[Edit]) -> str:
    parts: list[str] = []
    done = 0
    for start, end, made in edits:
        parts += (text[done:start], made)
        done = end
    parts.append(text[done:])
    return "".join(parts)


def _moved(places: list[tuple[int, int]], edits: list[Edit]) -> list[tuple[int, int]]:
    moved: list[tuple[int, int]] = []
    done = 0
    for start, end, made in edits:
        moved += places[done:start]
        if made:
            moved += [(places[start][0], places[end - 1][1])] * len(made)
        done = end
    return moved + places[done:]


def traced_folded(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the folded form with places; where folding by clusters gives another, places are the whole."""
    whole = folded(text)
    if len(whole) == len(text) and text.isascii():
        return whole, [(i, i + 1) for i in range(len(text))]
    places: list[tuple[int, int]] = []
    parts: list[str] = []
    for cluster in re.finditer(r".[\u0300-\u036f\u3099\u309a\u1160-\u11ff]*", text, re.DOTALL):
        made = folded(cluster[0])
        parts.append(made)
        places += [cluster.span()] * len(made)
    if len(places) != len(whole):
        return whole, [(0, len(text))] * len(whole)
    return whole, places


def _merged(spots: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spots):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
