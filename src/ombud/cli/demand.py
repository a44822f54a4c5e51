"""``ombud demand``: the public register of demands by public bodies."""

from __future__ import annotations

import click

from ombud.base.clock import Micros, SystemClock
from ombud.cli.options import Instant, json_option, store_option
from ombud.cli.output import cut, emit_json, say, table
from ombud.publication.demands import ANSWERS, ASKS, DOORS


@click.group(short_help="keep the register of demands by public bodies")
def demand() -> None:
    """Demands by public bodies, through whatever door. They have no weight in the queue."""


@demand.command()
@store_option
@click.option("--body", required=True, help="The public body that asks.")
@click.option("--door", required=True, type=click.Choice(DOORS), help="How it came in.")
@click.option("--asks", required=True, type=click.Choice(ASKS), help="What for.")
@click.option("--instrument", required=True, help='The order, letter or call ("none" if it names none).')
@click.option("--article", required=True, help='The law it cites ("none" if it cites none).')
@click.option("--scope", required=True, help="What it covers, without naming a person.")
@click.option("--territory", required=True, help="Where it is to apply.")
@click.option("--case", "case_id", metavar="ID", help="The case whose notice names it.")
@click.option("--gag-until", type=Instant(), help="Until when it forbids to speak of it; then all is public.")
@click.option("--gag-law", help="The law that forbids it.")
@click.option("--by", required=True, metavar="PERSON")
def add(
    store_dir: str,
    body: str,
    door: str,
    asks: str,
    instrument: str,
    article: str,
    scope: str,
    territory: str,
    case_id: str | None,
    gag_until: Micros | None,
    gag_law: str | None,
    by: str,
) -> None:
    """Enter a demand."""
    from ombud.publication import demands
    from ombud.store import open_store

    with open_store(store_dir, create=False) as store, store.begin() as tx:
        row = demands.add(
            tx,
            body=body,
            door=door,
            asks=asks,
            instrument=instrument,
            article=article,
            scope=scope,
            territory=territory,
            by=by,
            at=SystemClock().now(),
            case_id=case_id,
            gag_until=gag_until,
            gag_law=gag_law,
        )
    click.echo(row.id)


@demand.command()
@store_option
@click.argument("demand_id")
@click.option("--answer", "said", required=True, type=click.Choice(ANSWERS))
@click.option("--reasons", required=True)
@click.option("--code", help="The code whose clause carries it.")
@click.option("--clause", help="The clause; a demand is followed only under one.")
@click.option("--by", required=True, metavar="PERSON")
def answer(
    store_dir: str, demand_id: str, said: str, reasons: str, code: str | None, clause: str | None, by: str
) -> None:
    """Enter the answer to a demand."""
    from ombud.publication import demands
    from ombud.store import open_store

    now = SystemClock().now()
    with open_store(store_dir, create=False) as store, store.begin() as tx:
        demands.answer(tx, demand_id, answer=said, reasons=reasons, by=by, at=now, code=code, clause=clause)
    click.echo(f"{demand_id}: {said}")


@demand.command("list")
@store_option
@json_option
def list_(store_dir: str, json_: bool) -> None:
    """List the register as anyone may read it."""
    from ombud.publication import demands
    from ombud.store import open_store

    now = SystemClock().now()
    with open_store(store_dir, create=False) as store, store.read() as tx:
        rows, counts = demands.public(tx, now), demands.counts(tx, now)
    if json_:
        emit_json({"counts": counts, "demands": rows})
        return
    if not rows:
        say("no demand was entered")
        return
    cells = []
    for row in rows:
        if "silent_until" in row:
            cells.append([row["id"], "", "", "", f"told after {row['silent_until']}"])
            continue
        last = row["answers"][-1]["answer"] if row["answers"] else "unanswered"
        cells.append([row["id"], row["at"][:10], cut(row["body"], 30), row["asks"], last])
    click.echo(table(["demand", "came in", "body", "asks", "answer"], cells))
    say(f"{counts['demands']} demands, {counts['under_a_gag']} of them under a gag that has an end")
