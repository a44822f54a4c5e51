"""The words of claims and posts: stems of English ones, pairs of Chinese characters, numbers."""

from __future__ import annotations

import re
from operator import add

from ombud.expr import folded

LONGEST = 4_000
"""Characters of a text that are read; a claim stands near the beginning."""

_ADDRESS = re.compile(r"(?:https?:|pic\.twitter)[^\s\u3000-\u9fff]*")
_WORD = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+(?:['’][^\W\d_]+)?")
_CAMEL = re.compile(r"([a-z])(?=[A-Z])")
_ENDINGS = tuple(
    (ending, "y" if ending in ("ied", "ies") else "")
    for ending in ("ingly", "edly", "ings", "ing", "ied", "ies", "ed", "es", "s", "ly")
)
_LAST = frozenset(ending[-1] for ending, _ in _ENDINGS)

# Words without content; pairs of Chinese characters need no such list, they are weighed by rarity.
_EMPTY = frozenset(
    [
        "a",
        "about",
        "after",
        "all",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "before",
        "being",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "each",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "me",
        "more",
        "my",
        "no",
        "not",
        "now",
        "of",
        "on",
        "or",
        "our",
        "out",
        "over",
        "said",
        "she",
        "should",
        "so",
        "some",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "to",
        "up",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "which",
        "who",
        "will",
        "with",
        "would",
        "you",
        "your",
        "via",
    ]
)


def stem(word: str) -> str:
    """Return an English word without its ending; a light hand suffices to bring forms together."""
    if len(word) > 4:
        for ending, instead in _ENDINGS if word[-1] in _LAST else ():
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word = word[: -len(ending)] + instead
                break
        if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lse":
            word = word[:-1]
        if len(word) > 4 and word[-1] == "e":
            word = word[:-1]
    return word


def words(text: str) -> list[str]:
    """Return the words of a text that carry content, in order."""
    text = text[:LONGEST]
    if "http" in text or "pic.twitter" in text:
        text = _ADDRESS.sub(" ", text)
    if _CAMEL.search(text):
        text = _CAMEL.sub(r"\1 ", text)
    found: list[str] = []
    for word in _WORD.findall(folded(text)):
        if "\u3400" <= word[0] <= "\u9fff":
            if len(word) > 1:
                found += map(add, word, word[1:])
            else:
                found.append(word)
        elif word not in _EMPTY:
            bare = word.replace("’", "'")
            found.append(stem(bare[:-2] if bare.endswith("'s") else bare.replace("'", "")))
    return found
