"""Instants are integers; text at the border is RFC 3339."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.clock import (
    DAY,
    FixedClock,
    SystemClock,
    day_of,
    format_time,
    from_datetime,
    parse_time,
    to_datetime,
)


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_survives_being_written_and_read(moment: datetime) -> None:
    """format_time and parse_time are inverses over all of datetime's range."""
    at = from_datetime(moment)
    assert to_datetime(at) == moment
    assert parse_time(format_time(at)) == at


def test_offsets_are_taken_into_account() -> None:
    """The same instant written in Beijing and in London is one number."""
    assert parse_time("2026-09-11T11:34:22+08:00") == parse_time("2026-09-11T03:34:22Z")


def test_epoch_seconds_may_have_a_fraction() -> None:
    """Integers and floats are seconds since the epoch."""
    assert parse_time(1) == 1_000_000
    assert parse_time(1.5) == 1_500_000


@pytest.mark.parametrize("value", ["2026-09-11T03:34:22", "yesterday", "", True])
def test_a_time_that_cannot_be_known_is_refused(value: object) -> None:
    """A time without an offset, a word or a boolean raises ValueError."""
    with pytest.raises(ValueError, match=r".+"):
        parse_time(value)  # type: ignore[arg-type]


def test_days_before_the_epoch_count_down() -> None:
    """The last microsecond of 1969 belongs to day -1."""
    assert day_of(-1) == -1
    assert day_of(0) == day_of(DAY - 1) == 0


def test_clocks_tell_microseconds() -> None:
    """The system clock agrees with datetime's, and a fixed clock stands still."""
    assert abs(SystemClock().now() - from_datetime(datetime.now(UTC))) < timedelta(minutes=1) // timedelta(
        microseconds=1
    )
    assert FixedClock(7).now() == 7
