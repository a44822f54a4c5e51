"""One pass of Hyperscan that says what a folded text may need: most need nothing.

It may ask for a step in vain and is not to miss one; a test compares it with always
taking every step.
"""

from __future__ import annotations

from collections.abc import Sequence

from ombud.signals.scan import Pattern, Scan
from ombud.signals.text.marks import INSERTED, LEET, LOOSE, NUMBER_WORDS, NUMERALS

SPACED, LETTERS, NUMBERS, CONTACT = 1, 2, 4, 8
"""Steps, as bits of a number."""

CONTACT_WORDS = ("威信", "维信", "唯信", "卫星", "威心", "围信")
"""Real words that also stand for 微信 where one is told to get in touch."""

_H = "\\x{3400}-\\x{4dbf}\\x{4e00}-\\x{9fff}"
_UNIT = f"[{_H}a-z0-9]"
_NUMERAL = "".join(NUMERALS)
_WORDS = "|".join(NUMBER_WORDS)
_LEET = "".join(LEET)

_PATTERNS: tuple[tuple[int, str], ...] = (
    (SPACED, rf"{_UNIT}[{LOOSE}]{{1,3}}{_UNIT}[{LOOSE}]"),
    (SPACED, rf"[{_H}]\s?[{INSERTED}]"),
    (LETTERS, rf"[a-z][{_LEET}]{{1,2}}[a-z]"),
    (NUMBERS, rf"[0-9{_NUMERAL}][ \-]?[{_NUMERAL}][ \-]?[0-9{_NUMERAL}]"),
    (NUMBERS, rf"[0-9{_NUMERAL}][ \-]?[0-9][ \-]?[{_NUMERAL}]"),
    (NUMBERS, rf"[{_NUMERAL}][ \-]?[0-9][ \-]?[0-9]"),
    (NUMBERS, rf"({_WORDS})[\s,.\-]{{1,3}}({_WORDS}|[0-9])"),
    (CONTACT, "|".join(CONTACT_WORDS)),
)


class Gate:
    """The pass, with the last text remembered: several steps ask about one text.

    Args:
        spellings: what is looked for by place, folded.
    """

    def __init__(self, spellings: Sequence[str]) -> None:
        self._spellings = tuple(spellings)
        self._bytes = [one.encode() for one in spellings]
        steps = [Pattern(number, pattern) for number, (_, pattern) in enumerate(_PATTERNS)]
        signs = ["".join(f"\\x{{{ord(sign):x}}}" for sign in one) for one in spellings]
        places = [Pattern(number, one, 0) for number, one in enumerate(signs, len(_PATTERNS))]
        self._scan = Scan([*steps, *places])
        self._text = ""
        self._bits = 0
        self._hits: list[tuple[int, int]] = []

    def _look(self, text: str) -> None:
        if text is self._text:
            return
        self._text, self._bits, self._hits = text, 0, []
        for number, end in self._scan.ends(text.encode("utf-8", "replace")):
            if number < len(_PATTERNS):
                self._bits |= _PATTERNS[number][0]
            else:
                self._hits.append((end, number - len(_PATTERNS)))

    def may(self, text: str, step: int) -> bool:
        """Tell whether a text may need a step."""
        self._look(text)
        return bool(self._bits & step)

    def spellings(self, text: str) -> list[tuple[int, str]]:
        """Return the spellings in a text with their places, from the left, the longest first."""
        self._look(text)
        if not self._hits:
            return []
        data = text.encode("utf-8", "replace")
        found = sorted((end - len(self._bytes[one]), -len(self._bytes[one]), one) for end, one in self._hits)
        out: list[tuple[int, str]] = []
        at = signs = 0
        for start, _, one in found:
            signs += len(data[at:start].decode("utf-8"))
            at = start
            out.append((signs, self._spellings[one]))
        return out
