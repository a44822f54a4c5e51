"""The town lives through its code: people decide, letters go out, appeals undo, the record holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ombud.base.clock import DAY
from ombud.conduct.find import bundled_names
from ombud.flow.codes import load_codes
from ombud.store import Store, decisions, ledger, measures, notices, open_store
from ombud.town import town
from ombud.town.exam import examine
from ombud.town.office import EVERY_APPEAL, Office, hold_office
from ombud.town.record import publish

pytestmark = pytest.mark.xdist_group("bundled codes")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Office]:
    """A small town whose people have decided and lived on for a month."""
    folder = tmp_path_factory.mktemp("town")
    place = town(1, 30, 0.05)
    examine(folder, place, load_codes(bundled_names()))
    with open_store(folder / "store", create=False) as store:
        office = hold_office(store, folder / "letters", place)
        return folder, office


@pytest.fixture
def store(lived: tuple[Path, Office]) -> Store:
    """Its store, open."""
    return open_store(lived[0] / "store", create=False)


def test_everything_happens(lived: tuple[Path, Office]) -> None:
    """Decisions, measures, letters in both languages, corrections, and each way an appeal can end."""
    office = lived[1]
    assert office.decided["applies"] >= 30
    assert sum(office.measures.values()) >= 20
    assert min(office.letters["en"], office.letters["zh"]) >= 5
    assert office.corrected
    assert set(office.appeals) >= {"kept", "reversed", "changed", "late"}
    assert office.undone >= office.appeals["reversed"]
    assert office.waiting > 100


def test_nobody_judges_themselves(store: Store) -> None:
    """Whoever answered an appeal had no part in the decision, and every measure has its notice."""
    with store.read() as tx:
        for notice in notices.page(tx, limit=1_000):
            decision = decisions.get(tx, notice.decision_id)
            assert decision is not None
            assert decision.decided_by in ("ann", "lin") or decision.replaces is not None
            for row in measures.of_decision(tx, decision.id):
                told = notices.get(tx, row.notice_id)
                assert told is not None
                assert f",{row.kind}," in told.announces
        assert ledger.check(tx)


def test_the_platform_did_as_told(lived: tuple[Path, Office]) -> None:
    """What was undone on appeal is undone on the platform, and the rest is applied there."""
    office = lived[1]
    assert office.platform["undone"] >= office.appeals["reversed"]
    assert office.platform["applied"] >= 20


def test_letters_are_in_one_language(lived: tuple[Path, Office], store: Store) -> None:
    """Whom a decision is about reads its reasons in the language of the rest of the letter."""
    with store.read() as tx:
        about = {each.id for each in notices.page(tx, limit=1_000) if each.role == "subject"}
    for path in (lived[0] / "letters" / f"{each}.json" for each in about):
        letter = json.loads(path.read_text("utf-8"))
        assert ("I read the item" in letter["body"]) <= (letter["language"] == "en")
        assert ("我查看了该内容" in letter["body"]) <= (letter["language"] == "zh")


def test_only_some_are_appealed(lived: tuple[Path, Office]) -> None:
    """One decision with a measure in so many is appealed."""
    office = lived[1]
    with_measures = sum(office.measures.values())
    assert sum(office.appeals.values()) <= -(-with_measures // EVERY_APPEAL) + 3


def test_the_record_holds(lived: tuple[Path, Office], store: Store, tmp_path: Path) -> None:
    """What was published verifies from its files alone; one changed byte is found."""
    place = town(1, 30, 0.05)
    done = publish(store, tmp_path / "public", place.start + 61 * DAY)
    assert done.holds
    assert done.agree
    with store.read() as tx:
        made = sum(measures.count_between(tx, place.start, place.start + 90 * DAY).values())
    assert (done.statements, done.refused) == (made, 0)
    assert "<svg" in done.page.read_text("utf-8")
    entries = done.record / "entries.jsonl"
    entries.write_text(entries.read_text("utf-8").replace('"kept"', '"reversed"', 1), "utf-8")
    from ombud.publication import verify

    assert not verify.verify(done.record, done.key).holds
