"""Example cases: five final cases or more, two people, no names, no quotations, reversed ones too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ombud.base.clock import DAY, FixedClock
from ombud.base.errors import StoreError
from ombud.cases.errors import CaseError
from ombud.publication import examples, figurepage
from ombud.redress import dispute, judge
from ombud.redress.appeal import file_appeal
from ombud.store import Store, Tx, ledger, notices
from ombud.store import examples as kept

NOW = 20_000 * DAY
FINAL = NOW + 200 * DAY  # an appeal is open for half a year
EN = "Somebody posted the number of a neighbour and asked others to ring it at night."
ZH = "有人公布了邻居的号码，并鼓动他人深夜拨打。"


@pytest.fixture
def store(life_store: Store) -> Store:
    """The store of the cases' tests, on both databases."""
    return life_store


def lives(tx: Tx, life: Any, n: int, reversed_: int = 0, first: int = 0, **more: Any) -> None:
    """Decide ``n`` cases of different accounts; the first ones are reversed on appeal."""
    for i in range(first, first + n):
        done = life.whole(tx, "disable", **{"account": f"a{i}", "post": f"p{i}", **more})
        if i - first < reversed_:
            appeal = file_appeal(tx, done.notice, "I did not.", at=NOW + DAY)
            judge.reverse(tx, appeal.id, "ada", "It was public.", at=NOW + 2 * DAY, no_conflict=True)


def add(tx: Tx, **changed: Any) -> kept.Example:
    """Add an example, with what a test changes."""
    given = {
        "code": "cc", "clause": "4.4", "outcome": "stood", "en": EN, "zh": ZH, "by": "ann", "at": FINAL,
        **changed,
    }  # fmt: skip
    return examples.add(tx, **given)


def refused(store: Store, code: str, act: Any) -> None:
    """Show that an act is refused with a code and changes nothing."""
    with store.read() as tx:
        root, before = ledger.root(tx), kept.every(tx)
    with pytest.raises(CaseError) as caught, store.begin() as tx:
        act(tx)
    assert code in [fault.code for fault in caught.value.faults], caught.value
    with store.read() as tx:
        assert (ledger.root(tx), kept.every(tx)) == (root, before)


def test_an_example_is_written_by_one_and_published_by_another(
    store: Store, life: Any, tmp_path: Path
) -> None:
    """It waits, another person publishes it, the page shows it in both languages, the ledger has digests."""
    with store.begin() as tx:
        lives(tx, life, 6)
        row = add(tx)
        assert examples.told(tx, FINAL) == []
    refused(store, "example/own", lambda tx: examples.publish(tx, row.id, by="ann", at=FINAL))
    with store.begin() as tx:
        assert examples.publish(tx, row.id, by="bob", at=FINAL).stands_for == 6
    refused(store, "example/public", lambda tx: examples.publish(tx, row.id, by="bob", at=FINAL))
    value = figurepage.publish(store, tmp_path / "f", 0, FINAL, FixedClock(FINAL))
    (told,) = value["examples"]
    assert (told["decided"], told["reversed"], told["text"]) == (6, 0, {"en": EN, "zh": ZH})
    for name, words in (("index.html", (EN, "Title 4.4")), ("index.zh.html", (ZH, "标题 4.4", "决定维持"))):
        page = (tmp_path / "f" / name).read_text()
        assert all(each in page for each in words)
    with store.read() as tx:
        entries = [e for e in ledger.entries(tx) if e.kind.startswith("example")]
    assert [e.kind for e in entries] == ["example", "example-published"]
    assert "neighbour" not in json.dumps([e.body for e in entries])


def test_fewer_than_five_accounts_are_no_example(store: Store, life: Any) -> None:
    """Four cases do not carry one, nor do six of the same account; five of five do."""
    with store.begin() as tx:
        lives(tx, life, 4)
    refused(store, "example/too-few", add)
    with store.begin() as tx:
        for i in range(3):
            life.whole(tx, "disable", account="a0", post=f"again{i}")
    refused(store, "example/too-few", add)
    with store.begin() as tx:
        lives(tx, life, 1, first=20)
        assert add(tx).outcome == "stood"


def test_it_waits_for_the_last_day_to_appeal(store: Store, life: Any) -> None:
    """While an appeal is possible, or open, a case does not count; after the last day it does."""
    with store.begin() as tx:
        lives(tx, life, 5)
        last = notices.page(tx, role="subject")[0].appeal_until
        assert last is not None
    refused(store, "example/too-few", lambda tx: add(tx, at=last))
    with store.begin() as tx:
        assert len(examples.final(tx, "cc", "4.4", last + 1)) == 5
        done = life.whole(tx, "disable", account="a9", post="p9")
        file_appeal(tx, done.notice, "I did not.", at=last)
        assert len(examples.final(tx, "cc", "4.4", FINAL)) == 5


