"""The second stage of finding a check: the texts that the first found, by a learned sum of features.

A feature says how a post and a claim resemble each other (shared rare words, pairs of words, parts
of words, dates, whose post it is); none names a word, a person or a subject. The weights are in
``rank.tsv`` (and ``rank_meaning.tsv``), learned by ``benchmarks/claims_rank.py`` on labelled
posts; they are figures of features, and hold nothing of those posts.
"""

from __future__ import annotations

import html
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from operator import itemgetter, mul
from typing import Any

from ombud.signals.claims.index import Hit, Index
from ombud.signals.claims.meaning import Meanings
from ombud.signals.claims.tags import Tags
from ombud.signals.claims.words import LONGEST, words

GRAMS = (3, 4)

CONSIDERED = 60
"""Texts of the first stage that are ordered anew."""

FEATURES = (
    "bm25",
    "covered",
    "covered_least",
    "shared",
    "shared_rarest",
    "shared_three",
    "shared_count",
    "by_author",
    "missing",
    "missing_rarest",
    "missing_numbers",
    "pairs",
    "pairs_count",
    "grams3",
    "grams3_alike",
    "grams4",
    "grams4_alike",
    "year",
    "other_year",
    "month",
    "other_month",
    "quoted",
    "pictures",
    "length",
)
"""What is weighed, in the order of the weights."""

MEANING = ("meaning", "meaning_least")
"""What is weighed besides where the extra ``claims`` is installed."""

