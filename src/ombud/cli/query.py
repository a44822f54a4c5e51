"""``ombud query``: count events in a store that meet a condition."""

from __future__ import annotations

from dataclasses import asdict

import click

from ombud.base.clock import DAY, Micros, format_time
from ombud.cli.options import Instant, json_option, store_option
from ombud.cli.output import cut, emit_json, say, table
from ombud.flow.query import SMALL, Answer
from ombud.flow.query import query as ask
from ombud.store import open_store


@click.command(short_help="count events in a store that meet a condition")
@store_option
@click.argument("condition")
@click.option("--by", metavar="COLUMN", help="Count by a column, such as event.kind.")
@click.option("--since", type=Instant(), help="Only events from this date on.")
@click.option("--until", type=Instant(), help="Only events before this date.")
@click.option("--sample", "samples", type=click.IntRange(0, 50), default=0, help="Show so many public posts.")
@json_option
def query(
    store_dir: str,
    condition: str,
    by: str | None,
    since: Micros | None,
    until: Micros | None,
    samples: int,
    json_: bool,
) -> None:
    """Count the events that meet CONDITION, an expression of the rule language.

    \b
    ombud query --store S "event.kind = 'report'" --by report.clause
    ombud query --store S "contains(folded(post.text), '人肉')" --sample 3

    Numbers below 5 are not told, samples are pseudonymous, and every query is
    entered in the ledger: a store is not a search engine for people.
    """
    with open_store(store_dir, create=False) as store:
        answer = ask(store, condition, by=by, since=since, until=until, samples=samples)
    if json_:
        emit_json(asdict(answer))
        return
    click.echo(
        f"{_number(answer.matched)} of {answer.events:,} events, by {_number(answer.accounts)} accounts"
    )
    _show(answer, by)


def _show(answer: Answer, by: str | None) -> None:
    if by is not None and answer.by:
        click.echo("\n" + table([by, "events"], answer.by, right=[1]))
    if answer.suppressed:
        say(f"{answer.suppressed} smaller groups are not shown (fewer than {SMALL} events each)")
    for sample in answer.samples:
        day = format_time(sample.day * DAY)[:10]
        click.echo(f"\n{day}  {sample.author}  {sample.kind}\n    {cut(sample.text, 100)}")


def _number(value: int | None) -> str:
    return f"fewer than {SMALL}" if value is None else f"{value:,}"
