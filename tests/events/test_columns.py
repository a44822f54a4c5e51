"""Cells: how a value of a table becomes what a field holds."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from ombud.base.errors import EventError
from ombud.events.columns import assemble, convert, converter, field_hint, is_field
from ombud.events.decode import finisher
from ombud.events.envelope import COLUMNS, Account, Event

BASE = [("id", "e"), ("at", 5), ("kind", "post"), ("account.id", "a")]


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("account.id", 7, "7"),
        ("account.id", 7.0, "7"),
        ("account.id", float("nan"), None),
        ("account.id", b"ab", "ab"),
        ("account.followers", "12", 12),
        ("account.followers", "12.0", 12),
        ("account.followers", 12.0, 12),
        ("account.followers", float("nan"), None),
        ("payment.amount", "1.5", 1.5),
        ("payment.amount", Decimal("1.5"), 1.5),
        ("payment.amount", 2, 2.0),
        ("payment.amount", float("inf"), None),
        ("post.reply", "FALSE", False),
        ("post.reply", 1, True),
        ("event.at", "5", 5),
        ("event.at", "5.5", 5.5),
        ("event.at", dt.datetime(1970, 1, 1, 0, 0, 5), "1970-01-01T00:00:05+00:00"),
        ("post.urls", "a; b;;c ", ["a", "b", "c"]),
        ("post.urls", '["a;b", 3, null]', ["a;b", "3"]),
        ("post.urls", "", []),
        ("post.media", '[{"kind":"image"}]', [{"kind": "image"}]),
        ("extra.x", "007", "007"),
        ("extra.x", "-1.5", -1.5),
        ("extra.x", "true", True),
        ("extra.x", "tree", "tree"),
        ("extra.x", "[1", "[1"),
    ],
)
def test_values_that_fit(field: str, value: object, wanted: object) -> None:
    """Cells of text and typed values are read by the field's type; NaN is missing."""
    got = convert(field, converter(field), value)
    assert got == wanted
    assert type(got) is type(wanted)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account.id", True),
        ("account.id", b"\xff"),
        ("account.id", ["a"]),
        ("account.followers", "1.5"),
        ("account.followers", True),
        ("account.followers", 2**63),
        ("account.followers", "1e400"),
        ("payment.amount", "much"),
        ("post.reply", "perhaps"),
        ("event.at", True),
        ("event.at", [1]),
        ("post.urls", "[1"),
        ("post.urls", 3),
        ("post.media", "{"),
    ],
)
def test_values_that_do_not_fit(field: str, value: object) -> None:
    """What cannot be the field's type is a wrong type, with the field's name; infinity is missing."""
    if value == "1e400":
        assert convert(field, converter(field), value) is None
        return
    with pytest.raises(EventError, match=field) as caught:
        convert(field, converter(field), value)
    assert caught.value.code == "events/wrong-type"


def test_missing_passes_through_every_field() -> None:
    """None is missing for every field there is."""
    for name in (*COLUMNS, "post.media", "post.products", "extra", "extra.x"):
        assert is_field(name)
        assert convert(name, converter(name), None) is None
    assert not is_field("post.txt")
    assert not is_field("extra.")
    assert field_hint("post.txt") == "did you mean 'post.text'?"


def test_extra_is_put_together() -> None:
    """A whole ``extra`` and single keys of it join; the single key wins."""
    fields = [*BASE, ("extra.a", 1), ("extra", {"a": 2, "b": 3}), ("extra.c.d", 4)]
    assert assemble(fields, finisher()) == Event(
        "e", 5_000_000, "post", Account("a"), extra={"a": 1, "b": 3, "c.d": 4}
    )


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        (("post.text", "a\0"), "nul"),
        (("post.text", "\ud800"), "lone-surrogate"),
        (("post.text", "x" * 2**20), "line-too-long"),
        (("kind", "poem"), "unknown-kind"),
        (("extra", [1]), "wrong-type"),
        (("account.id", None), "missing-field"),
    ],
)
def test_the_same_refusals_as_for_a_line(extra: tuple[str, object], code: str) -> None:
    """A row is refused for the same reasons, under the same codes, as a JSON line."""
    fields = [pair for pair in BASE if pair[0] != extra[0]]
    with pytest.raises(EventError) as caught:
        assemble([*fields, extra], finisher())
    assert caught.value.code == f"events/{code}"
