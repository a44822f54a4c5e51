"""Who reported, what they wrote and how to reach them can be erased; so can what was said of somebody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ombud.base.clock import DAY, FixedClock
from ombud.cases import reports as entering
from ombud.cases.filing import Form, Receipt, file
from ombud.publication import erase
from ombud.redress.reported import follow
from ombud.store import Store, cases, filed, ledger, open_store, reports

NOW = 20_000 * DAY
CLOCK = FixedClock(NOW)
SECRET = "my sister Violet lives there"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of its own."""
    with open_store(tmp_path / "store", salt=b"erase reports") as opened:
        yield opened


def told(store: Store) -> Receipt:
    """File one report at the door, and take one of the same thing from the stream."""
    with store.begin() as tx:
        made = file(
            tx,
            Form(SECRET, post="p1", account="mei", name="Lee", email="lee@example.org", content=SECRET),
            at=NOW,
        )
        new = entering.New("site", "e1", NOW, reports.STREAM, "u1", SECRET, account="mei", post="p1")
        entering.enter(tx, [new], now=NOW)
    return made


def everything(store: Store) -> bytes:
    """Return every byte of the database."""
    folder = store.archive.parent
    return b"".join(path.read_bytes() for path in sorted(folder.glob("ombud.db*")))


def test_a_reporter_is_erased(store: Store) -> None:
    """Words, name, address and id of who filed are gone, also from what waits for the archive."""
    made = told(store)
    with store.read() as tx:
        row = reports.get(tx, made.report)
        assert row is not None
    done = erase.erase(store, "account", row.reporter, reason="asked for", clock=CLOCK)
    assert done.counts["reports"] == 1
    assert not done.remaining
    with store.read() as tx:
        gone, other = reports.page(tx)
        assert (gone.text, gone.content, gone.evidence, gone.salt) == ("", "", [], None)
        assert gone.reporter.startswith("erased-")
        assert reports.address_of(tx, gone.reporter) is None
        assert other.text == SECRET
        assert row.reporter.encode() not in b"".join(filed.payloads(tx))
        assert SECRET.encode() not in b"".join(filed.payloads(tx))
        assert follow(tx, made.code, NOW).state == "unsorted"
        ledger.check(tx)
    for word in (b"Lee", b"lee@example.org", row.reporter.encode()):
        assert word not in everything(store)
    assert erase.erase(store, "account", row.reporter, reason="again", clock=CLOCK).already


def test_what_was_said_of_somebody_is_erased(store: Store) -> None:
    """Whoever is erased takes along what reports on the same platform say about them; reporters stay."""
    told(store)
    assert (
        erase.erase(store, "account", "mei", origin="site", reason="asked", clock=CLOCK).counts["reports"]
        == 1
    )
    with store.read() as tx:
        first, second = reports.page(tx)
        assert (second.text, second.reporter, second.account == "mei") == ("", "u1", False)
        assert first.text == SECRET


def test_one_report_is_erased(store: Store) -> None:
    """Erasing the event of a report empties its words and leaves who reported."""
    told(store)
    for already in (False, True):
        done = erase.erase(store, "event", "e1", origin="site", reason="asked", clock=CLOCK)
        assert (done.counts["reports"], done.already) == (int(not already), already)
    with store.read() as tx:
        assert [row.text for row in reports.page(tx)] == [SECRET, ""]
        assert reports.page(tx)[1].reporter == "u1"


def test_an_erased_report_does_not_come_back(store: Store) -> None:
    """Delivered again, it is known by its key."""
    told(store)
    erase.erase(store, "account", "u1", origin="site", reason="asked", clock=CLOCK)
    with store.begin() as tx:
        new = entering.New("site", "e1", NOW, reports.STREAM, "u1", SECRET, account="mei", post="p1")
        assert entering.enter(tx, [new], now=NOW).rows == ()
        assert not cases.page(tx)
