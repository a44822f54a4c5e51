"""Bad input, for every installed signal alike: it answers, in work and size that follow the input's length.

Work is counted as calls, of Python and of C, never as time. Ombud opens no picture: what stands
for a truncated file, a file that is no picture or one 30,000 pixels wide is the hash that a
platform sends of it, and that is a text like any other.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from ombud.events.envelope import Account, Event, Media, Post
from ombud.signals.base import GivenRegisters, Measured, Registers
from ombud.signals.registry import installed

SIGNALS = sorted(installed().signals)
MEGABYTE = 1_000_000

HOSTILE: dict[str, Callable[[int], str]] = {
    "one letter": lambda n: "a" * n,
    "one sign": lambda n: "谣" * n,
    "words": lambda n: ("Mara Quill says the water cures " * (n // 32 + 1))[:n],
    "digits": lambda n: ("13 8001" * (n // 7 + 1))[:n],
    "right to left": lambda n: ("\u202emarhaba\u2067 مرحبا " * (n // 16 + 1))[:n],
    "zalgo": lambda n: ("e\u0301\u0316\u0322" * (n // 4 + 1))[:n],
    "mentions": lambda n: ("@someone" * (n // 8 + 1))[:n],
    "surrogates": lambda n: "\ud800" * n,
    "hashtags": lambda n: ("#" * n)[:n],
    "tokens": lambda n: ("ghp_" * (n // 4 + 1))[:n],
}

PICTURES = [
    "",
    "pdq:",
    "pdq:12ab",
    "0" * 63,
    "f" * 65,
    "no picture",
    "G" * 64,
    "1" * 30_000,
    "٣" * 64,
    "\x00" * 64,
]


def event(text: str | None = None, media: list[Media] | None = None, **more: Any) -> Event:
    """Return an open post of one account."""
    who = Account(
        "a1", name=more.pop("name", "Mara"), bio=more.pop("bio", None), avatar=more.pop("avatar", None)
    )
    return Event("e1", 1, "post", who, audience="public", post=Post(id="p1", text=text, media=media))


def measured(name: str, asked: Event, registers: Registers | None = None) -> Measured:
    """Return what a fresh session says of an event, all its fields worked out."""
    signal = installed().signals[name]
    session = signal.session(registers or GivenRegisters({}))
    if signal.horizon:
        session.observe(asked)
    found = session.measure(asked)
    for field in signal.fields:
        found.values.get(field)
    return found


def calls(work: Callable[[], object]) -> int:
    """Return how many functions, of Python and of C, a piece of work calls."""
    count = 0

    def note(_frame: FrameType, kind: str, _arg: object) -> None:
        nonlocal count
        count += kind in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_a_megabyte_is_answered_and_the_answer_is_small(name: str, kind: str) -> None:
    """Whatever a text is made of, the answer keeps at most a thousand places and names."""
    found = measured(name, event(HOSTILE[kind](MEGABYTE)))
    assert len(found.spans) <= 1_000
    assert len(json.dumps(found.evidence, default=str)) < 100_000
    assert all(len(value) <= 1_000 for value in found.values.values() if isinstance(value, list))


@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_work_follows_the_length_of_a_text(name: str, kind: str) -> None:
    """A text twice as long takes at most little more than twice the calls."""
    measured(name, event("warm up " + HOSTILE[kind](100)))
    once, twice = (calls(lambda n=n: measured(name, event(HOSTILE[kind](n)))) for n in (20_000, 40_000))  # type: ignore[misc]
    assert twice <= 2.2 * once + 2_000


@pytest.mark.parametrize("name", SIGNALS)
def test_ten_thousand_mentions_are_seen_to_be_a_thousand(name: str) -> None:
    """Names are kept to a limit, in a text like any other."""
    found = measured(name, event(" ".join(f"@someone{n}" for n in range(10_000))))
    assert all(len(value) <= 1_000 for value in found.values.values() if isinstance(value, list))


@pytest.mark.parametrize("name", SIGNALS)
def test_what_is_no_hash_of_a_picture_says_nothing(name: str) -> None:
    """Hashes of broken, foreign and outsized pictures are left aside, on posts and as avatars."""
    registers = GivenRegisters(
        {
            "originals": [{"key": picture, "kind": "image", "first_seen_at": 0} for picture in PICTURES],
            "protected_names": [{"key": "Lark Bank", "kind": "company", "avatars": PICTURES}],
        }
    )
    for picture in PICTURES:
        asked = event(None, media=[Media("image", picture)] * 50, avatar=picture)
        values = measured(name, asked, registers).values
        assert values.get("avatar_distance") is None
        assert values.get("first_seen_at") is None


@pytest.mark.parametrize("name", SIGNALS)
def test_hostile_rows_of_registers_are_lived_with(name: str) -> None:
    """Rows without words, with the wrong types, with far too much text, and thousands of one fact."""
    odd: list[dict[str, Any]] = [
        {"key": ""},
        {"key": "\u202e" * 200, "kind": "body", "aliases": ["", "\x00", "\ud800"]},
        {"key": "x" * 20_000, "text": "谣" * 20_000, "claim": "谣" * 20_000, "name": "y" * 20_000},
        {"key": "k", "kind": "nothing", "aliases": "one", "avatars": "pdq:", "credential": "", "text": ""},
        {"key": "n", "kind": "image", "first_seen_at": None, "claim": "", "publisher": "", "url": ""},
    ]
    rows = odd + [{"key": "same", "kind": "company", "text": "the same words", "claim": "same words"}] * 3_000
    names = ("protected_names", "fact_checks", "originals", "alerts", "credentials", "files", "hotlines")
    registers = GivenRegisters(dict.fromkeys(names, rows))
    for text in ("the same words", "谣" * 300, "x" * 300, None):
        found = measured(name, event(text, name="same", bio="official account of same"), registers)
        assert set(found.values) <= set(installed().signals[name].fields)
