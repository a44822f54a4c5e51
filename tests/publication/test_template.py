"""The harmonised template is filled from the record; what cannot be known is empty and says why."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.clock import DAY, HOUR, FixedClock
from ombud.base.errors import UsageError
from ombud.base.ids import content_hash
from ombud.conduct.harms import harms
from ombud.publication import demands, template, template_count, template_page
from ombud.publication.statements_schema import schema
from ombud.publication.template_count import TOTAL, Grid, hide
from ombud.redress import dispute, judge
from ombud.redress.appeal import file_appeal
from ombud.store import Store, Tx, decisions, ledger
from ombud.store.tables import reports as reporting

NOW = 20_000 * DAY
END = NOW + 100 * DAY
VIOLENCE = "STATEMENT_CATEGORY_CYBER_VIOLENCE"
PRIVACY = "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"


@pytest.fixture
def store(life_store: Store) -> Store:
    """The store of the cases' tests, on both databases."""
    return life_store


def sheet(value: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a sheet of the JSON report by its name."""
    return next(each for each in value["sheets"] if each["name"] == name)


def row(found: dict[str, Any], *labels: str) -> dict[str, Any]:
    """Return the cells of the row that bears these labels, by column."""
    width = len(found["labels"])
    (cells,) = [each[width:] for each in found["rows"] if set(labels) <= set(each[:width])]
    return dict(zip(found["columns"], cells, strict=True))


def appeals(tx: Tx, life: Any, n: int, reversed_: int) -> None:
    """Decide and appeal ``n`` times; the first ``reversed_`` decisions are reversed, a day later each."""
    for i in range(n):
        done = life.whole(tx, "disable", account=f"a{i}", post=f"p{i}")
        appeal = file_appeal(tx, done.notice, "I did not.", at=NOW + DAY)
        act = judge.reverse if i < reversed_ else judge.keep
        act(tx, appeal.id, "ada", "It was looked at again.", at=NOW + (2 + i) * DAY, no_conflict=True)


def test_a_fresh_store_fills_the_template(store: Store, tmp_path: Path) -> None:
    """Every query runs where there is nothing; counts are 0, and times, names and strangers are empty."""
    value = template_page.publish(store, tmp_path / "t", NOW, END, clock=FixedClock(END))
    assert [each["id"] for each in value["sheets"]] == [str(n) for n in range(1, 12)]
    own = sheet(value, "own_initiative_TC")
    assert set(row(own, TOTAL).values()) == {0}
    assert len(own["rows"]) == 100
    complaints = sheet(value, "appeals_and_recidivism")
    assert complaints["empty"]["4,0"] == "none_yet"
    for each in value["sheets"]:
        cells = [(i, j) for i, line in enumerate(each["rows"]) for j in range(len(each["columns"]))
                 if line[len(each["labels"]) + j] is None]  # fmt: skip
        assert sorted(each["empty"]) == sorted(f"{i},{j}" for i, j in cells)
        assert set(each["empty"].values()) <= set(value["why"])


def test_measures_complaints_and_orders_are_counted(store: Store, life: Any, tmp_path: Path) -> None:
    """Each stands in its sheet, by category, by outcome with the median time, and by Member State."""
    with store.begin() as tx:
        appeals(tx, life, 12, 6)
        for i in range(5):
            life.whole(tx, "disable", clause="4.6", severity=4, account=f"b{i}", post=f"q{i}")
        given = {"body": "Office", "scope": "s", "by": "olga"}
        for territory, article, asks in (
            ("DE", "Art. 9", "remove"), ("DE", "Art. 10", "information"),
            ("CN", "x", "remove"), ("FR", "none", "remove"),
        ):  # fmt: skip
            demands.add(
                tx, **given, door="court", asks=asks, territory=territory, instrument="an order",
                article=article, at=NOW + HOUR,
            )  # fmt: skip
    value = template_page.publish(
        store, tmp_path / "t", NOW - DAY, END, service="Ours", clock=FixedClock(END)
    )
    own = sheet(value, "own_initiative_TC")
    first = "Number of measures taken at the provider's own initiative"
    disabled = "Visibility restriction Disable"
    assert (row(own, TOTAL)[first], row(own, TOTAL)[disabled]) == (17, 17)
    assert (row(own, PRIVACY)[first], row(own, VIOLENCE)[first]) == (12, 5)
    assert row(own, "KEYWORD_MISSING_PROCESSING_GROUND")[first] == 12
    assert set(row(sheet(value, "own_initiative_illegal"), TOTAL).values()) == {0}
    told = sheet(value, "appeals_and_recidivism")
    name = "Number of complaints submitted to the internal-complaints mechanism"
    found = {line[2]: line[3] for line in told["rows"] if line[1] == name}
    assert found == {
        "Total number": 12, "Decisions upheld": 6, "Decisions partially reversed": 0, "Decisions reversed": 6,
        "Median time": 156.0, "Decision omitted": 0,
    }  # fmt: skip
    orders = sheet(value, "member_states_orders")
    scopes = {line[2] for line in orders["rows"]}
    assert scopes == {TOTAL, "DE"}
    act, inform = orders["columns"][0], orders["columns"][4]
    assert (row(orders, TOTAL, "STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER")[act]) == 1
    (total,) = [line for line in orders["rows"] if (line[0], line[2]) == (TOTAL, "DE")]
    assert dict(zip(orders["columns"], total[3:], strict=True))[inform] == 1


def test_small_cells_are_empty(store: Store, life: Any, tmp_path: Path) -> None:
    """Under five is not told, nor can it be had from a sum; a median of fewer than five is not given."""
    with store.begin() as tx:
        appeals(tx, life, 4, 2)
    value = template_page.publish(store, tmp_path / "t", NOW - DAY, END, clock=FixedClock(END))
    for name in ("own_initiative_TC", "appeals_and_recidivism", "human_resources"):
        numbers = [
            cell for line in sheet(value, name)["rows"] for cell in line if isinstance(cell, int | float)
        ]
        assert all(n == 0 or n >= 5 for n in numbers), name


def test_notices_and_disputes_are_counted(store: Store, life: Any, tmp_path: Path) -> None:
    """Article 16 notices by category, what was done and how fast; none of it is own initiative."""
    with store.begin() as tx:
        for i in range(6):
            done = life.whole(tx, "disable", account=f"a{i}", post=f"p{i}")
            decision = decisions.get(tx, done.decision)
            given = {
                "n": i + 1, "id": f"r-{i}", "key": bytes([i]), "event_id": f"e{i}", "at": NOW - DAY,
                "filed_at": NOW - DAY, "door": "form", "reporter": f"u{i}", "subject_kind": "post",
                "subject": f"p{i}", "code": "cc", "clause": "4.4", "text": "", "content": "", "evidence": [],
                "legal": {"statute": "a law"}, "case_id": decision.case_id, "salt": b"s" * 16,
            }  # fmt: skip
            tx.run(reporting.reports.insert(), given)
            brought = {"body": "A body", "brought_at": NOW + DAY}
            open_ = dispute.record(tx, done.notice, "olga", **brought, at=NOW + DAY)
            said = {"decided_at": NOW + 3 * DAY, "at": NOW + 3 * DAY}
            dispute.note_outcome(tx, open_.id, "olga", "overturned", "It does not hold.", **said)
            dispute.implement(tx, open_.id, "ada", "We follow.", at=NOW + 4 * DAY, no_conflict=True)
    value = template_page.publish(store, tmp_path / "t", NOW - 2 * DAY, END, clock=FixedClock(END))
    found = sheet(value, "notices")
    assert list(row(found, PRIVACY).values()) == [6, None, 6, None, 24.0, None, 0, None, 6, None]
    assert row(found, TOTAL)["Number of notices received"] == 6
    assert set(row(sheet(value, "own_initiative_TC"), TOTAL).values()) == {0}
    automated = {(line[1], line[2]): line[3] for line in sheet(value, "automated_means")["rows"]}
    assert automated["Number of notices not processed by automated means", "NAM Total"] == 6
    assert automated["Number of measures not taken by automated means", "Own-initiative"] == 0
    told = sheet(value, "appeals_and_recidivism")
    out = {line[2]: line[3] for line in told["rows"] if line[0] == "Out-of-court dispute settlement bodies"}
    assert out == {
        "Total number": 6, "Decisions upheld": 0, "Decisions partially reversed": 0, "Decisions reversed": 6,
        "Median time": 48.0, "Decision omitted": 0, "Percentage of outcomes implemented": 100.0,
    }  # fmt: skip


@pytest.mark.parametrize(("n", "reversed_", "precision"), [(6, 5, None), (11, 5, 54.5)])
def test_no_share_tells_what_another_sheet_hides(
    store: Store, life: Any, tmp_path: Path, n: int, reversed_: int, precision: float | None
) -> None:
    """Precision counts reversals, so it is told only where the outcomes of appeals are told too."""
    with store.begin() as tx:
        appeals(tx, life, n, reversed_)
    value = template_page.publish(store, tmp_path / "t", NOW - DAY, END, clock=FixedClock(END))
    name = "Accuracy of the automated means - Precision"
    found = [line[3] for line in sheet(value, "automated_means")["rows"] if line[1] == name]
    assert found == [precision]


def test_the_files_agree(store: Store, life: Any, tmp_path: Path) -> None:
    """JSON, CSV and both pages say the same; each sheet's hash can be made again; the ledger has it all."""
    with store.begin() as tx:
        appeals(tx, life, 12, 6)
    out = tmp_path / "t"
    value = template_page.publish(store, out, NOW - DAY, END, service="=Ours", clock=FixedClock(END))
    assert json.loads((out / "template.json").read_text()) == value
    own = sheet(value, "own_initiative_TC")
    with (out / "6_own_initiative_TC.csv").open() as file:
        lines = list(csv.reader(file))
    assert lines[0][:3] == ["Applicability", "Service", "Reporting period"]
    assert lines[0][5:21] == own["columns"]
    assert len(lines[0]) == 5 + 2 * 16
    assert lines[1][:6] == ["All", "'=Ours", "2024-10-03/2025-01-11", TOTAL, "", "12"]
    assert len(lines) == 1 + len(own["rows"])
    for each in value["sheets"]:
        covered = {
            "queries": each["queries"], "rows": each["rows"],
            "since": value["since"], "until": value["until"],
        }  # fmt: skip
        assert content_hash(covered) == each["hash"]
    for name, words in (("index.html", "Decisions upheld"), ("index.zh.html", "针对暂停或终止账号的申诉")):
        page = (out / name).read_text()
        assert words in page
        assert own["hash"] in page
        assert "<script" not in page
    assert "Decisions upheld" not in (out / "index.zh.html").read_text()
    with store.read() as tx:
        last = list(ledger.entries(tx))[-1]
    assert (last.kind, last.body["hash"]) == ("template", content_hash(value))
    again = template_page.publish(store, out, NOW - DAY, END, clock=FixedClock(END + DAY))
    assert row(
        sheet(again, "report_identification"), "Date of the publication of the latest previous report"
    ) == {"Value": "2025-01-12"}


def test_another_folder_is_left_alone(store: Store, tmp_path: Path) -> None:
    """A folder with something else is refused."""
    (tmp_path / "mine").write_text("x")
    with pytest.raises(UsageError) as caught:
        template_page.publish(store, tmp_path, NOW, END)
    assert caught.value.code == "record/not-template"


def test_the_template_is_whole() -> None:
    """Every reason, query, scope and value that the data names exists, and both languages are there."""
    data = template.data()
    queries, why, scopes = data["queries"], data["why"], data["scopes"]
    columns = [column for table in data["tables"] for column in table["columns"] if isinstance(column, dict)]
    indicators = [
        each for part in data["lists"] for section in part["sections"] for each in section["indicators"]
    ]
    for each in (*columns, *data["measures"], *indicators):
        assert each["en"]
        assert any("\u4e00" <= ch <= "\u9fff" for ch in each["zh"])
        assert {each[key] for key in ("why", "zero") if key in each} <= set(why)
    assert {each for one in indicators for each in one["scopes"]} <= set(scopes)
    assert {t["query"] for t in data["tables"]} | {q for p in data["lists"] for q in p["queries"]} == set(
        queries
    )
    shown = {
        (harm.dsa_category, harm.dsa_keywords[0]) for harm in harms().values() if len(harm.dsa_keywords) == 1
    }
    assert {word for pair in shown for word in pair} | set(schema().categories) <= set(data["names"])
    rows = template_count.category_rows()
    assert len(rows) == len(set(rows)) == 100
    assert rows[-2:] == ["STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER", "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE"]


@given(
    st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=4), min_size=2, max_size=5).filter(
        lambda rows: len({len(row) for row in rows}) == 1
    )
)
def test_nothing_hidden_follows_from_what_is_told(rows: list[list[int]]) -> None:
    """In no row and no column, with its sum, is exactly one cell hidden; a zero never is."""
    counts = {(f"r{i}", f"c{j}"): n for i, row in enumerate(rows) for j, n in enumerate(row)}
    width = len(rows[0])
    for i, row in enumerate(rows):
        counts[f"r{i}", "sum"] = sum(row)
    for j in [*map(str, range(width)), "sum"]:
        name = f"c{j}" if j != "sum" else j
        counts["sum", name] = sum(counts[f"r{i}", name] for i in range(len(rows)))
    names = [*(f"c{j}" for j in range(width)), "sum"]
    heads = [*(f"r{i}" for i in range(len(rows))), "sum"]
    lines = [[(head, name) for name in names] for head in heads]
    lines += [[(head, name) for head in heads] for name in names]
    hidden = hide(counts, lines)
    assert all(key in hidden for key, n in counts.items() if 0 < n < 5)
    assert not any(counts[key] == 0 for key in hidden)
    for line in lines:
        dark = [key for key in line if key in hidden]
        others = [key for key in line if key not in hidden and counts[key] > 0]
        assert len(dark) != 1 or not others


def test_a_harm_with_several_keywords_leaves_them_open() -> None:
    """Its category is counted; which keyword it was is not said."""
    grid = Grid()
    assert template_count.rows_of(grid, "harassment", "x") == [TOTAL, VIOLENCE]
    assert template_count.cell(grid, (f"{VIOLENCE}/KEYWORD_CYBER_HARASSMENT", "measures"), set()).why == (
        "several_keywords"
    )
    assert template_count.rows_of(grid, None, "x") == [TOTAL, "x"]
    assert template_count.rows_of(grid, "illegal_content", "x") == [TOTAL, "x"]
