"""The pass that says whether a text names a profession may ask in vain and misses none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ombud.expr import folded
from ombud.signals.credentials.gate import names_title
from ombud.signals.credentials.signal import find_claim
from ombud.signals.credentials.titles import BIO

OWN = Path(__file__).parents[1] / "data" / "credentials.jsonl"


def test_no_claim_of_the_labelled_set_is_missed() -> None:
    """Every text with a claim, and every bio that shows a title, passes the gate."""
    claimed = 0
    for row in map(json.loads, OWN.read_text("utf-8").splitlines()):
        text, bio = folded(str(row.get("text") or "")), folded(str(row.get("bio") or ""))
        if find_claim(text) is not None:
            claimed += 1
            assert names_title(text), text
        if BIO.search(bio):
            assert names_title(bio), bio
    assert claimed > 100


@pytest.mark.parametrize(
    "text",
    ["", "明天去看医院的樱花", "the ferry leaves at nine", "\ud800", "1" * 10_000],
)
def test_most_texts_name_none(text: str) -> None:
    """Ordinary texts and odd ones are said to name no profession."""
    assert not names_title(text)


@pytest.mark.parametrize(
    "text",
    [
        "我是执业医师",
        "信我一个儿科的。",
        "我这病门诊天天看",
        "我有基金从业资格",
        "i've practised law for years",
    ],
)
def test_roundabout_claims_pass(text: str) -> None:
    """A ward, a practice or a licence in place of the title passes too."""
    assert names_title(folded(text))