def test_reversed_decisions_belong_to_it(store: Store, life: Any) -> None:
    """Where five were reversed, an example that stood is public only beside one that was reversed."""
    with store.begin() as tx:
        lives(tx, life, 11, reversed_=5)
        stood, undone = add(tx), add(tx, outcome="reversed")
    refused(store, "example/reversed-missing", lambda tx: examples.publish(tx, stood.id, by="bob", at=FINAL))
    with store.begin() as tx:
        assert examples.publish(tx, undone.id, by="bob", at=FINAL).stands_for == 5
        assert examples.publish(tx, stood.id, by="bob", at=FINAL).stands_for == 6
        assert {each["outcome"]: each["reversed"] for each in examples.told(tx, FINAL)} == {
            "stood": 5, "reversed": 5,
        }  # fmt: skip


def test_a_dispute_outside_counts_too(store: Store, life: Any) -> None:
    """While a dispute waits the case is not final; when it was lost and followed it is a reversed one."""
    with store.begin() as tx:
        lives(tx, life, 1)
        notice = notices.page(tx, role="subject")[0]
        open_ = dispute.record(tx, notice.id, "olga", body="A body", brought_at=NOW + DAY, at=NOW + DAY)
        assert examples.final(tx, "cc", "4.4", FINAL) == []
        said = {"decided_at": NOW + 3 * DAY, "at": NOW + 3 * DAY}
        dispute.note_outcome(tx, open_.id, "olga", "overturned", "It does not hold.", **said)
        dispute.implement(tx, open_.id, "ada", "We follow.", at=NOW + 4 * DAY, no_conflict=True)
        assert [each.outcome for each in examples.final(tx, "cc", "4.4", FINAL)] == ["reversed"]


def test_small_numbers_of_reversals_are_not_told(store: Store, life: Any) -> None:
    """Two reversals carry no example, and their number is hidden."""
    with store.begin() as tx:
        lives(tx, life, 8, reversed_=2)
        row = add(tx)
        examples.publish(tx, row.id, by="bob", at=FINAL)
        assert [each["reversed"] for each in examples.told(tx, FINAL)] == [None]
    refused(store, "example/too-few", lambda tx: add(tx, outcome="reversed"))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"en": "User a3 posted it."}, "example/personal"),
        ({"en": "It read: call p2 at home, any time."}, "example/personal"),
        ({"en": "As bob wrote, it was a number."}, "example/personal"),
        ({"zh": "他写道：打 13812345678。"}, "example/personal"),
        ({"zh": "见 @某某 的帖子。"}, "example/personal"),
        ({"zh": "English only"}, "example/language"),
        ({"en": "中文"}, "example/language"),
        ({"en": " "}, "example/no-words"),
        ({"en": "x" * 2001}, "cases/too-long"),
        ({"clause": "7.7"}, "example/no-such-clause"),
        ({"outcome": "changed"}, "example/outcome"),
        ({"by": "sam"}, "cases/wrong-role"),
        ({"by": "nobody"}, "cases/no-such-person"),
    ],
)
def test_what_cannot_be_an_example(store: Store, life: Any, changed: dict[str, Any], code: str) -> None:
    """Names, ids, quotations, contact data, the wrong language, the wrong role are refused."""
    with store.begin() as tx:
        lives(tx, life, 6)
    refused(store, code, lambda tx: add(tx, **changed))


def test_the_gate_reads_it_again_before_it_is_public(store: Store, life: Any) -> None:
    """A case that was decided later may be quoted by an older text; then it is not published."""
    said = "有人公布了邻居的号码"
    with store.begin() as tx:
        lives(tx, life, 5)
        row = add(tx)
        lives(tx, life, 1, first=30, post=said)
    refused(store, "example/personal", lambda tx: examples.publish(tx, row.id, by="bob", at=FINAL))


def test_what_is_withdrawn_leaves_the_page(store: Store, life: Any) -> None:
    """Withdrawn it is not told; erased its words are gone for good; neither comes back."""
    with store.begin() as tx:
        lives(tx, life, 6)
        row = add(tx)
        examples.publish(tx, row.id, by="bob", at=FINAL)
        examples.withdraw(tx, row.id, by="ann", at=FINAL + DAY)
        assert examples.told(tx, FINAL) == []
    refused(store, "example/withdrawn", lambda tx: examples.withdraw(tx, row.id, by="ann", at=FINAL))
    refused(store, "example/withdrawn", lambda tx: examples.publish(tx, row.id, by="bob", at=FINAL))
    refused(store, "example/no-such", lambda tx: examples.withdraw(tx, "e-x", by="ann", at=FINAL))
    with store.begin() as tx:
        examples.withdraw(tx, row.id, by="ann", at=FINAL + DAY, erase=True)
        assert (kept.get(tx, row.id).en, kept.get(tx, row.id).salt) == ("erased", None)


def test_the_database_holds_the_two_people(store: Store, life: Any) -> None:
    """In plain SQL too: no publication by the writer or for fewer than five, no other text, no deletion."""
    with store.begin() as tx:
        lives(tx, life, 6)
        add(tx)
    for sql in (
        "UPDATE examples SET published_at = 1, published_by = 'ann', stands_for = 6",
        "UPDATE examples SET published_at = 1, published_by = 'bob', stands_for = 4",
        "UPDATE examples SET en = 'other'",
        "UPDATE examples SET written_by = 'bob'",
        "DELETE FROM examples",
    ):
        with pytest.raises(StoreError), store.begin() as tx:
            tx.run(text(sql))
