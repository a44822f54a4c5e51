"""The record that only grows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from ombud.base.errors import StoreError
from ombud.store import Store, ledger, tree


def fill(store: Store, n: int) -> list[ledger.Entry]:
    """Write n entries, some alone and some together."""
    written = []
    with store.begin() as tx:
        for i in range(0, n, 3):
            written += ledger.append_many(
                tx, [("note", {"n": j}) for j in range(i, min(n, i + 3))], 1_000_000 * i
            )
    return written


def test_entries_are_canonical_json(store: Store) -> None:
    """An entry's bytes are RFC 8785 JSON with its place, kind and instant; leaf and root follow from them."""
    with store.begin() as tx:
        assert (ledger.size(tx), ledger.root(tx)) == (0, tree.EMPTY_ROOT)
        assert ledger.append_many(tx, [], 1) == []
        entry = ledger.append(tx, "batch", {"z": "\0中", "a": 1}, 1_500_000)
        body = b'{"a":1,"z":"\\u0000\xe4\xb8\xad"}'
        data = b'{"at":"1970-01-01T00:00:01.500000Z","body":' + body + b',"kind":"batch","seq":0}'
        assert entry.leaf == tree.leaf_hash(data)
        assert entry.root == ledger.root(tx) == tree.merkle_root([data])
        assert list(ledger.entries(tx)) == [entry]
        with pytest.raises(ValueError):
            ledger.append(tx, "batch", {"x": float("nan")}, 1)


def test_root_after_each_entry(store: Store) -> None:
    """Each entry's root is the Merkle root over all entries so far, across transactions."""
    written = fill(store, 7) + fill(store, 6)
    assert [entry.seq for entry in written] == list(range(13))
    with store.read() as tx:
        raw = [bytes(row[0]) for row in tx.run(text("SELECT entry FROM ledger ORDER BY seq"))]
        for entry in written:
            assert entry.root == tree.merkle_root(raw[: entry.seq + 1])
        assert ledger.check(tx) == (13, written[-1].root)
        assert [entry.seq for entry in ledger.entries(tx, 3, 5)] == [3, 4, 5]


def test_proofs_from_the_table(store: Store) -> None:
    """Every inclusion and consistency proof over a small ledger verifies."""
    written = fill(store, 11)
    with store.read() as tx:
        for size in (1, 4, 7, 11):
            for seq in range(size):
                proof = ledger.prove_inclusion(tx, seq, size)
                assert tree.verify_inclusion(written[seq].leaf, seq, size, proof.path, written[size - 1].root)
                assert proof.root == written[size - 1].root
            for old in range(1, size + 1):
                proof = ledger.prove_consistency(tx, old, size)
                roots = written[old - 1].root, written[size - 1].root
                assert tree.verify_consistency(old, size, proof.path, *roots)
        with pytest.raises(ValueError, match="not 12"):
            ledger.prove_inclusion(tx, 0, 12)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET kind = 'x' WHERE seq = 1",
        "DELETE FROM ledger WHERE seq = 2",
        "DELETE FROM ledger",
        "INSERT INTO ledger SELECT 9, at, kind, entry, leaf, nodes, root FROM ledger WHERE seq = 1",
        "INSERT INTO ledger SELECT -1, at, kind, entry, leaf, nodes, root FROM ledger WHERE seq = 1",
        "INSERT INTO ledger SELECT seq, at, 'x', entry, leaf, nodes, root FROM ledger WHERE seq = 1",
    ],
)
def test_the_database_refuses_changes(store: Store, statement: str) -> None:
    """Raw SQL cannot change, delete, insert out of turn or insert over an entry."""
    fill(store, 3)
    with pytest.raises(StoreError) as caught, store.begin() as tx:
        tx.run(text(statement))
    assert caught.value.code == "store/append-only"
    with store.read() as tx:
        assert ledger.check(tx)[0] == 3


