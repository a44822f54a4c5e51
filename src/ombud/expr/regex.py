"""What an RE2 pattern needs in a text: literals of which one must be there, and its ASCII form.

Both feed the prefilter, so both may promise too little and never too much. Literals
are in *scan form* (:func:`scan_form`), the one form in which every text is scanned.
The ASCII form is a Hyperscan pattern that matches wherever RE2 does in pure ASCII text.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from typing import NamedTuple

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


def scan_form(text: str) -> str:
    """Return the form in which texts and literals meet: full case folding, and İ as i.

    It maps sign by sign, and ``x``, ``lower(x)`` and every sign RE2 holds equal to one of
    ``x`` under ``(?i)`` have the same scan form (a test runs through all of Unicode); so
    what is in a text is in its scan form.
    """
    if text.isascii():
        return text.lower()
    return (text.replace("İ", "i") if "İ" in text else text).casefold()


_FREQUENT = dict(zip(" etaoinshrdlucmwfgypbvkjxqz", (
    .17, .1, .075, .065, .06, .055, .055, .05, .048, .048, .034, .032, .022, .022, .02, .018, .018, .016,
    .016, .015, .012, .008, .006, .0015, .0015, .001, .001), strict=True))  # fmt: skip


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
    """What the prefilter may look for: literals (any one must be there), and the ASCII form."""

    literals: tuple[str, ...] | None
    ascii: str | None
    caseless: bool


def needs(pattern: str, *, fold: bool) -> RegexNeeds:
    """Return what a valid RE2 pattern needs; nothing where its syntax is beyond us."""
    try:
        tree = parse(pattern, fold=fold)
    except (UnsupportedError, RecursionError):
        return RegexNeeds(None, None, caseless=False)
    found = _analyse(tree)
    literals = best([s for s in (found.exact, found.required) if s is not None])
    caseless = _all_fold(tree)
    try:
        form = _emit(tree, caseless=caseless)
    except RecursionError:
        form = None
    return RegexNeeds(None if literals is None else tuple(sorted(literals)), form, caseless=caseless)


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


# -- the ASCII form ---------------------------------------------------------------

_ASCII = frozenset(map(chr, range(128)))
_LETTERS = frozenset(string.ascii_letters)


def _all_fold(tree: Piece) -> bool:
    """Tell whether every letter of the pattern ignores case."""
    match tree:
        case Sign(char, fold):
            return fold or char not in _LETTERS
        case Set(chars, _):
            return all(c.swapcase() in chars for c in chars if c in _LETTERS)
        case Cat(parts) | Alt(parts):
            return all(map(_all_fold, parts))
        case Rep(part, _, _):
            return _all_fold(part)
        case _:
            return True


def _emit(tree: Piece, *, caseless: bool) -> str | None:
    """Return the Hyperscan pattern for ASCII texts, ``None`` if it can match no such text."""
    match tree:
        case Sign(char, fold):
            return _emit_sign(char, fold=fold, caseless=caseless)
        case Set(chars, _):
            return _emit_set(chars)
        case Any(newline):
            return r"[\x00-\x7f]" if newline else r"[^\n]"
        case Edge(code):
            return code
        case Cat(parts):
            texts = [_emit(part, caseless=caseless) for part in parts]
            return None if None in texts else "".join(t for t in texts if t is not None)
        case Alt(parts):
            texts = [t for part in parts if (t := _emit(part, caseless=caseless)) is not None]
            return f"(?:{'|'.join(t for t in texts if t is not None)})" if texts else None
        case Rep(part, low, high):
            inner = _emit(part, caseless=caseless)
            if inner is None:
                return "" if low == 0 else None
            if inner == "" or isinstance(part, Edge):
                return "" if low == 0 else inner
            return f"(?:{inner}){{{low},{'' if high is None else high}}}"


def _emit_sign(char: str, *, fold: bool, caseless: bool) -> str | None:
    if char in _ASCII:
        if fold and not caseless and char in _LETTERS:
            return f"[{char.lower()}{char.upper()}]"
        return _escape(char)
    plain = scan_form(char) if fold else char
    if len(plain) == 1 and plain in _ASCII:
        return f"[{plain.lower()}{plain.upper()}]"
    return None


def _emit_set(chars: frozenset[str]) -> str | None:
    members = sorted(chars & _ASCII)
    if not members:
        return None
    return "[" + "".join(map(_escape, members)) + "]"


def _escape(char: str) -> str:
    return char if char.isalnum() or char in " @#,;:'\"~`=<>!%&_/" else f"\\x{ord(char):02x}"
