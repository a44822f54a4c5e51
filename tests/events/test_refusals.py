"""Refusals: one family of codes, always with the room's name in front."""

from __future__ import annotations

import msgspec
import pytest

from ombud.events.refusals import explain, missing, refusal, too_deep, too_long


def test_codes_name_the_room() -> None:
    """Every refusal is an EventError with a code of this room and one fault."""
    for error, code in (
        (refusal("nul", "words"), "events/nul"),
        (missing("id"), "events/missing-field"),
        (too_long(5), "events/line-too-long"),
        (too_deep(), "events/too-deep"),
    ):
        assert error.code == code
        assert len(error.faults) == 1
        assert error.exit_code == 4


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (msgspec.ValidationError("Something new - at `$.post.text`"), "wrong-type"),
        (msgspec.ValidationError("Something new"), "not-an-object"),
        (msgspec.DecodeError("Something new"), "broken-json"),
        (RecursionError("deep"), "too-deep"),
        (ValueError("Exceeds the limit for integer string conversion"), "broken-json"),
    ],
)
def test_words_of_a_newer_parser_still_get_a_code(error: Exception, code: str) -> None:
    """A message that this version does not know still becomes one of the codes."""
    assert explain(error, b"{}").code == f"events/{code}"
