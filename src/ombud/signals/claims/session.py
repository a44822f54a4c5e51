"""The signal ``claims``: from a post to the checks of the claim that it repeats."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ombud.events.envelope import Event
from ombud.expr import folded
from ombud.signals.base import NOTHING, Measured, Registers, Stateless
from ombud.signals.catalogue import Declared, fields_of
from ombud.signals.claims.index import Hit, Index
from ombud.signals.claims.meaning import encoder
from ombud.signals.claims.rank import Ranker
from ombud.signals.claims.sources import Agreement, agreement, forms_of
from ombud.signals.claims.words import LONGEST, words

REGISTER = "fact_checks"

MATCH = 0.5
"""Share of a claim's weight that a post must repeat to be matched with it."""

ALIKE = 0.6
"""Share of each of two claims that the other must repeat for both to be one claim."""

FEWEST = 3
"""Words of content below which a post asserts nothing that could be checked."""

SHOWN = 5
"""Texts of the register that are weighed against a post."""

_DENIES = re.compile(
    "辟谣|谣言|造谣|传谣|不实|假的|假消息|并非|非事实|别信|不要信|勿信|求证|查证|核查|真的吗|是真的假的|不属实"
    "|没说过|没有说过|从没说|从未说|不治|没有?这回事|子虚乌有|无稽|没有[^，。！？,.!?]{0,6}(?:[，。！？,.!?]|$)"
    r"|fact.?check|debunk|hoax|\bfake\b|\bfalse\b|\bnot true\b|\buntrue\b|\bmisleading\b|\bmyth\b"
    r"|\bis (?:it|this) true\b|\bnever (?:said|told|wrote|happened)\b|\bthe check\b|\bchecked\b"
    r"|\b(?:has|have|is|was|there['’]?s) no\b|\b(?:does|did|is|was|has)(?:n['’]?t| not)\b"
)
"""Words that deny, in folded texts; one that a claim itself holds denies nothing."""

_QUOTES = re.compile(
    "[“「『][^”」』]{2,200}[”」』]是|说过|曾说|说[：:“「]|说的话|名言|语录|原话|引语"
    r"|\bsaid\b|\bsays\b|\bcalled (?:her|his|their|the|them|us|people)\b|\bquot(?:e|ed|ation)\b"
)
"""A claim about what somebody said."""

_QUESTION = re.compile(r"[^。！？!?\n]*(?:[吗么][，,。]|[?？](?![!！]))")
"""A sentence that asks; one that ends in ?! only wonders at what it takes to be so."""


class Claims:
    """Finds the published check of the claim that a post repeats."""

    name = "claims"
    languages = frozenset({"en", "zh"})
    horizon = 0

    @property
    def version(self) -> str:
        """Changes with code, weights, and whether the extra ``claims`` is installed."""
        return "4" if encoder() is None else "4+meaning"

    @property
    def fields(self) -> Mapping[str, Declared]:
        """Field → type and meaning."""
        return fields_of(self.name)

    def session(self, registers: Registers) -> Stateless:
        """Start a session that reads the register ``fact_checks``."""
        return Stateless(Checked(registers).measure)


class Checked:
    """The register's rows, ready to be searched; built again when they change."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._rows: Sequence[Mapping[str, Any]] = ()
        self._ranker: Ranker | None = None

    def _built(self, at: int) -> Ranker | None:
        rows = self._registers.rows(REGISTER, at)
        if rows is not self._rows or (rows and self._ranker is None):
            self._rows = rows
            self._ranker = Ranker([forms_of(row) for row in rows], encoder()) if rows else None
        return self._ranker

    def measure(self, event: Event) -> Measured:
        """Return the checks of the claim that a post repeats; NULL if there is none."""
        text = event.post.text if event.post is not None else None
        if text is None or event.post is None or (event.post.lang or "zh")[:2] not in Claims.languages:
            return NOTHING
        ranker = self._built(event.at)
        said = words(text) if ranker is not None else []
        if ranker is None or len(said) < FEWEST or not ranker.index.passes(said):
            return NOTHING
        hits = ranker.search(text, SHOWN, lambda number: older(self._rows[number], event.at))
        best, covered = best_of(ranker.index, hits, said)
        if best is None or covered < MATCH:
            return NOTHING
        return self._measured(best, covered, event.at, text)

    def _measured(self, best: Hit, covered: float, at: int, text: str) -> Measured:
        rows = self._of_one_claim(best.number, at)
        found = agreement(rows)
        check = self._rows[best.number]
        values: dict[str, Any] = {
            "check": found.urls[0] if found.urls else str(check.get("url") or check.get("key") or "?"),
            "checks": list(found.urls),
            "publishers": found.publishers,
            "statements": list(found.statements),
            "retracted": found.retracted,
            "asserted": self._said(best.number, text) and not _denies(text, forms_of(check)),
            "quotation": any(_QUOTES.search(folded(form)) for row in rows for form in forms_of(row)),
            "score": round(covered, 4),
        }
        claim = next(iter(forms_of(check)), "")
        return Measured(values, evidence={"claim": claim, "bm25": round(best.score, 3)})

    def agreement_on(self, check: str, at: int) -> Agreement | None:
        """Return what publishers say at an instant of the claim of a check that stood once.

        ``check`` is its address (or its key); ``None`` where no such check is kept any more.
        """
        if self._built(at) is None:
            return None
        for number, row in enumerate(self._rows):
            if check in (row.get("url"), row.get("key")):
                return agreement(self._of_one_claim(number, at))
        return None

    def _said(self, number: int, text: str) -> bool:
        """Tell whether a text repeats a claim outside of its questions."""
        assert self._ranker is not None
        told = _QUESTION.sub(" ", text[:LONGEST])
        return self._ranker.index.covered(number, frozenset(words(told))) >= MATCH

    def _of_one_claim(self, number: int, at: int) -> list[Mapping[str, Any]]:
        """Return the rows for a claim: those with its key, and those that say the same."""
        assert self._ranker is not None
        index, forms = self._ranker.index, self._ranker.words
        key, told = self._rows[number].get("key"), [word for form in forms[number] for word in form]
        alike = {
            hit.number
            for hit in index.search(told)
            if index.covered(hit.number, frozenset(told)) >= ALIKE
            and index.covered(number, frozenset(word for form in forms[hit.number] for word in form)) >= ALIKE
        }
        return [
            row
            for i, row in enumerate(self._rows)
            if (i == number or i in alike or (key is not None and row.get("key") == key)) and older(row, at)
        ]


def _denies(text: str, forms: Sequence[str]) -> bool:
    """Tell whether a text holds a word of denial that no form of the claim has."""
    said = set(_DENIES.findall(folded(text[:LONGEST])))
    return bool(said and said - {word for form in forms for word in _DENIES.findall(folded(form))})


def best_of(index: Index, hits: Sequence[Hit], said: Sequence[str]) -> tuple[Hit | None, float]:
    """Return the check that a post is matched with and how much of it the post repeats.

    That is the first, in order of fit, of which enough is repeated (:data:`MATCH`); if there is
    none, the one of which most is.
    """
    told = frozenset(said)
    shares = [(hit, index.covered(hit.number, told)) for hit in hits]
    enough = next((one for one in shares if one[1] >= MATCH), None)
    return enough or max(shares, key=lambda one: one[1], default=(None, 0.0))


def older(row: Mapping[str, Any], at: int) -> bool:
    """Tell whether a check was published before an instant (microseconds)."""
    checked = row.get("checked_at")
    return not isinstance(checked, int) or checked <= at
