"""The protected-speech corpus is whole, balanced and readable."""

from __future__ import annotations

from collections import Counter

import pytest

from ombud.events.envelope import Event
from ombud.rules.gate.corpus import MIN_ITEMS, corpus
from ombud.rules.gate.scenes import decoded
from ombud.rules.gate.swap import swapper

THEMES = {
    "criticism-of-governments", "criticism-of-officials", "criticism-of-parties", "criticism-of-companies",
    "protest-strike-petition", "satire-parody", "court-news-reporting", "quotation-counter-speech",
    "whistle-blowing", "first-person-allegations", "sex-education-health", "art",
    "minority-identities-languages", "polite-honorifics-everyday", "scam-warnings", "hotlines-contacts",
    "own-phone-flight-shop", "disclosed-advertising", "mutual-aid", "alerts-copied", "fan-enthusiasm",
    "sharp-disagreement", "beliefs-ideologies", "edges-of-the-harms",
}  # fmt: skip


def test_it_has_items_enough_and_half_are_chinese() -> None:
    """More than four hundred items, about half of them Chinese."""
    languages = Counter(item.language for item in corpus())
    assert sum(languages.values()) >= MIN_ITEMS
    assert set(languages) == {"en", "zh"}
    assert 0.45 < languages["zh"] / sum(languages.values()) < 0.55


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_theme_is_there_in_both_languages(language: str) -> None:
    """Each theme of the design has at least eight items in each language."""
    themes = Counter(item.theme for item in corpus() if item.language == language)
    assert set(themes) == THEMES
    assert min(themes.values()) >= 8


def test_names_and_texts_differ() -> None:
    """No item stands twice."""
    seeds = Counter(item.seed for item in corpus())
    texts = Counter(
        str(event["post"]["text"])
        for item in corpus()
        if "text" in (event := item.events[-1]).get("post", {})
    )
    assert max(seeds.values()) == 1
    assert max(texts.values()) == 1


def test_every_item_is_an_event_that_a_stream_could_deliver() -> None:
    """Each decodes through the stream's own door, in public, and in order of time."""
    for item in corpus():
        events = [decoded(item.events[0]), decoded(item.events[-1])]
        assert all(isinstance(event, Event) and event.audience == "public" for event in events)
        assert [event["at"] for event in item.events] == sorted(event["at"] for event in item.events)


def test_no_phone_number_or_address_of_a_real_person() -> None:
    """Telephone numbers are from the ranges kept for fiction, or belong to offices and hotlines."""
    for item in corpus():
        text = str(item.events[-1].get("post", {}).get("text", ""))
        if item.language == "en" and "07700" in text:
            assert "07700 900" in text  # Ofcom's range for drama
        if item.language == "zh" and item.theme in ("own-phone-flight-shop", "mutual-aid"):
            assert all(part in ("0000",) for part in _middles(text))


def _middles(text: str) -> list[str]:
    import re

    return re.findall(r"1[3-9]\d-(\d{4})-\d{4}", text)


def test_criticism_reaches_many_countries_and_sides() -> None:
    """The names exchanged in the corpus come from every group, and not from a few."""
    found = Counter(
        span[3][0]
        for item in corpus()
        for span in swapper().spans(str(item.events[-1].get("post", {}).get("text", "")))
    )
    assert {"parties", "governments", "officials", "companies", "religions", "places", "titles"} <= set(found)
    assert sum(found.values()) > 200
