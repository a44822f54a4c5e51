"""Registers: files are taken whole or not at all, and read as of an instant."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.base.errors import OmbudError, UsageError
from ombud.registers.asof import load_from, resolved
from ombud.registers.importing import difference, import_file, revisions_difference
from ombud.registers.reading import MOST_FAULTS, read_rows
from ombud.registers.schemas import SCHEMAS
from ombud.store import Store, ledger, open_store
from ombud.store import registers as table
from ombud.store.registers import NewRow

DAY = 86_400_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store", salt=b"test") as opened:
        yield opened


def take(store: Store, text: str, *, register: str = "hotlines", at: int = 10 * DAY, **options: Any) -> Any:
    return import_file(store, register, Path("f.csv"), at=at, data=text.encode(), **options)


HEAD = "key,name,source,valid_from,valid_to\n"


def test_a_file_is_taken_and_read_as_of_an_instant(store: Store) -> None:
    """A row is seen from valid_from on and no longer at valid_to."""
    done = take(store, HEAD + "110,police,law,1970-01-03,1970-01-05\n12345,town,law,,\n")
    assert (done.added, done.unchanged) == (2, 0)
    found = load_from(store)
    assert [[row["key"] for row in found.rows("hotlines", day * DAY)] for day in (1, 2, 3, 4)] == [
        ["12345"],
        ["110", "12345"],
        ["110", "12345"],
        ["12345"],
    ]
    row = found.rows("hotlines", 3 * DAY)[0]
    assert (row["name"], row["source"], row["valid_from"], row["recorded_at"]) == (
        "police",
        "law",
        2 * DAY,
        10 * DAY,
    )
    assert found.rows("hotlines", 3 * DAY) is found.rows("hotlines", 2 * DAY)
    assert found.history("hotlines") is found.history("hotlines")
    assert found.rows("files", 0) == ()


def test_a_later_row_corrects_and_a_repeat_changes_nothing(store: Store) -> None:
    """What is said again is no new row; what is said otherwise wins by being recorded later."""
    first = take(store, HEAD + "110,police,law,,\n")
    again = take(store, HEAD + "110,police,law,,\n", at=11 * DAY)
    assert (again.added, again.unchanged, again.revision) == (0, 1, first.revision)
    changed = take(store, HEAD + "110,the police,law,,\n", at=12 * DAY)
    assert changed.revision != first.revision
    found = load_from(store)
    assert [row["name"] for row in found.rows("hotlines", 0)] == ["the police"]
    assert found.revision("hotlines") == changed.revision
    with store.read() as tx:
        assert len(table.rows(tx, "hotlines")) == 2
        assert [entry.kind for entry in ledger.entries(tx)].count("register-imported") == 2


def test_two_sources_stand_beside_each_other(store: Store) -> None:
    """A key may have a row of each source; neither corrects the other."""
    take(store, HEAD + "110,police,law,,\n110,police line,town,,\n")
    assert len(load_from(store).rows("hotlines", 0)) == 2


def test_replace_withdraws_what_the_source_no_longer_says(store: Store) -> None:
    """With replace, what the file leaves out ends at the import; other sources are left alone."""
    take(store, HEAD + "110,police,law,,\n119,fire,law,,\n12345,town,town,,\n")
    done = take(store, HEAD + "110,police,law,,\n", at=20 * DAY, replace=True)
    assert (done.added, done.withdrawn, done.unchanged) == (0, 1, 1)
    found = load_from(store)
    assert {row["key"] for row in found.rows("hotlines", 19 * DAY)} == {"110", "119", "12345"}
    assert {row["key"] for row in found.rows("hotlines", 20 * DAY)} == {"110", "12345"}
    assert take(store, HEAD + "119,fire,law,,\n", at=21 * DAY).added == 1
    assert {row["key"] for row in load_from(store).rows("hotlines", 22 * DAY)} == {"110", "119", "12345"}


def test_history_in_one_file_is_idempotent(store: Store) -> None:
    """Several dated rows of one key keep their order whatever the file's, and repeat as nothing."""
    text = HEAD + "110,new,law,1970-01-05,\n110,old,law,1970-01-02,\n"
    take(store, text)
    assert take(store, text).added == 0
    found = load_from(store)
    assert [found.rows("hotlines", day * DAY)[0]["name"] for day in (2, 6)] == ["old", "new"]


def faults_of(register: str, text: str, name: str = "f.csv", **options: Any) -> list[tuple[str, Any]]:
    with pytest.raises(OmbudError) as caught:
        read_rows(register, Path(name), text.encode("utf-8", "surrogatepass"), **options)
    return [(fault.code, fault.where.line if fault.where else None) for fault in caught.value.faults]


