"""Mapping files: what they read, and how they say what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ombud.base.errors import EventError, UsageError
from ombud.events.decode import finisher
from ombud.events.envelope import Account, Event, Media, Post
from ombud.events.mapping import load_mapping, parse_mapping

BASE = "id: id\nat: at\nkind: {const: post}\naccount.id: who\n"
RECORD: dict[str, Any] = {"id": 1, "at": 5, "who": "a"}


def read(lines: str, **fields: object) -> Event:
    return parse_mapping(BASE + lines).event({**RECORD, **fields}, finisher())


def value(spec: str, field: str = "post.text", **fields: object) -> object:
    event = read(f"{field}: {spec}\n", **fields)
    part, name = field.split(".")
    return getattr(getattr(event, part), name) if getattr(event, part) is not None else None


def test_a_whole_record() -> None:
    """A record of another platform becomes an event with every kind of source."""
    text = """
    event.id: {join: "t{id}"}
    at: {path: created_at, time: "%a %b %d %H:%M:%S %z %Y"}
    kind: [{path: retweeted_status.id, as: repost}, {const: post}]
    origin: {const: example}
    audience: {path: user.protected, map: {true: members, false: public}}
    account.id: user.id
    account.verified: user.verified
    post.text: [full_text, text]
    post.urls: entities.urls.expanded_url
    post.media.kind: media.type
    extra.likes: favorite_count
    """
    record = {
        "id": 9,
        "created_at": "Thu Jan 01 01:00:05 +0100 1970",
        "text": "你好",
        "full_text": "",
        "user": {"id": 7, "protected": False, "verified": "true"},
        "entities": {"urls": [{"expanded_url": "http://a"}, {"x": 1}, {"expanded_url": "http://b"}]},
        "media": [{"type": "photo"}],
        "favorite_count": 3,
    }
    event = parse_mapping(text).event(record, finisher())
    assert event == Event(
        "t9",
        5_000_000,
        "post",
        Account("7", verified=True),
        "example",
        "public",
        Post(text="你好", urls=["http://a", "http://b"], media=[Media("photo")]),
        extra={"likes": 3},
    )
    assert parse_mapping(text).event({**record, "retweeted_status": {"id": 1}}, finisher()).kind == "repost"


@pytest.mark.parametrize(
    ("spec", "fields", "wanted"),
    [
        ("a.b", {"a": {"b": "x"}}, "x"),
        ("a.b", {"a.b": "flat", "a": {"b": "x"}}, "flat"),
        ("a.b", {"a": "text"}, None),
        ("a.b", {}, None),
        ("a.1", {"a": ["x", "y"]}, "y"),
        ("a.1.b", {"a": [{}, {"b": "y"}]}, "y"),
        ("a.5", {"a": ["x"]}, None),
        ("[a, b]", {"a": "", "b": "y"}, "y"),
        ("{path: [a, b], default: z}", {}, "z"),
        ("{path: a, default: z}", {"a": "x"}, "x"),
        ("{join: 'u_{a.b}-{c}'}", {"a": {"b": 1}, "c": "d"}, "u_1-d"),
        ("{join: 'u_{a}'}", {}, None),
        ("{join: '{{literal}}'}", {}, "{literal}"),
        ("{path: a, map: {1: one, true: yes!}}", {"a": 1}, "one"),
        ("{path: a, map: {1: one, true: yes!}}", {"a": True}, "yes!"),
        ("{path: a, map: {1: one}, default: other}", {"a": 2}, "other"),
        ("{path: a, map: {1: one}}", {"a": 2}, None),
        ("{path: a, as: there}", {"a": {"any": "thing"}}, "there"),
        ("{path: a, as: there}", {"a": False}, None),
        ("{const: fixed}", {}, "fixed"),
        ("a", {"a": 12}, "12"),
        ("a", {"a": 12.0}, "12"),
    ],
)
def test_sources(spec: str, fields: dict[str, object], wanted: object) -> None:
    """Paths, first-of, templates, tables, presence and constants give these values."""
    assert value(spec, **fields) == wanted


@pytest.mark.parametrize(
    ("spec", "given", "micros"),
    [
        ("{path: t, time: s}", 7, 7_000_000),
        ("{path: t, time: s}", "7.5", 7_500_000),
        ("{path: t, time: ms}", 7_001, 7_001_000),
        ("{path: t, time: ms}", "7001", 7_001_000),
        ("{path: t, time: ms}", 7_000.0, 7_000_000),
        ("{path: t, time: us}", 7_000_001, 7_000_001),
        ("{path: t, time: us}", 1_400_000_000_123_457, 1_400_000_000_123_457),
        ("{path: t, time: '%Y-%m-%d %H:%M:%S'}", "1970-01-01 00:00:07", 7_000_000),
        ("t", "1970-01-01T00:00:07.25Z", 7_250_000),
        ("{path: t, time: ms}", None, None),
    ],
)
def test_times(spec: str, given: object, micros: int | None) -> None:
    """Units and patterns are read exactly; a pattern without an offset is UTC."""
    assert value(spec, "account.created_at", t=given) == micros


@pytest.mark.parametrize("given", ["soon", [1], "1e999"])
def test_a_time_that_is_none_is_refused(given: object) -> None:
    """What is not such a time rejects the record with the code of a bad time."""
    for unit in ("ms", "'%Y'"):
        with pytest.raises(EventError) as caught:
            value(f"{{path: t, time: {unit}}}", "account.created_at", t=given)
        assert caught.value.code == "events/bad-time"


def test_a_value_of_the_wrong_type_names_the_field() -> None:
    """A record whose value does not fit is rejected with our field's name."""
    with pytest.raises(EventError, match=r"account\.followers: 'many' is not a int"):
        read("account.followers: n\n", n="many")
    with pytest.raises(EventError) as caught:
        parse_mapping(BASE).event({"id": 1, "who": "a"}, finisher())
    assert caught.value.code == "events/missing-field"
    with pytest.raises(EventError) as caught:
        read("post.text: t\n", t="a\0")
    assert caught.value.code == "events/nul"
    with pytest.raises(EventError) as caught:
        read("post.text: t\n", t="x" * 2**20)
    assert caught.value.code == "events/line-too-long"