def test_replace_is_refused(sqlite_store: Store) -> None:
    """SQLite's REPLACE, which deletes without firing delete triggers, is refused too."""
    fill(sqlite_store, 3)
    for verb in ("REPLACE INTO", "INSERT OR REPLACE INTO"):
        with pytest.raises(StoreError) as caught, sqlite_store.begin() as tx:
            tx.run(
                text(f"{verb} ledger SELECT seq, at, 'x', entry, leaf, nodes, root FROM ledger WHERE seq = 1")
            )
        assert caught.value.code == "store/append-only"


@pytest.mark.postgres
def test_truncate_is_refused(schema_url: str, tmp_path: Any) -> None:
    """PostgreSQL's TRUNCATE is refused too."""
    from ombud.store import open_store

    with open_store(schema_url, folder=tmp_path) as store:
        fill(store, 3)
        with pytest.raises(StoreError) as caught, store.begin() as tx:
            tx.run(text("TRUNCATE ledger"))
        assert caught.value.code == "store/append-only"


def _tamper(store: Store, *statements: str) -> None:
    """Change the ledger as someone with the file in hand could: without the triggers."""
    with store.begin() as tx:
        for name in ("ledger_no_update", "ledger_no_delete", "ledger_next"):
            tx.run(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            tx.connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("statement", "seq", "words"),
    [
        ("UPDATE ledger SET entry = CAST(replace(entry, '2', '3') AS BLOB) WHERE seq = 2", 2, "was changed"),
        ("UPDATE ledger SET leaf = zeroblob(32) WHERE seq = 4", 4, "was changed"),
        ("UPDATE ledger SET root = zeroblob(32) WHERE seq = 3", 3, "does not lead"),
        ("UPDATE ledger SET nodes = zeroblob(32) WHERE seq = 1", 1, "does not lead"),
        ("UPDATE ledger SET at = at + 1 WHERE seq = 5", 5, "something else"),
        ("UPDATE ledger SET kind = 'x' WHERE seq = 0", 0, "something else"),
        ("DELETE FROM ledger WHERE seq = 3", 3, "missing"),
        ("DELETE FROM ledger WHERE seq = 0", 0, "missing"),
    ],
)
def test_check_names_the_first_bad_entry(sqlite_store: Store, statement: str, seq: int, words: str) -> None:
    """Whatever was changed behind the triggers is found and the first bad entry named."""
    fill(sqlite_store, 8)
    _tamper(sqlite_store, statement)
    with sqlite_store.read() as tx, pytest.raises(StoreError) as caught:
        ledger.check(tx)
    assert caught.value.code == "store/ledger-broken"
    assert f"entry {seq}:" in str(caught.value)
    assert words in str(caught.value)


def test_check_against_a_known_root(sqlite_store: Store) -> None:
    """A tail cut off or rewritten as a whole shows against a size and root known from elsewhere."""
    written = fill(sqlite_store, 8)
    known = (8, written[-1].root)
    with sqlite_store.read() as tx:
        assert ledger.check(tx, known) == known
        assert ledger.check(tx, (5, written[4].root)) == known
        assert ledger.check(tx, (0, tree.EMPTY_ROOT)) == known
        with pytest.raises(StoreError, match="not the expected one"):
            ledger.check(tx, (5, written[5].root))
    _tamper(sqlite_store, "DELETE FROM ledger WHERE seq > 5")
    with sqlite_store.read() as tx:
        assert ledger.check(tx)[0] == 6
        with pytest.raises(StoreError, match="ends here"):
            ledger.check(tx, known)


def test_bodies_are_plain_json(store: Store) -> None:
    """Another program reads an entry with any JSON parser and finds what was written."""
    with store.begin() as tx:
        ledger.append(tx, "run", {"codes": {"cc": "ab"}, "events": 2**53 - 1}, 0)
        raw = bytes(tx.run(text("SELECT entry FROM ledger")).scalar_one())
    said = json.loads(raw)
    assert said["body"] == {"codes": {"cc": "ab"}, "events": 2**53 - 1}
    assert (said["seq"], said["kind"], said["at"]) == (0, "run", "1970-01-01T00:00:00Z")
