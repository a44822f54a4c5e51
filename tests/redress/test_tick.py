"""What time brings, once however often it is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ombud.base.clock import DAY, HOUR, MINUTE, FixedClock
from ombud.measures.choose import Chosen
from ombud.redress.correct import credit, judge_correction
from ombud.redress.senders import FolderSender, Outgoing
from ombud.redress.standing import standing_of
from ombud.redress.tick import RETRIES, Ticked, tick
from ombud.redress.words import RECEIPT_MARK
from ombud.redress.writer import receipt_of
from ombud.store import Store, ledger, measures, notices, outbox

Fails = Callable[..., None]
NOTHING = Ticked()


class Sent:
    """A sender that remembers, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.items: list[Outgoing] = []
        self.failures = failures

    def send(self, item: Outgoing) -> None:
        """Take it, or fail."""
        if self.failures:
            self.failures -= 1
            raise OSError("no route to host")
        self.items.append(item)


def test_ends_are_entered_once(store: Store, life: Any) -> None:
    """A measure's end is entered by the first tick after it, and by no other."""
    with store.begin() as tx:
        life.whole(tx, "disable", Chosen("posting_pause", 24))
        end = life.now + DAY
    assert tick(store, FixedClock(end - 1)).ended == 0
    assert tick(store, FixedClock(end)).ended == 1
    with store.read() as tx:
        root = ledger.root(tx)
        assert [e.kind for e in ledger.entries(tx)][-1] == "measure-ended"
    for at in (end, end + DAY, end - DAY):
        assert tick(store, FixedClock(at)).ended == 0
    with store.read() as tx:
        assert ledger.root(tx) == root


def test_a_broken_character_stops_no_letter(store: Store, life: Any, tmp_path: Path) -> None:
    """Half a surrogate pair in a person's words is sent as a mark; that letter and all others leave."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx), facts=["broken \ud800 half"])
        life.decided(tx, made, life.choice("disable"))
        life.whole(tx, "disable", account="a2", post="p2")
    done = tick(store, FixedClock(life.now), [FolderSender(tmp_path)])
    assert (done.sent, done.failed) == (2, 0)
    letters = [json.loads(path.read_text("utf-8")) for path in tmp_path.glob("n-*.json")]
    assert {letter["recipient"] for letter in letters} == {"a1", "a2"}
    assert any("broken ? half" in letter["body"] for letter in letters)


def test_an_undone_measure_does_not_end(store: Store, life: Any) -> None:
    """What was undone before its end has no second end."""
    with store.begin() as tx:
        done = life.whole(tx, Chosen("posting_pause", 24))
        measures.undo(tx, done.measures, life.now + 1, done.notice or "")
    assert tick(store, FixedClock(life.now + 2 * DAY)).ended == 0


def test_mail_goes_out_once(store: Store, life: Any) -> None:
    """A notice is sent with its receipt code, marked as delivered, and not sent again."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
    sender = Sent()
    assert tick(store, FixedClock(life.now), [sender]).sent == 1
    assert tick(store, FixedClock(life.now + DAY), [sender]).sent == 0
    (item,) = sender.items
    assert (item.notice, item.recipient, item.key) == (done.notice, "a1", f"notice:{done.notice}")
    with store.read() as tx:
        assert receipt_of(tx, item.notice) in item.body
        assert RECEIPT_MARK not in item.body
        assert RECEIPT_MARK in notices.get(tx, item.notice).body  # type: ignore[union-attr]
        assert notices.get(tx, item.notice).delivered_at == life.now  # type: ignore[union-attr]


def test_failures_are_seen_and_tried_again(store: Store, life: Any) -> None:
    """A failure waits longer each time, is visible, and in the end is given up for a person to see."""
    with store.begin() as tx:
        life.whole(tx, "disable")
    sender, at = Sent(failures=2), life.now
    assert tick(store, FixedClock(at), [sender]).failed == 1
    assert tick(store, FixedClock(at + MINUTE - 1), [sender]) == NOTHING
    assert tick(store, FixedClock(at + MINUTE), [sender]).failed == 1
    with store.read() as tx:
        assert "no route" in outbox.page(tx, failing=True)[0].error  # type: ignore[operator]
    assert tick(store, FixedClock(at + 7 * MINUTE), [sender]).sent == 1
    with store.begin() as tx:
        life.whole(tx, "disable", post="p2")
    sender = Sent(failures=99)
    for _ in range(len(RETRIES) + 1):
        at += 3 * DAY
        seen = tick(store, FixedClock(at), [sender])
        assert seen.failed == 1
    assert seen.given_up == 1
    assert tick(store, FixedClock(at + 99 * DAY), [sender]).failed == 0
    with store.read() as tx:
        assert outbox.counts(tx) == {"waiting": 0, "sent": 1, "failing": 0, "given_up": 1}