FAULTY = """id: id
at: {path: at, time: fortnight}
kind: post
account.id: a..b
account.nmae: x
post.text: {path: t, joni: x}
post.lang: {path: t, const: x}
audience: {const: everyone}
post.urls: {join: "{a"}
post.text: t
account.name: {path: n, time: s}
account.bio: {path: n, map: 3}
"""


def test_every_fault_is_told_with_its_place(tmp_path: Path) -> None:
    """All faults of a file come at once, each with line, column, code and where possible a hint."""
    path = tmp_path / "m.yaml"
    path.write_text(FAULTY)
    with pytest.raises(UsageError) as caught:
        load_mapping(path)
    got = [
        (fault.where.line, fault.where.column, fault.code.removeprefix("events/mapping-"))
        for fault in caught.value.faults
        if fault.where is not None
    ]
    assert got == [
        (2, 22, "bad-time"),
        (3, 7, "bad-path"),
        (4, 13, "bad-path"),
        (5, 1, "unknown-field"),
        (6, 22, "unknown-key"),
        (7, 12, "no-source"),
        (8, 19, "bad-value"),
        (9, 19, "bad-join"),
        (10, 1, "twice"),
        (11, 31, "bad-time"),
        (12, 29, "bad-map"),
    ]
    hints = {fault.code: fault.hint for fault in caught.value.faults}
    assert hints["events/mapping-unknown-field"] == "did you mean 'account.name'?"
    assert hints["events/mapping-unknown-key"] == "did you mean 'join'?"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("id: [", "syntax"),
        ("- a", "syntax"),
        ("", "syntax"),
        ("id: id\nat: at\n", "missing-field"),
        (BASE + "post.text: !!python/name:os.system x", "bad"),
    ],
)
def test_what_is_no_mapping_is_refused(text: str, code: str) -> None:
    """Broken YAML, other shapes and forgotten fields are faults; tags build nothing."""
    if code == "bad":
        assert parse_mapping(text).event({**RECORD, "x": "t"}, finisher()).post == Post(text="t")
        return
    with pytest.raises(UsageError) as caught:
        parse_mapping(text)
    assert caught.value.code == f"events/mapping-{code}"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A mapping that is not there is a usage error."""
    with pytest.raises(UsageError) as caught:
        load_mapping(tmp_path / "none.yaml")
    assert caught.value.code == "events/no-such-file"
