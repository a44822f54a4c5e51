"""Names are exchanged with others of their group, at word boundaries, and nothing else changes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.rules.gate.names import groups, readings, words
from ombud.rules.gate.swap import swapped_event, swapper

NAMES = [name for group in groups() if group.swap for name in (*group.en, *group.zh)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The Labour Party and the Kremlin", ["Labour Party", "Kremlin"]),
        ("Labour Partying is no party", ["Labour"]),
        ("bjp is not written so, BJP is", ["BJP"]),
        ("中国共产党和国民党", ["中国共产党", "国民党"]),
        ("没有名字的一句话", []),
        ("Minister Aldous Grame lied", ["Minister", "Aldous Grame"]),
    ],
)
def test_names_are_found_longest_first(text: str, names: list[str]) -> None:
    """English names stand between word boundaries; of two that begin together the longer counts."""
    assert [name for _, _, name, _ in swapper().spans(text)] == names


def test_capitals_stay_capitals() -> None:
    """A name in capitals is exchanged for one in capitals."""
    swapped = swapper().swap("DOWN WITH THE KREMLIN", "seed", 0)
    assert swapped.startswith("DOWN WITH THE ")
    assert "KREMLIN" not in swapped
    assert swapped.isupper()


def test_a_name_keeps_its_partner_within_a_text() -> None:
    """The same name becomes the same other name twice."""
    first, second = swapper().swap("Shell, again Shell", "seed", 1).split(", again ")
    assert first == second != "Shell"


@given(st.sampled_from(NAMES), st.text(max_size=8), st.integers(0, 2))
def test_the_exchange_is_deterministic_and_always_another_name(name: str, seed: str, turn: int) -> None:
    """The same question gives the same answer, and a listed name never stays."""
    text = f" {name} "
    swapped = swapper().swap(text, seed, turn)
    assert swapped == swapper().swap(text, seed, turn)
    assert swapped != text


@given(st.text(max_size=200))
def test_any_text_can_be_swapped(text: str) -> None:
    """What holds no name comes back unchanged; spans do not overlap and lie in the text."""
    spans = swapper().spans(text)
    assert all(0 <= start < end <= len(text) for start, end, _, _ in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert bool(spans) or swapper().swap(text, "seed", 0) == text


def test_only_texts_are_exchanged() -> None:
    """Identifiers, lists and numbers of an event stay."""
    event = {
        "id": "Kremlin",
        "account": {"id": "Kremlin", "name": "Kremlin"},
        "post": {"text": "Kremlin", "urls": ["Kremlin"]},
    }
    swapped = swapped_event(event, "seed", 0)
    assert swapped["id"] == "Kremlin"
    assert swapped["account"]["id"] == "Kremlin"
    assert swapped["account"]["name"] != "Kremlin"
    assert swapped["post"]["urls"] == ["Kremlin"]
    assert event["account"]["name"] == "Kremlin"


def test_a_long_text_is_taken_in_one_pass() -> None:
    """A text of a hundred thousand names is exchanged; the work grows with the text, not with its square."""
    text = "国民党 Kremlin " * 50_000
    assert len(swapper().spans(text)) == 100_000


def test_the_lists_are_sound() -> None:
    """No name stands twice in a group, whole names are listed, and Chinese ones have a reading."""
    for group in groups():
        assert len(set(group.all)) == len(group.all), group.id
        assert group.whole <= set(group.all), group.id
        assert len(group.en) > 15
        assert len(group.zh) > 15
    han = [name for group in groups() for name in group.zh] + [word.text for word in words()]
    for name in han:
        if len(name) > 1 and all("\u4e00" <= sign <= "\u9fff" for sign in name):
            assert len(readings()[name]) == len(name), name
