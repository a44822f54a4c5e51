"""What every verb of people at work shares: who acts, on which store, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from ombud.base.clock import Micros, SystemClock
from ombud.base.errors import Fault, UsageError
from ombud.measures.choose import Chosen
from ombud.redress.model import Choice
from ombud.redress.words import RECEIPT_MARK
from ombud.store import Store, Tx, open_store

F = TypeVar("F", bound=Callable[..., Any])


def as_option(function: F) -> F:
    """``--as PERSON``, required."""
    return click.option(
        "--as",
        "person",
        metavar="PERSON",
        required=True,
        envvar="OMBUD_AS",
        show_envvar=True,
        help="Who acts; outside, people appear under another name in each case.",
    )(function)


def no_conflict_option(function: F) -> F:
    """``--no-conflict``: the declaration that one can judge freely."""
    return click.option(
        "--no-conflict", is_flag=True, help="Declare that you have no conflict of interest in this case."
    )(function)


def choice_options(function: F) -> F:
    """Options that say what is done, and why."""
    for option in (
        click.option("--reasons", help="Why, in words for the person concerned."),
        click.option("--measure", "measures", multiple=True, metavar="KIND[=HOURS]", help="What is done."),
        click.option(
            "--considered", multiple=True, metavar="KIND=WHY", help="A milder measure and why it fails."
        ),
        click.option("--severity", type=int, help="Milder than the clause says."),
        click.option("--earned", help="What the breach earned, where it earned money."),
        click.option("--correction-hours", type=int, help="Time to correct: 24 to 72 hours."),
        click.option("--territory", default="", help="Where the measures hold (default: everywhere)."),
        click.option("--language", type=click.Choice(["en", "zh"]), help="Of the notice."),
        click.option("--law", help="A law that the decision rests on beside the code."),
        click.option("--public-body", help="A public body's part; named in the notice, without weight."),
    ):
        function = option(function)
    return function


def choice_of(given: dict[str, Any]) -> Choice:
    """Return the choice that the options describe.

    Raises:
        UsageError: ``cli/bad-measure``, ``cli/bad-considered``.
    """
    considered: dict[str, str] = {}
    for item in given["considered"]:
        kind, equal, why = item.partition("=")
        if not equal:
            hint = "write --considered label='why it would not be enough'"
            raise UsageError(Fault("cli/bad-considered", f"{item[:60]!r} gives no reason", None, hint))
        considered[kind.strip()] = why
    names = ("severity", "earned", "correction_hours", "territory", "language", "law", "public_body")
    chosen = tuple(_chosen(item) for item in given["measures"])
    plain = {name: given[name] for name in names}
    return Choice(given["reasons"] or "", chosen, considered, **plain)


def _chosen(item: str) -> Chosen:
    kind, equal, hours = item.partition("=")
    if equal and not (hours.isascii() and hours.isdigit() and len(hours) < 7):
        hint = "write KIND or KIND=HOURS, such as posting_pause=72"
        raise UsageError(Fault("cli/bad-measure", f"{item[:60]!r} gives no hours", None, hint))
    return Chosen(kind.strip(), int(hours) if equal else None)


def masked(letter: str) -> str:
    """Return a letter as others than its recipient see it: without the receipt code."""
    return letter.replace(RECEIPT_MARK, "••••-••••-••••-••••")


def now() -> Micros:
    """Return the wall clock."""
    return SystemClock().now()


@contextmanager
def writing(place: str) -> Iterator[Tx]:
    """Give a transaction on a store that exists; it commits at the end."""
    with open_store(place, create=False) as store, store.begin() as tx:
        yield tx


@contextmanager
def reading(place: str) -> Iterator[Tx]:
    """Give a reading transaction on a store that exists."""
    with open_store(place, create=False) as store, store.read() as tx:
        yield tx


@contextmanager
def rehearsing(store: Store) -> Iterator[Tx]:
    """Give a transaction whose changes are never kept: what it shows is exactly what would be."""
    with store.begin() as tx:
        yield tx
        tx.connection.rollback()
