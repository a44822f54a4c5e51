"""How far people agree, and how often rules and decisions are wrong, from second looks.

* **Agreement**: Krippendorff's alpha over the three answers, with its interval.
* **Error rate of a clause**: of the decisions that both people answered with yes or no, the share
  on which the second came to the other answer. It is a cautious reading: either may be wrong.
* **Error rate of a rule**: of the second looks at cases with a finding of the rule, answered with yes
  or no, the share that said that the clause does not apply. The second person knew
  neither the first answer nor who had asked.

Rates have the 95 % interval of Wilson. "Cannot tell" is an answer for alpha and none for a rate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ombud.base.clock import Micros
from ombud.measures.agreement import Alpha, alpha_interval
from ombud.measures.sampling import wilson
from ombud.store import Tx, looks
from ombud.store.decisions import APPLIES, NOT
from ombud.store.looks import Pair

ALWAYS: Micros = 1 << 62
_PLAIN = (APPLIES, NOT)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of errors: ``wrong`` of ``looked``, with the ends of its interval."""

    wrong: int
    looked: int

    @property
    def share(self) -> float | None:
        """The share, or ``None`` where nothing was looked at."""
        return self.wrong / self.looked if self.looked else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval."""
        return wilson(self.wrong, self.looked)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What second looks say of a clause, or of all: how many, how many agree, alpha, error rate.

    ``rarer`` is how often the rarer of yes and no was given, by either person: where it is small,
    alpha rests on few answers and says little.
    """

    looks: int
    same: int
    alpha: Alpha
    error: Rate
    rarer: int


@dataclass(frozen=True, slots=True)
class Report:
    """Agreement over all, by (code, clause), and error rates by rule (``code/rule``)."""

    overall: Agreement
    clauses: dict[tuple[str, str], Agreement]
    rules: dict[str, Rate]


def report(tx: Tx, since: Micros = -ALWAYS, until: Micros = ALWAYS, code: str | None = None) -> Report:
    """Return the figures for second looks answered within a stretch of time, of one code or of all."""
    pairs = looks.pairs(tx, since, until, code)
    by_clause: defaultdict[tuple[str, str], list[Pair]] = defaultdict(list)
    by_rule: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_clause[pair.code, pair.clause].append(pair)
        for rule in pair.rules:
            by_rule[rule].append(pair)
    return Report(
        agreement(pairs),
        {key: agreement(some) for key, some in sorted(by_clause.items())},
        {rule: refuted(some) for rule, some in sorted(by_rule.items())},
    )


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """Return what some pairs of answers say."""
    plain = [pair for pair in pairs if pair.first in _PLAIN and pair.second in _PLAIN]
    given = [answer for pair in pairs for answer in (pair.first, pair.second)]
    return Agreement(
        looks=len(pairs),
        same=sum(pair.first == pair.second for pair in pairs),
        alpha=alpha_interval([(pair.first, pair.second) for pair in pairs]),
        error=Rate(sum(pair.first != pair.second for pair in plain), len(plain)),
        rarer=min(given.count(APPLIES), given.count(NOT)),
    )


def refuted(pairs: Iterable[Pair]) -> Rate:
    """Return how often the second person said that the clause does not apply."""
    plain = [pair.second for pair in pairs if pair.second in _PLAIN]
    return Rate(plain.count(NOT), len(plain))
