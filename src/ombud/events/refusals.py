"""Why a record is not taken: our own codes and words for each kind of badness.

Codes are permanent: ``events/broken-json not-an-object wrong-type missing-field unknown-kind
unknown-audience bad-time time-out-of-bounds number-out-of-range invalid-utf8 lone-surrogate nul
line-too-long too-deep``; readers add ``events/bad-row`` and ``events/truncated``.
"""

from __future__ import annotations

import re

import msgspec

from ombud.base.errors import EventError, Fault
from ombud.base.nearest import did_you_mean
from ombud.events.envelope import AUDIENCES, KINDS

MAX_LINE = 1024 * 1024
"""The longest line taken, in bytes."""

MAX_DEPTH = 32
"""How deep lists and objects may nest inside ``extra``."""

_LONE = re.compile(
    rb"(?<!\\)(?:\\\\)*\\u(?:d[89ab][0-9a-f]{2}(?!\\ud[c-f][0-9a-f]{2})|d[c-f][0-9a-f]{2})", re.I
)
_PAIR = re.compile(rb"\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}", re.I)


def refusal(code: str, message: str, *, hint: str | None = None) -> EventError:
    """Make the error for one record; ``code`` without the prefix ``events/``."""
    return EventError(Fault(f"events/{code}", message, None, hint))


def missing(field: str) -> EventError:
    """A field that every event has is not there."""
    return refusal(
        "missing-field",
        f"{field} is missing",
        hint="every event has id, at, kind and account.id; a mapping file can supply them",
    )


def too_long(length: int) -> EventError:
    """A record is longer than is taken."""
    return refusal("line-too-long", f"the record has {length} bytes; {MAX_LINE} are taken")


def too_deep() -> EventError:
    return refusal("too-deep", f"lists and objects nest deeper than {MAX_DEPTH} levels")


def explain(error: BaseException, raw: bytes = b"") -> EventError:
    """Say in our own codes what msgspec found wrong with ``raw``."""
    if isinstance(error, RecursionError):
        return too_deep()
    if len(raw) > MAX_LINE:
        return too_long(len(raw))
    if isinstance(error, UnicodeDecodeError):
        return refusal("invalid-utf8", f"the line is not UTF-8: {error.reason}")
    if isinstance(error, msgspec.ValidationError):
        return _explain_value(str(error))
    return _explain_syntax(str(error), raw)


def _explain_syntax(text: str, raw: bytes) -> EventError:
    if b"\0" in raw:
        return refusal("nul", "the line holds NUL bytes", hint="remove them at the source")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return refusal("invalid-utf8", f"the line is not UTF-8 at byte {error.start}: {error.reason}")
    if _LONE.search(_PAIR.sub(b"", raw)):
        return refusal("lone-surrogate", "half of a surrogate pair stands alone in a \\u escape")
    if "range" in text.lower():
        return refusal("number-out-of-range", "a number is too large to keep")
    return refusal("broken-json", f"not JSON: {text}", hint="one JSON object a line, in UTF-8")


def _explain_value(text: str) -> EventError:
    what, _, place = text.partition(" - at `$")
    path = place.removesuffix("`").removeprefix(".")
    if what.startswith("Object missing required field"):
        field = what.split("`")[1]
        return missing(f"{path}.{field}" if path else field)
    if what.startswith("Invalid enum value"):
        value = what.partition("value ")[2].strip("'\"")
        known = KINDS if path == "kind" else AUDIENCES
        hint = did_you_mean(value, known) or f"one of {', '.join(known)}"
        return refusal(f"unknown-{path}", f"no {path} is called {value[:60]!r}", hint=hint)
    if "range" in what or what.startswith("Expected `int` "):
        return refusal("number-out-of-range", f"{path or 'a number'} is too large to keep")
    if not path:
        return refusal("not-an-object", what.replace("`object`", "an object"))
    if what.endswith("got `null`") and path in ("id", "at", "kind", "account", "account.id"):
        return missing(path)
    quotes = "ids are text: write them in quotes" if path.endswith("id") else None
    return refusal("wrong-type", f"{path}: {what}", hint=quotes)
