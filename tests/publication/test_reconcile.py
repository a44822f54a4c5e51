"""Figures, statements and ledger agree through a life; whatever is planted beside it is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ombud.base.clock import DAY, HOUR, FixedClock
from ombud.publication import erase, figures, statements_export
from ombud.publication.reconcile import NAMED, Difference, reconcile, shown
from ombud.redress import dispute, hold, judge
from ombud.redress.appeal import file_appeal
from ombud.store import Store, ledger, measures

NOW = 20_000 * DAY
END = NOW + 100 * DAY
CLOCK = FixedClock(END)


@pytest.fixture
def store(life_store: Store) -> Store:
    """The store of the cases' tests, on both databases."""
    return life_store


@pytest.fixture
def lived(store: Store, life: Any) -> Store:
    """Two decisions, a label, a hold, a reversal, a case that was cleared."""
    with store.begin() as tx:
        first = life.whole(tx, "disable", account="a1", post="p1")
        life.whole(tx, "disable", account="a2", post="p2")
        life.whole(tx, "label", clause="9.9", account="a3", post="p3", severity=1)
        held = life.case(tx, account="a4", post="p4")
        hold.hold(tx, life.answered(tx, held), "ann", reasons="It must not stay up.", at=NOW)
        cleared = life.answered(tx, held, verdict="does_not_apply", at=NOW + HOUR)
        life.decided(tx, cleared, life.choice(), at=NOW + HOUR)
        appeal = file_appeal(tx, first.notice, "I did not.", at=NOW + DAY)
        judge.reverse(tx, appeal.id, "ada", "It was public.", at=NOW + 2 * DAY, no_conflict=True)
        second = next(row for row in measures.of_account(tx, "a2"))
        file_appeal(tx, second.notice_id, "I did not.", at=NOW + DAY)
        brought = {"body": "A body", "brought_at": NOW + DAY}
        dispute.record(tx, second.notice_id, "olga", **brought, at=NOW + DAY)
    return store


def found(store: Store, since: int = 0, file: Path | None = None) -> set[tuple[str, str]]:
    """Return where and how anything differs."""
    with store.read() as tx:
        done = reconcile(tx, since, END, END, file)
    return {(each.where, each.how) for each in done.differences}


def test_a_life_agrees_with_itself(lived: Store, tmp_path: Path) -> None:
    """Through decisions, holds, reversals, exports and erasures there is no difference."""
    with lived.read() as tx:
        done = reconcile(tx, 0, END, END)
    assert done.differences == ()
    wanted = ("measures", "measures undone", "appeals", "disputes")
    assert {k: n for k, n in done.compared.items() if k in wanted} == {
        "measures": 4, "measures undone": 2, "appeals": 2, "disputes": 1,
    }  # fmt: skip
    assert found(lived, since=NOW + HOUR) == set()
    out = tmp_path / "s"
    statements_export.export(lived, out, 0, END, CLOCK)
    assert found(lived, file=out) == set()
    erase.erase(lived, "account", "a1", reason="a request", clock=CLOCK)
    assert found(lived, file=out) == set()


def test_a_measure_undone_without_an_entry_is_named(lived: Store) -> None:
    """Who undoes a measure beside the record is found, with its id."""
    with lived.begin() as tx:
        row = measures.of_account(tx, "a2")[0]
        measures.undo(tx, [row.id], NOW + DAY, row.notice_id)
    with lived.read() as tx:
        differences = reconcile(tx, 0, END, END).differences
    assert Difference("measures undone", "not in the ledger", (row.id,)) in differences
    assert Difference("figure reversed", "not in the ledger's count", (row.id,)) in differences
    assert any(row.id in line for line in shown(differences))


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("measure", {"measure": "m-x", "kind": "label"}, ("measures", "in the ledger only")),
        ("measure-undone", {"measure": "m-x"}, ("measures undone", "in the ledger only")),
        ("notice", {"notice": "n-x"}, ("notices", "in the ledger only")),
        ("appeal", {"appeal": "a-x"}, ("appeals", "in the ledger only")),
        ("dispute", {"dispute": "u-x"}, ("disputes", "in the ledger only")),
        ("example", {"example": "e-x"}, ("examples", "in the ledger only")),
        (
            "decision", {"decision": "d-x", "answer": "applies", "automatic": False},
            ("decisions", "in the ledger only"),
        ),
        ("statements", {"n": 3}, ("statements", "0 left, the ledger says 3")),
    ],
)  # fmt: skip
def test_an_entry_without_its_row_is_named(
    lived: Store, kind: str, body: dict[str, Any], expected: tuple[str, str]
) -> None:
    """An entry that no row stands behind is found."""
    with lived.begin() as tx:
        ledger.append(tx, kind, body, NOW + DAY)
    assert expected in found(lived)


def test_an_entry_that_stands_twice_or_says_something_else_is_named(lived: Store) -> None:
    """The same measure entered again, at another time and as another kind."""
    with lived.begin() as tx:
        row = measures.of_account(tx, "a2")[0]
        ledger.append(tx, "measure", {"measure": row.id, "kind": "label"}, NOW + 5 * DAY)
    assert found(lived) == {
        ("measures", "twice in the ledger"),
        ("figure measures", "of another kind in the ledger"),
    }


def test_a_figure_that_counts_wrongly_is_named(lived: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that leaves something out does not agree with the rows."""
    wrong = [
        replace(query, sql=query.sql.replace("WHERE at", "WHERE kind <> 'label' AND at"))
        if query.name == "measures"
        else query
        for query in figures.QUERIES
    ]
    monkeypatch.setattr(figures, "QUERIES", tuple(wrong))
    with lived.read() as tx:
        (difference,) = reconcile(tx, 0, END, END).differences
    assert difference == Difference("figure measures", "counts another number than there are", ("label",))


def test_a_statement_that_was_changed_is_named(lived: Store, tmp_path: Path) -> None:
    """A body that is not what left, in the store or in the file, and a line that is missing."""
    out = tmp_path / "s"
    statements_export.export(lived, out, 0, END, CLOCK)
    lines = out.read_text().splitlines()
    first = json.loads(lines[0])
    out.write_text("\n".join([json.dumps({**first, "decision_facts": "x"}), "{}", *lines[2:]]))
    assert found(lived, file=out) == {
        ("statements in the file", "are not what left"),
        ("statements in the file", "are missing"),
    }
    with lived.begin() as tx:
        other = {**first, "decision_visibility": ["DECISION_VISIBILITY_CONTENT_LABELLED"]}
        tx.run(
            text("UPDATE statements SET body = :body WHERE measure_id = :id"),
            {"body": json.dumps(other), "id": first["puid"]},
        )
    assert found(lived) == {("statements", "say another measure"), ("statements", "are not what left")}


def test_many_ids_are_counted_and_some_are_named() -> None:
    """A long list is cut where it is shown, and says so."""
    line = next(shown([Difference("x", "y", tuple(f"m-{i:03}" for i in range(NAMED + 3)))]))
    assert line.startswith("x: y: m-000, m-001")
    assert line.endswith(f"m-{NAMED - 1:03} and 3 more")
