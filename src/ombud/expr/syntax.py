"""Reads RE2's pattern syntax into a small tree. Only patterns that RE2 has accepted come here."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class UnsupportedError(Exception):
    """The pattern uses syntax this reader does not know; the prefilter then promises nothing."""


class Sign(NamedTuple):
    """One given sign; ``fold`` ignores its case."""

    char: str
    fold: bool


class Set(NamedTuple):
    """One of some ASCII signs; ``wide`` if signs beyond ASCII may match as well.

    ``loose`` says that fewer ASCII signs than these may match.
    """

    chars: frozenset[str]
    wide: bool
    loose: bool = False


class Any(NamedTuple):
    """Any sign, a line's end too if ``newline``."""

    newline: bool


class Edge(NamedTuple):
    """A place between signs; ``code`` is Hyperscan's word for it, or for something weaker."""

    code: str


class Cat(NamedTuple):
    """One after the other."""

    parts: tuple[Piece, ...]


class Alt(NamedTuple):
    """One of several."""

    parts: tuple[Piece, ...]


class Rep(NamedTuple):
    """``low`` to ``high`` times (``None`` = without end)."""

    part: Piece
    low: int
    high: int | None


Piece: TypeAlias = Sign | Set | Any | Edge | Cat | Alt | Rep

_ASCII = frozenset(map(chr, range(128)))
_DIGITS = frozenset("0123456789")
_WORD = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_SPACE = frozenset("\t\n\f\r ")
_CLASSES = {
    "d": Set(_DIGITS, wide=False),
    "D": Set(_ASCII - _DIGITS, wide=True),
    "w": Set(_WORD, wide=False),
    "W": Set(_ASCII - _WORD, wide=True),
    "s": Set(_SPACE, wide=False),
    "S": Set(_ASCII - _SPACE, wide=True),
}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_MAX_NESTING = 60
# Letters beyond ASCII that RE2 holds equal to an ASCII letter under (?i).
_FOLDS_TO_ASCII = {"\u017f": "s", "\u212a": "k"}


def parse(pattern: str, *, fold: bool) -> Piece:
    """Return the tree of a pattern RE2 has accepted.

    Raises:
        UnsupportedError: for syntax outside this reader's knowledge.
    """
    reader = _Reader(pattern, fold=fold)
    tree = reader.alternation()
    if reader.at != len(pattern):
        raise UnsupportedError
    return tree


