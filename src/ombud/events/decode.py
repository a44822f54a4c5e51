"""From bytes to an event and back, and the two hashes that make a repeat a no-op.

What is refused, and under which code, is the table in ``docs`` and in :func:`decoder`.
Unknown fields are dropped (see :func:`unknown_fields`). A NUL is refused wherever it
stands in the event, because PostgreSQL holds none in text: the same stream must give
the same result on every store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec

from ombud.base.clock import DAY, Clock, Micros, SystemClock, format_time, parse_time
from ombud.base.errors import EventError
from ombud.events.envelope import Account, Event, Payment, Post, Report, Target
from ombud.events.refusals import MAX_DEPTH, MAX_LINE, explain, missing, refusal, too_deep, too_long

Decode = Callable[[bytes], Event]

_FIRST, _LAST = -62_135_596_800_000_000, 253_402_300_799_999_999  # years 1 and 9999
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_from_text = datetime.fromisoformat
_set = msgspec.structs.force_setattr


def _instant(value: str | int | float) -> Micros:
    """Read a time as :func:`ombud.base.clock.parse_time` does, and leap seconds and small letters too."""
    if type(value) is str:
        try:
            since = _from_text(value) - _EPOCH
        except (ValueError, TypeError):
            return _odd_instant(value)
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return parse_time(value)


def _odd_instant(value: str) -> Micros:
    text = value.upper()
    if text[16:19] == ":60":
        return parse_time(text[:16] + ":59" + text[19:]) + 1_000_000
    return parse_time(text)


def instant(value: str | int | float, field: str = "at") -> Micros:
    """Return microseconds UTC for RFC 3339 text or epoch seconds.

    Raises:
        EventError: ``events/bad-time``; or ``events/time-out-of-bounds`` outside the years 1 to 9999.
    """
    try:
        at = _instant(value)
    except (ValueError, OverflowError) as error:
        raise refusal(
            "bad-time",
            f"{field} is not a time: {str(value)[:60]!r}",
            hint="write RFC 3339 with an offset, as 2026-09-11T03:34:22Z, or epoch seconds",
        ) from error
    if not _FIRST <= at <= _LAST:
        raise refusal(
            "time-out-of-bounds",
            f"{field} lies outside the years 1 to 9999: {str(value)[:60]}",
            hint="epoch times are in seconds; a mapping file can read `time: ms`",
        )
    return at


def decoder(*, earliest: Micros = 0, ahead: Micros = DAY, clock: Clock | None = None) -> Decode:
    """Make the function that reads one JSON line.

    Args:
        earliest: the first instant taken for ``at`` (default 1970-01-01).
        ahead: how far past ``clock``'s present ``at`` may lie (default a day).
        clock: the wall clock; asked only when an event passes the last limit known.

    Returns:
        ``decode(raw) -> Event``, which raises :class:`EventError` with one of the codes
        ``events/broken-json``, ``not-an-object``, ``wrong-type``, ``missing-field``,
        ``unknown-kind``, ``unknown-audience``, ``bad-time``, ``time-out-of-bounds``,
        ``number-out-of-range``, ``invalid-utf8``, ``lone-surrogate``, ``nul``,
        ``line-too-long``, ``too-deep``.
    """
    parse = msgspec.json.Decoder(Event).decode
    finish = finisher(earliest=earliest, ahead=ahead, clock=clock)

    def decode(raw: bytes) -> Event:
        try:
            event = parse(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
            raise explain(error, raw) from None
        if b"\\u0000" in raw or len(raw) > MAX_LINE:
            _check_raw(event, raw)
        return finish(event)

    return decode


def finisher(
    *, earliest: Micros = 0, ahead: Micros = DAY, clock: Clock | None = None
) -> Callable[[Event], Event]:
    """Make the last step of reading: border values become inner ones, bounds are checked.

    The returned function takes a fresh event whose times are still text or epoch seconds,
    changes it in place and returns it. Arguments and errors are those of :func:`decoder`.
    """
    now = (clock or SystemClock()).now
    latest = now() + ahead

    def finish(event: Event) -> Event:
        nonlocal latest
        try:
            at = _instant(event.at)
        except (ValueError, OverflowError):
            at = instant(event.at)
        if at > latest or at < earliest:
            latest = now() + ahead
            if not earliest <= at <= latest:
                raise _out_of_bounds(event, at, latest)
        _set(event, "at", at)
        account = event.account
        if account.created_at is not None:
            _set(account, "created_at", instant(account.created_at, "account.created_at"))
        if not event.id or not account.id:
            raise missing("id" if not event.id else "account.id")
        if event.extra:  # the only place where the sender chooses the depth
            _check_depth(event.extra)
        else:
            _set(event, "extra", {})
        return event

    return finish


decode: Decode = decoder()
"""Read one JSON line with the default bounds and the machine's clock."""


