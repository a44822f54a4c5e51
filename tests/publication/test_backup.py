"""A back-up is one state of the store, checks itself, and brings nobody back who was erased."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ombud.base.clock import DAY, HOUR, FixedClock
from ombud.base.errors import OmbudError
from ombud.cases import roles
from ombud.events.archive import read_rows, write_segment
from ombud.events.decode import encode
from ombud.events.envelope import Account, Event, Post
from ombud.publication import backup, erase, replay
from ombud.redress.executors import connect
from ombud.store import Store, executors, ledger, open_store, pending, quarantine, segments

T0 = 20_000 * DAY
CLOCK = FixedClock(T0 + 30 * DAY)


def event(i: int, account: str) -> Event:
    """Return a post."""
    return Event(
        f"e{i}", T0 + i * HOUR, "post", Account(account), "site", "public", Post(f"p{i}", f"by {account}")
    )


def fill(store: Store) -> None:
    """Write a segment, pending events, a bad line and a ledger entry."""
    events = [event(i, "ab"[i % 2]) for i in range(6)]
    info = write_segment(store.archive, events[:4], range(1, 5))
    with store.begin() as tx:
        import msgspec

        segments.add(tx, segments.Segment(*msgspec.structs.astuple(info)))
        pending.add(tx, 5, [encode(e) for e in events[4:]], events[4].at, events[5].at)
        quarantine.add(
            tx, [quarantine.Bad("events/x", "broken", "f", 1, b'{"account": {"id": "z9"}, "t": "by z9"}', T0)]
        )
        ledger.append(tx, "batch", {"events": 6}, T0)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small store."""
    folder = tmp_path_factory.mktemp("backup") / "store"
    with open_store(folder, salt=b"a salt for tests") as store:
        fill(store)
    return folder


@pytest.fixture
def place(tmp_path: Path, template: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(template, tmp_path / "store"))


def texts(folder: Path) -> list[str]:
    """Return every word that a store's events and quarantine hold."""
    with open_store(folder) as store, store.read() as tx:
        found = [e for s in segments.between(tx) for _, e in read_rows(store.archive / s.file)]
        raw = [p.decode() for batch in pending.read(tx) for p in batch.payloads]
        raw += [row.raw.decode() for row in quarantine.page(tx)]
    return [str(e.post and e.post.text) for e in found] + raw


def test_there_and_back(place: Path, tmp_path: Path) -> None:
    """A restored store is the store; the back-up was made while it was open."""
    with open_store(place) as store:
        done = backup.backup(store, tmp_path / "b", CLOCK)
    back = backup.restore(tmp_path / "b", tmp_path / "again", clock=CLOCK)
    assert (done.entries, done.segments) == (back.entries, back.segments) == (1, 1)
    assert back.erased_again == 0
    assert texts(tmp_path / "again") == texts(place)
    assert not list(tmp_path.glob(".*"))


def test_a_restored_store_gives_no_orders(place: Path, tmp_path: Path) -> None:
    """A platform that was connected is not any more in the copy, which says so in its ledger."""
    with open_store(place) as store:
        with store.begin() as tx:
            roles.add(tx, "olga", ["en"], by="olga", at=T0)
            roles.grant(tx, "olga", "operator", by="olga", at=T0)
            connect(tx, "https://platform.example/", "olga", at=T0)
        backup.backup(store, tmp_path / "b", CLOCK)
    backup.restore(tmp_path / "b", tmp_path / "again", clock=CLOCK)
    with open_store(tmp_path / "again") as copy, copy.read() as tx:
        assert executors.connected(tx) is None
        assert list(ledger.entries(tx))[-1].body == {"executor": 1, "restored": True}
    with open_store(place) as store, store.read() as tx:
        assert executors.connected(tx) is not None


