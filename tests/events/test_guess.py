"""Guessing: the proposal loads as it stands and reads the records it was made from."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ombud.base.errors import UsageError
from ombud.events.decode import encode
from ombud.events.envelope import Event
from ombud.events.mapping import guess, parse_mapping
from ombud.events.readers import open_source

MASTODON = [
    {
        "id": str(i),
        "created_at": "2026-01-01T00:00:00.000Z",
        "visibility": "unlisted" if i else "direct",
        "content": "<p>hello</p>",
        "language": "en",
        "in_reply_to_id": None,
        "reblog": {"id": "77"} if i == 2 else None,
        "account": {"id": "9", "acct": "who@where", "display_name": "Who", "followers_count": 3},
    }
    for i in range(3)
]
BLUESKY = [
    {
        "uri": f"at://did:plc:x/app.bsky.feed.post/{i}",
        "author": {"did": "did:plc:x", "handle": "who.example"},
        "record": {
            "$type": "app.bsky.feed.post",
            "text": "hi",
            "createdAt": "2026-01-01T00:00:00Z",
            "langs": ["en"],
        },
    }
    for i in range(2)
]
REDDIT = [
    {
        "id": f"c{i}",
        "author_fullname": "t2_x",
        "author": "who",
        "body": "hi",
        "created_utc": 1_500_000_000 + i,
    }
    | {"subreddit": "s", "link_id": "t3_y", "parent_id": "t3_y"}
    for i in range(2)
]
TWITTER = [
    {
        "id": i,
        "id_str": str(i),
        "created_at": "Mon Jan 06 12:00:00 +0000 2020",
        "full_text": "hi",
        "lang": "en",
        "user": {"id_str": "5", "screen_name": "who", "followers_count": 1, "verified": False},
        "retweeted_status": {"id": 3, "id_str": "3"} if i == 1 else None,
    }
    for i in range(2)
]
DISCOURSE = [
    {"id": i, "topic_id": 4, "post_number": i, "user_id": 8, "username": "who", "raw": "hi"}
    | {"created_at": "2026-01-01T00:00:00.000Z", "reply_to_post_number": 1 if i else None}
    for i in range(2)
]
WEIBO = [
    {"mid": f"4{i}", "text": "转发微博", "created_at": "Mon Jan 06 12:00:00 +0800 2020"}
    | {"user": {"idstr": "5", "screen_name": "某某", "followers_count": 2}}
    for i in range(2)
]
OTHER = [
    {"noteId": f"n{i}", "createdAtMillis": 1_600_000_000_000 + i, "actor": "a", "event": "like"}
    for i in range(2)
]

CASES = [
    ("Mastodon", MASTODON, ["post", "post", "repost"], "<p>hello</p>"),
    ("Bluesky", BLUESKY, ["post", "post"], "hi"),
    ("Reddit", REDDIT, ["comment", "comment"], "hi"),
    ("X/Twitter 1.1", TWITTER, ["post", "repost"], "hi"),
    ("Discourse", DISCOURSE, ["post", "comment"], "hi"),
    ("Weibo", WEIBO, ["post", "post"], "转发微博"),
    ("not recognised", OTHER, ["reaction", "reaction"], None),
]


@pytest.mark.parametrize(
    ("platform", "records", "kinds", "text"), CASES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_known_platforms(
    tmp_path: Path, platform: str, records: list[dict[str, object]], kinds: list[str], text: str | None
) -> None:
    """An export of a known platform is recognised, and the proposal reads every record of it."""
    path = tmp_path / "export.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    proposal = guess(path)
    assert platform in proposal.splitlines()[1]
    with open_source(path, mapping=parse_mapping(proposal)) as source:
        chunk = source.read()
    assert chunk.rejects == []
    assert [event.kind for event in chunk.records] == kinds
    assert {event.post.text if event.post else None for event in chunk.records} == {text}
    assert len({event.id for event in chunk.records}) == len(records)


def test_visibility_becomes_audience(tmp_path: Path) -> None:
    """A field that says who could see the post is used; without one the proposal says what that means."""
    path = tmp_path / "export.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in MASTODON))
    with open_source(path, mapping=parse_mapping(guess(path))) as source:
        assert [event.audience for event in source.read().records] == ["private", "public", "public"]
    path.write_text("".join(json.dumps(record) + "\n" for record in WEIBO))
    assert "# audience: {const: public}   # could not be guessed" in guess(path)


def test_our_own_shape_maps_to_itself(make_event: object, tmp_path: Path) -> None:
    """The proposal for events in our own shape gives the same events."""
    events: list[Event] = [make_event(i) for i in range(3)]  # type: ignore[operator]
    path = tmp_path / "own.jsonl"
    path.write_bytes(b"".join(encode(event) + b"\n" for event in events))
    mapping = parse_mapping(guess(path).replace("# origin: {const: NAME}", "origin: {const: test}"))
    with open_source(path, mapping=mapping) as source:
        assert source.read().records == events


def test_tables_are_guessed_too(tmp_path: Path) -> None:
    """CSV and Parquet are looked at in the same way; two fields together can make the id."""
    rows = [
        {"post_id": 1 + i // 2, "seq": i % 2, "ts": 1_500_000_000, "actor": "a", "text": "t"}
        for i in range(4)
    ]
    table = tmp_path / "e.parquet"
    pq.write_table(pa.Table.from_pylist(rows), table)
    cells = tmp_path / "e.csv"
    cells.write_text(
        "post_id,seq,ts,actor,text\n" + "".join(",".join(map(str, r.values())) + "\n" for r in rows)
    )
    for path in (table, cells):
        proposal = guess(path)
        assert 'id: {join: "{post_id}:{seq}"}' in proposal
        with open_source(path, mapping=parse_mapping(proposal)) as source:
            assert [event.id for event in source.read().records] == ["1:0", "1:1", "2:0", "2:1"]


def test_what_is_not_found_is_said(tmp_path: Path) -> None:
    """A proposal without an id, a time or an account says so and still loads; no records is an error."""
    path = tmp_path / "odd.jsonl"
    path.write_text('{"yes": 1, "a b": {"c": 2}, "": 3}\nnot json\n[1]\n')
    proposal = guess(path)
    assert [line.split(":")[0] for line in proposal.splitlines() if "NOT_FOUND" in line] == [
        "id",
        "at",
        "account.id",
    ]
    parse_mapping(proposal)
    path.write_text("")
    with pytest.raises(UsageError) as caught:
        guess(path)
    assert caught.value.code == "events/no-records"
