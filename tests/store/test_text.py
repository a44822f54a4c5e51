"""Text that either database can hold."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ombud.store import text

anything = st.text(st.characters(exclude_categories=())) | st.text("\0\u241b\ud800\udfffa0", max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=8,
)


@given(anything, anything)
def test_escape_is_exact(one: str, other: str) -> None:
    """Every string comes back, two strings are never stored alike, and both databases can hold it."""
    stored = text.escape(one)
    assert text.unescape(stored) == one
    assert "\0" not in stored
    stored.encode()
    assert (stored == text.escape(other)) == (one == other)


@given(json_values)
def test_json_is_safe_text(value: Any) -> None:
    """JSON comes back as Python's own would, and its text has no character a database refuses."""
    stored = text.to_json(value)
    assert json.loads(stored) == json.loads(json.dumps(value))
    assert "\0" not in stored
    stored.encode()


def test_json_has_one_order() -> None:
    """The order in which keys were put in does not show."""
    assert text.to_json({"b": 1, "a": 2}) == text.to_json({"a": 2, "b": 1}) == '{"a":2,"b":1}'
