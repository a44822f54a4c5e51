"""What an RE2 pattern needs in a text: literals of which one must be there, and whole forms.

They feed the prefilter, so they may promise too little and never too much. Literals
are in :func:`~ombud.expr.scanform.scan_form`; whole patterns come from
:mod:`ombud.expr.hyper`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from ombud.expr.hyper import Form, ascii_form, lowered, wide_form
from ombud.expr.scanform import SPACE, even, scan_form
from ombud.expr.syntax import Alt, Any, Cat, Edge, Piece, Rep, Set, Sign, UnsupportedError, parse

MAX_EXACT = 16
"""Most alternatives kept exactly; beyond that a literal set is cut."""

TEXT_LENGTH = 300
"""Length of a typical text, for the guess of how often a literal occurs."""

WORDINESS = 0.6
"""Signs are not independent: a word is likelier than the product of its letters' shares."""

IDEOGRAPH, NEXT_IDEOGRAPH = 0.08, 0.05
"""A Chinese sign is in 8 posts of 100; of two signs, the second follows the first in 5 of 100 of them.

Chinese has thousands of signs, so two of them say as much as a whole English word.
"""

LINKS = 0.3
"""The share of posts taken to hold a link."""


_FREQUENT = dict(zip(" etaoinshrdlucmwfgypbvkjxqz", (
    .17, .1, .075, .065, .06, .055, .055, .05, .048, .048, .034, .032, .022, .022, .02, .018, .018, .016,
    .016, .015, .012, .008, .006, .0015, .0015, .001, .001), strict=True))  # fmt: skip


@lru_cache(maxsize=1 << 16)
def frequency(literal: str) -> float:
    """Return a guess (0 to 1) of how many texts hold the literal in scan form."""
    if "http" in literal or "www" in literal:
        return LINKS
    chance, ideographs = 1.0, 0
    for sign in literal:
        if sign >= "\u2e80":
            ideographs += 1
        else:
            chance *= _FREQUENT.get(sign, 0.01)
    plain = TEXT_LENGTH * chance**WORDINESS if ideographs < len(literal) else 1.0
    return min(1.0, plain * IDEOGRAPH * NEXT_IDEOGRAPH ** (ideographs - 1) if ideographs else plain)


def best(sets: Iterable[frozenset[str]]) -> frozenset[str] | None:
    """Return the set of literals least often met, ``None`` if none is of use."""
    useful = [s for s in sets if s and "" not in s]
    return min(useful, key=lambda s: (sum(map(frequency, s)), sorted(s)), default=None)


class _Found(NamedTuple):
    exact: frozenset[str] | None
    required: frozenset[str] | None


class RegexNeeds(NamedTuple):
    """What the prefilter may look for: literals (any one must be there), or whole forms.

    ``even`` are literals for texts in which every run of space is one space sign;
    ``lower_ascii`` and ``lower_wide`` are forms for a text whose ``lower`` is searched.
    """

    literals: tuple[str, ...] | None
    even: tuple[str, ...] | None
    ascii: Form | None
    wide: Form | None
    lower_ascii: Form | None
    lower_wide: Form | None


@lru_cache(maxsize=1 << 10)
def needs(pattern: str, *, fold: bool) -> RegexNeeds:
    """Return what a valid RE2 pattern needs; nothing where its syntax is beyond us."""
    try:
        tree = parse(pattern, fold=fold)
        literals = _literals(tree)
        evened = _literals(_even(tree))
        if evened is not None:
            evened = tuple(sorted(set(map(even, evened))))
        low = lowered(tree)
        forms = (ascii_form(tree), wide_form(tree), ascii_form(low), wide_form(low))
    except (UnsupportedError, RecursionError):
        return RegexNeeds(None, None, None, None, None, None)
    return RegexNeeds(literals, evened, *forms)


def _literals(tree: Piece) -> tuple[str, ...] | None:
    found = _analyse(tree)
    literals = best([s for s in (found.exact, found.required) if s is not None])
    return None if literals is None else tuple(sorted(literals))


def _even(tree: Piece) -> Piece:
    """Return the tree for evened texts: a run of space is one space sign."""
    match tree:
        case Sign(char, fold):
            return Sign(" ", fold) if char in SPACE else tree
        case Set(chars, wide, loose):
            return Set(chars - SPACE | {" "}, wide, loose) if chars & SPACE else tree
        case Cat(parts):
            return Cat(tuple(map(_even, parts)))
        case Alt(parts):
            return Alt(tuple(map(_even, parts)))
        case Rep(part, low, high):
            inner = _even(part)
            if inner in (Sign(" ", True), Sign(" ", False), Set(frozenset(" "), wide=False)):
                return inner if low else Rep(inner, 0, 1)
            return Rep(inner, low, high)
        case _:
            return tree


def _analyse(tree: Piece) -> _Found:
    match tree:
        case Sign(char, _):
            return _Found(frozenset({scan_form(char)}), None)
        case Set(chars, wide):
            if wide or not 0 < len(chars) <= 8:
                return _Found(None, None)
            return _Found(frozenset(map(scan_form, chars)), None)
        case Edge():
            return _Found(frozenset({""}), None)
        case Any():
            return _Found(None, None)
        case Cat(parts):
            return _cat([_analyse(part) for part in parts])
        case Alt(parts):
            return _alt([_analyse(part) for part in parts])
        case Rep(part, low, high):
            return _rep(_analyse(part), low, high)


def _cat(parts: list[_Found]) -> _Found:
    runs: list[frozenset[str]] = []
    required = [p.required for p in parts if p.required is not None]
    run = frozenset({""})
    whole = True
    for part in parts:
        if part.exact is None or len(run) * len(part.exact) > MAX_EXACT:
            runs.append(run)
            whole = False
            run = part.exact if part.exact is not None else frozenset({""})
        else:
            run = frozenset(a + b for a in run for b in part.exact)
    if whole:
        return _Found(run, best(required))
    runs.append(run)
    return _Found(None, best([*runs, *required]))


def _alt(parts: list[_Found]) -> _Found:
    exacts = [p.exact for p in parts if p.exact is not None]
    exact = frozenset().union(*exacts) if len(exacts) == len(parts) else None
    if exact is not None and len(exact) <= MAX_EXACT:
        return _Found(exact, None)
    chosen = [best([s for s in (p.exact, p.required) if s is not None]) for p in parts]
    if any(c is None for c in chosen):
        return _Found(None, None)
    return _Found(None, frozenset[str]().union(*(c for c in chosen if c is not None)))


def _rep(part: _Found, low: int, high: int | None) -> _Found:
    if low == 0:
        if high == 1 and part.exact is not None and len(part.exact) < MAX_EXACT:
            return _Found(part.exact | {""}, None)
        return _Found(None, None)
    if low == high and low <= 4 and part.exact is not None:
        return _cat([part] * low)
    options = [s for s in (part.exact, part.required) if s is not None]
    if part.exact is not None and low <= 8:
        options.extend(s for s in _cat([part] * low) if s is not None)
    return _Found(None, best(options))
