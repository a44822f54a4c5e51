"""Text that either database can hold: three characters that one of them refuses are escaped.

PostgreSQL refuses NUL in text, and neither database can encode half of a surrogate pair.
Both can stand in an identifier that a stranger chose. They are written with U+241B
(SYMBOL FOR ESCAPE) in front, as is that character itself, so that every string comes
back exactly and no two strings are stored alike. Whole payloads are stored as bytes.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

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
