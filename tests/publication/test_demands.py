"""Demands are counted, tested against our clauses and told; they weigh nothing."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ombud.cases
import ombud.measures
from ombud.base.clock import DAY
from ombud.base.errors import OmbudError, StoreError
from ombud.cases.entry import digest
from ombud.publication import demands, disclosures
from ombud.store import Store, Tx, cases, casework, clauses, ledger, open_store, people, pins
from ombud.store import demands as kept
from ombud.store import disclosures as made

NOW = 20_000 * DAY
CLAUSE = clauses.ClauseVersion(
    "k1", "cc", "4.4", "1", 1, 100, "private_information", 3, ",hint,notice,disable,",
    "disable", 24, 180, "never", {},
)  # fmt: skip
DEMAND: dict[str, Any] = {
    "body": "Office of Somewhere", "door": "telephone", "asks": "remove", "instrument": "a call",
    "article": "none", "scope": "three posts about a bridge", "territory": "XX", "by": "ann", "at": NOW,
}  # fmt: skip
DISCLOSURE: dict[str, Any] = {
    "ground": "imminent_danger_to_life", "law": "Art. 18 DSA", "recipient": "rescue service",
    "data": {"location": "to find the person"}, "why": "a farewell letter", "territory": "XX",
    "account": "person-1", "tell_by": NOW + 30 * DAY, "by": "ann", "second": "bob", "at": NOW,
}  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with people, a clause and two cases."""
    folder = tmp_path_factory.mktemp("demands") / "store"
    with open_store(folder, salt=b"a salt for tests") as store, store.begin() as tx:
        for person in ("ann", "bob"):
            people.save(tx, person, ["en"], NOW)
            people.act(tx, person, "operator", True, person, NOW)
        pins.pin(tx, "cc", version="1", hash="h", payload={}, at=NOW, seq=1)
        clauses.put(tx, CLAUSE)
        leads = [cases.Lead("post", f"p{i}", "cc", "4.4", "1", 1, 3, NOW, False) for i in (0, 1)]
        cases.open_or_join(tx, leads, NOW)
    return folder


@pytest.fixture
def store(tmp_path: Path, template: Path) -> Iterator[Store]:
    """A copy of it."""
    import shutil

    shutil.copytree(template, tmp_path / "store")
    with open_store(tmp_path / "store") as opened:
        yield opened


def refused(store: Store, act: Any, code: str) -> None:
    """Show that an act is refused with a code and changes nothing."""
    with store.read() as tx:
        size = ledger.size(tx)
    with pytest.raises(OmbudError) as caught, store.begin() as tx:
        act(tx)
    assert caught.value.code == code
    with store.read() as tx:
        assert ledger.size(tx) == size


def test_a_demand_weighs_nothing(store: Store) -> None:
    """The queue is the same before and after, also for the case that the demand is about."""
    with store.read() as tx:
        before = casework.queue(tx)
    with store.begin() as tx:
        demands.add(tx, **DEMAND, case_id=before[1].id)
    with store.read() as tx:
        assert casework.queue(tx) == before
        assert [row.body for row in kept.of_case(tx, before[1].id)] == ["Office of Somewhere"]


