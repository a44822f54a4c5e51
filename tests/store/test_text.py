"""Text that either database can hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.ids import canonical
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


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text()
        | st.text('\b\t\n\f\r\x1f\x7f"\\/<\u2028é\U0001f600'),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=8,
    )
)
def test_canonical_is_rfc_8785(value: Any) -> None:
    """Whichever way it goes, the fast form is the one the standard prescribes."""
    assert text.to_canonical(value) == canonical(value)


@pytest.mark.parametrize("value", [2**53, {"a": "\ud800"}, float("inf"), [1.5, "\udfff"]])
def test_canonical_takes_anything(value: Any) -> None:
    """What the standard has no form for still has one form."""
    assert text.to_canonical(value) == text.to_canonical(value) != b""


def test_json_has_one_order() -> None:
    """The order in which keys were put in does not show."""
    assert text.to_json({"b": 1, "a": 2}) == text.to_json({"a": 2, "b": 1}) == '{"a":2,"b":1}'
