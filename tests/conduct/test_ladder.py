"""The ladder of measures is complete and bounded."""

from __future__ import annotations

import pytest

from ombud.conduct.ladder import MEASURES, rung

NAMES = [
    "hint",
    "notice",
    "label",
    "hold",
    "disable",
    "rename",
    "interaction_limit",
    "rate_limit",
    "live_stop",
    "out_of_recommendations",
    "escrow",
    "tips_off",
    "product_links_off",
    "paid_features_off",
    "advertising_share_off",
    "posting_pause",
    "closing",
]


def test_the_rungs_in_order() -> None:
    """Seventeen measures on nine rungs, mildest first."""
    assert list(MEASURES) == NAMES
    assert [rung(name) for name in NAMES] == [0, 1, 2, 3, 3, 4, 4, 4, 4, 4, 5, 5, 6, 6, 6, 7, 8]
    with pytest.raises(KeyError):
        rung("shadow_ban")


def test_money_only_where_the_breach_earned_it() -> None:
    """Every monetary measure is bound to what the breach earned, and ends."""
    for measure in MEASURES.values():
        assert measure.earned == (measure.family == "monetary")
        if measure.earned:
            assert measure.longest == 90 * 24


def test_measures_have_the_names_of_the_eu_database() -> None:
    """A measure that restricts has its family's name; a hint and a notice restrict nothing."""
    for measure in MEASURES.values():
        if measure.family == "none":
            assert measure.dsa is None
        else:
            assert measure.dsa is not None
            assert measure.dsa.startswith(f"DECISION_{measure.family.upper()}_")


def test_the_gravest_needs_two_people() -> None:
    """Closing an account is never one person's act."""
    assert {name for name, measure in MEASURES.items() if measure.people > 1} == {"closing"}
    assert MEASURES["hold"].longest == 72
