"""A generated town: a month of made-up life, with planted breaches and near misses.

Takes: a seed, a number of days, a scale.
Gives: a stream of events in the envelope form, the answer sheet, register tables, scores of findings.
Keeps: nothing.
Never: names a real person, body, party or brand; puts into an event whether it was planted;
    makes anything that could do harm outside (links end in .example, numbers and tokens belong to nobody).
"""

from __future__ import annotations

from ombud.town.build import Town, town
from ombud.town.score import HarmScore, score
from ombud.town.truth import HARMS, PEOPLE_ONLY, Truth
from ombud.town.writer import write

__all__ = ["HARMS", "PEOPLE_ONLY", "HarmScore", "Town", "Truth", "score", "town", "write"]
