"""What clusters, labels by rule, calls and reviews leave behind can be erased, and is still undone."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ombud.base.clock import DAY, FixedClock
from ombud.measures.figures import Figures
from ombud.publication.erase import erase
from ombud.redress.automatic import label_all, switch
from ombud.redress.closing import EVERY, review_closing
from ombud.redress.clusterwork import go_on
from ombud.redress.page import call, set_duty
from ombud.redress.tick import tick
from ombud.redress.unlabel import lift_unchecked
from ombud.store import Store, clusters, erasing, findings, ledger, measures, outbox


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{name}_to_erase", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WORDS = "my grandmother lives at walnut avenue"


class Taken:
    """A way out that takes everything."""

    def send(self, item: object) -> None:
        """Take it."""


def erased(store: Store, account: str, at: int) -> dict[str, int]:
    """Erase an account and return where its id had to stay."""
    return dict(erase(store, "account", account, reason="asked", clock=FixedClock(at)).remaining)


def held_words(store: Store, words: str) -> list[str]:
    """Return the text columns of the store's tables in which words still stand."""
    from sqlalchemy import func, select

    from ombud.store.tables.columns import metadata

    found = []
    with store.read() as tx:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if "TEXT" not in str(column.type.compile(dialect=tx.connection.dialect)).upper():
                    continue
                texts = tx.run(select(column).select_from(table)).scalars()
                found += [f"{table.name}.{column.name}"] if any(words in str(each) for each in texts) else []
        assert tx.run(select(func.count()).select_from(metadata.tables["ledger"])).scalar_one() > 0
    return found


@pytest.fixture
def many(store: Store, life: Any) -> Any:
    """Cases by the dozen."""
    return _load("test_clusters").Many(store, life)


def test_a_member_of_a_cluster(store: Store, life: Any, many: Any) -> None:
    """An erased account stays counted, keeps its id only in a measure in force, and is undone."""
    cluster = many.proposed(said=WORDS)
    many.confirmed(cluster, many.choice())
    tick(store, FixedClock(life.now), [Taken()])
    assert set(held_words(store, "walnut")) == {
        *("case_history.body", "decisions.facts", "findings.evidence", "notices.body"),
    }
    for i in range(40):
        assert erased(store, f"a{i}", life.now) == {"measures.account": 1}
    assert held_words(store, "walnut") == []
    done = many.undone(cluster, "An error about nobody in particular.")
    assert (done.state, done.undone) == ("undone", 40)
    with store.begin() as tx:
        for parcel in outbox.due(tx, life.now):
            outbox.sent(tx, parcel.n, life.now)
    tick(store, FixedClock(life.now + DAY))
    with store.read() as tx:
        assert erasing.still_named(tx, "a3") == {}
        assert len(clusters.members(tx, cluster)) == 40
        ledger.check(tx)


def test_a_member_that_waits(store: Store, life: Any, many: Any) -> None:
    """A case that was emptied before its turn is left out, and the rest goes on."""
    figures = Figures(other_quota=30)
    cluster = many.proposed(said=WORDS)
    many.confirmed(cluster, many.choice(), figures)
    with store.read() as tx:
        waiting = clusters.members(tx, cluster, state="waiting")
        assert {each.sampled for each in waiting} == {False, True}
        accounts = [findings.page(tx, case_id=each.case_id)[0].account for each in waiting]
    for account in accounts:
        assert erased(store, account, life.now) == {}
    done = go_on(store, cluster, clock=FixedClock(life.now + DAY), figures=figures)
    assert (done.state, done.decided, done.left_out) == ("applied", 30, 10)


def test_a_label_by_rule(store: Store, life: Any) -> None:
    """After an erasure the label stands under the id alone, and still goes with its fact-check."""
    tools = _load("test_automatic")
    with store.begin() as tx:
        tools.checks(tx)
        switch(tx, "cc", "9.9", "olga", True, at=0)
        evidence = {"post.text": WORDS, "signal.claims.check": tools.CHECK}
        tools.found(tx, life, evidence=evidence)
    label_all(store, FixedClock(life.now))
    tick(store, FixedClock(life.now), [Taken()])
    assert erased(store, "a1", life.now) == {"measures.account": 1}
    assert held_words(store, "walnut") == []
    with store.begin() as tx:
        tools.checks(tx, gone="b", revision="r2")
    assert lift_unchecked(store, FixedClock(life.now)) == 1
    with store.read() as tx:
        (row,) = measures.of_account(tx, "a1")
        assert row.reversed_at == life.now


def test_reviews_and_calls(store: Store, life: Any) -> None:
    """A review's reasons go with its notice; calls name cases only."""
    with store.begin() as tx:
        done = life.whole(tx, "closing", clause="4.6", severity=4)
        review_closing(tx, done.measures[0], "zoe", "reopened", WORDS, at=life.now + EVERY, no_conflict=True)
        set_duty(tx, "ann", True, by="olga", at=0)
        life.case(tx, post="p7", lane=0)
    call(store, FixedClock(life.now), [Taken()])
    with store.begin() as tx:
        for parcel in outbox.due(tx, life.now + EVERY):
            outbox.sent(tx, parcel.n, life.now)
    erased(store, "a1", life.now + EVERY)
    tick(store, FixedClock(life.now + EVERY))
    assert held_words(store, "walnut") == []
    with store.read() as tx:
        assert erasing.still_named(tx, "a1") == {}