def test_nothing_is_overwritten(place: Path, tmp_path: Path) -> None:
    """Neither an older back-up nor a living store gives way."""
    with open_store(place) as store:
        backup.backup(store, tmp_path / "b")
        for act in (
            lambda: backup.backup(store, tmp_path / "b"),
            lambda: backup.restore(tmp_path / "b", place),
        ):
            with pytest.raises(OmbudError) as caught:
                act()
            assert caught.value.code == "record/backup-exists"


@pytest.mark.parametrize("where", ["ombud.db", "archive"])
def test_a_damaged_back_up_is_refused(place: Path, tmp_path: Path, where: str) -> None:
    """One flipped byte, and nothing is restored."""
    with open_store(place) as store:
        backup.backup(store, tmp_path / "b")
    path = tmp_path / "b" / where
    path = next(path.iterdir()) if path.is_dir() else path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(OmbudError) as caught:
        backup.restore(tmp_path / "b", tmp_path / "again")
    assert caught.value.code == "record/backup-damaged"
    assert not (tmp_path / "again").exists()


def test_a_damaged_store_makes_no_back_up(place: Path, tmp_path: Path) -> None:
    """A copy that does not pass its check gets no name."""
    with open_store(place) as store:
        (path,) = store.archive.iterdir()
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        with pytest.raises(OmbudError) as caught:
            backup.backup(store, tmp_path / "b")
    assert caught.value.code == "events/segment-damaged"
    assert not (tmp_path / "b").exists()


def test_what_was_erased_since_is_erased_again(place: Path, tmp_path: Path) -> None:
    """The store writes later erasures beside its back-ups; a restore does them, also in quarantine."""
    with open_store(place) as store:
        backup.backup(store, tmp_path / "b", CLOCK)
        for who in ("a", "z9"):
            erase.erase(store, "account", who, reason="asked", clock=CLOCK)
    assert len(replay.read(tmp_path / "b" / replay.LIST)) == 2
    done = backup.restore(tmp_path / "b", tmp_path / "again", clock=CLOCK)
    assert done.erased_again == 2
    said = " ".join(texts(tmp_path / "again"))
    assert "by b" in said
    assert "by a" not in said
    assert "z9" not in said
    assert len(replay.read(tmp_path / "b" / replay.LIST)) >= 2


def test_a_list_can_be_handed_in(place: Path, tmp_path: Path) -> None:
    """A back-up that was away when something was erased gets its list by hand; the call named it."""
    with open_store(place) as store:
        backup.backup(store, tmp_path / "b", CLOCK)
        (tmp_path / "b").rename(tmp_path / "away")
        done = erase.erase(store, "account", "a", reason="asked", clock=CLOCK)
        assert done.unreached == (str(tmp_path / "b"),)
        with store.read() as tx:
            replay.write(tmp_path / "list", replay.lines(tx))
    assert "by a" in " ".join(texts(backup.restore(tmp_path / "away", tmp_path / "old").place))
    back = backup.restore(tmp_path / "away", tmp_path / "new", lists=(tmp_path / "list",))
    assert back.erased_again == 1
    assert "by a" not in " ".join(texts(back.place))


def test_the_list_names_nobody(place: Path, tmp_path: Path) -> None:
    """What travels is a keyed digest, a kind and a time."""
    with open_store(place) as store:
        backup.backup(store, tmp_path / "b", CLOCK)
        erase.erase(store, "account", "z9", reason="asked by z9", clock=CLOCK)
    assert b"z9" not in (tmp_path / "b" / replay.LIST).read_bytes()


def test_strange_folders_are_refused(tmp_path: Path) -> None:
    """What is no back-up, or one that points outside itself, is not restored."""
    (tmp_path / "x").mkdir()
    for text in (
        "",
        "{}",
        '{"format":"ombud-backup-v1","made_at":"","entries":0,"root":"","files":{"../x":"0"}}',
    ):
        (tmp_path / "x" / "backup.json").write_text(text)
        with pytest.raises(OmbudError) as caught:
            backup.restore(tmp_path / "x", tmp_path / "y")
        assert caught.value.code == "record/not-a-backup"
