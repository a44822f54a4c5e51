"""``ombud figures``: count and publish the figures of the record, and hold them against it."""

from __future__ import annotations

from pathlib import Path

import click

from ombud.base.clock import DAY, Micros, SystemClock
from ombud.base.errors import Fault, UsageError
from ombud.cli.options import Instant, json_option, store_option
from ombud.cli.output import emit_json, say, table


@click.group(invoke_without_command=True, short_help="count and publish the figures of the record")
@click.option(
    "--store",
    "store_dir",
    metavar="DIR",
    envvar="OMBUD_STORE",
    show_envvar=True,
    help="The folder that holds decisions and archive, or a PostgreSQL address.",
)
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write.")
@click.option("--since", type=Instant(), help="From this day on (default: a year before the end).")
@click.option("--until", type=Instant(), help="Up to this day, not included (default: now).")
@json_option
@click.pass_context
def figures(
    context: click.Context,
    store_dir: str | None,
    out: Path | None,
    since: Micros | None,
    until: Micros | None,
    json_: bool,
) -> None:
    """Write the figures as JSON, CSV and a page in English and Chinese.

    Each figure carries its query and a hash; cells under 5 are hidden. The hash
    of all of it is entered in the record.
    """
    if context.invoked_subcommand is not None:
        return
    if store_dir is None or out is None:
        missing = "--store" if store_dir is None else "--out"
        raise UsageError(Fault("cli/missing-option", f"{missing} is missing", None, "ombud figures --help"))
    from ombud.publication import figurepage
    from ombud.store import open_store

    start, end = _span(since, until)
    with open_store(store_dir, create=False) as store:
        value = figurepage.publish(store, out, start, end)
    if json_:
        emit_json(value)
        return
    click.echo(f"{len(value['figures'])} figures in {out}")
    say(f"open {out / 'index.html'} or {out / 'index.zh.html'}")


def _span(since: Micros | None, until: Micros | None) -> tuple[Micros, Micros]:
    end = until if until is not None else SystemClock().now()
    return (since if since is not None else end - 366 * DAY), end


@figures.command()
@store_option
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write.")
@click.option("--since", type=Instant(), help="First day of the period (default: a year before the end).")
@click.option("--until", type=Instant(), help="The day after its last (default: now).")
@click.option("--service", default="", help="The name of the service.")
@json_option
def template(
    store_dir: str, out: Path, since: Micros | None, until: Micros | None, service: str, json_: bool
) -> None:
    """Fill the harmonised template of Implementing Regulation (EU) 2024/2835.

    One CSV a sheet, JSON, and a page in English and Chinese. Cells that the
    record cannot know are empty and say why.
    """
    from ombud.publication import template_page
    from ombud.store import open_store

    start, end = _span(since, until)
    with open_store(store_dir, create=False) as store:
        value = template_page.publish(store, out, start, end, service=service)
    if json_:
        emit_json(value)
        return
    click.echo(f"{len(value['sheets'])} sheets in {out}")
    say(f"open {out / 'index.html'} or {out / 'index.zh.html'}")


@figures.command()
@store_option
@click.option("--since", type=Instant(), help="From this day on (default: the beginning).")
@click.option("--until", type=Instant(), help="Up to this day, not included (default: now).")
@click.option(
    "--statements",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file of exported statements that is to hold the same.",
)
@json_option
def reconcile(
    store_dir: str, since: Micros | None, until: Micros | None, file: Path | None, json_: bool
) -> None:
    """Hold figures, statements and ledger against each other; name the ids that differ.

    Ends with 1 when something differs.
    """
    from ombud.publication import reconcile as room
    from ombud.store import open_store

    now = SystemClock().now()
    with open_store(store_dir, create=False) as store, store.read() as tx:
        done = room.reconcile(tx, since or 0, until if until is not None else now + 1, now, file)
    if json_:
        found = [{"where": d.where, "how": d.how, "ids": list(d.ids)} for d in done.differences]
        emit_json({"compared": dict(done.compared), "differences": found})
    else:
        click.echo(table(["compared", "number"], list(done.compared.items()), right=[1]))
        for line in room.shown(done.differences):
            say(line)
        say("they agree" if not done.differences else f"{len(done.differences)} differences")
    if done.differences:
        raise SystemExit(1)
