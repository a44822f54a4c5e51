"""``ombud figures``: count and publish the figures of the record, and hold them against it."""

from __future__ import annotations

from pathlib import Path

import click

from ombud.base.clock import DAY, Micros, SystemClock
from ombud.base.errors import Fault, OmbudError, UsageError
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
