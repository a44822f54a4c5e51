"""Nobody's criticism, report or work is taken for posing: the protected corpus, with every name protected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ombud.events.envelope import Account
from ombud.rules.gate.corpus import corpus
from ombud.rules.gate.names import groups
from ombud.rules.gate.swap import swapped_event
from ombud.signals.impersonation.index import Index
from ombud.signals.quality.impersonation import poses_as


@pytest.fixture(scope="module")
def everybody() -> Index:
    """Every name the gate knows, as protected, beside starters of places."""
    people = {"officials", "leaders"}
    kinds = {name: "person" if group.id in people else "body" for group in groups() for name in group.all}
    places = ["北京市", "上海市", "河南省", "California", "London"]
    rows = [{"key": name, "kind": kind} for name, kind in kinds.items()]
    return Index([*rows, *({"key": place, "kind": "division"} for place in places)])


def _accounts(event: dict[str, Any]) -> Iterator[Account]:
    """Yield the event's account, and people whose bio, or name, is what the event says."""
    told = event.get("account", {})
    yield Account(id="a", name=told.get("name") or "小林", bio=told.get("bio") or "")
    text = event.get("post", {}).get("text") or ""
    yield Account(id="b", name="Lea", bio=text)
    yield Account(id="c", name=text[:40] or "Lea", bio="")


def test_the_protected_corpus_poses_as_nobody(everybody: Index) -> None:
    """No account of the corpus, and none whose bio or name is a text of it, takes anybody's place."""
    wrong = [
        (account.name, account.bio, poses_as(account, everybody))
        for item in corpus()
        for account in _accounts(item.events[-1])
        if poses_as(account, everybody) is not None
    ]
    assert wrong == []


def test_exchanging_names_in_the_corpus_changes_no_answer(everybody: Index) -> None:
    """With parties, governments, officials, companies, religions and places exchanged, the same holds."""
    for item in corpus()[::3]:
        event = swapped_event(json.loads(json.dumps(item.events[-1])), item.seed, 1)
        assert [poses_as(account, everybody) for account in _accounts(event)] == [None] * 3, event
