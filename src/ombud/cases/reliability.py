"""What reports are worth: how often a reporter was right, and what that makes of a case.

A reporter's reliability in a family of clauses (those of one harm) is the mean of a Beta
distribution: (PRIOR + confirmed) / (2 PRIOR + confirmed + refused). It rests on outcomes
that people decided, as they stand today: a reversal on appeal corrects it by itself, since
nothing is stored but the reports and the decisions. A newcomer stands at one half.

The confidence of a case is 1 minus the product, over its independent groups of reporters
(``ombud.cases.brigades``), of 1 - reliability / 2, where a group has the mean reliability of
its members. It moves the case's place in the queue by five days at most
(``ombud.cases.priority``) and does nothing else: no number of reports changes a measure.
"""

from __future__ import annotations

from collections.abc import Sequence

PRIOR = 1.0
"""Confirmed and refused reports that everybody is credited with at first (Beta(1, 1): uniform)."""


def reliability(confirmed: float, refused: float) -> float:
    """Return the mean of a reporter's Beta distribution, between 0 and 1."""
    return (PRIOR + confirmed) / (2 * PRIOR + confirmed + refused)


def confidence(made: Sequence[Sequence[int]], reliable: Sequence[float]) -> int:
    """Return the confidence of a case in whole percent, 0 to 100.

    Args:
        made: the independent groups, as positions.
        reliable: the reliability of each position's reporter.
    """
    doubt = 1.0
    for group in made:
        doubt *= 1.0 - (sum(reliable[i] for i in group) / len(group)) ** 2 / 2
    return round(100 * (1.0 - doubt))