@pytest.mark.parametrize("room", [ombud.cases, ombud.measures])
def test_no_room_that_ranks_or_acts_reads_demands(room: Any) -> None:
    """Cases and measures do not import the register; a demand has no way into them."""
    for path in Path(room.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", "") or ""}
                assert not any("demand" in name or "disclosure" in name for name in names), path


def test_an_open_demand_is_public_and_its_digest_fits(store: Store) -> None:
    """Anyone computes the ledger's digest from what the register tells."""
    with store.begin() as tx:
        row = demands.add(tx, **DEMAND)
        demands.answer(tx, row.id, answer="refused", reasons="no clause forbids it", by="bob", at=NOW)
    with store.read() as tx:
        (told,) = demands.public(tx, NOW)
        entries = list(ledger.entries(tx))
    (answer,) = told.pop("answers")
    assert digest(bytes.fromhex(told.pop("salt")), told) == entries[0].body["digest"]
    assert digest(bytes.fromhex(answer.pop("salt")), answer) == entries[1].body["digest"]
    assert "ann" not in str(told) + str(answer)
    assert entries[0].body["door"] == "telephone"
    assert entries[1].body["answer"] == "refused"


def test_a_gag_ends_in_disclosure(store: Store) -> None:
    """Under a gag a demand is counted and nothing else is told; after its end all of it is."""
    with store.begin() as tx:
        row = demands.add(tx, **DEMAND, gag_until=NOW + DAY, gag_law="a law")
        demands.answer(tx, row.id, answer="refused", reasons="no", by="bob", at=NOW)
    with store.read() as tx:
        assert demands.public(tx, NOW) == [{"id": row.id, "silent_until": "2024-10-05T00:00:00Z"}]
        assert demands.counts(tx, NOW)["demands"] == demands.counts(tx, NOW)["under_a_gag"] == 1
        entries = list(ledger.entries(tx))
        assert "Somewhere" not in str(entries)
        assert "telephone" not in str(entries)
        assert "refused" not in str(entries)
        (told,) = demands.public(tx, NOW + DAY)
        assert told["body"] == "Office of Somewhere"
        assert demands.counts(tx, NOW + DAY)["answers"] == {"refused": 1}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"body": " "}, "record/demand-incomplete"),
        ({"article": ""}, "record/demand-incomplete"),
        ({"scope": "x" * 501}, "cases/too-long"),
        ({"door": "back"}, "record/demand-door"),
        ({"asks": "punish"}, "record/demand-asks"),
        ({"gag_until": NOW + DAY}, "record/gag-without-law"),
        ({"gag_law": "a law"}, "record/gag-without-law"),
        ({"gag_until": NOW, "gag_law": "a law"}, "record/gag-end"),
        ({"gag_until": NOW + 400 * DAY, "gag_law": "a law"}, "record/gag-end"),
        ({"case_id": "c-none"}, "record/no-such-case"),
        ({"by": "nobody"}, "cases/no-such-person"),
    ],
)
def test_a_demand_needs_its_parts(store: Store, change: dict[str, Any], code: str) -> None:
    """Who, what for, under which law; a gag needs a law and an end."""
    refused(store, lambda tx: demands.add(tx, **{**DEMAND, **change}), code)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"answer": "followed"}, "record/demand-needs-clause"),
        ({"answer": "followed", "code": "cc", "clause": "9.9"}, "record/no-such-clause"),
        ({"answer": "refused", "clause": "4.4"}, "record/demand-needs-clause"),
        ({"answer": "obeyed"}, "record/demand-answer"),
        ({"answer": "refused", "reasons": ""}, "record/demand-reasons"),
    ],
)
def test_a_demand_is_followed_only_under_a_clause(store: Store, given: dict[str, Any], code: str) -> None:
    """Our own clause, in force, must forbid it anyway."""
    with store.begin() as tx:
        row = demands.add(tx, **DEMAND)
    full = {"reasons": "because", "by": "bob", "at": NOW, **given}
    refused(store, lambda tx: demands.answer(tx, row.id, **full), code)
    with store.begin() as tx:
        demands.answer(
            tx, row.id, answer="followed_in_part", reasons="one post gives an address", by="bob", at=NOW,
            code="cc", clause="4.4",
        )  # fmt: skip


def test_raw_sql_follows_no_demand_without_a_clause(store: Store) -> None:
    """The database refuses what the room would refuse, and keeps what was entered."""
    with store.begin() as tx:
        row = demands.add(tx, **DEMAND)
    bad = kept.Answer(row.id, 1, NOW, "followed", "because", None, None, "bob", b"s" * 16)
    for act in (
        lambda tx: kept.answer(tx, bad),
        lambda tx: tx.connection.exec_driver_sql("UPDATE demands SET body = 'x'"),
        lambda tx: tx.connection.exec_driver_sql("DELETE FROM demands"),
        lambda tx: tx.connection.exec_driver_sql("REPLACE INTO demands SELECT * FROM demands"),
    ):
        with pytest.raises(StoreError), store.begin() as tx:
            act(tx)


