"""Options that several verbs share, and the words for durations and dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ombud.base.clock import DAY, HOUR, MINUTE, SECOND, Micros, parse_time

F = TypeVar("F", bound=Callable[..., Any])

_UNITS: dict[str, Micros] = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "": SECOND}


class Duration(click.ParamType[Micros]):
    """``90s``, ``5m``, ``2h``, ``1d``, or a bare number of seconds; becomes microseconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Micros:
        """Return microseconds, or fail with the forms that are understood."""
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"(\d{1,9})([smhd]?)", str(value))
        if match is None:
            self.fail(f"{value!r} is not a duration; write 90s, 5m, 2h or 1d", param, ctx)
        return int(match[1]) * _UNITS[match[2]]


class Instant(click.ParamType[Micros]):
    """A date (``2026-09-11``, midnight UTC) or an RFC 3339 time; becomes microseconds UTC."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Micros:
        """Return microseconds since the epoch, or fail with the forms that are understood."""
        if isinstance(value, int):
            return value
        text = str(value)
        try:
            return parse_time(text + "T00:00:00Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text)
        except ValueError:
            self.fail(f"{value!r} is not a date; write 2026-09-11 or 2026-09-11T08:00:00Z", param, ctx)


def store_option(function: F) -> F:
    """``--store DIR``, required."""
    return click.option(
        "--store",
        "store_dir",
        metavar="DIR",
        required=True,
        type=str,
        envvar="OMBUD_STORE",
        show_envvar=True,
        help="The folder that holds decisions and archive, or a PostgreSQL address.",
    )(function)


def code_option(function: F) -> F:
    """``--code NAME|DIR``, once or more."""
    return click.option(
        "--code",
        "code_names",
        metavar="NAME|DIR",
        multiple=True,
        required=True,
        help="A bundled code of conduct or a folder; may be repeated.",
    )(function)


def key_option(function: F) -> F:
    """``--key-file FILE``, or the environment's ``OMBUD_KEY_FILE``."""
    return click.option(
        "--key-file",
        type=click.Path(path_type=Path),
        help="The signing key (default: the file that OMBUD_KEY_FILE names).",
    )(function)


def json_option(function: F) -> F:
    """``--json``."""
    return click.option("--json", "json_", is_flag=True, help="Write JSON on standard output.")(function)


def limit_option(function: F) -> F:
    """``--limit N``."""
    return click.option(
        "--limit",
        type=click.IntRange(1, 1_000_000),
        default=50,
        show_default=True,
        help="Show at most so many rows.",
    )(function)
