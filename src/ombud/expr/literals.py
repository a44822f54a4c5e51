"""What numbers, intervals and times mean as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from ombud.base.clock import from_datetime
from ombud.expr.types import INT_MAX, INT_MIN, Type

_UNITS: Mapping[str, int] = {
    "MICROSECOND": 1,
    "MILLISECOND": 1_000,
    "SECOND": 1_000_000,
    "MINUTE": 60_000_000,
    "HOUR": 3_600_000_000,
    "DAY": 86_400_000_000,
    "WEEK": 604_800_000_000,
}

_LONG = frozenset({"MONTH", "YEAR", "QUARTER", "DECADE", "CENTURY"})


def number(text: str) -> tuple[Type, int | float]:
    """Return the type and value of a number as written; a point or exponent makes a double."""
    if text.isdigit() and len(text) < 30:
        return Type.INT, int(text)
    return (Type.INT, 2**64) if text.isdigit() else (Type.DOUBLE, float(text))


def interval_micros(words: str) -> int:
    """Return the microseconds of ``'1 hour 30 minutes'``.

    Raises:
        ValueError: not an interval of fixed length within 64 bits.
    """
    parts = words.split()
    if not parts or len(parts) % 2:
        raise ValueError("an interval is a number and a unit, as in INTERVAL 1 HOUR")
    total = 0.0
    for amount, name in zip(parts[::2], parts[1::2], strict=True):
        unit = _unit(name)
        if unit is None:
            long = name.upper().rstrip("S") in _LONG
            raise ValueError(
                f"{name!r} has no fixed length; count in days" if long else f"{name!r} is no unit of time"
            )
        try:
            total += int(amount) * unit if amount.lstrip("-").isdigit() else float(amount) * unit
        except ValueError:
            raise ValueError(f"{amount[:40]!r} is not a number") from None
    if not abs(total) < 2**53:
        raise ValueError("the interval is too long")
    return round(total)


def _unit(name: str) -> int | None:
    upper = name.upper()
    return _UNITS.get(upper) or _UNITS.get(upper.removesuffix("S"))


def is_unit(name: str) -> bool:
    """Tell whether the word names a unit of time, of fixed length or not."""
    return _unit(name) is not None or name.upper().rstrip("S") in _LONG


def instant_micros(words: str) -> int:
    """Return the microseconds of a time as ISO 8601 writes it; without an offset it is UTC.

    Raises:
        ValueError: there is no such time.
    """
    moment = datetime.fromisoformat(words)
    try:
        return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except OverflowError:
        raise ValueError("the time is out of range") from None


def in_int64(value: int) -> bool:
    """Tell whether the integer fits 64 bits."""
    return INT_MIN <= value <= INT_MAX
