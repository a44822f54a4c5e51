"""Events made up for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as st

from ombud.events.decode import encode
from ombud.events.envelope import (
    AUDIENCES,
    KINDS,
    Account,
    Event,
    Media,
    Payment,
    Post,
    Product,
    Report,
    Target,
)

_text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
_id = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=8)
_whole = st.integers(-(2**63), 2**63 - 1)
_real = st.floats(allow_nan=False, allow_infinity=False).map(lambda x: x + 0.0)
_at = st.integers(0, 1_700_000_000_000_000) | st.integers(0, 1_700_000_000).map(lambda s: s * 1_000_000)
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), _whole, _real, _text),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(_text, inner, max_size=2)),
    max_leaves=4,
)


def _maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(st.none(), strategy)


_texts = _maybe(st.lists(_text, max_size=2))
_media = st.builds(Media, kind=_maybe(_text), pdq=_maybe(_text), qr=_texts)
_EVENTS = st.builds(
    Event,
    id=_id,
    at=_at,
    kind=st.sampled_from(KINDS),
    account=st.builds(
        Account,
        id=_id,
        name=_maybe(_text),
        bio=_maybe(_text),
        created_at=_maybe(st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999)),
        followers=_maybe(_whole),
        following=_maybe(_whole),
        posts=_maybe(_whole),
        verified=_maybe(st.booleans()),
        avatar=_maybe(_text),
        credentials=_texts,
        roles=_texts,
    ),
    origin=_maybe(_id),
    audience=_maybe(st.sampled_from(AUDIENCES)),
    post=_maybe(
        st.builds(
            Post,
            id=_maybe(_text),
            text=_maybe(_text),
            lang=_maybe(_text),
            parent_id=_maybe(_text),
            root_id=_maybe(_text),
            reply=_maybe(st.booleans()),
            urls=_texts,
            media=_maybe(st.lists(_media, max_size=2)),
            products=_maybe(st.lists(st.builds(Product, id=_maybe(_text)), max_size=2)),
            disclosures=_texts,
        )
    ),
    target=_maybe(st.builds(Target, account_id=_maybe(_text), post_id=_maybe(_text))),
    payment=_maybe(st.builds(Payment, amount=_maybe(_real), currency=_maybe(_text), memo=_maybe(_text))),
    report=_maybe(st.builds(Report, clause=_maybe(_text), text=_maybe(_text))),
    extra=st.dictionaries(_text, _json, max_size=3),
)


@pytest.fixture(scope="session")
def any_event() -> st.SearchStrategy[Event]:
    """Return a strategy for every event that can be."""
    return _EVENTS


@pytest.fixture(scope="session")
def make_event() -> Callable[..., Event]:
    """Return a short way to make an event: number, text, seconds."""

    def make(number: int, text: str = "你好 hello", seconds: int | None = None) -> Event:
        at = (1_400_000_000 + (number if seconds is None else seconds)) * 1_000_000
        return Event(f"e{number}", at, "post", Account(f"a{number % 3}"), "test", "public", Post(text=text))

    return make


@pytest.fixture
def write_lines(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes events (or raw lines) to a JSONL file."""

    def write(items: list[Event | bytes], name: str = "events.jsonl", newline: bytes = b"\n") -> Path:
        path = tmp_path / name
        lines = [item if isinstance(item, bytes) else encode(item) for item in items]
        path.write_bytes(b"".join(line + newline for line in lines))
        return path

    return write
