"""Time: the wall clock as a parameter, and the one inner form of an instant.

Inside Ombud an instant is an ``int``: microseconds since 1970-01-01T00:00:00Z.
State that rules read depends on the *event's* time only; the life of a case
depends on a :class:`Clock` that the caller hands in, so a test can turn it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

Micros = int

SECOND: Micros = 1_000_000
MINUTE: Micros = 60 * SECOND
HOUR: Micros = 60 * MINUTE
DAY: Micros = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Anything that tells the present instant in microseconds."""

    def now(self) -> Micros:
        """Return microseconds since the epoch, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Micros:
        """Return microseconds since the epoch, UTC."""
        return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still, for tests and replays."""

    at: Micros

    def now(self) -> Micros:
        """Return the instant it was made with."""
        return self.at


def parse_time(value: str | int | float) -> Micros:
    """Read an RFC 3339 time, or seconds since the epoch, as microseconds UTC.

    Args:
        value: ``"2026-09-11T03:34:22Z"``, ``"2026-09-11T11:34:22.5+08:00"``, or epoch seconds.

    Raises:
        ValueError: no such time, or a time without an offset (which of the
            world's days is meant cannot be known).
    """
    if isinstance(value, bool):
        raise ValueError("true and false are not times")
    if isinstance(value, int):
        return value * SECOND
    if isinstance(value, float):
        return round(value * SECOND)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} names no offset from UTC; write it with Z or +08:00")
    return from_datetime(moment)


def from_datetime(moment: datetime) -> Micros:
    """Return an aware ``datetime`` as microseconds since the epoch, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def to_datetime(at: Micros) -> datetime:
    """Return the instant as an aware ``datetime`` in UTC.

    Raises:
        OverflowError: the instant lies outside the years 1 to 9999.
    """
    return _EPOCH + timedelta(microseconds=at)


def format_time(at: Micros) -> str:
    """Write the instant as RFC 3339 in UTC, with a fraction only where there is one."""
    moment = to_datetime(at).replace(tzinfo=None)
    return moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds") + "Z"


def day_of(at: Micros) -> int:
    """Return the instant's day as a count of days since 1970-01-01 (UTC)."""
    return at // DAY
