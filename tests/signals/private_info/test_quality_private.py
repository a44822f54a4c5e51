"""Floors on our own set, quiet on protected speech, and floors on the developers' labelled data."""

from __future__ import annotations

from pathlib import Path

import pytest

from ombud.events.envelope import Account, Event, Post
from ombud.rules.gate.corpus import corpus
from ombud.signals.private_info.signal import measure
from ombud.signals.quality.private_info import evaluate
from ombud.signals.sets import Sets

OWN = Path(__file__).resolve().parent.parent / "data"


def test_the_own_set_holds_its_floors() -> None:
    """Whose, flights and hotels on the test split: precision .92 and recall .85."""
    scores = evaluate(Sets(OWN))
    assert scores
    assert [s for s in scores if not s.holds] == []


def test_nothing_in_the_protected_corpus_is_exposed_or_sold() -> None:
    """The signal says of no protected text that it exposes another person or sells data."""
    loud = []
    for item in corpus():
        for event in item.events:
            post, account = event.get("post") or {}, event.get("account") or {}
            text = post.get("text") if isinstance(post, dict) else None
            if text is None:
                continue
            who = Account(id="a", name=account.get("name"), bio=account.get("bio"))
            values = measure(Event(id="e", at=0, kind="post", account=who, post=Post(text=text))).values
            if values["exposed"] or values["selling"]:
                loud.append((item.name, text))
    assert loud == []


@pytest.mark.data
def test_the_labelled_spans_hold_their_floors(shared_dir: Path) -> None:
    """Chinese spans: precision .97 and recall .92 for each kind."""
    scores = evaluate(Sets(shared_dir / "data"))
    spans = [s for s in scores if "zh" in s.task]
    assert spans
    assert [s for s in spans if not s.holds] == []
