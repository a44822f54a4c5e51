"""Packing many byte strings into one blob."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.errors import StoreError
from ombud.store import blobs


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_round_trip(items: list[bytes]) -> None:
    """What goes in comes out: any bytes, empty ones and line ends too."""
    assert blobs.unpack(blobs.pack(items)) == items


@pytest.mark.parametrize(
    "blob", [b"", b"\x01", b"\x02" + bytes(20), blobs.pack([b"abc"])[:-1], b"\x01" + bytes(30)]
)
def test_damage_is_told(blob: bytes) -> None:
    """A cut or foreign blob is a StoreError with its code, never a crash or wrong data."""
    with pytest.raises(StoreError) as caught:
        blobs.unpack(blob)
    assert caught.value.code == "store/damaged"
