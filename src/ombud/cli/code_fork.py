"""``ombud code fork``: start a code of one's own from another."""

from __future__ import annotations

from pathlib import Path

import click

from ombud.base.errors import Fault, UsageError
from ombud.base.ids import short
from ombud.cli.output import say
from ombud.conduct.words import Words


@click.command()
@click.argument("name", metavar="NAME|DIR")
@click.argument("folder", metavar="NEWDIR", type=click.Path(path_type=Path))
@click.option("--title", metavar="TEXT", help="Its name in English.")
@click.option("--title-zh", metavar="TEXT", help="Its name in Chinese.")
def fork(name: str, folder: Path, title: str | None, title_zh: str | None) -> None:
    """Copy a code as the start of your own, with its lineage.

    The folder's name becomes the id. The version begins anew at 1.0.0, no dates
    are taken over, and the lineage names the code, its version and its hash.
    """
    from ombud.conduct.fork import fork_code
    from ombud.rules.bind import rule_columns

    if (title is None) != (title_zh is None):
        raise UsageError(
            Fault("cli/one-title", "a code has a name in both languages", hint="give --title and --title-zh")
        )
    titles = Words(title, title_zh) if title is not None and title_zh is not None else None
    made = fork_code(name, folder, rule_columns(), titles=titles)
    for path in made.files:
        click.echo(str(path))
    say(
        f"{made.code.id} {made.code.version}, forked from {made.parent.id} {made.parent.version} "
        f"({short(made.parent.hash)})",
        f"read {folder / 'code.yaml'}: who puts it into effect, and is state_involvement true of yours?",
        f"check it:  ombud code lint {folder}",
        f"compare:   ombud code diff {name} {folder}",
    )
