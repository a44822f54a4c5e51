"""Finds the gate's names and words in a literal, in whatever spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Literal

from ombud.rules.gate.names import Extent, Group, groups, longest_from, words
from ombud.rules.gate.writing import forms, initials, is_han, latin, plain, reading, spelt, squeezed, tokens

Sort = Literal["name", "word"]

HUMAN_GROUPS = frozenset({"parties", "governments", "leaders"})
"""Groups of which a cut-off piece (共产, communis) is refused too."""

_AMBIGUOUS = frozenset({"us", "uk", "eu", "un", "it"})
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_HASHTAG = re.compile(r"#(\w+)")
_MIN_IN_HASHTAG = 5
_MIN_SPELT = 5
_MIN_INITIALS = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A name or a word that a literal must not hold; ``group`` is its group, ``why`` what it is about."""

    text: str
    sort: Sort
    group: str
    why: str
    extent: Extent


class Finder:
    """An index of names and words by spelling."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._whole: dict[str, Entry] = {}
        self._latin: dict[tuple[str, ...], Entry] = {}
        self._han: dict[str, Entry] = {}
        self._spelt: dict[str, Entry] = {}
        self._pieces: dict[str, Entry] = {}
        self._signs: dict[str, Entry] = {}
        for entry in self.entries:
            self._add(entry)
        self._flags = any(entry.group == "places" for entry in self.entries)
        self._widest = longest_from(self._latin)
        self._longest = longest_from(self._han)

    def _add(self, entry: Entry) -> None:
        base = plain(entry.text)
        if not squeezed(base):
            self._signs.setdefault(entry.text.replace("\ufe0f", ""), entry)
            return
        self._whole.setdefault(squeezed(latin(entry.text)), entry)
        self._whole.setdefault(squeezed(base), entry)
        if is_han(base):
            spoken = reading(entry.text)
            if len(spoken) >= _MIN_SPELT:
                self._spelt.setdefault(spoken, entry)
            letters = initials(entry.text)
            if len(letters) >= _MIN_INITIALS and entry.group in HUMAN_GROUPS | {"euphemisms", "officials"}:
                self._spelt.setdefault(letters, entry)
        if entry.extent == "within":
            if is_han(base) and len(base) > 1:
                self._han.setdefault(base, entry)
            elif base not in _AMBIGUOUS:
                self._latin.setdefault(tokens(base), entry)
        self._add_pieces(entry, base)

    def _add_pieces(self, entry: Entry, base: str) -> None:
        if entry.extent != "within" or (entry.sort == "name" and entry.group not in HUMAN_GROUPS):
            return
        if is_han(base):
            for length in range(2, len(base)):
                if length * 3 >= len(base) * 2:
                    self._pieces.setdefault(base[:length], entry)
        elif len(tokens(base)) == 1:
            for length in range(6, len(base)):
                if length * 4 >= len(base) * 3:
                    self._pieces.setdefault(base[:length], entry)

    def find(self, literal: str) -> Entry | None:
        """Return the first name or word that the literal holds, in any spelling, or ``None``."""
        if not literal.isascii():
            entry = self._sign_in(literal)
            if entry is not None:
                return entry
        for form in forms(literal):
            entry = self._in_form(form)
            if entry is not None:
                return entry
        bare = latin(literal)
        return self._spelt.get(squeezed(bare)) or self._in_hashtag(bare) or self._sounds_like(literal)

    def _sign_in(self, literal: str) -> Entry | None:
        """Return the emoji of a cause, or the flag, that the literal holds."""
        bare = literal.replace("\ufe0f", "")
        flag = _FLAG.search(bare)
        if flag is not None and self._flags:
            return Entry(flag[0], "name", "places", "places", "within")
        return next((entry for sign, entry in self._signs.items() if sign in bare), None)

    def _in_hashtag(self, bare: str) -> Entry | None:
        """Return the word inside a hashtag, whose words are not apart (#boycottnestle)."""
        for tag in _HASHTAG.findall(bare):
            for key, entry in self._latin.items():
                if len(key) == 1 and len(key[0]) >= _MIN_IN_HASHTAG and key[0] in tag:
                    return entry
        return None

    def whole(self, text: str) -> Entry | None:
        """Return the name or word that the text is, nothing more and nothing less."""
        return self._whole.get(text)

    def _in_form(self, form: str) -> Entry | None:
        short = squeezed(form)
        if not short:
            return None
        entry = self._whole.get(short) or self._pieces.get(short) or self._spelt.get(short)
        return entry or self._latin_within(form) or (self._han_within(form) if is_han(form) else None)

    def _latin_within(self, form: str) -> Entry | None:
        words_of = tokens(form)
        for at in range(len(words_of)):
            for width in range(min(self._widest.get(words_of[at], 0), len(words_of) - at), 0, -1):
                entry = self._latin.get(words_of[at : at + width])
                if entry is not None:
                    return entry
        return None

    def _han_within(self, form: str) -> Entry | None:
        for at in range(len(form)):
            for width in range(min(self._longest.get(form[at], 0), len(form) - at), 1, -1):
                entry = self._han.get(form[at : at + width])
                if entry is not None:
                    return entry
        return None

    def _sounds_like(self, literal: str) -> Entry | None:
        """Return a name of three or more characters that the literal sounds like (习禁平 for 习近平)."""
        base = squeezed(plain(literal))
        if len(base) < 3 or not is_han(base):
            return None
        entry = self._spelt.get(spelt(base))
        same = entry is not None and len(entry.text) == len(base) and entry.sort == "name"
        return entry if same else None


Mode = Literal["finds", "narrows", "names"]
"""What a literal is for: it makes a finding, it only keeps one away, or it stands in a rule on names."""

_LEFT_OUT: Mapping[Mode, frozenset[str]] = MappingProxyType(
    {
        "finds": frozenset(),
        "narrows": frozenset({"offices", "titles", *(word.group for word in words())}),
        "names": frozenset({"satire", *(group.id for group in groups())}),
    }
)


def entries() -> tuple[Entry, ...]:
    """Return every name and word with how far it reaches."""
    named = (
        Entry(name, "name", group.id, group.id, _extent(name, group))
        for group in groups()
        for name in group.all
    )
    return (*named, *(Entry(word.text, "word", word.group, word.why, word.extent) for word in words()))


def _extent(name: str, group: Group) -> Extent:
    short = (len(name) < 3 and name.isascii()) or (len(name) == 2 and name[1] == "长")
    return "whole" if short or name in group.whole else "within"


@cache
def finder(mode: Mode = "finds") -> Finder:
    """Return the finder for literals of this use.

    In rules on names (impersonation) names are the subject; words count there only inside a literal.
    """
    return Finder(
        entry
        for entry in entries()
        if entry.group not in _LEFT_OUT[mode]
        and entry.extent != "probe"
        and not (mode == "names" and entry.extent == "whole")
    )


@lru_cache(maxsize=1 << 16)
def find(literal: str, mode: Mode = "finds") -> Entry | None:
    """Return the name or word that a literal of this use must not hold, or ``None``."""
    return finder(mode).find(literal)