def test_delivered_twice_after_a_crash(store: Store, life: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between sending and noting sends again, under the same key; nothing else changes."""
    with store.begin() as tx:
        life.whole(tx, "disable")
    sender = Sent()

    def crash(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "sent", crash)
        with pytest.raises(ZeroDivisionError):
            tick(store, FixedClock(life.now), [sender])
    assert tick(store, FixedClock(life.now), [sender]).sent == 1
    assert len(sender.items) == 2
    assert len({item.key for item in sender.items}) == 1


def test_a_folder(store: Store, life: Any, tmp_path: Path) -> None:
    """A folder gets one file a notice, whole, and the same one again on a repeat."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
    tick(store, FixedClock(life.now), [FolderSender(tmp_path / "out")])
    (path,) = (tmp_path / "out").iterdir()
    assert path.name == f"{done.notice}.json"
    item = json.loads(path.read_text("utf-8"))
    assert item["recipient"] == "a1"
    FolderSender(tmp_path / "out").send(Outgoing(**item))
    assert json.loads(path.read_text("utf-8")) == item


def test_correction(store: Store, life: Any, fails: Fails) -> None:
    """Corrected in time = no strike; missed = a strike; a person says which, and missed only when it is."""
    with store.begin() as tx:
        done = [life.whole(tx, "notice", post=post) for post in ("p1", "p2")]
        assert standing_of(tx, "a1", life.now).points == 0
    first, second = (each.notice for each in done)
    given = {"reasons": "I looked.", "at": life.now + HOUR}
    fails("redress/still-time", store, lambda tx: judge_correction(tx, first, "bob", done=False, **given))
    assert tick(store, FixedClock(life.now), [Sent()]).corrections_due == 0
    fails("redress/still-time", store, lambda tx: judge_correction(tx, first, "bob", done=False, **given))
    fails("redress/no-correction", store, lambda tx: judge_correction(tx, "n-x", "bob", done=True, **given))
    fails("cases/wrong-role", store, lambda tx: judge_correction(tx, first, "sam", done=True, **given))
    due = life.now + DAY
    assert tick(store, FixedClock(due)).corrections_due == 2
    with store.begin() as tx:
        judge_correction(tx, first, "bob", done=True, reasons="It was gone in an hour.", at=due)
        assert standing_of(tx, "a1", due).points == 0
        judge_correction(tx, second, "bob", done=False, reasons="It is still there.", at=due)
        assert standing_of(tx, "a1", due).points == 4
    fails("redress/answered", store, lambda tx: judge_correction(tx, second, "bob", done=True, **given))
    assert tick(store, FixedClock(due)).corrections_due == 0


def test_closings_are_reviewed(store: Store, life: Any) -> None:
    """A year after a closing a tick says that somebody should look again."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx, clause="4.6", severity=4))
        life.decided(tx, made, life.choice("closing"))
    assert tick(store, FixedClock(life.now + 364 * DAY)).reviews_due == 0
    assert tick(store, FixedClock(life.now + 365 * DAY)).reviews_due == 1


def test_training(store: Store, life: Any, fails: Fails) -> None:
    """Training earns points back, with a reason, by a person with a role."""
    with store.begin() as tx:
        life.whole(tx, "disable")
        credit(tx, "a1", 1, "ann", reason="finished the course", at=life.now + 1)
        assert standing_of(tx, "a1", life.now + 1).points == 3
    fails("redress/bad-credit", store, lambda tx: credit(tx, "a1", 99, "ann", reason="x", at=1))
    fails("redress/no-reasons", store, lambda tx: credit(tx, "a1", 1, "ann", reason="", at=1))
    fails("cases/wrong-role", store, lambda tx: credit(tx, "a1", 1, "ada", reason="x", at=1))
