"""Live keys are found and named by kind; what only looks like one is clear."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.events.envelope import Account, Event, Post
from ombud.signals.base import GivenRegisters, NoRegisters
from ombud.signals.eval import precision_recall
from ombud.signals.quality.secrets import AT, clear, planted
from ombud.signals.secrets import find, signal
from ombud.signals.secrets.formats import checksum62

FILE = hashlib.sha256(b"plan").hexdigest()


def event(text: str | None = None, at: int = AT, **extra: Any) -> Event:
    return Event(id="e", at=at, kind="post", account=Account(id="a"), post=Post(text=text), extra=extra)


def test_the_planted_set_holds_its_floors() -> None:
    """Among code and prose: precision at least .98, recall at least .95."""
    true = sum(bool(find(text, AT)) for text in planted(480))
    false = [text for text in clear() if find(text, AT)]
    precision, recall = precision_recall("x", true=true, false=len(false), missed=480 - true)
    assert precision.value >= 0.98, false
    assert recall.value >= 0.95


def test_a_checksum_decides() -> None:
    """A token whose checksum does not fit is no token."""
    body = "3Xq8" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ"
    good = f"ghp_{body}{checksum62(body)}"
    assert find(f"token {good}", AT)
    assert not find(f"token ghp_{body}AAAAAA", AT)


def test_a_token_that_has_expired_is_clear() -> None:
    """A web token is live up to its exp, by the event's own time."""
    token = next(text for text in planted(48) if "eyJ" in text)
    assert find(token, AT)
    assert not find(token, AT + 2 * 86_400_000_000)


def test_the_secret_is_never_given_on() -> None:
    """Values and evidence tell the kind and place, not the secret."""
    text = next(text for text in planted(24) if "sk_live_" in text)
    measured = signal().session(NoRegisters()).measure(event(text))
    assert measured.values["kind"] == "stripe_key"
    (span,) = measured.spans
    assert text[span.start - 8 : span.start] == "sk_live_"
    assert text[span.start : span.end] not in repr((measured.values, measured.evidence))


def test_registered_files_are_known_by_their_hash() -> None:
    """A registered digest in the text, a link or the platform's own field names the file, while valid."""
    rows = {"files": [{"key": FILE, "name": "the plan", "valid_from": AT - 10, "valid_to": AT + 10}]}
    session = signal().session(GivenRegisters(rows))
    assert session.measure(event(f"here: {FILE.upper()}")).values["registered_file"] == "the plan"
    assert session.measure(event(file_sha256=[FILE])).values["registered_file"] == "the plan"
    assert "registered_file" not in session.measure(event(f"{FILE}", AT + 10)).values
    assert "registered_file" not in session.measure(event("0" * 64)).values


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PRIVATE KEY-----" + "A" * 500_000,
        "-----BEGIN PRIVATE KEY-----" * 20_000,
        "eyJ" + "a" * 300_000,
        "eyJaaaaaaaaaaaa." * 30_000,
        "api_key = " * 50_000,
        "http://" + "a:" * 200_000,
        "aws secret " * 50_000,
        "a." * 300_000,
        "SG." * 100_000,
    ],
)
def test_hostile_texts_are_bounded(text: str) -> None:
    """A megabyte of beginnings is looked through and clear."""
    assert signal().session(NoRegisters()).measure(event(text)).values.get("kind") is None


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_it(text: str) -> None:
    """Any text is measured."""
    signal().session(NoRegisters()).measure(event(text))
