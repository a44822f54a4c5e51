"""``ombud escrow``: item income that is kept, and the decision to refund it."""

from __future__ import annotations

import click

from ombud.base.clock import format_time
from ombud.cli.acting import as_option, masked, no_conflict_option, now, reading, rehearsing, writing
from ombud.cli.options import json_option, limit_option, store_option
from ombud.cli.output import emit_lines, say, table
from ombud.redress.decide import may_see
from ombud.redress.escrow import refund as refund_
from ombud.store import escrows, notices, open_store


@click.group(short_help="see item income that is kept; decide to refund it")
def escrow() -> None:
    """Item income kept for 90 days at most: paid out by itself, or refunded if a person decides so."""


@escrow.command("list")
@store_option
@as_option
@click.option("--all", "everything", is_flag=True, help="Those that are over, too.")
@limit_option
@json_option
def list_(store_dir: str, person: str, everything: bool, limit: int, json_: bool) -> None:
    """List escrows, the first to end first."""
    with reading(store_dir) as tx:
        may_see(tx, person)
        rows = [
            (row, escrows.get(tx, row.id)) for row in escrows.page(tx, open_only=not everything, limit=limit)
        ]
    found = [
        {
            "measure": row.id,
            "subject": row.subject,
            "starts_at": format_time(row.starts_at),
            "ends_at": format_time(row.ends_at or 0),
            "refund": end is not None and end.refund_at is not None,
            "outcome": None if end is None else end.outcome,
        }
        for row, end in rows
    ]
    if json_:
        emit_lines(found)
        return
    cells = [
        [
            *(each["measure"], each["subject"], str(each["ends_at"])[:16]),
            *("refund" if each["refund"] else "pay out", each["outcome"] or "kept"),
        ]
        for each in found
    ]
    click.echo(table(["measure", "item", "ends", "then", "now"], cells))


@escrow.command()
@store_option
@as_option
@click.argument("measure", metavar="MEASURE")
@click.option("--reasons", required=True, help="Why, in words for the person whose income it is.")
@no_conflict_option
@click.option("--confirm", is_flag=True, help="Do it; without it, the letter is shown and nothing done.")
def refund(store_dir: str, person: str, measure: str, reasons: str, no_conflict: bool, confirm: bool) -> None:
    """Decide that the income goes back to those who paid when the escrow ends."""
    if confirm:
        with writing(store_dir) as tx:
            refund_(tx, measure, person, reasons, at=now(), no_conflict=no_conflict)
        say("decided; the person is told with the next: ombud tick")
        return
    with open_store(store_dir, create=False) as store, rehearsing(store) as tx:
        told = refund_(tx, measure, person, reasons, at=now(), no_conflict=no_conflict)
        letter = notices.get(tx, told)
        assert letter is not None
        click.echo(f"{letter.title}\n\n{masked(letter.body)}")
    say("nothing is done yet; to do exactly this, repeat it with --confirm")
