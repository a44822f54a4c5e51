"""Phrase files are read strictly, and the two languages say the same things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest

from ombud.town.grammar import WORDINGS, Book, Grammar, Phrase, parse_phrases, read_phrases
from ombud.town.made import makers


def _grammar(text: str) -> Grammar:
    phrases: dict[str, list[tuple[str | tuple[str, ...], ...]]] = {}
    flags: dict[str, tuple[str, ...]] = {}
    parse_phrases(text, phrases, flags)
    return Grammar("en", Book(phrases, flags), {"made": lambda _: "M"})


def test_slots_are_values_makers_lists_words_and_numbers() -> None:
    """Each kind of slot is filled from its own source."""
    grammar = _grammar("== a [reply url]\n{v} {made} {b} {x|x} {#3-3}\n== b\nB\n")
    assert grammar.say(Random(1), "a", {"v": "V"}) == "V M B x 3"
    assert grammar.flags("a") == ("reply", "url")


def test_an_optional_slot_comes_and_goes() -> None:
    """Over many phrases an optional slot is sometimes filled and sometimes not."""
    grammar = _grammar("== a\n.{?b}\n== b\nB\n")
    rng = Random(2)
    assert {grammar.say(rng, "a") for _ in range(60)} == {".", ".B"}


def test_a_circle_is_an_error() -> None:
    """Lists that refer to each other end in an error and not in a deep stack."""
    with pytest.raises(KeyError, match="circle"):
        _grammar("== a\n{b}\n== b\n{a}\n").say(Random(1), "a")


@pytest.mark.parametrize("text", ["phrase first\n", "== bad key!\n"])
def test_bad_files_are_refused(text: str) -> None:
    """A phrase before the first list and an unreadable heading are errors."""
    with pytest.raises(ValueError, match="list"):
        parse_phrases(text, {}, {})


@pytest.mark.parametrize("wording", WORDINGS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_bundled_phrase_can_be_said(lang: str, wording: str) -> None:
    """No phrase of a bundled file names a list that does not exist."""
    book = read_phrases(lang, wording)
    rng = Random(1)
    values = {"victim": "V", "one": "1", "two": "2"}
    for key, phrases in book.phrases.items():
        for phrase in phrases:
            one = Grammar(lang, Book({**book.phrases, "this": (phrase,)}, {}), makers(lang))
            assert "{" not in one.say(rng, "this", values), key


@pytest.mark.parametrize("wording", WORDINGS)
def test_both_languages_have_the_same_lists_of_harms_and_topics(wording: str) -> None:
    """What can be said about a topic or planted of a harm exists in both languages, with the same flags."""
    en, zh = read_phrases("en", wording), read_phrases("zh", wording)
    assert en.flags == read_phrases("en").flags
    shared = ("post.", "comment.", "voice.", "impersonation.", "flood.")
    for key in {*en.phrases, *zh.phrases}:
        if key.startswith(shared) or ".breach." in key or ".near." in key:
            assert key in en.phrases
            assert key in zh.phrases
            assert en.flags.get(key) == zh.flags.get(key), key


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_there_are_many_fragments(lang: str) -> None:
    """Each language has over 250 fragments about ordinary life and over 500 about harms."""
    grammar = Grammar(lang, read_phrases(lang), makers(lang))
    keys = [key for key in read_phrases(lang).phrases if ".breach." in key or ".near." in key]
    planted = sum(grammar.count(key) for key in keys)
    ordinary = sum(grammar.count(p) for p in ("post.", "comment.", "voice.", "addon", "react"))
    assert ordinary > 250
    assert planted > 500


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_second_wording_shares_no_phrase_with_the_first(lang: str) -> None:
    """Lists that have a second wording have none of their phrases in the first, and there are many."""
    first, second = read_phrases(lang), read_phrases(lang, "second")
    assert set(first.phrases) == set(second.phrases)
    changed = [key for key in first.phrases if first.phrases[key] != second.phrases[key]]
    assert len(changed) > 60
    assert all(set(first.phrases[key]).isdisjoint(second.phrases[key]) for key in changed)


HELD_OUT = "third"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_third_wording_tells_every_planted_thing_anew(lang: str) -> None:
    """Every list of breaches and near misses has a third wording, which is in neither of the others."""
    first, third = read_phrases(lang), read_phrases(lang, HELD_OUT)
    assert set(first.phrases) == set(third.phrases)
    earlier = {
        p for w in WORDINGS if w != HELD_OUT for ps in read_phrases(lang, w).phrases.values() for p in ps
    }
    planted = [key for key in third.phrases if ".breach." in key or ".near." in key]
    planted += [key for key in third.phrases if key.startswith(("memo.", "flood.", "advice."))]
    assert len(planted) > 250
    for key in planted:
        assert earlier.isdisjoint(third.phrases[key]), key


def _runs(lang: str, phrase: Phrase) -> Iterator[str]:
    """Yield every run of five words, or of eight Chinese characters, that stands in a phrase."""
    for part in phrase:
        if isinstance(part, str) and lang == "en":
            words = re.findall(r"[\w']+", part.lower())
            yield from (" ".join(words[i : i + 5]) for i in range(len(words) - 4))
        elif isinstance(part, str):
            flat = re.sub(r"[\W\d]", "", part)
            yield from (flat[i : i + 8] for i in range(len(flat) - 7))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_third_wording_shares_not_even_a_run_of_words(lang: str) -> None:
    """No five words (eight Chinese characters) in a row are the same as in what was written before."""
    first, third = read_phrases(lang), read_phrases(lang, HELD_OUT)
    earlier = {
        run
        for wording in WORDINGS
        if wording != HELD_OUT
        for phrases in read_phrases(lang, wording).phrases.values()
        for phrase in phrases
        for run in _runs(lang, phrase)
    }
    changed = [key for key in first.phrases if first.phrases[key] != third.phrases[key]]
    for key in changed:
        for phrase in third.phrases[key]:
            assert earlier.isdisjoint(_runs(lang, phrase)), (key, phrase)
