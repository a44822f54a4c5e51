"""Tables line up where Chinese and Latin text mix, and hostile text cannot draw on the terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ombud.cli.output import cut, table, width


def test_chinese_takes_two_cells() -> None:
    """Width counts terminal cells, not characters; combining marks take none."""
    assert width("ab") == 2
    assert width("中文") == 4
    assert width("e\u0301") == 1


@given(st.text(), st.integers(2, 80))
def test_a_cut_text_fits_and_stays_on_one_line(text: str, cells: int) -> None:
    """Nothing that is shown is wider than allowed, breaks the line or moves the cursor."""
    shown = cut(text, cells)
    assert width(shown) <= cells
    assert all(ch.isprintable() for ch in shown)


def test_columns_line_up() -> None:
    """Cells are padded by their width on the terminal."""
    lines = table(["名", "n"], [["中文", 1], ["abc", 22]], right=[1]).splitlines()
    assert [width(line) for line in lines] == [8, 8, 8, 8]
    assert lines[2].endswith(" 1")
