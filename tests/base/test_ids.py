"""The same value has one name everywhere; different values have different ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ombud.base.ids import canonical, content_hash, digest16, short


def test_the_order_of_keys_does_not_matter() -> None:
    """RFC 8785 sorts keys, so equal objects hash alike."""
    assert canonical({"b": 1, "a": [1.0, "中"]}) == '{"a":[1,"中"],"b":1}'.encode()
    assert content_hash({"b": 1, "a": 2}) == content_hash({"a": 2, "b": 1})


@given(st.lists(st.text(), min_size=1), st.lists(st.text(), min_size=1))
def test_parts_are_kept_apart(one: list[str], other: list[str]) -> None:
    """("ab", "c") and ("a", "bc") are different keys."""
    assert (digest16(*one) == digest16(*other)) == (one == other)


def test_short_names_are_for_people() -> None:
    """A digest shows as its first twelve hex characters."""
    assert short(b"\x01" * 16) == "010101010101"
    assert short("abcdef0123456789") == "abcdef012345"
