"""A place in a scalar is mapped to the place in its file."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.conduct.faults import Faults
from ombud.conduct.places import Placer
from ombud.conduct.yamltext import MapNode, ScalarNode, read_yaml


def placer(source: str) -> tuple[Placer, str]:
    node = read_yaml(source, "f", Faults())
    assert isinstance(node, MapNode)
    scalar = node.get("when")
    assert isinstance(scalar, ScalarNode)
    return Placer(scalar, source), scalar.text


@pytest.mark.parametrize(
    "source",
    [
        "when: a AND XX\n",
        "id: x\nwhen:   a AND XX   # note\n",
        "when: 'it''s a XX'\n",
        'when: "tab\\t \\u4e2d \\x41 \\" XX"\n',
        "when: |\n  a\n  AND XX\n",
        "when: |-   # note\n      a\n\n      AND XX",
        "when: |2\n    a\n    AND XX\n",
        "when: |\n\n\n  中文 = '中' AND XX\n",
        "- 1\n".replace("- 1\n", "") + "when: |+\n a XX\n\n\n",
    ],
)
def test_places_in_every_style(source: str) -> None:
    """The place of XX in the text is the place of XX in the file."""
    place, text = placer(source)
    at = text.index("XX")
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    where = place.at(line, column)
    lines = source.split("\n")
    assert lines[where.line - 1][where.column - 1 :].startswith("XX")  # type: ignore[operator,index]


@pytest.mark.parametrize("source", ["when: >\n  a\n  XX\n", "when: a\n  XX\n", "when: 'a\n  XX'\n"])
def test_joined_lines_give_the_start(source: str) -> None:
    """Where YAML joins lines the scalar's start is named, never a wrong place."""
    place, text = placer(source)
    where = place.at(1, text.index("XX") + 1)
    assert (where.line, where.column) in ((1, 7), (1, 7 + text.index("XX")), (1, 8 + text.index("XX")))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.text("ab '\"中", min_size=1, max_size=8).map(lambda s: "x" + s.strip()), min_size=1, max_size=5
    )
)
def test_block_lines_map_exactly(lines: list[str]) -> None:
    """Every line of a block is found at its own line and column."""
    source = "a: 1\nwhen: |\n" + "".join(f"    {line}\n" for line in lines)
    place, _ = placer(source)
    for number, line in enumerate(lines, start=1):
        where = place.at(number, 1)
        assert source.split("\n")[where.line - 1][where.column - 1 :] == line  # type: ignore[operator]


def test_the_first_character_is_named() -> None:
    """White space before an expression is not its beginning."""
    place, _ = placer("when: |2\n\n     a\n")
    assert (place.first().line, place.first().column) == (3, 6)
