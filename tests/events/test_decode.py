"""Decoding: what is taken, what is refused and why, and hashes that do not move."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.clock import DAY, SECOND, FixedClock, parse_time
from ombud.base.errors import EventError
from ombud.base.ids import digest16
from ombud.events.decode import content_digest, decode, decoder, encode, event_key, unknown_fields
from ombud.events.envelope import Event

NOW = 1_800_000_000 * SECOND
BASE = {"id": "e", "at": 0, "kind": "post", "account": {"id": "a"}}


def line(**fields: object) -> bytes:
    return json.dumps({**BASE, **fields}).encode()


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in BASE.items() if key != name}).encode()


BAD = [
    (b"", "broken-json"),
    (b"{", "broken-json"),
    (line() + b" x", "broken-json"),
    (line() + line(), "broken-json"),
    (b"{'id': 1}", "broken-json"),
    (line(extra={"x": 1}).replace(b"1", b"NaN"), "broken-json"),
    (b"[1]", "not-an-object"),
    (b"null", "not-an-object"),
    (b'"text"', "not-an-object"),
    (without("id"), "missing-field"),
    (without("at"), "missing-field"),
    (without("kind"), "missing-field"),
    (without("account"), "missing-field"),
    (line(id=None), "missing-field"),
    (line(id=""), "missing-field"),
    (line(account={}), "missing-field"),
    (line(account=None), "missing-field"),
    (line(account={"id": ""}), "missing-field"),
    (line(id=3), "wrong-type"),
    (line(account="a"), "wrong-type"),
    (line(post={"text": 1}), "wrong-type"),
    (line(post={"urls": [1]}), "wrong-type"),
    (line(post={"media": [{"kind": 2}]}), "wrong-type"),
    (line(account={"id": "a", "followers": 1.5}), "wrong-type"),
    (line(account={"id": "a", "followers": "1"}), "wrong-type"),
    (line(at=True), "wrong-type"),
    (line(extra=[1]), "wrong-type"),
    (line(kind=1), "wrong-type"),
    (line(kind="posts"), "unknown-kind"),
    (line(audience="everyone"), "unknown-audience"),
    (line(at="yesterday"), "bad-time"),
    (line(at="2013-05-24T02:04:34"), "bad-time"),
    (line(at="2013-13-24T02:04:34Z"), "bad-time"),
    (line(account={"id": "a", "created_at": "x"}), "bad-time"),
    (line(at=-1), "time-out-of-bounds"),
    (line(at="1969-12-31T23:59:59Z"), "time-out-of-bounds"),
    (line(at="2090-01-01T00:00:00Z"), "time-out-of-bounds"),
    (line(at=1_700_000_000_000), "time-out-of-bounds"),
    (line(at=1e300), "time-out-of-bounds"),
    (line(at=10**300), "time-out-of-bounds"),
    (line(account={"id": "a", "created_at": 10**12}), "time-out-of-bounds"),
    (line().replace(b": 0", b": 1e999"), "number-out-of-range"),
    (line().replace(b": 0", b": " + b"9" * 5000), "number-out-of-range"),
    (line(account={"id": "a", "posts": 2**63}), "number-out-of-range"),
    (line(account={"id": "a", "posts": 2**64}), "number-out-of-range"),
    (b'{"id":"\xff"}', "invalid-utf8"),
    (line().replace(b'"e"', b'"\xed\xa0\x80"'), "invalid-utf8"),
    (line().replace(b'"e"', b'"\xe4\xbd"'), "invalid-utf8"),
    (line(post={"text": "\ud800"}), "lone-surrogate"),
    (line(post={"text": "\ud800 and more"}), "lone-surrogate"),
    (line(post={"text": "\udc00 and more"}), "lone-surrogate"),
    (line(post={"text": "\U0001f600\ud83d"}), "lone-surrogate"),
    (line(post={"text": "a\0b"}), "nul"),
    (line(id="\0"), "nul"),
    (line(extra={"\0": 1}), "nul"),
    (line(extra={"x": [{"y": "\0"}]}), "nul"),
    (b'{"id":"a\x00"}', "nul"),
    (b"\0" * 20, "nul"),
    (line(post={"text": "x" * 2**20}), "line-too-long"),
    (b"x" * (2**20 + 1), "line-too-long"),
    (b'{"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "too-deep"),
    (b"[" * 10_000, "not-an-object"),
    (line(extra={"x": 1}).replace(b"1", b"[" * 10_000 + b"]" * 10_000), "too-deep"),
    (line(extra={"x": 1}).replace(b"1", b'{"y":' * 40 + b"1" + b"}" * 40), "too-deep"),
]


@pytest.mark.parametrize(("raw", "code"), BAD, ids=lambda value: value if isinstance(value, str) else "")
def test_each_badness_has_its_code(raw: bytes, code: str) -> None:
    """A line that cannot be taken raises one EventError with the permanent code for its fault."""
    with pytest.raises(EventError) as caught:
        decode(raw)
    assert caught.value.code == f"events/{code}"


@given(st.binary(max_size=80))
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    """Whatever comes, the only error is an EventError."""
    with contextlib.suppress(EventError):
        decode(raw)


@given(st.data(), st.binary(max_size=3), st.integers(0, 200))
def test_damage_never_escapes(data: st.DataObject, noise: bytes, place: int) -> None:
    """A good line with bytes thrown in is an event or an EventError, and an event can be written again."""
    raw = line(post={"text": "忍无可忍 \U0001f600 \\ud83d"}, extra={"a": [1, 2.5, None, {"b": "c"}]})
    cut = data.draw(st.integers(0, 5))
    try:
        event = decode(raw[:place] + noise + raw[place + cut :])
    except EventError:
        return
    assert decode(encode(event)) == event


@given(st.data())
def test_an_event_comes_back_from_its_line(any_event: st.SearchStrategy, data: st.DataObject) -> None:
    """decode(encode(e)) == e, and to write it again gives the same bytes."""
    event: Event = data.draw(any_event)
    raw = encode(event)
    assert b"\n" not in raw
    again = decode(raw)
    assert again == event
    assert encode(again) == raw


def test_the_wrong_field_is_named() -> None:
    """A refusal says which field is wrong."""
    with pytest.raises(EventError, match=r"post\.media\[0\]\.kind"):
        decode(line(post={"media": [{"kind": 2}]}))
    with pytest.raises(EventError, match=r"account\.id is missing"):
        decode(line(account={}))
    with pytest.raises(EventError, match="did you mean 'post'"):
        decode(line(kind="posts"))


@pytest.mark.parametrize(
    ("value", "micros"),
    [
        (7, 7 * SECOND),
        (7.25, 7_250_000),
        ("1970-01-01T00:00:07Z", 7 * SECOND),
        ("1970-01-01T08:00:07.000001+08:00", 7_000_001),
        ("1970-01-01t00:00:07z", 7 * SECOND),
        ("1970-01-01 00:00:07.123456789Z", 7_123_456),
        ("2016-12-31T23:59:60Z", parse_time("2017-01-01T00:00:00Z")),
    ],
)
def test_times_are_rfc3339_or_epoch_seconds(value: object, micros: int) -> None:
    """Every way to write an instant gives the same microseconds; a leap second is the next second."""
    assert decode(line(at=value)).at == micros


def test_bounds_follow_the_clock_of_the_caller() -> None:
    """``at`` may lie a day ahead of the clock and not before the first instant taken."""
    read = decoder(earliest=10 * SECOND, ahead=DAY, clock=FixedClock(NOW))
    assert read(line(at=10)).at == 10 * SECOND
    assert read(line(at=NOW // SECOND + 86_400)).at == NOW + DAY
    for at in (9, NOW // SECOND + 86_401):
        with pytest.raises(EventError) as caught:
            read(line(at=at))
        assert caught.value.code == "events/time-out-of-bounds"


def test_a_clock_that_goes_on_moves_the_limit() -> None:
    """What was in the future is taken once the clock got there."""

    class Turning:
        at = NOW

        def now(self) -> int:
            return self.at

    clock = Turning()
    read = decoder(ahead=0, clock=clock)
    later = line(at=NOW // SECOND + 5)
    with pytest.raises(EventError):
        read(later)
    clock.at += 5 * SECOND
    assert read(later).at == clock.at


def test_escaped_backslashes_are_not_nuls() -> None:
    r"""The six characters \u0000 written out in a text are not the character U+0000."""
    assert decode(line(post={"text": "\\u0000"})).post.text == "\\u0000"


def test_null_is_missing_and_unknown_fields_are_dropped() -> None:
    """``null`` equals absence; what the envelope does not know is not part of the event."""
    plain = decode(line())
    assert decode(line(post=None, extra=None, origin=None, colour="red")) == plain
    assert plain.extra == {}


@given(st.data())
def test_digests_follow_content_only(any_event: st.SearchStrategy, data: st.DataObject) -> None:
    """Order of keys, spaces and unknown fields do not change the digest; a changed text does."""
    event: Event = data.draw(any_event)
    value = json.loads(encode(event))
    shuffled = dict(reversed(list(value.items()))) | {"unknown": 1}
    other = decode(json.dumps(shuffled, indent=1).encode())
    assert content_digest(other) == content_digest(event)
    assert len(content_digest(event)) == 8
    changed = decode(json.dumps(value | {"id": event.id + "x"}).encode())
    assert content_digest(changed) != content_digest(event)


@given(st.one_of(st.none(), st.text(max_size=5)), st.text(max_size=5))
def test_the_key_is_the_common_digest(origin: str | None, name: str) -> None:
    """event_key is digest16 over origin and id; no origin counts as the empty one."""
    assert event_key(origin, name) == digest16(origin or "", name)


def test_unknown_fields_can_be_listed() -> None:
    """The operator can ask what is dropped; ``extra`` holds whatever it likes."""
    raw = line(colour=1, post={"text": "t", "font": "x"}, extra={"free": 1}, account={"id": "a", "age": 3})
    assert sorted(unknown_fields(raw)) == ["account.age", "colour", "post.font"]
    assert unknown_fields(line()) == unknown_fields(b"{") == unknown_fields(b"[1]") == []
