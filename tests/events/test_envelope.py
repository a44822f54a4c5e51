"""The envelope: its columns, and the expressions that read them."""

from __future__ import annotations

from datetime import datetime

import pytest

from ombud.events.decode import decode
from ombud.events.envelope import ACCESSORS, COLUMNS, Account, Event, Media, Post, Product, extra_accessor

FULL = (
    b'{"id":"e1","at":"2026-01-01T00:00:00Z","kind":"post","origin":"o","audience":"public","account":'
    b'{"id":"a","name":"n","bio":"b","created_at":5,"followers":1,"following":2,"posts":3,"verified":true,'
    b'"avatar":"pdq:1","credentials":["physician"],"roles":["public_duty"]},"post":{"id":"p","text":"t",'
    b'"lang":"zh","parent_id":"q","root_id":"r","reply":true,"urls":["u"],"media":[{"kind":"image",'
    b'"pdq":"f","qr":["x"]},{"qr":["y"]}],"products":[{"id":"i"},{}],"disclosures":["ad"]},"target":'
    b'{"account_id":"b","post_id":"c"},"payment":{"amount":2,"currency":"CNY","memo":"m"},"report":'
    b'{"clause":"4.4","text":"w"}}'
)


def read(column: str, row: Event) -> object:
    return eval(ACCESSORS[column], {"row": row})


def test_every_column_has_an_accessor_and_a_full_event_fills_it() -> None:
    """Each column reads a value of its type from an event in which everything is given."""
    event = decode(FULL)
    assert set(COLUMNS) == set(ACCESSORS)
    for name, kind in COLUMNS.items():
        wanted = {datetime: int}.get(kind, getattr(kind, "__origin__", kind))
        assert type(read(name, event)) is wanted, name
    assert read("post.media.kind", event) == ["image"]
    assert read("post.media.qr", event) == ["x", "y"]
    assert read("post.products.id", event) == ["i"]
    assert read("account.created_at", event) == 5_000_000
    assert read("payment.amount", event) == 2.0


@pytest.mark.parametrize("post", [None, Post()])
def test_what_is_missing_is_null(post: Post | None) -> None:
    """Without a part, or with an empty one, its columns are NULL."""
    event = Event("e", 0, "post", Account("a"), post=post)
    missing = {name for name in COLUMNS if read(name, event) is None}
    assert set(COLUMNS) - missing == {"event.id", "event.at", "event.kind", "account.id"}


def test_flattened_lists_tell_empty_from_unknown() -> None:
    """No media is an empty list; media of which nobody read the hash is NULL."""
    none = Event("e", 0, "post", Account("a"), post=Post(media=[], products=[]))
    unread = Event("e", 0, "post", Account("a"), post=Post(media=[Media()], products=[Product()]))
    for name in ("post.media.kind", "post.media.pdq", "post.media.qr", "post.products.id"):
        assert read(name, none) == []
        assert read(name, unread) is None


@pytest.mark.parametrize(
    ("value", "kind", "wanted"),
    [
        ("x", str, "x"),
        (1, str, None),
        (True, bool, True),
        (1, bool, None),
        (3, int, 3),
        (True, int, None),
        (3.0, int, None),
        (2**63, int, None),
        (0.5, float, 0.5),
        (2, float, 2.0),
        (10**400, float, None),
        (False, float, None),
        (["a"], list[str], ["a"]),
        (["a", 1], list[str], None),
        ([], list[str], []),
        ([1, 2], list[int], [1, 2]),
        ([1, True], list[int], None),
        ([1, 0.5], list[float], [1.0, 0.5]),
        ("2026-01-01T00:00:00Z", datetime, 1_767_225_600_000_000),
        (7, datetime, 7_000_000),
        ("soon", datetime, None),
        (True, datetime, None),
        (None, str, None),
        ({"a": 1}, str, None),
        (1e300, datetime, None),
    ],
)
def test_extra_is_read_by_type(value: object, kind: type, wanted: object) -> None:
    """A value of another type than the code declares is NULL, never an error."""
    name = 'it\'s "odd"\\'
    row = Event("e", 0, "post", Account("a"), extra={name: value})
    got = eval(extra_accessor(name, kind), {"row": row})
    assert got == wanted
    assert type(got) is type(wanted)
    assert eval(extra_accessor("other", kind), {"row": row}) is None


def test_extra_has_no_other_types() -> None:
    """A type that no column can have is refused at once."""
    with pytest.raises(ValueError, match="no column"):
        extra_accessor("x", dict)
