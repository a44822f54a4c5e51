"""``ombud mapping``: propose how to read another platform's fields."""

from __future__ import annotations

from pathlib import Path

import click

from ombud.events.mapping import guess as guess_mapping


@click.group(short_help="propose a mapping from another platform's fields")
def mapping() -> None:
    """A mapping file says which of their fields is which of ours; see docs/events.md."""


@mapping.command()
@click.argument("file", type=click.Path(path_type=Path))
def guess(file: Path) -> None:
    """Look at the first records of FILE and print a mapping to correct by hand.

    \b
    ombud mapping guess export.jsonl > m.yaml
    ombud run --mapping m.yaml … export.jsonl
    """
    click.echo(guess_mapping(file), nl=False)
