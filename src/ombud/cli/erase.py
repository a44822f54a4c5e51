"""``ombud erase``: erase what an account or an event left behind."""

from __future__ import annotations

import click

from ombud.cli.options import json_option, store_option
from ombud.cli.output import emit_json, say


@click.command(short_help="erase what an account or an event left behind")
@store_option
@click.option("--account", metavar="ID", help="Erase everything of this account.")
@click.option("--event", metavar="ID", help="Erase the words of this event.")
@click.option("--origin", help="The platform, where several use the same id.")
@click.option("--reason", help="Why. It is kept, so it should not name the person.")
@click.option("--by", metavar="PERSON", help="Who does it.")
@click.option("--list", "list_", is_flag=True, help="Print the list of erasures for restoring old back-ups.")
@click.option("--finish", is_flag=True, help="Only finish what an interrupted erasure left on the disk.")
@json_option
def erase(
    store_dir: str,
    account: str | None,
    event: str | None,
    origin: str | None,
    reason: str | None,
    by: str | None,
    list_: bool,
    finish: bool,
    json_: bool,
) -> None:
    """Destroy texts, names, salts and identifiers in tables, archive and quarantine.

    Counts, times and the ledger stay, and every proof still holds. A hold
    (`ombud hold list`) refuses it. Doing it twice changes nothing.
    """
    from ombud.base.clock import SystemClock
    from ombud.publication import erase as room
    from ombud.publication import replay
    from ombud.store import open_store

    if sum(map(bool, (account, event, list_, finish))) != 1:
        raise click.UsageError("name one of --account, --event, --list, --finish")
    with open_store(store_dir, create=False) as store:
        if list_:
            with store.read() as tx:
                click.echo(replay.as_text(replay.lines(tx)), nl=False)
            return
        if finish:
            with store.lock("erase"):
                click.echo(f"{room.sweep(store, SystemClock().now())} finished")
            return
        kind = "account" if account else "event"
        done = room.erase(store, kind, account or event or "", reason=reason or "", origin=origin, by=by)
    if json_:
        emit_json(
            {
                "already": done.already,
                "counts": done.counts,
                "remaining": done.remaining,
                "unreached": list(done.unreached),
            }
        )
        return
    if done.already:
        click.echo("nothing (more) to erase")
    else:
        click.echo(" · ".join(f"{n} {name}" for name, n in done.counts.items() if n))
    for column, n in done.remaining.items():
        say(f"the id still stands in {column} ({n}): what is in force must stay reversible")
    for backup in done.unreached:
        say(f"a back-up could not be told: {backup}; restore it with --erasures (ombud erase --list)")
