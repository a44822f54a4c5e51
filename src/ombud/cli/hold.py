"""``ombud hold``: keep something from being erased, for a reason and a time."""

from __future__ import annotations

import click

from ombud.base.clock import Micros, SystemClock, format_time
from ombud.cli.options import Instant, json_option, store_option
from ombud.cli.output import cut, emit_lines, say, table


@click.group(short_help="keep something from being erased, for a time")
def hold() -> None:
    """Holds on erasure: a reason, a scope, an end, and two people."""


@hold.command()
@store_option
@click.option("--account", metavar="ID")
@click.option("--event", metavar="ID")
@click.option("--case", metavar="ID")
@click.option("--reason", required=True)
@click.option("--until", required=True, type=Instant(), help="The end, within a year.")
@click.option("--by", required=True, metavar="PERSON")
@click.option("--second", required=True, metavar="PERSON", help="The second person.")
def place(
    store_dir: str,
    account: str | None,
    event: str | None,
    case: str | None,
    reason: str,
    until: Micros,
    by: str,
    second: str,
) -> None:
    """Place a hold."""
    from ombud.publication import holds
    from ombud.store import open_store

    scopes = {
        kind: scope for kind, scope in (("account", account), ("event", event), ("case", case)) if scope
    }
    if len(scopes) != 1:
        raise click.UsageError("name one of --account, --event, --case")
    ((kind, scope),) = scopes.items()
    now = SystemClock().now()
    with open_store(store_dir, create=False) as store, store.begin() as tx:
        row = holds.place(tx, kind, scope, reason=reason, ends_at=until, by=by, second=second, at=now)
    click.echo(row.id)


@hold.command("list")
@store_option
@click.option("--all", "all_", is_flag=True, help="Also those that are over.")
@json_option
def list_(store_dir: str, all_: bool, json_: bool) -> None:
    """List holds in effect."""
    from ombud.store import holds, open_store

    now = SystemClock().now()
    with open_store(store_dir, create=False) as store, store.read() as tx:
        rows = holds.every(tx, None if all_ else now)
    if json_:
        emit_lines(
            {
                "id": r.id,
                "kind": r.kind,
                "scope": r.scope,
                "reason": r.reason,
                "at": format_time(r.at),
                "ends_at": format_time(r.ends_at),
                "placed_by": r.placed_by,
                "seconded_by": r.seconded_by,
                "lifted_at": None if r.lifted_at is None else format_time(r.lifted_at),
            }
            for r in rows
        )
    elif rows:
        head = ["hold", "on", "id", "until", "people", "reason"]
        cells = [
            [
                r.id,
                r.kind,
                cut(r.scope, 24),
                format_time(r.ends_at),
                f"{r.placed_by}, {r.seconded_by}",
                cut(r.reason, 40),
            ]
            for r in rows
        ]
        click.echo(table(head, cells))
    else:
        say("no hold is in effect")


@hold.command()
@store_option
@click.argument("hold_id")
@click.option("--by", required=True, metavar="PERSON")
def lift(store_dir: str, hold_id: str, by: str) -> None:
    """End a hold before its time."""
    from ombud.publication import holds
    from ombud.store import open_store

    with open_store(store_dir, create=False) as store, store.begin() as tx:
        holds.lift(tx, hold_id, by=by, at=SystemClock().now())
    click.echo(f"{hold_id} is lifted")