def test_every_fault_is_told_in_its_line_and_nothing_is_taken(store: Store) -> None:
    """Duplicate, malformed and incomplete rows are all reported; the store stays as it was."""
    text = HEAD + (
        "110,police,law,,\n"
        "110,police again,law,,\n"
        "not a number,x,law,,\n"
        "119,,law,,\n"
        "120,aid,law,soon,\n"
        "122,road,law,1970-01-05,1970-01-02\n"
        "95,short,,,\n"
    )
    assert faults_of("hotlines", text) == [
        ("registers/duplicate", 3),
        ("registers/bad-key", 4),
        ("registers/missing", 5),
        ("registers/bad-value", 6),
        ("registers/bad-dates", 7),
        ("registers/no-source", 8),
    ]
    with pytest.raises(OmbudError):
        take(store, text)
    with store.read() as tx:
        assert table.names(tx) == []


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "registers/unreadable", 1),
        ("key,key\n", "registers/unreadable", 1),
        ("key,name,source\n110,police\n", "registers/unreadable", 2),
        ('key,name,source\n110,"police,law\n', "registers/unreadable", 2),
        ("key,nmae,source\n110,police,law\n", "registers/unknown-column", 2),
        ("key,name,source\n110,a\u202egpj.exe,law\n", "registers/bad-value", 2),
        ("key,name,source\n110,a\x00b,law\n", "registers/bad-value", 2),
        ("key,name,source\n110," + "a" * 30_000 + ",law\n", "registers/bad-value", 2),
        ("key,name,source\n" + "1" * 5_000 + ",a,law\n", "registers/bad-key", 2),
    ],
)
def test_hostile_files_are_refused_with_a_place(text: str, code: str, line: int) -> None:
    """Wrong cells, invisible signs, floods of signs: one fault, in its line."""
    assert faults_of("hotlines", text)[0] == (code, line)


@pytest.mark.parametrize(
    "text", ["[1]", "[{", '{"key": ', "[" * 100_000, '[{"key": {"a": 1}, "name": "x", "source": "s"}]']
)
def test_hostile_json_is_refused(text: str) -> None:
    """What is no list of objects is refused, however deep it is nested."""
    assert faults_of("hotlines", text, "f.json")


def test_a_file_that_is_not_utf8_is_refused_with_its_line() -> None:
    """The byte and line of the first sign that is not UTF-8 are told."""
    with pytest.raises(OmbudError, match=r"f\.csv:2.*not UTF-8"):
        read_rows("hotlines", Path("f.csv"), b"key,name\n\xff,x\n")


def test_many_faults_are_cut() -> None:
    """A file that is wrong throughout tells its first hundred faults and no more."""
    text = "key,name,source\n" + "x,,s\n" * 5_000
    assert MOST_FAULTS <= len(faults_of("hotlines", text)) <= MOST_FAULTS + 2


def test_an_unknown_register_is_refused_with_the_nearest() -> None:
    """A misspelt register is answered with the one that was meant."""
    with pytest.raises(UsageError, match="hotlines"):
        read_rows("hotline", Path("f.csv"), b"")


def test_differences_of_a_file_and_of_two_revisions(store: Store) -> None:
    """A file and a register, or two imports, are compared by key, source and start."""
    take(store, HEAD + "110,police,law,,\n119,fire,law,,\n")
    take(store, HEAD + "110,the police,law,,\n120,aid,law,,\n", at=11 * DAY)
    with store.read() as tx:
        between = revisions_difference(tx, "hotlines", 1, 2)
        rows = read_rows("hotlines", Path("f.csv"), (HEAD + "110,the police,law,,\n").encode())
        against = difference(rows, table.rows(tx, "hotlines"))
    assert [row["key"] for row in between.only_here] == ["120"]
    assert [(a["name"], b["name"]) for a, b in between.changed] == [("police", "the police")]
    assert sorted(row["key"] for row in against.only_there) == ["119", "120"]
    assert not against.only_here


dates = st.one_of(st.none(), st.integers(0, 6))
some_rows = st.lists(
    st.tuples(st.sampled_from("ab"), dates, dates, st.booleans(), st.integers(0, 2)), max_size=7
)


@given(some_rows)
@settings(max_examples=200, deadline=None)
def test_the_latest_recorded_row_wins_at_every_instant(parts: list[Any]) -> None:
    """Reading resolved facts at an instant equals asking the rows backwards, one by one."""
    rows = [
        NewRow(key, "s", start, end, gone, {"name": str(value)})
        for key, start, end, gone, value in parts
        if start is None or end is None or start < end
    ]
    facts = resolved(rows)
    for at in range(-1, 8):
        seen = {
            row["key"]: row["name"]
            for row in facts
            if (row["valid_from"] is None or row["valid_from"] <= at)
            and (row["valid_to"] is None or at < row["valid_to"])
        }
        wanted = {}
        for row in rows:
            if (row.valid_from is None or row.valid_from <= at) and (
                row.valid_to is None or at < row.valid_to
            ):
                wanted[row.key] = None if row.withdrawn else row.payload["name"]
        assert seen == {key: name for key, name in wanted.items() if name is not None}


@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=6), st.sampled_from(sorted(SCHEMAS)))
@settings(max_examples=150, deadline=None)
def test_any_csv_is_taken_or_refused_in_words(cells: list[list[str]], register: str) -> None:
    """Whatever a file holds, reading gives rows or located faults, never another error."""
    out = io.StringIO()
    csv.writer(out).writerows([["key", "source", "name"], *cells])
    for data in (out.getvalue(), json.dumps([{"key": row[0], "name": row} for row in cells if row])):
        try:
            rows = read_rows(register, Path("f"), data.encode("utf-8", "surrogatepass"))
        except OmbudError as error:
            assert all(fault.code.startswith("registers/") for fault in error.faults)
        else:
            assert all(row.key and row.source for row in rows)
