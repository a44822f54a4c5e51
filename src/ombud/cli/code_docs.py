"""``ombud code docs``: a readable site of codes of conduct."""

from __future__ import annotations

from pathlib import Path

import click

from ombud.cli.code_common import load
from ombud.cli.output import say


@click.command()
@click.argument("names", metavar="NAME|DIR…", nargs=-1, required=True)
@click.option(
    "--out", metavar="DIR", required=True, type=click.Path(path_type=Path), help="Where the site is written."
)
@click.option(
    "--lang", type=click.Choice(["en", "zh", "both"]), default="both", show_default=True,
    help="Language of the pages.",
)  # fmt: skip
def docs(names: tuple[str, ...], out: Path, lang: str) -> None:
    """Write a static site: every clause, its rules, their tests and their status, in words.

    The pages need no server and no script; open index.html. Writing again
    replaces the site; a folder that holds anything else is refused.
    """
    from ombud.conduct.site.build import LANGUAGES, write_site

    languages = LANGUAGES if lang == "both" else (lang,)
    written = write_site([load(name) for name in names], out, languages)
    click.echo(str(out / "index.html"))
    say(f"{len(written)} pages")
