"""Writes a pattern's tree as Hyperscan patterns that match wherever RE2 does, or more often.

Two forms: one for pure ASCII texts, where it is also known whether the form is *exact*,
and one for any UTF-8 text, which may match too much. Classes are written out sign by
sign, so nothing depends on what Hyperscan means by ``\\w`` or by ignoring case.
"""

from __future__ import annotations

import string
from typing import NamedTuple

from ombud.expr.scanform import scan_form
from ombud.expr.syntax import Alt, Any, Cat, Edge, Piece, Rep, Set, Sign

_LETTERS = frozenset(string.ascii_letters)
_ASCII = frozenset(map(chr, range(128)))
_EVERY = r"[\x{0}-\x{10ffff}]"
_BEYOND = r"\x{80}-\x{10ffff}"
_RE2_FOLDS = frozenset("ks")  # (?i)k also finds U+212A, (?i)s also U+017F
_FOLD_TO_ASCII = {"k": r"\x{212a}", "s": r"\x{17f}", "i": r"\x{130}"}  # the same, and what lower maps to i

MAX_COUNT = 16
"""Highest count kept in the UTF-8 form; counted runs of wide classes compile slowly."""


class Form(NamedTuple):
    """A Hyperscan pattern, whether it ignores ASCII case, and whether it says all that RE2 says."""

    pattern: str
    caseless: bool
    exact: bool


def ascii_form(tree: Piece) -> Form | None:
    """Return the form for ASCII texts, ``None`` if no such text can match."""
    writer = _AsciiWriter(caseless=all_fold(tree))
    pattern = writer.write(tree)
    return None if pattern is None else Form(pattern, writer.caseless, writer.exact)


def wide_form(tree: Piece) -> Form | None:
    """Return the form for UTF-8 texts, ``None`` if no text can match."""
    pattern = _WideWriter().write(tree)
    return None if pattern is None else Form(pattern, caseless=False, exact=False)


def lowered(tree: Piece) -> Piece:
    """Return a pattern that finds in a text what ``tree`` finds in its ``lower``, or more beyond ASCII."""
    match tree:
        case Sign(char, fold):
            if fold or (char in _ASCII and char == char.lower()):
                return Sign(char, fold=True)
            if char in _ASCII:
                return Set(frozenset(), wide=False)
            cased = scan_form(char) != char or char.upper() != char or char.lower() != char
            return Set(frozenset(), wide=True) if cased else tree
        case Set(chars, wide, loose):
            return Set(frozenset(c for c in _ASCII if c.lower() in chars), wide, loose)
        case Cat(parts):
            return Cat(tuple(map(lowered, parts)))
        case Alt(parts):
            return Alt(tuple(map(lowered, parts)))
        case Rep(part, low, high):
            return Rep(lowered(part), low, high)
        case _:
            return tree


def all_fold(tree: Piece) -> bool:
    """Tell whether every letter of the pattern ignores case."""
    match tree:
        case Sign(char, fold):
            return fold or char not in _LETTERS
        case Set(chars):
            return all(c.swapcase() in chars for c in chars if c in _LETTERS)
        case Cat(parts) | Alt(parts):
            return all(map(all_fold, parts))
        case Rep(part):
            return all_fold(part)
        case _:
            return True


class _Writer:
    """What both forms share; ``None`` means "cannot match"."""

    exact = True

    def write(self, tree: Piece) -> str | None:
        match tree:
            case Sign():
                return self.sign(tree)
            case Set():
                return self.set(tree)
            case Any(newline):
                return _EVERY if newline else r"[^\n]"
            case Edge(code):
                if not code:
                    self.exact = False
                return r"\z" if code == "$" else code
            case Cat(parts):
                texts = [self.write(part) for part in parts]
                return None if None in texts else "".join(t for t in texts if t is not None)
            case Alt(parts):
                found = [t for part in parts if (t := self.write(part)) is not None]
                return f"(?:{'|'.join(found)})" if found else None
            case Rep():
                return self.repeat(tree)

    def sign(self, sign: Sign) -> str | None:
        raise NotImplementedError

    def set(self, members: Set) -> str | None:
        raise NotImplementedError

    def count(self, number: int) -> int:
        """Return the count to write for a lower bound."""
        return number

    def repeat(self, rep: Rep) -> str | None:
        inner = self.write(rep.part)
        if inner is None:
            return "" if rep.low == 0 else None
        if inner == "" or isinstance(rep.part, Edge):
            return "" if rep.low == 0 else inner
        low = self.count(rep.low)
        high = rep.high if rep.high is not None and self.count(rep.high) == rep.high else None
        return f"(?:{inner}){{{low},{'' if high is None else high}}}"


class _AsciiWriter(_Writer):
    def __init__(self, *, caseless: bool) -> None:
        self.caseless = caseless

    def sign(self, sign: Sign) -> str | None:
        char, fold = sign
        if char in _ASCII:
            if fold and not self.caseless and char in _LETTERS:
                return f"[{char.lower()}{char.upper()}]"
            return _escape(char)
        plain = scan_form(char) if fold else char
        if len(plain) != 1 or plain not in _ASCII:
            return None
        self.exact = self.exact and plain in _RE2_FOLDS
        return f"[{plain.lower()}{plain.upper()}]"

    def set(self, members: Set) -> str | None:
        if members.loose:
            self.exact = False
        chars = sorted(members.chars)
        return "[" + "".join(map(_escape, chars)) + "]" if chars else None


class _WideWriter(_Writer):
    exact = False

    def count(self, number: int) -> int:
        return min(number, MAX_COUNT)

    def sign(self, sign: Sign) -> str | None:
        char, fold = sign
        if char in _ASCII:
            if not fold or char not in _LETTERS:
                return _escape(char)
            low = char.lower()
            return f"[{low}{low.upper()}{_FOLD_TO_ASCII.get(low, '')}]"
        if fold and (scan_form(char) != char or char.upper() != char or char.lower() != char):
            return _EVERY
        return f"\\x{{{ord(char):x}}}"

    def set(self, members: Set) -> str | None:
        inner = "".join(map(_escape, sorted(members.chars)))
        if members.wide:
            inner += _BEYOND
        else:
            inner += "".join(code for c, code in _FOLD_TO_ASCII.items() if members.chars & {c, c.upper()})
        return f"[{inner}]" if inner else None


def _escape(char: str) -> str:
    return char if char.isalnum() or char in " @#,;:'\"~`=<>!%&_/" else f"\\x{ord(char):02x}"
