"""Public bodies that made demands about a case are named in its notices, or told of once they may be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ombud.base.clock import DAY, FixedClock
from ombud.redress.decide import preview
from ombud.redress.hold import hold
from ombud.redress.senders import FolderSender
from ombud.redress.tick import tick
from ombud.store import Store, Tx, demands, erasing, notices, outbox


def demand(tx: Tx, case: str, at: int, gag_until: int | None = None) -> str:
    """Enter a demand about a case, as ``ombud demand add`` does."""
    number = demands.next_number(tx)
    law = None if gag_until is None else "a secrecy law, § 1"
    demands.add(tx, demands.Demand(
        number, f"g-{number}", at, "the Ministry of X", "letter", "remove", "an order", "§ 5", "one post",
        "here", case, gag_until, law, "ann", b"s",
    ))  # fmt: skip
    return f"g-{number}"


@pytest.mark.parametrize(("language", "words"), [("en", "had a part"), ("zh", "有公共机构参与")])
def test_a_demand_is_named_by_itself(store: Store, life: Any, language: str, words: str) -> None:
    """Nobody has to remember it: the register's entry stands in the notice, beside what a person wrote."""
    with store.begin() as tx:
        case = life.case(tx)
        demand(tx, case, life.now)
        made = life.answered(tx, case)
        body = preview(tx, made, life.choice("disable", language=language), life.now).body
        assert words in body
        assert "the Ministry of X (an order, § 5; g-1)" in body
        said = life.choice("disable", language=language, public_body="a call")
        assert "a call; the Ministry of X (an order, § 5; g-1)" in preview(tx, made, said, life.now).body


def test_a_hold_names_it_too(store: Store, life: Any) -> None:
    """The notice of a hold says who asked for it."""
    with store.begin() as tx:
        case = life.case(tx)
        demand(tx, case, life.now)
        done = hold(tx, life.answered(tx, case), "ann", reasons="It cannot wait.", at=life.now)
        told = notices.get(tx, done.notice or "")
        assert told is not None
        assert "the Ministry of X" in told.body


def test_a_gag_ends_in_a_notice(store: Store, life: Any) -> None:
    """While it lasts the body is not named; after its end the person is told once, in their language."""
    with store.begin() as tx:
        case = life.case(tx)
        demand(tx, case, life.now, gag_until=life.now + 30 * DAY)
        done = life.decided(tx, life.answered(tx, case), life.choice("disable", language="zh"))
        first = notices.get(tx, done.notice)
        assert first is not None
        assert "the Ministry of X" not in first.body
    assert tick(store, FixedClock(life.now + 29 * DAY)).bodies_told == 0
    assert tick(store, FixedClock(life.now + 30 * DAY)).bodies_told == 1
    assert tick(store, FixedClock(life.now + 31 * DAY)).bodies_told == 0
    with store.read() as tx:
        (_, late) = notices.of_decision(tx, done.decision)
        assert late.recipient == "a1"
        assert "the Ministry of X (an order, § 5; g-1)" in late.body
        assert "该禁令已结束" in late.body


def test_an_erased_letter_that_is_tried_again_stops_nothing(store: Store, life: Any, tmp_path: Path) -> None:
    """It has no words left, so it fails by itself, and the letters behind it leave."""
    with store.begin() as tx:
        life.whole(tx, "disable")
        life.whole(tx, "disable", account="a2", post="p2")
        erasing.empty_life(tx, "a1", "erased-1", life.now)
        outbox.again(tx, outbox.page(tx)[-1].n, life.now)
    done = tick(store, FixedClock(life.now), [FolderSender(tmp_path)])
    assert (done.sent, done.failed) == (1, 1)
    with store.read() as tx:
        assert "redress/erased-notice" in str(outbox.page(tx)[-1].error)


def test_an_erased_person_is_not_written_to(store: Store, life: Any) -> None:
    """Whose decision has lost its words gets no letter about it any more."""
    with store.begin() as tx:
        case = life.case(tx)
        demand(tx, case, life.now, gag_until=life.now + DAY)
        life.decided(tx, life.answered(tx, case), life.choice("disable"))
        erasing.empty_life(tx, "a1", "erased-1", life.now)
    assert tick(store, FixedClock(life.now + DAY)).bodies_told == 0
