"""``ombud record``: sign the record, write it out for others, prove single entries."""

from __future__ import annotations

from pathlib import Path

import click

from ombud.base.clock import format_time
from ombud.cli.options import json_option, key_option, store_option
from ombud.cli.output import emit_json, emit_lines, say, table
from ombud.store import open_store


@click.group(short_help="sign, publish and prove the record")
def record() -> None:
    """The record that only grows: signed checkpoints, public bundles, proofs."""


@record.group()
def key() -> None:
    """The key that signs checkpoints. It lies in a file of yours, never in the store."""


@key.command("init")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="The log's name, such as example.org/record.")
def key_init(file: Path, name: str) -> None:
    """Make a new key in FILE (mode 0600) and print its public half."""
    from ombud.publication.notes import create_key

    click.echo(create_key(file, name).verifier)
    say(f"the private key is in {file}: keep a copy where only you can reach it", "publish the line above")


@key.command("show")
@key_option
def key_show(key_file: Path | None) -> None:
    """Print the public half of the key."""
    from ombud.publication.notes import load_key

    click.echo(load_key(key_file).verifier)


@record.command()
@store_option
@key_option
def sign(store_dir: str, key_file: Path | None) -> None:
    """Sign the record as it stands and print the checkpoint."""
    from ombud.publication import checkpoints
    from ombud.publication.notes import load_key

    signer = load_key(key_file)
    with open_store(store_dir, create=False) as store:
        click.echo(checkpoints.sign(store, signer).note, nl=False)


@record.command("list")
@store_option
@json_option
def list_(store_dir: str, json_: bool) -> None:
    """List the checkpoints that were signed."""
    from ombud.store import checkpoints as signed

    with open_store(store_dir, create=False) as store, store.read() as tx:
        rows = signed.every(tx)
    if json_:
        emit_lines(
            {"size": r.size, "root": r.root.hex(), "key": r.key, "at": format_time(r.at), "note": r.note}
            for r in rows
        )
    elif rows:
        cells = [[f"{r.size:,}", r.root.hex()[:16] + "…", r.key, format_time(r.at)] for r in rows]
        click.echo(table(["entries", "root", "key", "signed"], cells, right=[0]))
    else:
        say("nothing was signed yet: ombud record sign --store " + store_dir)


@record.command()
@store_option
@key_option
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write.")
@json_option
def export(store_dir: str, key_file: Path | None, out: Path, json_: bool) -> None:
    """Sign the record and write it as a folder that anyone can check."""
    from ombud.publication import bundle
    from ombud.publication.notes import load_key

    signer = load_key(key_file)
    with open_store(store_dir, create=False) as store:
        done = bundle.export(store, out, signer)
    if json_:
        emit_json({"folder": str(done.folder), "size": done.size, "root": done.root, "key": done.key})
        return
    click.echo(f"{done.size:,} entries and {done.checkpoints} checkpoints in {done.folder}")
    say(f"anyone can check it: ombud verify {done.folder} --key '{done.key}'")


@record.command()
@store_option
@key_option
@click.option("--entry", type=click.IntRange(0), help="Prove that this entry is in the record.")
@click.option(
    "--consistency",
    type=click.IntRange(0),
    nargs=2,
    metavar="OLD NEW",
    help="Prove that the record of OLD entries begins that of NEW (0: all).",
)
def proof(
    store_dir: str, key_file: Path | None, entry: int | None, consistency: tuple[int, int] | None
) -> None:
    """Print a proof; check it with `ombud verify FILE --key KEY`."""
    from ombud.publication import checkpoints
    from ombud.publication.notes import load_key

    if (entry is None) == (consistency is None):
        raise click.UsageError("name either --entry N or --consistency OLD NEW")
    signer = load_key(key_file)
    with open_store(store_dir, create=False) as store:
        if consistency is not None:
            text = checkpoints.consistency(store, consistency[0], consistency[1] or None, signer)
        else:
            text = checkpoints.entry_proof(store, entry or 0, signer)
    click.echo(text, nl=False)
