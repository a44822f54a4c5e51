"""``ombud disclosure``: record emergency disclosures; nothing is sent from here."""

from __future__ import annotations

import click

from ombud.base.clock import Micros, SystemClock, format_time
from ombud.cli.options import Instant, json_option, store_option
from ombud.cli.output import cut, emit_json, say, table


@click.group(short_help="record emergency disclosures")
def disclosure() -> None:
    """A life in danger now, or the sexual abuse of a child; no other ground exists."""


@disclosure.command()
@store_option
@click.option("--ground", required=True, help="imminent_danger_to_life or child_sexual_abuse.")
@click.option("--law", required=True, help="The law that allows or requires it.")
@click.option("--to", "recipient", required=True, help="Who received it.")
@click.option(
    "--data", "pairs", required=True, multiple=True, metavar="KIND=WHY", help="A kind of data, and why."
)
@click.option("--why", required=True, help="What the danger was.")
@click.option("--territory", required=True)
@click.option("--account", required=True, metavar="ID", help="Whose data.")
@click.option("--tell-by", required=True, type=Instant(), help="When the person is told at the latest.")
@click.option("--by", required=True, metavar="PERSON")
@click.option("--second", required=True, metavar="PERSON", help="The other person who decided.")
def record(
    store_dir: str,
    ground: str,
    law: str,
    recipient: str,
    pairs: tuple[str, ...],
    why: str,
    territory: str,
    account: str,
    tell_by: Micros,
    by: str,
    second: str,
) -> None:
    """Record a disclosure that two people decided on."""
    from ombud.publication import disclosures
    from ombud.store import open_store

    data = {kind: reason for kind, _, reason in (pair.partition("=") for pair in pairs)}
    with open_store(store_dir, create=False) as store, store.begin() as tx:
        row = disclosures.record(
            tx,
            ground=ground,
            law=law,
            recipient=recipient,
            data=data,
            why=why,
            territory=territory,
            account=account,
            tell_by=tell_by,
            by=by,
            second=second,
            at=SystemClock().now(),
        )
    click.echo(row.id)
    say(f"tell the person by {format_time(row.tell_by)}: ombud disclosure told {row.id}")


@disclosure.command()
@store_option
@click.argument("disclosure_id")
@click.option("--by", required=True, metavar="PERSON")
def told(store_dir: str, disclosure_id: str, by: str) -> None:
    """Write down that the person concerned was told."""
    from ombud.publication import disclosures
    from ombud.store import open_store

    with open_store(store_dir, create=False) as store, store.begin() as tx:
        disclosures.tell(tx, disclosure_id, by=by, at=SystemClock().now())
    click.echo(f"{disclosure_id}: told")


@disclosure.command("list")
@store_option
@json_option
def list_(store_dir: str, json_: bool) -> None:
    """List disclosures and count them as the public sees them."""
    from ombud.publication import disclosures as room
    from ombud.store import disclosures, open_store

    now = SystemClock().now()
    with open_store(store_dir, create=False) as store, store.read() as tx:
        rows, counts = disclosures.every(tx), room.counts(tx, now)
    if json_:
        emit_json({"counts": counts})
        return
    if rows:
        cells = []
        for r in rows:
            state = "told" if r.told_at is not None else "overdue" if r.tell_by <= now else "waits"
            told_by = format_time(r.told_at or r.tell_by)[:10]
            cells.append([r.id, format_time(r.at)[:10], r.ground, cut(r.recipient, 24), told_by, state])
        click.echo(table(["disclosure", "made", "ground", "to", "told by", "person"], cells))
    say(f"{counts['disclosures']} disclosures, {counts['told']} people told, {counts['overdue']} overdue")