def test_a_disclosure_is_counted_and_told(store: Store) -> None:
    """The ledger has its ground, a number and a digest; the person is told by a date, or it is overdue."""
    with store.begin() as tx:
        row = disclosures.record(tx, **DISCLOSURE)
    with store.read() as tx:
        (entry,) = ledger.entries(tx)
        assert "person-1" not in str(entry.body)
        assert disclosures.counts(tx, NOW)["overdue"] == 0
        assert disclosures.counts(tx, NOW + 30 * DAY)["overdue"] == 1
    with store.begin() as tx:
        disclosures.tell(tx, row.id, by="bob", at=NOW + 31 * DAY)
    refused(
        store, lambda tx: disclosures.tell(tx, row.id, by="bob", at=NOW + 32 * DAY), "record/told-already"
    )
    with store.read() as tx:
        counts = disclosures.counts(tx, NOW + 31 * DAY)
        assert counts == {
            "disclosures": 1, "grounds": {"imminent_danger_to_life": 1, "child_sexual_abuse": 0},
            "told": 1, "overdue": 0,
        }  # fmt: skip
        assert [e.body.get("late") for e in ledger.entries(tx)] == [None, True]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ground": "state_secrets"}, "record/ground-never-qualifies"),
        ({"ground": "criticism of the State"}, "record/ground-never-qualifies"),
        ({"ground": "public_order"}, "record/ground-never-qualifies"),
        ({"ground": "fraud"}, "record/unknown-ground"),
        ({"ground": ""}, "record/unknown-ground"),
        ({"second": "ann"}, "record/disclosure-needs-two"),
        ({"data": {}}, "record/disclosure-data"),
        ({"data": {"everything": "just in case"}}, "record/disclosure-data"),
        ({"data": {"location": ""}}, "record/disclosure-data"),
        ({"law": ""}, "record/disclosure-incomplete"),
        ({"tell_by": NOW}, "record/disclosure-end"),
        ({"tell_by": NOW + 400 * DAY}, "record/disclosure-end"),
    ],
)
def test_what_never_qualifies(store: Store, change: dict[str, Any], code: str) -> None:
    """The list of grounds is closed; two people, a law, data with its need, an end of the silence."""
    refused(store, lambda tx: disclosures.record(tx, **{**DISCLOSURE, **change}), code)


@pytest.mark.parametrize("change", [{"ground": "public_order"}, {"seconded_by": "ann"}, {"law": ""}])
def test_raw_sql_discloses_nothing_else(store: Store, change: dict[str, Any]) -> None:
    """The database holds the closed list, the two people and the law as well."""
    row = {
        "n": 1, "id": "x-1", "at": NOW, "ground": "child_sexual_abuse", "law": "a law", "recipient": "r",
        "data": {"contact": "w"}, "why": "w", "territory": "XX", "account": "a", "tell_by": NOW + 1,
        "recorded_by": "ann", "seconded_by": "bob", "salt": b"s", **change,
    }  # fmt: skip

    def write(tx: Tx) -> None:
        made.add(tx, made.Disclosure(**row))

    refused(store, write, "store/constraint")


def test_digests_are_salted(store: Store) -> None:
    """Two equal demands have two digests, and neither is the plain hash."""
    with store.begin() as tx:
        rows = [demands.add(tx, **DEMAND) for _ in range(2)]
    with store.read() as tx:
        digests = [entry.body["digest"] for entry in ledger.entries(tx)]
    assert len(set(digests)) == 2
    plain = hashlib.sha256(str(demands.told_fields(rows[0])).encode()).hexdigest()
    assert plain not in digests
