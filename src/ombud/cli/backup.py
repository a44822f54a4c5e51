"""``ombud backup`` and ``ombud restore``."""

from __future__ import annotations

from pathlib import Path

import click

from ombud.cli.options import json_option, store_option
from ombud.cli.output import emit_json, say


@click.command(short_help="copy a store while it is in use")
@store_option
@click.argument("out", type=click.Path(path_type=Path))
@json_option
def backup(store_dir: str, out: Path, json_: bool) -> None:
    """Write one consistent state of the store to the folder OUT and check it.

    The store remembers where its back-ups lie: what is erased later is written
    beside them, and a restore erases it again.
    """
    from ombud.publication import backup as room
    from ombud.store import open_store

    with open_store(store_dir, create=False) as store:
        done = room.backup(store, out)
    if json_:
        emit_json({"place": str(done.place), "entries": done.entries, "segments": done.segments})
        return
    size = done.size / 1_048_576
    click.echo(
        f"{done.entries:,} ledger entries, {done.segments} archive files, {size:.1f} MiB in {done.place}"
    )


@click.command(short_help="make a store from a back-up")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--store", "into", required=True, type=click.Path(path_type=Path), help="The new store's folder."
)
@click.option(
    "--erasures",
    "lists",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A list of erasures (ombud erase --list) made since.",
)
@json_option
def restore(source: Path, into: Path, lists: tuple[Path, ...], json_: bool) -> None:
    """Make a store from the back-up SOURCE, and erase again what was erased since."""
    from ombud.publication import backup as room

    done = room.restore(source, into, lists=lists)
    if json_:
        emit_json({"place": str(done.place), "entries": done.entries, "erased_again": done.erased_again})
        return
    click.echo(f"{done.entries:,} ledger entries and {done.segments} archive files in {done.place}")
    if done.erased_again:
        click.echo(f"{done.erased_again} erasures done again")
    say(
        "if a checkpoint was published after this back-up was made, sign with a new key from now on:",
        "the old one has vouched for entries that this store does not have",
    )
