"""``ombud code schema``: JSON Schemas for editors."""

from __future__ import annotations

from pathlib import Path

import click

from ombud.cli.output import say


@click.command()
@click.argument("name", metavar="[code|clause|clause.zh|rule|tests]", required=False)
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), help="Write files into this folder.")
def schema(name: str | None, out: Path | None) -> None:
    """Write the JSON Schemas of a code's files, so that an editor completes and checks them.

    \b
    ombud code schema --out my-code/.schemas
    and as the first line of my-code/rules/x.yaml:
    # yaml-language-server: $schema=../.schemas/rule.schema.json
    """
    from ombud.conduct.schemafiles import modeline, schema_text, write_schemas

    if out is None:
        click.echo(schema_text(name) if name is not None else _all(), nl=False)
        return
    for path in write_schemas(out, name):
        click.echo(str(path))
    say("as the first line of a file in rules/, for an editor with the YAML language server:")
    say("  " + modeline(out / "rule.schema.json", out.parent / "rules"))
    say("and of code.yaml:", "  " + modeline(out / "code.schema.json", out.parent))


def _all() -> str:
    """Return every schema as one JSON object by name."""
    from ombud.conduct.schemafiles import NAMES, schema_text

    parts = (f'"{name}": {schema_text(name).rstrip()}' for name in NAMES)
    return "{" + ",\n".join(parts) + "}\n"
