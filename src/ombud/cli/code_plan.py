"""``ombud code plan``: what a change would open, close and touch on the archive."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ombud.base.clock import DAY, format_time
from ombud.cli.options import json_option, store_option
from ombud.cli.output import cut, emit_json, say, table

if TYPE_CHECKING:
    from ombud.flow.plan import Plan, RulePlan
    from ombud.flow.query import Sample


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@store_option
@click.option(
    "--days", type=click.IntRange(1, 3660), default=30, show_default=True,
    help="How far back from the newest event.",
)  # fmt: skip
@click.option("--all", "all_", is_flag=True, help="List also the rules that find the same.")
@json_option
def plan(old: str, new: str, store_dir: str, days: int, all_: bool, json_: bool) -> None:
    """Show what a change of a code would open, close and touch on the archive.

    OLD and NEW are names of bundled codes or folders. Both are evaluated over the
    same events, as if each had always been in force. Nothing is opened or changed.
    """
    from ombud.flow.codes import load_codes
    from ombud.flow.plan import plan as compare
    from ombud.store import open_store

    with open_store(store_dir, create=False) as store:
        codes = [load_codes([name])[0] for name in (old, new)]
        found = compare(store, codes[0], codes[1], days=days)
    if json_:
        emit_json(_object(found))
    else:
        _print(found, all_)


def _print(found: Plan, all_: bool) -> None:
    span = f"{_day(found.since)} to {_day(found.until)}"
    click.echo(f"on {found.events:,} events, {span}, the change would")
    click.echo(f"  open   {_number(found.opens)} cases")
    click.echo(f"  close  {_number(found.closes)} cases")
    click.echo(f"  touch  {_number(found.touches)} accounts")
    changed = [rule for rule in found.rules if all_ or _changes(rule)]
    if changed:
        head = ["rule", "status", "findings before", "after", "added", "gone"]
        click.echo("\n" + table(head, [_row(rule) for rule in changed], right=range(2, 6)))
    if len(changed) < len(found.rules):
        say(f"{len(found.rules) - len(changed)} rules find the same as before (--all lists them)")
    _samples("opened", found.opened)
    _samples("closed", found.closed)
    for side, rule in found.tripped:
        say(f"the {side} rule {rule} finds on so much that it would stop opening cases")
    say("nothing was opened; the plan is entered in the ledger")


def _changes(rule: RulePlan) -> bool:
    return rule.status_before != rule.status_after or rule.added != 0 or rule.removed != 0


def _row(rule: RulePlan) -> list[str]:
    was, now = rule.status_before or "–", rule.status_after or "–"
    status = was if was == now else f"{was} → {now}"
    small = None in (rule.added, rule.removed)
    after = f"about {_number(rule.before)}" if small and rule.before else _number(rule.after)
    return [rule.rule, status, _number(rule.before), after, _number(rule.added), _number(rule.removed)]


def _samples(word: str, samples: tuple[Sample, ...]) -> None:
    if samples:
        click.echo(f"\nexamples of cases that would be {word}:")
    for one in samples:
        click.echo(f"  {_day(one.day * DAY)}  {one.author}  {one.kind}: {cut(one.text, 90)}")


def _number(value: int | None) -> str:
    return "fewer than 5" if value is None else f"{value:,}"


def _day(at: int) -> str:
    return format_time(at)[:10]


def _object(found: Plan) -> dict[str, Any]:
    tripped = [{"side": side, "rule": rule} for side, rule in found.tripped]
    return {
        **asdict(found),
        "since": format_time(found.since),
        "until": format_time(found.until),
        "tripped": tripped,
    }
