"""Thresholds, lists and the normal form are told from a rule's text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.conduct.exprtext import lists_used, normal_form, thresholds, tokens, unquoted
from ombud.conduct.near import covers, uncovered


@pytest.mark.parametrize(
    ("when", "numbers"),
    [
        ("account.followers < 10", ["10"]),
        ("10 > account.followers", ["10"]),
        ("a BETWEEN 2 AND 5", ["2", "5"]),
        ("count_within(INTERVAL 1 HOUR, per => account.id) > 30", ["30"]),
        ("event.at - account.created_at < INTERVAL 2 DAY", ["2 DAY"]),
        ("event.at - account.created_at < INTERVAL '2' day", ["2 DAY"]),
        ("x >= -0.5 OR y <= 1e3", ["-0.5", "1e3"]),
        ("a = 1 AND b <> 2 AND c != 3 AND d IN (4, 5)", []),
        ("post.text = 'followers < 10' -- b < 3\n /* c < 4 */", []),
        ("any(post.urls, u -> contains(u, '<5'))", []),
        ("a < 3 AND distinct_within(b, INTERVAL 1 DAY, per => c, where => a < 3) >= 3", ["3", "3"]),
        ("a < b", []),
    ],
)
def test_thresholds(when: str, numbers: list[str]) -> None:
    """Comparisons by order with a number or an interval count, each once."""
    assert [threshold.number for threshold in thresholds(when)] == numbers


def test_lists_are_the_last_arguments() -> None:
    """Only the name of a list is a list; other texts and nested calls are not."""
    when = (
        "in_list(lower('x'), 'one') AND contains_any(folded(coalesce(a, ')')), 'it''s') AND contains(a, 'no')"
    )
    assert [unquoted(token) for token in lists_used(when)] == ["one", "it's"]


def test_normal_form_ignores_space_and_comments() -> None:
    """Layout does not make a rule new; a changed literal does."""
    assert normal_form("a  AND\n b -- c\n") == normal_form("a AND /* x */ b")
    assert normal_form("a = ' x  y '") != normal_form("a = ' x y '")


@pytest.mark.parametrize(
    ("near", "covered"),
    [
        ("30", True), ("> 30", True), ("count_within(INTERVAL 1 HOUR, per=>account.id)>30", True),
        ("just under count_within(interval 1 hour, per => account.id) > 30", True),
        ("3", False), ("300", False),
        ("0", False), ("> 3", False), ("INTERVAL 1 HOUR", False), ("", False),
    ],
)  # fmt: skip
def test_near_names_a_threshold(near: str, covered: bool) -> None:
    """The number, the comparison or a text that holds it names the threshold."""
    (threshold,) = thresholds("count_within(INTERVAL 1 HOUR, per => account.id) > 30")
    assert covers(near, threshold) is covered


def test_one_near_miss_serves_one_threshold() -> None:
    """Two thresholds with one number need two near misses; the order does not matter."""
    found = thresholds("a < 5 AND b < 5")
    assert uncovered(found, ["5", "5"]) == []
    assert [one.text for one in uncovered(found, ["a < 5"])] == ["b < 5"]
    assert uncovered(found, ["5", "a < 5"]) == uncovered(found, ["a < 5", "5"]) == []
    assert len(uncovered(found, ["5"])) == 1


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab<>=()'\"-/* \n1.5,INTERVALBETWEEN中\x00", max_size=60))
def test_any_text_has_tokens(text: str) -> None:
    """No text makes the scanner fail, and tokens lie where they say."""
    for token in tokens(text):
        assert text[token.start] == token.text[0]
    thresholds(text)
    lists_used(text)
    assert normal_form(normal_form(text)) == normal_form(text) or '"' in text or "'" in text
