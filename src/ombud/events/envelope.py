"""The event: one shape for whatever a platform says happened.

Missing is ``None`` and means "not known". Times are ``int`` microseconds since
1970-01-01T00:00:00Z. The structs are frozen and left out of garbage collection:
they are made of JSON values, which cannot refer to themselves.

:data:`COLUMNS` lists what a rule may read and :data:`ACCESSORS` how: a Python
expression over the variable ``row``, an :class:`Event`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from types import GenericAlias, MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from ombud.base.clock import Micros, parse_time

KINDS: tuple[str, ...] = (
    "post",
    "comment",
    "repost",
    "edit",
    "delete",
    "profile",
    "follow",
    "unfollow",
    "reaction",
    "vote",
    "report",
    "payment",
    "live_start",
    "live_end",
    "outcome",
)
"""What can have happened. An event of another kind is refused."""

AUDIENCES: tuple[str, ...] = ("public", "members", "organisation", "private")
"""Who could see it. ``None`` counts as unknown, never as public."""

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1

# What a field may look like at the border differs from what it is inside (an instant
# arrives as text or seconds and is kept as microseconds). The type checker sees the
# inside; msgspec, which only checks what it decodes, sees the border.
if TYPE_CHECKING:
    Instant = int
    Kind = str
    Audience = str
    Count = int
    Extra = dict[str, Any]
else:
    Instant = int | float | str
    Kind = Literal[KINDS]
    Audience = Literal[AUDIENCES]
    Count = Annotated[int, msgspec.Meta(ge=INT64_MIN, le=INT64_MAX)]
    Extra = dict[str, Any] | None


class Account(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Who acted, as the platform described them at that moment."""

    id: str
    name: str | None = None
    bio: str | None = None
    created_at: Instant | None = None
    followers: Count | None = None
    following: Count | None = None
    posts: Count | None = None
    verified: bool | None = None
    avatar: str | None = None
    credentials: list[str] | None = None
    roles: list[str] | None = None


class Media(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """An attached image, video or sound: its kind, its perceptual hash, the QR codes read in it."""

    kind: str | None = None
    pdq: str | None = None
    qr: list[str] | None = None


class Product(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """An item for sale that the post links to."""

    id: str | None = None


class Post(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Content that was published."""

    id: str | None = None
    text: str | None = None
    lang: str | None = None
    parent_id: str | None = None
    root_id: str | None = None
    reply: bool | None = None
    urls: list[str] | None = None
    media: list[Media] | None = None
    products: list[Product] | None = None
    disclosures: list[str] | None = None


class Target(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Whom or what the event is directed at."""

    account_id: str | None = None
    post_id: str | None = None


class Payment(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Money that changed hands; ``amount`` in whole units of ``currency`` (ISO 4217)."""

    amount: float | None = None
    currency: str | None = None
    memo: str | None = None


class Report(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """An incoming complaint: the clause it names and the reporter's words."""

    clause: str | None = None
    text: str | None = None


class Event(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Something that happened.

    ``at`` is in microseconds UTC. ``extra`` holds the platform's own features; a code of
    conduct declares the types of those it reads.
    """

    id: str
    at: Instant
    kind: Kind
    account: Account
    origin: str | None = None
    audience: Audience | None = None
    post: Post | None = None
    target: Target | None = None
    payment: Payment | None = None
    report: Report | None = None
    extra: Extra = msgspec.field(default_factory=dict)

    def extra_time(self, name: str) -> Micros | None:
        """Return an instant kept in ``extra`` as RFC 3339 text or epoch seconds; else ``None``."""
        value = self.extra.get(name)
        if not isinstance(value, str | int | float):
            return None
        try:
            at = parse_time(value)
        except (ValueError, OverflowError):
            return None
        return at if INT64_MIN <= at <= INT64_MAX else None


_PARTS: Mapping[str, Mapping[str, type | GenericAlias]] = {
    "event": {"id": str, "at": datetime, "kind": str, "origin": str, "audience": str},
    "account": {
        "id": str,
        "name": str,
        "bio": str,
        "created_at": datetime,
        "followers": int,
        "following": int,
        "posts": int,
        "verified": bool,
        "avatar": str,
        "credentials": list[str],
        "roles": list[str],
    },
    "post": {
        "id": str,
        "text": str,
        "lang": str,
        "parent_id": str,
        "root_id": str,
        "reply": bool,
        "urls": list[str],
        "media.kind": list[str],
        "media.pdq": list[str],
        "media.qr": list[str],
        "products.id": list[str],
        "disclosures": list[str],
    },
    "target": {"account_id": str, "post_id": str},
    "payment": {"amount": float, "currency": str, "memo": str},
    "report": {"clause": str, "text": str},
}


def _accessor(part: str, field: str) -> str:
    if part == "event":
        return f"row.{field}"
    if part == "account":
        return f"row.account.{field}"
    if "." not in field:
        return f"(row.{part}.{field} if row.{part} is not None else None)"
    many, one = field.split(".")
    items = f"row.{part}.{many}"
    if one == "qr":
        some = f"any(_m.qr is not None for _m in {items}) or not {items}"
        values = f"[_q for _m in {items} if _m.qr is not None for _q in _m.qr]"
    else:
        some = f"any(_m.{one} is not None for _m in {items}) or not {items}"
        values = f"[_m.{one} for _m in {items} if _m.{one} is not None]"
    return f"(({values} if {some} else None) if row.{part} is not None and {items} is not None else None)"


COLUMNS: Mapping[str, type | GenericAlias] = MappingProxyType(
    {f"{part}.{field}": kind for part, fields in _PARTS.items() for field, kind in fields.items()}
)
"""Every column a rule may read, with its type; ``datetime`` columns hold ``int`` microseconds.

Columns of a list of things are flattened (``post.media.kind``): elements without a value are
left out, and if none has one the column is NULL; an empty list stays an empty list.
"""

ACCESSORS: Mapping[str, str] = MappingProxyType(
    {f"{part}.{field}": _accessor(part, field) for part, fields in _PARTS.items() for field in fields}
)
"""How to read each column: a Python expression over ``row``; it holds no ``:=`` and no call but builtins."""


def extra_accessor(name: str, kind: type | GenericAlias) -> str:
    """Return the expression that reads ``extra[name]`` as ``kind``, and ``None`` for any other type.

    Args:
        name: the key in ``extra`` without the prefix ``extra.``; any text.
        kind: ``str int float bool datetime`` or a list of ``str int float``. An ``int`` passes as
            ``float``; integers beyond 64 bits, and ``true`` for a number, are NULL.

    Raises:
        ValueError: a kind that no column can have.
    """
    get = f"row.extra.get({json.dumps(name)})"
    if kind is datetime:
        return f"row.extra_time({json.dumps(name)})"
    if kind is str or kind is bool:
        return f"({get} if type({get}) is {kind.__name__} else None)"
    if kind is int:
        return f"({get} if {_whole(get)} else None)"
    if kind is float:
        return f"({get} if type({get}) is float else float({get}) if {_whole(get)} else None)"
    tests: dict[Any, str] = {
        list[str]: "type(_x) is str",
        list[int]: _whole("_x"),
        list[float]: f"(type(_x) is float or {_whole('_x')})",
    }
    if kind not in tests:
        raise ValueError(f"no column has the type {kind}")
    value = f"[float(_x) for _x in {get}]" if kind == list[float] else get
    return f"({value} if type({get}) is list and all({tests[kind]} for _x in {get}) else None)"


def _whole(value: str) -> str:
    return f"(type({value}) is int and {INT64_MIN} <= {value} <= {INT64_MAX})"