def _out_of_bounds(event: Event, at: Micros, latest: Micros) -> EventError:
    late = at > latest
    side = "in the future" if late else "before the first instant taken"
    shown = format_time(at) if _FIRST <= at <= _LAST else str(event.at)[:60]
    hint = "epoch times are in seconds; a mapping file can read `time: ms`" if late else None
    return refusal("time-out-of-bounds", f"at is {side}: {shown}", hint=hint)


def _check_raw(event: Event, raw: bytes) -> None:
    if len(raw) > MAX_LINE:
        raise too_long(len(raw))
    check_nul(event)


def check_nul(event: Event) -> None:
    """Raise ``events/nul`` if any text of the event holds the character U+0000."""
    if any("\0" in text for text in _texts(msgspec.to_builtins(event))):
        raise refusal("nul", "the event holds the character U+0000", hint="remove it at the source")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)


def _check_depth(extra: dict[str, Any]) -> None:
    level: list[Any] = [value for value in extra.values() if type(value) in (dict, list)]
    depth = 1
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise too_deep()
        below: list[Any] = []
        for value in level:
            items = value.values() if type(value) is dict else value
            below += [item for item in items if type(item) in (dict, list)]
        level = below


class _Wire(msgspec.Struct, gc=False, omit_defaults=True):
    """An event as it is written: the same fields in the same order, times as border values."""

    id: str
    at: int | str
    kind: str
    account: Account
    origin: str | None = None
    audience: str | None = None
    post: Post | None = None
    target: Target | None = None
    payment: Payment | None = None
    report: Report | None = None
    extra: dict[str, Any] | None = None


_write = msgspec.json.Encoder(order="deterministic").encode


def _border(at: Micros | None) -> int | str | None:
    if at is None:
        return None
    seconds, rest = divmod(at, 1_000_000)
    return format_time(at) if rest else seconds


def encode(event: Event) -> bytes:
    """Write the event as one canonical JSON line (no newline); ``decode`` gives it back unchanged.

    Fields stand in one order, keys of ``extra`` sorted, missing values left out, instants as
    epoch seconds where they are whole and as RFC 3339 where they are not.
    """
    account = event.account
    if account.created_at is not None:
        account = msgspec.structs.replace(account)
        _set(account, "created_at", _border(event.account.created_at))
    seconds, rest = divmod(event.at, 1_000_000)
    return _write(
        _Wire(
            event.id,
            format_time(event.at) if rest else seconds,
            event.kind,
            account,
            event.origin,
            event.audience,
            event.post,
            event.target,
            event.payment,
            event.report,
            event.extra or None,
        )
    )


def content_digest(event: Event) -> bytes:
    """Return 8 bytes over the canonical line: other bytes, other content.

    Two lines that differ only in the order of keys, spaces or unknown fields agree.
    """
    return blake2b(encode(event), digest_size=8).digest()


@lru_cache(maxsize=256)
def _prefix(origin: str) -> bytes:
    data = origin.encode("utf-8", "surrogatepass")
    return len(data).to_bytes(4, "big") + data


def event_key(origin: str | None, event_id: str) -> bytes:
    """Return the inbox key: 16 bytes over (origin, id), as :func:`ombud.base.ids.digest16` makes them."""
    data = event_id.encode("utf-8", "surrogatepass")
    return blake2b(_prefix(origin or "") + len(data).to_bytes(4, "big") + data, digest_size=16).digest()


def unknown_fields(raw: bytes) -> list[str]:
    """Return the dotted names in a JSON line that no field of the envelope takes (``doctor`` asks).

    A line that is not an object has none.
    """
    try:
        value = msgspec.json.decode(raw)
        kept = msgspec.to_builtins(msgspec.convert(value, Event))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return []
    names: list[str] = []
    for key, item in value.items():
        known = kept.get(key)
        if known is None and item is not None and key not in Event.__struct_fields__:
            names.append(key)
        elif key != "extra" and isinstance(item, dict) and isinstance(known, dict):
            names += [f"{key}.{name}" for name in item if name not in known and item[name] is not None]
    return names