class _Reader:
    def __init__(self, pattern: str, *, fold: bool) -> None:
        self.pattern = pattern
        self.at = 0
        self.fold = fold
        self.lines = False
        self.newline = False
        self.depth = 0

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        char = self.pattern[self.at : self.at + 1]
        if not char:
            raise UnsupportedError
        self.at += 1
        return char

    def accept(self, text: str) -> bool:
        if self.pattern.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def alternation(self) -> Piece:
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise UnsupportedError
        parts = [self.sequence()]
        while self.accept("|"):
            parts.append(self.sequence())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Alt(tuple(parts))

    def sequence(self) -> Piece:
        parts: list[Piece] = []
        while self.at < len(self.pattern) and self.peek() not in "|)":
            if self.accept("\\Q"):
                end = self.pattern.find("\\E", self.at)
                quoted = self.pattern[self.at : end if end >= 0 else None]
                self.at = end + 2 if end >= 0 else len(self.pattern)
                if self.peek() and self.peek() in "*+?{":
                    raise UnsupportedError
                parts.extend(Sign(c, self.fold) for c in quoted)
                continue
            part = self.atom()
            if part is not None:
                parts.append(self.repeated(part))
        return parts[0] if len(parts) == 1 else Cat(tuple(parts))

    def repeated(self, part: Piece) -> Piece:
        while True:
            char = self.peek()
            if char and char in "*+?":
                self.at += 1
                low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
            elif char == "{" and (bounds := self._bounds()) is not None:
                low, high = bounds
            else:
                return part
            self.accept("?")
            part = Rep(part, low, high)

    def _bounds(self) -> tuple[int, int | None] | None:
        end = self.pattern.find("}", self.at)
        low, comma, high = self.pattern[self.at + 1 : max(end, self.at)].partition(",")
        if end < 0 or not low.isdigit() or not low.isascii() or (high and not high.isdigit()):
            return None
        self.at = end + 1
        return int(low), (int(high) if high else None) if comma else int(low)

    def atom(self) -> Piece | None:
        char = self.take()
        match char:
            case "(":
                return self.group()
            case "[":
                return self.bracket()
            case ".":
                return Any(self.newline)
            case "^":
                return Edge("" if self.lines else "^")
            case "$":
                return Edge("" if self.lines else "$")
            case "\\":
                return self.escape()
            case _:
                return Sign(char, self.fold)

    def group(self) -> Piece | None:
        kept = (self.fold, self.lines, self.newline)
        if self.accept("?P<") or (self.pattern.startswith("?<", self.at) and self.accept("?<")):
            self.at = self.pattern.index(">", self.at) + 1
        elif self.accept("?") and self._flags() == ")":
            return None
        tree = self.alternation()
        if not self.accept(")"):
            raise UnsupportedError
        self.fold, self.lines, self.newline = kept
        return tree

    def _flags(self) -> str:
        """Read ``i-s:`` or ``i)``; return the sign that ends it."""
        on = True
        while True:
            char = self.take()
            match char:
                case "-":
                    on = False
                case "i":
                    self.fold = on
                case "m":
                    self.lines = on
                case "s":
                    self.newline = on
                case "U":
                    pass
                case ":" | ")":
                    return char
                case _:
                    raise UnsupportedError

    def escape(self) -> Piece:
        char = self.take()
        if char in _CLASSES:
            return _CLASSES[char]
        if char in "bB":
            return Edge("\\" + char)
        if char == "A":
            return Edge("^")
        if char == "z":
            return Edge("$")
        if char in "pP":
            self._property()
            return Set(_ASCII, wide=True, loose=True)
        return Sign(self._sign(char), self.fold)

    def _property(self) -> None:
        if self.accept("{"):
            self.at = self.pattern.index("}", self.at) + 1
        else:
            self.take()

    def _sign(self, char: str) -> str:
        """Return the sign that an escape stands for."""
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char == "x":
            if self.accept("{"):
                end = self.pattern.index("}", self.at)
                digits = self.pattern[self.at : end]
                self.at = end + 1
            else:
                digits = self.take() + self.take()
            return chr(int(digits, 16))
        if char in "01234567":
            digits = char
            while len(digits) < 3 and self.peek() and self.peek() in "01234567":
                digits += self.take()
            return chr(int(digits, 8))
        if char.isalnum():
            raise UnsupportedError
        return char

    def bracket(self) -> Set:
        negated = self.accept("^")
        chars: set[str] = set()
        wide = False
        first = True
        while first or self.peek() != "]":
            first = False
            member = self._member()
            if isinstance(member, Set):
                chars |= member.chars
                wide |= member.wide
                continue
            low = high = member
            if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] != "]":
                self.at += 1
                upper = self._member()
                if isinstance(upper, Set):
                    raise UnsupportedError
                high = upper
            chars.update(c for c in _ASCII if low <= c <= high)
            wide |= high > "\x7f"
            if self.fold and high > "\x7f":
                chars.update(a for c, a in _FOLDS_TO_ASCII.items() if low <= c <= high)
        self.at += 1
        if self.fold:
            chars |= {c.swapcase() for c in chars}
            wide |= bool(chars & {"k", "s"})
        if not negated:
            return Set(frozenset(chars), wide)
        if self.fold and wide:
            return Set(_ASCII, wide=True, loose=True)
        return Set(_ASCII - chars, wide=True)

    def _member(self) -> str | Set:
        char = self.take()
        if char == "[" and self.peek() == ":":
            end = self.pattern.find(":]", self.at)
            if end >= 0:
                return self._named(end)
        if char != "\\":
            return char
        char = self.take()
        if char in _CLASSES:
            return _CLASSES[char]
        if char in "pP":
            raise UnsupportedError
        return self._sign(char)

    def _named(self, end: int) -> Set:
        name = self.pattern[self.at + 1 : end]
        self.at = end + 2
        plain = name.removeprefix("^")
        chars = _NAMED.get(plain)
        if chars is None:
            raise UnsupportedError
        return Set(_ASCII - chars, wide=True) if name != plain else Set(chars, wide=False)


def _ascii_where(test: str) -> frozenset[str]:
    return frozenset(c for c in _ASCII if getattr(c, test)())


_NAMED = {
    "alnum": _ascii_where("isalnum"),
    "alpha": _ascii_where("isalpha"),
    "ascii": _ASCII,
    "blank": frozenset(" \t"),
    "cntrl": frozenset(map(chr, [*range(32), 127])),
    "digit": _DIGITS,
    "graph": frozenset(map(chr, range(33, 127))),
    "lower": _ascii_where("islower"),
    "print": frozenset(map(chr, range(32, 127))),
    "punct": frozenset(c for c in map(chr, range(33, 127)) if not c.isalnum()),
    "space": frozenset("\t\n\v\f\r "),
    "upper": _ascii_where("isupper"),
    "word": _WORD,
    "xdigit": frozenset("0123456789abcdefABCDEF"),
}
