"""The closed list of harms holds together, and cannot be widened by a slip."""

from __future__ import annotations

import re

import pytest

from ombud.conduct.edges import EDGES
from ombud.conduct.harms import COMMON_INPUTS, Harm, enforceable, harms
from ombud.conduct.ladder import MEASURES, rung
from ombud.events.envelope import COLUMNS
from ombud.signals.catalogue import signal_columns

LISTED = [
    "impersonation",
    "unqualified_advice",
    "coordinated_flooding",
    "metric_manipulation",
    "deceptive_solicitation",
    "undisclosed_commerce",
    "disaster_profiteering",
    "private_information",
    "misidentification",
    "harassment",
    "threat",
    "incitement_to_violence",
    "sexual_content",
    "intimate_image",
    "child_safety",
    "exploitation",
    "confidential_leak",
    "improper_payment",
    "vote_buying",
    "checked_false_claim",
    "recycled_media",
    "report_abuse",
]

# Names of the EU Transparency Database's API, second version (categories and the keywords used here).
CATEGORIES = {
    f"STATEMENT_CATEGORY_{name}"
    for name in [
        "ANIMAL_WELFARE",
        "CONSUMER_INFORMATION",
        "CYBER_VIOLENCE",
        "CYBER_VIOLENCE_AGAINST_WOMEN",
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        "ILLEGAL_OR_HARMFUL_SPEECH",
        "INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        "NOT_SPECIFIED_NOTICE",
        "OTHER_VIOLATION_TC",
        "PROTECTION_OF_MINORS",
        "RISK_FOR_PUBLIC_SECURITY",
        "SCAMS_AND_FRAUD",
        "SELF_HARM",
        "UNSAFE_AND_PROHIBITED_PRODUCTS",
        "VIOLENCE",
    ]
}
KEYWORDS = {
    f"KEYWORD_{name}"
    for name in [
        "IMPERSONATION_ACCOUNT_HIJACKING",
        "MISLEADING_INFO_GOODS_SERVICES",
        "INAUTHENTIC_ACCOUNTS",
        "INAUTHENTIC_USER_REVIEWS",
        "PHISHING",
        "PYRAMID_SCHEMES",
        "HIDDEN_ADVERTISEMENT",
        "MISSING_PROCESSING_GROUND",
        "DEFAMATION",
        "CYBER_HARASSMENT",
        "CYBER_BULLYING_INTIMIDATION",
        "INCITEMENT_VIOLENCE_HATRED",
        "ADULT_SEXUAL_MATERIAL",
        "NON_CONSENSUAL_IMAGE_SHARING",
        "NON_CONSENSUAL_MATERIAL_DEEPFAKE",
        "CHILD_SEXUAL_ABUSE_MATERIAL",
        "CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE",
        "GROOMING_SEXUAL_ENTICEMENT_MINORS",
        "UNSAFE_CHALLENGES",
        "HUMAN_EXPLOITATION",
        "TRADE_SECRET_INFRINGEMENT",
        "VIOLATION_NATIONAL_LAW",
        "MISINFORMATION_DISINFORMATION",
        "OTHER",
    ]
}
ALL = tuple(harms().values())


def test_the_list_is_closed() -> None:
    """Exactly the published harms, and one ground for reports that nothing can be enforced on."""
    assert list(harms()) == [*LISTED, "illegal_content"]
    assert list(enforceable()) == LISTED
    assert [harm.id for harm in ALL if harm.ground_only] == ["illegal_content"]
    assert [harm.id for harm in ALL if harm.label_only] == ["checked_false_claim", "recycled_media"]


@pytest.mark.parametrize("harm", ALL, ids=lambda harm: harm.id)
def test_each_harm_is_complete(harm: Harm) -> None:
    """Texts in both languages, known measures with the ceiling on top, known names of the EU's database."""
    for words in (harm.title, harm.definition, harm.does_not_cover):
        assert re.search(r"[a-z]", words.en)
        assert re.search(r"[\u4e00-\u9fff]", words.zh)
    assert set(harm.rungs) <= set(MEASURES)
    assert harm.ceiling in harm.rungs
    assert max(map(rung, harm.rungs)) == rung(harm.ceiling)
    assert list(map(rung, harm.rungs)) == sorted(map(rung, harm.rungs))
    assert 1 <= harm.severity[0] <= harm.severity[1] <= 4
    assert harm.dsa_category in CATEGORIES
    assert set(harm.dsa_keywords) <= KEYWORDS
    assert harm.dsa_keywords


@pytest.mark.parametrize("harm", ALL, ids=lambda harm: harm.id)
def test_each_harm_keeps_its_limits(harm: Harm) -> None:
    """People-only harms read nothing; a hold needs its rung; without free correction no notice to correct."""
    if harm.found_by == "people":
        assert harm.inputs == ()
    else:
        assert harm.inputs
    if harm.hold_first:
        assert "hold" in harm.rungs
    if not harm.free_corrections:
        assert "notice" not in harm.rungs
    if harm.label_only:
        assert harm.rungs == ("hint", "label")
    if "closing" in harm.rungs:
        assert harm.severity[1] >= 3  # 12 points are reached by repeated breaches of severity 3


def test_holds_and_corrections_are_the_published_ones() -> None:
    """Which harms begin with a hold, and which leave no free correction."""
    assert {harm.id for harm in ALL if harm.hold_first} == {
        "private_information",
        "threat",
        "intimate_image",
        "child_safety",
    }
    assert {harm.id for harm in ALL if not harm.free_corrections} >= {
        "threat",
        "intimate_image",
        "child_safety",
    }


def test_inputs_name_real_columns() -> None:
    """Every pattern covers at least one column that exists, so a slip cannot shut a rule out."""
    columns = [*COLUMNS, *signal_columns()]
    for harm in ALL:
        for pattern in harm.inputs:
            stem = pattern.removesuffix("*")
            assert any(name == pattern or (pattern != stem and name.startswith(stem)) for name in columns), (
                pattern
            )


@pytest.mark.parametrize(
    ("harm", "column", "allowed"),
    [
        ("impersonation", "account.name", True),
        ("impersonation", "post.text", False),
        ("sexual_content", "post.text", False),
        ("sexual_content", "post.media.kind", True),
        ("checked_false_claim", "post.text", False),
        ("checked_false_claim", "signal.claims.publishers", True),
        ("confidential_leak", "post.text", False),
        ("improper_payment", "payment.memo", True),
        ("improper_payment", "post.text", False),
        ("harassment", "account.roles", False),
        ("threat", "signal.text.canonical", True),
        ("misidentification", "post.text", False),
        ("misidentification", "event.kind", True),
        ("threat", "extra.toxicity", True),
        ("threat", "account.id", True),
        ("threat", "account.identity", False),
    ],
)
def test_what_a_rule_may_read(harm: str, column: str, allowed: bool) -> None:
    """A rule reads what its harm needs and no more."""
    assert harms()[harm].may_read(column) is allowed


def test_the_frame_of_an_event_says_nothing_of_its_content() -> None:
    """What every rule may read holds no text, no name and no picture."""
    for column in COLUMNS:
        if any(word in column for word in ("text", "name", "bio", "avatar", "memo", "media", "urls")):
            assert column not in COMMON_INPUTS


def test_edges_belong_to_harms() -> None:
    """Each edge names a harm of the list and stands in both languages."""
    assert {edge.harm for edge in EDGES} <= set(harms())
    assert len({edge.id for edge in EDGES}) == len(EDGES)
    for edge in EDGES:
        assert re.search(r"[\u4e00-\u9fff]", edge.text.zh)
