"""``ombud figures``: count and publish the figures of the record."""

from __future__ import annotations

from pathlib import Path

import click

from ombud.base.clock import DAY, Micros, SystemClock
from ombud.cli.options import Instant, json_option, store_option
from ombud.cli.output import emit_json, say


@click.command(short_help="count and publish the figures of the record")
@store_option
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write.")
@click.option("--since", type=Instant(), help="From this day on (default: a year before the end).")
@click.option("--until", type=Instant(), help="Up to this day, not included (default: now).")
@json_option
def figures(store_dir: str, out: Path, since: Micros | None, until: Micros | None, json_: bool) -> None:
    """Write the figures as JSON, CSV and a page in English and Chinese.

    Each figure carries its query and a hash; cells under 5 are hidden. The hash
    of all of it is entered in the record.
    """
    from ombud.publication import figurepage
    from ombud.store import open_store

    end = until if until is not None else SystemClock().now()
    start = since if since is not None else end - 366 * DAY
    with open_store(store_dir, create=False) as store:
        value = figurepage.publish(store, out, start, end)
    if json_:
        emit_json(value)
        return
    click.echo(f"{len(value['figures'])} figures in {out}")
    say(f"open {out / 'index.html'} or {out / 'index.zh.html'}")