_SIGNED = re.compile(r"[—–-]\s?([^—–\n]{0,80}?)\(@(\w{1,40})\)\s*((\w{3,9}) \d{1,2}, (\d{4}))?")
_ADDRESS = re.compile(r"(?:https?:|pic\.twitter)\S*")
_QUOTED = re.compile(r"[“\"]([^“”\"]{8,300})[”\"]")
_LETTERS = re.compile(r"\w+")
_HAN = re.compile("[\u4e00-\u9fff]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = frozenset(
    word
    for name in (
        "January",
        "February",
        "March",
        "April",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    for word in words(name)
)
_PICTURES = frozenset(words("photo photograph image video picture footage screenshot 照片 图片 视频"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A post as it is compared with claims.

    Attributes:
        said: the words of its body, in order.
        author: the words of the name under an embedded post ("— Name (@name) date").
        dates: the words of the date under it.
        quoted: words that it has in quotation marks.
        grams: runs of three, and of four signs of its body.
        body: it, as it is written.
    """

    said: tuple[str, ...]
    author: frozenset[str]
    dates: frozenset[str]
    quoted: frozenset[str]
    grams: tuple[frozenset[str], ...]
    body: str

    @classmethod
    def of(cls, text: str) -> Asked:
        """Take a post's text apart."""
        text = html.unescape(text[:LONGEST])
        signed = list(_SIGNED.finditer(text))
        body = _SIGNED.sub(" ", text)
        said = tuple(words(body))
        author = frozenset(words(" ".join(f"{match[1]} {match[2]}" for match in signed)))
        return cls(
            said,
            author,
            frozenset(words(" ".join(match[3] or "" for match in signed))),
            frozenset(words(" ".join(_QUOTED.findall(body)))),
            tuple(grams_of(body, n) for n in GRAMS),
            _ADDRESS.sub(" ", body),
        )


def grams_of(text: str, n: int) -> frozenset[str]:
    """Return the runs of ``n`` signs in a text, with all but letters and digits as one space."""
    plain = " " + " ".join(_LETTERS.findall(text.lower())) + " "
    return frozenset([plain[i : i + n] for i in range(len(plain) - n + 1)])


def _any(number: int) -> bool:  # noqa: ARG001 - a default that allows all
    return True


class Ranker:
    """Orders what an index found.

    Args:
        texts: texts, each in its forms, as they are written.
        made_by: an encoder of meanings (:func:`ombud.signals.claims.meaning.encoder`), if there is one.
    """

    def __init__(self, texts: Sequence[Sequence[str]], made_by: Any = None) -> None:
        self.words = [[words(form) for form in forms] for forms in texts]
        """The words of each form of each text."""
        self.index = Index(self.words)
        """The first stage."""
        first: dict[tuple[tuple[str, ...], ...], int] = {}
        self.same_as = [
            first.setdefault(tuple(map(tuple, forms)), number) for number, forms in enumerate(self.words)
        ]
        """For each text the number of the first that says the very same."""
        self._raw = [" ".join(forms) for forms in texts]
        self._tags = Tags(self._raw)
        self._grams = [_Grams(self._raw, n) for n in GRAMS]
        self._meanings = Meanings(texts, made_by) if made_by is not None else None

    def search(self, text: str, most: int = 20, allowed: Callable[[int], bool] = _any) -> list[Hit]:
        """Return the texts that fit a post best, the best first; of texts that are the same, the first.

        Args:
            text: the post.
            most: how many at most.
            allowed: tells whether a text (by its number) may be returned.
        """
        held = weights(meaning=self.compares_meaning(text))
        scored = [
            (-sum(map(mul, held, features)), place, hit)
            for place, (hit, features) in enumerate(self.weighed(text, allowed))
        ]
        scored.sort(key=itemgetter(0, 1))
        return [hit for _, _, hit in scored[:most]]

    def compares_meaning(self, text: str) -> bool:
        """Tell whether a post is compared in meaning too.

        A post with Chinese signs is not: with the encoder no more right checks came first
        (``docs/quality.md``), and each would cost milliseconds.
        """
        return self._meanings is not None and _HAN.search(text, 0, LONGEST) is None

    def weighed(self, text: str, allowed: Callable[[int], bool] = _any) -> list[tuple[Hit, list[float]]]:
        """Return what the first stage finds for a post, by BM25, with the values of the features."""
        meanings = self._meanings if self.compares_meaning(text) else None
        text = text[:LONGEST]
        text = f"{self._tags.words_in(text)} {text}"
        found: dict[int, Hit] = {}
        for hit in self.index.search(words(text), CONSIDERED):
            if allowed(hit.number):
                found.setdefault(self.same_as[hit.number], hit)
        hits = list(found.values())
        asked = Asked.of(text)
        features = [self._features(asked, hit) for hit in hits]
        if meanings is not None and hits:
            alike = meanings.alike(asked.body, [hit.number for hit in hits])
            features = [plain + meaning for plain, meaning in zip(features, alike, strict=True)]
        return list(zip(hits, features, strict=True))

    def _features(self, asked: Asked, hit: Hit) -> list[float]:
        """Return the values of :data:`FEATURES` for a post and a text that was found."""
        forms = [form for form in self.words[hit.number] if form]
        sets = [frozenset(form) for form in forms]
        all_ = frozenset().union(*sets)
        said = frozenset(asked.said)
        told = said | asked.author
        rarity = self.index.rarity
        shared = sorted((rarity[word] for word in all_ & said), reverse=True)
        missing = [rarity[word] for word in all_ - told]
        covered = [self._share(one, told) for one in sets]
        pairs = self._pairs(asked.said, forms)
        return [
            hit.score,
            max(covered),
            min(covered),
            math.fsum(shared),
            shared[0] if shared else 0.0,
            math.fsum(shared[:3]),
            float(len(shared)),
            math.fsum(rarity[word] for word in (all_ & asked.author) - said),
            math.fsum(missing),
            max(missing, default=0.0),
            float(sum(word[0].isdigit() for word in all_ - told - asked.dates)),
            math.fsum(pairs),
            float(len(pairs)),
            *self._alike(asked, hit.number),
            *_dated(asked.dates, all_),
            math.fsum(rarity[word] for word in asked.quoted & all_),
            float(bool(all_ & _PICTURES)),
            float(len(forms[0])),
        ]

    def _share(self, form: frozenset[str], told: frozenset[str]) -> float:
        rarity = self.index.rarity
        return math.fsum(rarity[word] for word in form & told) / (
            math.fsum(rarity[word] for word in form) or 1.0
        )

    def _pairs(self, said: Sequence[str], forms: Sequence[Sequence[str]]) -> list[float]:
        mine = set(pairwise(said))
        theirs = {pair for form in forms for pair in pairwise(form)}
        rarity = self.index.rarity
        return [rarity[a] + rarity[b] for a, b in mine & theirs]

    def _alike(self, asked: Asked, number: int) -> Iterator[float]:
        for n, mine, grams in zip(GRAMS, asked.grams, self._grams, strict=True):
            yield from grams.alike(mine, grams_of(self._raw[number], n), number)


class _Grams:
    """How rare each run of signs is, and how much weight each text has in them."""

    def __init__(self, texts: Sequence[str], n: int) -> None:
        held: Counter[str] = Counter()
        for text in texts:
            held.update(grams_of(text, n))
        self._squares = {gram: math.log(len(texts) / count + 1) ** 2 for gram, count in held.items()}
        self._most = math.log(len(texts) + 1) ** 2
        weigh = self._squares.__getitem__
        self._norms = [math.sqrt(math.fsum(map(weigh, grams_of(text, n)))) or 1.0 for text in texts]

    def alike(self, mine: frozenset[str], theirs: frozenset[str], number: int) -> tuple[float, float]:
        """Return the weight that both share over the length of mine, and the cosine."""
        squares, most = self._squares, self._most
        norm = math.sqrt(math.fsum([squares.get(gram, most) for gram in mine])) or 1.0
        both = math.fsum([squares[gram] for gram in mine & theirs]) / norm
        return both / 10, both / self._norms[number]


def _dated(dates: frozenset[str], claim: frozenset[str]) -> tuple[float, float, float, float]:
    """Return whether year and month of a post stand in a claim, and how many others do."""
    years = {word for word in claim if _YEAR.fullmatch(word)}
    months = claim & _MONTHS
    return (
        float(bool(years & dates)),
        float(len(years - dates)),
        float(bool(months & dates)),
        float(len(months - dates)),
    )


@cache
def weights(*, meaning: bool) -> tuple[float, ...]:
    """Return the learned weights, in the order of :data:`FEATURES` and, with it, :data:`MEANING`."""
    name = "rank_meaning.tsv" if meaning else "rank.tsv"
    lines = resources.files(__package__).joinpath(name).read_text("utf-8").splitlines()
    held = {key: float(value) for key, value in (line.split("\t") for line in lines if line[:1] != "#")}
    return tuple(held[key] for key in (*FEATURES, *(MEANING if meaning else ())))
