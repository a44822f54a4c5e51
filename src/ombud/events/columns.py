"""From named values (cells, Parquet rows, mapped fields) to an event.

Names are the dotted names of the envelope; ``id at kind origin audience`` stand with or without
``event.``. A list cell is a JSON array, or values separated by ``;``. ``post.media``,
``post.products`` and ``extra`` are JSON text or nested values; ``extra.NAME`` is one key of ``extra``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

import msgspec

from ombud.base.errors import EventError
from ombud.base.nearest import did_you_mean
from ombud.events.decode import check_nul, encode
from ombud.events.envelope import COLUMNS, INT64_MAX, INT64_MIN, Event
from ombud.events.refusals import MAX_LINE, explain, refusal, too_long

Finish = Callable[[Event], Event]

NESTED: tuple[str, ...] = ("post.media", "post.products", "extra")
REQUIRED: tuple[str, ...] = ("id", "at", "kind", "account.id")


def plain_name(name: str) -> str:
    """Return the envelope's own place for a column: ``event.id`` is ``id``."""
    return name.removeprefix("event.")


FIELDS: Mapping[str, Any] = {plain_name(name): kind for name, kind in COLUMNS.items()}
"""Every field that can be filled, by :func:`plain_name`, with its type."""


def is_field(name: str) -> bool:
    """Say whether a column of this name can be filled."""
    name = plain_name(name)
    return name in FIELDS or name in NESTED or (name.startswith("extra.") and len(name) > len("extra."))


def field_hint(name: str) -> str | None:
    """Return the hint for a name that is no field."""
    return did_you_mean(name, [*FIELDS, *NESTED])


def converter(name: str) -> Callable[[Any], Any]:
    """Return the function that turns a value into what the field holds at the border.

    It passes ``None`` through and raises ``ValueError`` for what does not fit.
    """
    name = plain_name(name)
    if name.startswith("extra."):
        return _free
    if name in NESTED:
        return _nested
    return _CONVERTERS[str(FIELDS[name]) if FIELDS[name] == list[str] else FIELDS[name].__name__]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        raise ValueError
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, bytes):
        return value.decode()
    raise ValueError


def _whole(value: Any) -> int | None:
    number = _number(value, int)
    if number is None or isinstance(number, int):
        whole = number
    elif number.is_integer():
        whole = int(number)
    else:
        raise ValueError
    if whole is not None and not INT64_MIN <= whole <= INT64_MAX:
        raise ValueError
    return whole


def _real(value: Any) -> float | None:
    number = _number(value, float)
    return None if number is None else float(number)


def _number(value: Any, kind: type[int] | type[float]) -> int | float | None:
    if value is None or isinstance(value, bool):
        if value is None:
            return None
        raise ValueError
    if isinstance(value, str):
        try:
            value = kind(value)
        except ValueError:
            value = float(value)
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return float(value)  # a decimal


_FLAGS = {
    "true": True,
    "t": True,
    "yes": True,
    "1": True,
    "false": False,
    "f": False,
    "no": False,
    "0": False,
}


def _flag(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    try:
        return _FLAGS[str(value).strip().lower()]
    except KeyError:
        raise ValueError from None


def _time(value: Any) -> str | int | float | None:
    if isinstance(value, datetime):  # a time without an offset in a typed column is UTC
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            pass
        try:
            return float(value)
        except ValueError:
            return value.strip()
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise ValueError
    return value


def _list(value: Any) -> list[str] | None:
    if value is None:
        return None
    if isinstance(value, str):
        if value.lstrip().startswith("["):
            value = _json(value)
        else:
            value = [piece for part in value.split(";") if (piece := part.strip())]
    if not isinstance(value, list | tuple):
        raise ValueError
    return [text for item in value if (text := _text(item)) is not None]


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise ValueError from error


def _nested(value: Any) -> Any:
    return _json(value) if isinstance(value, str) else msgspec.to_builtins(value)


def _free(value: Any) -> Any:
    """A cell of ``extra``: a number, true, false, list or object where it reads as one, else text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str) and value[:1] in _JSON_STARTS:
        try:
            return _json(value)
        except ValueError:
            return value
    return value if isinstance(value, str) else msgspec.to_builtins(value)


_JSON_STARTS = frozenset("-0123456789[{tf")

_CONVERTERS: Mapping[str, Callable[[Any], Any]] = {
    "str": _text,
    "int": _whole,
    "float": _real,
    "bool": _flag,
    "datetime": _time,
    "list[str]": _list,
}


def assemble(fields: Iterable[tuple[str, Any]], finish: Finish) -> Event:
    """Make an event of (field, converted value) pairs.

    Args:
        fields: names as by :func:`plain_name`; ``None`` values are left out.
        finish: from :func:`ombud.events.decode.finisher`.

    Raises:
        EventError: the same codes as for a JSON line.
    """
    nested: dict[str, Any] = {}
    flat: dict[str, list[str]] = {}
    for name, value in fields:
        if value is None:
            continue
        part, _, rest = name.partition(".")
        if not rest:
            nested[part] = {**value, **nested.get("extra", {})} if part == "extra" and _is(value) else value
        elif part != "extra" and "." in rest:
            flat[rest] = value
        else:
            nested.setdefault(part, {})[rest] = value
    if flat:
        _unflatten(nested.setdefault("post", {}), flat)
    try:
        event = msgspec.convert(nested, Event)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise explain(error) from None
    return checked(finish(event))


def _is(value: Any) -> bool:
    return isinstance(value, dict)


def _unflatten(post: dict[str, Any], flat: dict[str, list[str]]) -> None:
    """``post.media.kind`` and ``.pdq`` lie side by side; the QR codes go to the first of the media."""
    if "products.id" in flat and "products" not in post:
        post["products"] = [{"id": value} for value in flat["products.id"]]
    kinds, hashes, codes = (flat.get(f"media.{name}", []) for name in ("kind", "pdq", "qr"))
    if "media" not in post and any(name.startswith("media.") for name in flat):
        media: list[dict[str, Any]] = [{"kind": k, "pdq": p} for k, p in zip_longest(kinds, hashes)]
        if "media.qr" in flat:
            media = media or ([{}] if codes else [])
            if media:
                media[0]["qr"] = codes
        post["media"] = media


def checked(event: Event) -> Event:
    """Return the event if it could have come as a JSON line.

    Raises:
        EventError: ``events/nul``, ``events/lone-surrogate`` or ``events/line-too-long``.
    """
    try:
        raw = encode(event)
    except UnicodeEncodeError:
        raise refusal("lone-surrogate", "half of a surrogate pair stands alone in a text") from None
    if len(raw) > MAX_LINE:
        raise too_long(len(raw))
    if b"\\u0000" in raw:
        check_nul(event)
    return event


def convert(name: str, how: Callable[[Any], Any], value: Any) -> Any:
    """Apply a converter, naming the field if the value does not fit.

    Raises:
        EventError: ``events/wrong-type``.
    """
    try:
        return how(value)
    except (ValueError, TypeError, ArithmeticError, EventError):
        kind = FIELDS.get(plain_name(name), "JSON")
        shown = getattr(kind, "__name__", kind) if kind != list[str] else "list of text"
        raise refusal("wrong-type", f"{name}: {str(value)[:60]!r} is not a {shown}") from None
