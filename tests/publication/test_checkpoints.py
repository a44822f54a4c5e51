"""Checkpoints are signed once for a size, never against an earlier one; proofs hold under them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ombud.base.errors import StoreError, UsageError
from ombud.publication import bundle, checkpoints, verify
from ombud.publication.notes import Signer
from ombud.store import Store, open_store
from ombud.store import checkpoints as signed

ENTRIES = 37
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_a_size_is_signed_once(store: Store, signer: Signer) -> None:
    """Signing again gives the same note."""
    first = checkpoints.sign(store, signer)
    assert checkpoints.sign(store, signer) == first
    with store.read() as tx:
        assert [row.size for row in signed.every(tx)] == [5, 16, 30, ENTRIES]


def test_no_private_key_is_in_the_store(store: Store, signer: Signer) -> None:
    """The database file holds no seed, in no form."""
    checkpoints.sign(store, signer)
    seed = bytes(range(32))
    for path in (store.archive.parent).glob("ombud.db*"):
        data = path.read_bytes()
        assert seed not in data
        assert seed.hex().encode() not in data


def tamper(folder: Path, statement: str) -> None:
    """Change the database as somebody who takes its guards away."""
    db = sqlite3.connect(folder / "ombud.db")
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute(statement)
    db.commit()
    db.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ledger WHERE seq > 20",
        "UPDATE ledger SET root = zeroblob(32) WHERE seq = 15",
    ],
)
def test_two_histories_are_not_signed(store: Store, signer: Signer, fill, statement: str) -> None:  # type: ignore[no-untyped-def]
    """A ledger that no longer fits an earlier checkpoint is refused, and nothing is signed."""
    store.close()
    tamper(store.archive.parent, statement)
    with open_store(store.archive.parent) as opened:
        with pytest.raises(StoreError) as caught:
            checkpoints.sign(opened, signer)
        assert caught.value.code == "record/inconsistent"
        with opened.read() as tx:
            assert len(signed.every(tx)) == 4


@FEW
@given(seq=st.integers(0, ENTRIES - 1))
def test_an_entry_is_proved(store: Store, signer: Signer, seq: int) -> None:
    """The proof carries the entry, and holds for it alone."""
    text = checkpoints.entry_proof(store, seq, signer)
    outcome = verify.verify_proof(text, signer.verifier)
    assert outcome.faults == []
    assert outcome.entry["seq"] == seq
    wrong = text.replace(f"\nindex {seq}\n", f"\nindex {(seq + 1) % ENTRIES}\n")
    assert not verify.verify_proof(wrong, signer.verifier).holds


@FEW
@given(data=st.data())
def test_a_spoiled_proof_does_not_hold(store: Store, signer: Signer, data: st.DataObject) -> None:
    """One changed character anywhere: the proof is refused or unreadable."""
    if data.draw(st.booleans()):
        text = checkpoints.entry_proof(store, data.draw(st.integers(0, ENTRIES - 1)), signer)
    else:
        text = checkpoints.consistency(store, data.draw(st.integers(1, ENTRIES - 1)), None, signer)
    i = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(st.characters(codec="utf-8", exclude_characters=text[i]))
    try:
        assert not verify.verify_proof(text[:i] + new + text[i + 1 :], signer.verifier).holds
    except verify.UnreadableError:
        return


@pytest.mark.parametrize(("old", "new"), [(1, None), (16, None), (16, 30), (29, 30), (30, 30), (37, None)])
def test_consistency_is_proved(store: Store, signer: Signer, old: int, new: int | None) -> None:
    """A proof leads from any size to a signed one, and to the checkpoint that somebody kept."""
    text = checkpoints.consistency(store, old, new, signer)
    with store.read() as tx:
        kept = [row.note for row in signed.every(tx)]
    assert verify.verify_proof(text, signer.verifier, kept).faults == []


def test_a_kept_checkpoint_of_another_history_is_a_fork(store: Store, signer: Signer) -> None:
    """The proof starts from a root that nobody was shown."""
    text = checkpoints.consistency(store, 16, None, signer)
    kept = signer.sign(checkpoints.checkpoint_text(signer.name, 16, bytes(32)))
    outcome = verify.verify_proof(text, signer.verifier, [kept])
    assert [(f.code, f.entry) for f in outcome.faults] == [("record/fork", 15)]


@pytest.mark.parametrize(("old", "new"), [(0, None), (38, None), (5, 17), (31, 30)])
def test_what_cannot_be_proved_is_refused(store: Store, signer: Signer, old: int, new: int | None) -> None:
    """Sizes that are not there, or were never signed."""
    with pytest.raises(UsageError) as caught:
        checkpoints.consistency(store, old, new, signer)
    assert caught.value.code == "record/no-such-size"


def test_no_such_entry(store: Store, signer: Signer) -> None:
    """The last entry's number is told."""
    with pytest.raises(UsageError) as caught:
        checkpoints.entry_proof(store, ENTRIES, signer)
    assert caught.value.code == "record/no-such-entry"


def test_a_bundle_replaces_only_a_bundle(store: Store, signer: Signer, tmp_path: Path, fill) -> None:  # type: ignore[no-untyped-def]
    """An older bundle makes way; anything else is left alone."""
    out = tmp_path / "out"
    bundle.export(store, out, signer)
    fill(store, 2, first=ENTRIES)
    assert bundle.export(store, out, signer).size == ENTRIES + 2
    assert verify.verify_bundle(out, signer.verifier).faults == []
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("dear diary")
    with pytest.raises(UsageError) as caught:
        bundle.export(store, tmp_path / "mine", signer)
    assert caught.value.code == "record/not-a-bundle"
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["diary.txt"]
    assert not list(tmp_path.glob(".*.part"))


def test_after_a_new_key_the_bundle_has_its_checkpoints_only(
    store: Store, signer: Signer, other: Signer, tmp_path: Path
) -> None:
    """A changed key signs the same history; each bundle holds under its key."""
    bundle.export(store, tmp_path / "b", other)
    outcome = verify.verify_bundle(tmp_path / "b", other.verifier)
    assert (outcome.faults, outcome.checkpoints) == ([], 1)
