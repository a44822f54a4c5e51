"""Text that either database can hold: three characters that one of them refuses are escaped.

PostgreSQL refuses NUL in text, and neither database can encode half of a surrogate pair.
Both can stand in an identifier that a stranger chose. They are written with U+241B
(SYMBOL FOR ESCAPE) in front, as is that character itself, so that every string comes
back exactly and no two strings are stored alike. Whole payloads are stored as bytes.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

import msgspec
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from ombud.base.ids import canonical

_ESCAPE = "\u241b"
_UNSAFE = re.compile("[\x00\u241b\ud800-\udfff]")
_ESCAPED = re.compile(_ESCAPE + "([0-9a-f]{4})")
_encode = msgspec.json.Encoder(order="sorted").encode


def escape(text: str) -> str:
    """Return the text as the database holds it."""
    if text.isascii() and "\0" not in text:
        return text
    return _UNSAFE.sub(lambda found: f"{_ESCAPE}{ord(found[0]):04x}", text)


def unescape(text: str) -> str:
    """Return the text that :func:`escape` was given."""
    if _ESCAPE not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def to_json(value: Any) -> str:
    """Return a JSON value as text that either database can hold, with sorted keys.

    Halves of a surrogate pair come back as they were, but two that stand side by side come
    back as the character they make: JSON cannot tell these apart.

    Raises:
        TypeError: the value is not JSON.
    """
    try:
        return _encode(value).decode()
    except UnicodeEncodeError:  # half a surrogate pair: only the escaped form can say it
        return json.dumps(value, sort_keys=True, separators=(",", ":"))


def to_canonical(value: Any) -> bytes:
    """Return a JSON value in its RFC 8785 form, fast where that is what :func:`to_json` gives anyway.

    What RFC 8785 has no form for (halves of surrogate pairs, integers beyond 2**53 - 1,
    NaN) is written as :func:`to_json` does, so that any kept value has some one form.
    """
    if not _is_plain(value):
        with suppress(ValueError):
            return canonical(value)
    return to_json(value).encode()


def _is_plain(value: Any) -> bool:
    """Return whether a value has no float, no very large integer, and only ASCII keys."""
    kind: type = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return bool(-(2**53) < value < 2**53)
    if kind is dict:
        return all(key.isascii() and _is_plain(each) for key, each in value.items())
    return kind in (list, tuple) and all(map(_is_plain, value))


class SafeText(TypeDecorator[str]):
    """A text column that keeps any ``str``; ordered by code point in both databases."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type: PostgreSQL's own order depends on the place, so it is set to "C"."""
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Escape on the way in."""
        return None if value is None else escape(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Undo it on the way out."""
        return None if value is None else unescape(value)


class JsonText(TypeDecorator[Any]):
    """A JSON value kept as text (PostgreSQL's ``jsonb`` refuses NUL)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002
        """Write the value as JSON; Python's ``None`` is JSON's ``null``."""
        return to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Read the JSON back."""
        return None if value is None else json.loads(value)
