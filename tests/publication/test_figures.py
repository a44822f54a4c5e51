"""Figures come from queries that anyone can read; small cells are hidden, also from sums."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ombud
from ombud.base.clock import DAY, HOUR, FixedClock
from ombud.base.errors import UsageError
from ombud.base.ids import content_hash
from ombud.conduct.ladder import MEASURES
from ombud.publication import demands, figurepage, figures
from ombud.publication.statements_schema import read_data
from ombud.store import Store, ledger, open_store, people

T0 = 20_000 * DAY
NOW = T0 + 90 * DAY


@pytest.fixture
def lived(store: Store) -> Store:
    """The small ledger with a demand under a gag and one without."""
    with store.begin() as tx:
        people.save(tx, "ann", ["en"], T0)
        people.act(tx, "ann", "operator", True, "ann", T0)
        given = {"body": "<b>Office</b>", "instrument": "i", "article": "a", "scope": "s", "territory": "XX"}
        demands.add(tx, **given, door="letter", asks="remove", by="ann", at=T0 + 50 * HOUR)
        demands.add(
            tx, **given, door="court", asks="information", by="ann", at=T0 + 50 * HOUR,
            gag_until=NOW + DAY, gag_law="a law",
        )  # fmt: skip
    return store


def test_every_query_runs_on_an_empty_store(tmp_path: Path) -> None:
    """No figure needs rows."""
    with open_store(tmp_path / "s") as store, store.read() as tx:
        found = figures.compute(tx, 0, NOW, NOW)
    assert [figure.rows for figure in found] == [()] * len(figures.QUERIES)


def test_what_is_published_is_what_was_counted(lived: Store, tmp_path: Path) -> None:
    """JSON, CSV and both pages say the same; the ledger has the hash of the whole."""
    value = figurepage.publish(lived, tmp_path / "f", T0, NOW, FixedClock(NOW))
    assert json.loads((tmp_path / "f" / "figures.json").read_text()) == value
    by_name = {figure["name"]: figure for figure in value["figures"]}
    assert by_name["entries"]["rows"] == [["batch", 13], ["decision", 24], ["demand", 2]]
    assert (tmp_path / "f" / "entries.csv").read_text() == "kind,n\nbatch,13\ndecision,24\ndemand,2\n"
    for name in ("index.html", "index.zh.html"):
        page = (tmp_path / "f" / name).read_text()
        assert by_name["entries"]["hash"] in page
        assert "<script" not in page
        assert "<b>Office" not in page
    with lived.read() as tx:
        last = list(ledger.entries(tx))[-1]
    assert (last.kind, last.body["hash"]) == ("figures", content_hash(value))
    figure = by_name["entries"]
    covered = {"sql": figure["sql"], "since": value["since"], "until": value["until"], "rows": [
        [[*row[:-1]], row[-1]] for row in figure["rows"]
    ]}  # fmt: skip
    assert content_hash(covered) == figure["hash"]


def test_a_gag_hides_the_detail_and_not_the_count(lived: Store) -> None:
    """Until its end the demand is counted without saying what it asks."""
    with lived.read() as tx:
        during, after = (
            {f.query.name: f.rows for f in figures.compute(tx, T0, NOW, now)} for now in (NOW, NOW + DAY)
        )
    assert during["demands"] == ((("not yet told", "not yet told"), 1), (("remove", "letter"), 1))
    assert after["demands"] == ((("information", "court"), 1), (("remove", "letter"), 1))


def test_other_files_are_left_alone(lived: Store, tmp_path: Path) -> None:
    """A folder with something else is refused."""
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "mine").write_text("x")
    with pytest.raises(UsageError) as caught:
        figurepage.publish(lived, tmp_path / "f", T0, NOW, FixedClock(NOW))
    assert caught.value.code == "record/not-figures"


@given(st.lists(st.integers(1, 40), max_size=8))
def test_small_cells_are_hidden_also_from_sums(counts: list[int]) -> None:
    """No cell under five is told, none is hidden alone; where none is small, all are told."""
    rows = [((str(i),), n) for i, n in enumerate(counts)]
    told = figures._suppress(rows)
    assert all(n is None or n >= figures.SMALL for _, n in told)
    hidden = sum(n is None for _, n in told)
    assert hidden != 1 or len(counts) == 1
    if all(n >= figures.SMALL for n in counts):
        assert told == rows


def test_hostile_names_stay_text(fill: Callable[..., None]) -> None:
    """What a code or clause is called cannot become markup or a formula."""
    query = figures.QUERIES[1]
    figure = figures.Figure(query, ((("<script>", "=1+1"), 7),), "0" * 64)
    value = {"since": "a", "until": "b", "ledger": {"size": 0, "root": "c"}}
    page = figurepage.page([figure], value, "en")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "'=1+1" in figures.as_csv(figure)


def test_the_chinese_page_has_a_word_for_every_entry() -> None:
    """Each kind of entry that the code writes, each measure, and each column has its Chinese word."""
    source = "\n".join(path.read_text("utf-8") for path in Path(ombud.__file__).parent.rglob("*.py"))
    writes = r'(?:enter\(\s*tx,|entries\.append\(\s*\(|ledger\.append\(\s*tx,)\s*"([a-z-]+)"'
    kinds = set(re.findall(writes, source))
    assert len(kinds) > 30
    assert kinds - set(read_data("figures")["entries"]) == set()
    assert {name for query in figures.QUERIES for name in query.columns} <= set(
        read_data("figures")["columns"]
    )
    assert figurepage.said("disable", "zh", "measures") == MEASURES["disable"].title.zh
    assert figurepage.said("notice", "zh", "entries") == "通知"
    assert figurepage.said("unknown word", "zh", "appeals") == "unknown word"


def test_a_long_label_stays_beside_its_bar() -> None:
    """Chinese characters take twice the room of Latin ones."""
    assert figurepage._cut("条" * 20) == "条" * 20
    assert figurepage._cut("条" * 21) == "条" * 19 + "…"
    assert figurepage._cut("x" * 40) == "x" * 40
    assert len(figurepage._cut("x" * 400)) == 40
