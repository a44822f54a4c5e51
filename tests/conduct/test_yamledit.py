"""A small change leaves the rest of a file as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.errors import ConductError
from ombud.conduct.faults import Faults
from ombud.conduct.yamledit import put_key, quoted, set_value
from ombud.conduct.yamltext import MapNode, ScalarNode, read_yaml

TEXT = """\
# who we are
id: club # the folder's name
version: "1.0.0" # SemVer
titles:
  en: Our club
  # in Chinese:
  zh: 俱乐部

# from when
effective_from: 'it''s: a date'
lineage: []
"""


@pytest.mark.parametrize(
    ("key", "value", "old", "new"),
    [
        ("id", "other", "id: club #", "id: other #"),
        ("version", "2.0.0", '"1.0.0"', "2.0.0"),
        ("effective_from", "adopter", "'it''s: a date'", "adopter"),
    ],
)
def test_only_the_value_changes(key: str, value: str, old: str, new: str) -> None:
    """Comments, quotes and order of everything else stay as they are."""
    assert set_value(TEXT, key, value) == TEXT.replace(old, new)


def test_a_block_goes_with_its_lines_and_leaves_the_next_comment() -> None:
    """The comment above the next key belongs to the next key."""
    gone = put_key(TEXT, "titles", None)
    assert "Our club" not in gone
    assert "in Chinese" not in gone
    assert "\n# from when\neffective_from" in gone


def test_a_missing_key_is_added_or_left_alone() -> None:
    """Adding goes to the end; taking out what is not there changes nothing."""
    assert set_value(TEXT, "binding", "terms") == TEXT + "binding: terms\n"
    assert put_key(TEXT, "binding", None) == TEXT
    assert put_key("id: x", "a", "a: 1") == "id: x\na: 1\n"
    assert put_key("", "a", "a: 1") == "a: 1\n"


def test_a_value_over_several_lines_is_replaced_whole() -> None:
    """A folded or block text does not leave its tail behind."""
    text = "when: |\n  a\n\n  # not a comment\n  b\nid: x\n"
    assert set_value(text, "when", "c") == "when: c\nid: x\n"
    assert set_value("id: 'a\n  b'\nv: 1\n", "id", "c") == "id: c\nv: 1\n"


@pytest.mark.parametrize("text", ["{id: x, version: 1}", " id: x\n", "- a\n", "just text"])
def test_what_cannot_be_edited_line_by_line_is_refused(text: str) -> None:
    """Better no change than a wrong one."""
    with pytest.raises(ConductError) as caught:
        set_value(text, "id", "y")
    assert caught.value.code == "conduct/not-editable"


def test_broken_yaml_is_a_located_fault() -> None:
    """The file's name and line are told."""
    with pytest.raises(ConductError) as caught:
        set_value("id: x\nid: y\n", "id", "z", "code.yaml")
    assert str(caught.value.faults[0].where) == "code.yaml:2:1"


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co")))
)
def test_quoted_text_reads_back(text: str) -> None:
    """Any line of text survives the quotes."""
    faults = Faults()
    node = read_yaml(f"k: {quoted(text)}\n", "x", faults)
    assert isinstance(node, MapNode)
    value = node.get("k")
    assert isinstance(value, ScalarNode)
    assert value.text == " ".join(text.split())
