"""A rule test stands for whole events."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.base.clock import parse_time
from ombud.base.errors import Where
from ombud.conduct.eventshape import EventShape
from ombud.conduct.faults import Faults
from ombud.conduct.model import RuleTest
from ombud.conduct.tests import BASE_AT, MAX_EVENTS, expand, read_test
from ombud.conduct.yamltext import read_yaml
from ombud.events.decode import decode
from ombud.events.envelope import COLUMNS


def test_of(text: str) -> RuleTest:
    faults = Faults()
    node = read_yaml(text, "f", faults)
    assert node is not None
    test = read_test(node, EventShape(COLUMNS), faults)
    assert faults.sorted() == []
    assert test is not None
    return test


test_of.__test__ = False  # type: ignore[attr-defined]


def events(text: str) -> list[dict[str, Any]]:
    return expand(test_of(text))


def test_a_post_is_one_public_event() -> None:
    """`post:` stands for one public post of account a1 at the base time."""
    assert events("clears: x\npost: {text: hello}\n") == [
        {
            "id": "e1",
            "kind": "post",
            "audience": "public",
            "at": "2026-06-01T12:00:00Z",
            "account": {"id": "a1"},
            "post": {"id": "p1", "text": "hello"},
        }
    ]


def test_what_stands_beside_the_post_is_taken() -> None:
    """The event's own fields, the account and the rest may be written; null takes a default away."""
    (event,) = events(
        "matches: x\npost: {text: '1', id: p9}\naccount: {name: N, followers: 3, created_at: -2d}\n"
        "event: {kind: comment, audience: null}\ntarget: {account_id: 7}\norigin: here\nat: +1h\n"
    )
    assert event["kind"] == "comment"
    assert "audience" not in event
    assert event["account"] == {
        "id": "a1",
        "name": "N",
        "followers": 3,
        "created_at": "2026-05-30T12:00:00Z",
    }
    assert (event["target"], event["origin"], event["at"]) == (
        {"account_id": "7"},
        "here",
        "2026-06-01T13:00:00Z",
    )
    assert event["post"] == {"id": "p9", "text": "1"}


def test_an_account_may_be_only_an_id() -> None:
    """`account: a7` is short for its id."""
    assert events("clears: x\naccount: a7\n")[0]["account"] == {"id": "a7"}


def test_repeats_count_and_sort() -> None:
    """`repeat` and `every` make a flood; ids have one length, so that they sort as they come."""
    made = events(
        "matches: x\nevents:\n- {repeat: 12, every: 10s, account: {id: 'a{n}'}, post: {text: 'hi {n}'}}\n"
        "- {post: {text: end}}\n"
    )
    assert [event["id"] for event in made] == [f"e{n:02d}" for n in range(1, 14)]
    assert made[11]["post"] == {"id": "p12", "text": "hi 12"}
    assert made[11]["account"] == {"id": "a12"}
    assert parse_time(made[11]["at"]) - BASE_AT == 110 * 10**6
    assert parse_time(made[12]["at"]) - BASE_AT == 111 * 10**6


def test_braces_stay_without_repeat() -> None:
    """Only a repeated event counts."""
    assert events("clears: x\npost: {text: 'a {n}'}\n")[0]["post"]["text"] == "a {n}"


def test_numbers_count_seconds_from_the_base() -> None:
    """`at: 15` and `created_at: -86400` count from the same instant as +15s and -1d."""
    (event,) = events("clears: x\nevents: [{at: 15, account: {id: a, created_at: -86400}}]\n")
    assert (event["at"], event["account"]["created_at"]) == ("2026-06-01T12:00:15Z", "2026-05-31T12:00:00Z")


def test_text_columns_take_what_is_written() -> None:
    """A telephone number in a text stays as written; numbers are read where the column is one."""
    (event,) = events(
        "clears: x\npost: {text: 013800138000, reply: true, urls: [1.10],"
        " media: [{kind: image, qr: [x]}, {pdq: 00}], products: [{id: 5}]}\npayment: {amount: 5}\n"
    )
    assert event["post"] == {
        "id": "p1",
        "text": "013800138000",
        "reply": True,
        "urls": ["1.10"],
        "media": [{"kind": "image", "qr": ["x"]}, {"pdq": "00"}],
        "products": [{"id": "5"}],
    }
    assert event["payment"] == {"amount": 5}


def test_unknown_needs_no_content() -> None:
    """`unknown` and `todo` may stand alone: an event without a post."""
    (event,) = events("unknown: no text\n")
    assert "post" not in event


TEXT = st.one_of(st.none(), st.text(st.characters(exclude_categories=["C"]), max_size=20))
PARTIAL = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["post", "comment", "reaction"]),
        "audience": st.sampled_from(["public", "members", None]),
        "at": st.sampled_from(["+5m", "-1h", "0s", 15, "2026-06-01T12:00:00+08:00"]),
        "account": st.fixed_dictionaries(
            {"id": st.sampled_from(["a1", "b{n}"])},
            optional={"created_at": st.sampled_from(["-1d", -60]), "followers": st.integers(0, 99)},
        ),
        "post": st.fixed_dictionaries({"text": TEXT}),
        "repeat": st.integers(1, 5),
        "every": st.sampled_from(["0s", "10s", "2h"]),
    },
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTIAL, min_size=1, max_size=5))
def test_every_expansion_decodes(partial: list[dict[str, Any]]) -> None:
    """What a test stands for passes the same door as a stream's events."""
    test = RuleTest("matches", "x", None, tuple(map(MappingProxyType, partial)), {}, Where())
    made = expand(test)
    assert len(made) == sum(event.get("repeat", 1) for event in partial)
    assert len({event["id"] for event in made}) == len(made)
    for event in made:
        assert decode(msgspec.json.encode(event)).id == event["id"]


def test_floods_are_bounded() -> None:
    """A test cannot stand for more events than a linter should make."""
    many = MappingProxyType({"repeat": MAX_EVENTS})
    with pytest.raises(ValueError, match="at most"):
        expand(RuleTest("matches", "x", None, (many, many), {}, Where()))
