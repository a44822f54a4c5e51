"""``ombud verify``: check a public record offline."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ombud.cli.options import json_option
from ombud.cli.output import emit_json


@click.command(short_help="check a public record or a proof, offline")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--entry", "proof", type=click.Path(path_type=Path), help="A proof of one entry.")
@click.option("--key", help="The verifier key you trust, or a file that holds it.")
@click.option(
    "--checkpoint",
    "kept",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A checkpoint that you kept from before; may be repeated.",
)
@json_option
def verify(
    path: Path | None, proof: Path | None, key: str | None, kept: tuple[Path, ...], json_: bool
) -> None:
    """Check a bundle (folder) or a proof (file) without any store.

    What is wrong is named with the number of the entry. Exit codes: 0 it holds,
    1 it does not, 2 it cannot be read. The same check is one file that runs by
    itself: `python verify.py` (a copy lies in every bundle).
    """
    from ombud.base.errors import Fault, UsageError
    from ombud.publication import verify as checker

    if (path is None) == (proof is None):
        raise click.UsageError("name a bundle or a proof")
    target = path if path is not None else proof
    assert target is not None
    try:
        outcome = checker.verify(target, key, kept)
    except checker.UnreadableError as problem:
        raise UsageError(Fault("record/unreadable", f"cannot be checked: {problem}")) from None
    if json_:
        emit_json(
            {
                "holds": outcome.holds,
                "size": outcome.size,
                "root": outcome.root.hex(),
                "checkpoints": outcome.checkpoints,
                "key": outcome.key,
                "key_was_given": outcome.key_was_given,
                "entry": outcome.entry,
                "faults": [{"code": f.code, "message": f.message, "entry": f.entry} for f in outcome.faults],
            }
        )
    else:
        click.echo(checker.told(outcome))
    if not outcome.holds:
        sys.exit(1)
