"""``ombud people``: who works here, and in which role."""

from __future__ import annotations

from typing import Any

import click

from ombud.cases import roles
from ombud.cli.acting import as_option, now, reading, writing
from ombud.cli.options import json_option, store_option
from ombud.cli.output import emit_lines, say, table
from ombud.redress.page import set_duty
from ombud.store import pages
from ombud.store import people as table_


@click.group(short_help="add people and give them roles")
def people() -> None:
    """People and roles. The first person of a store makes themselves operator; every act is recorded."""


@people.command()
@store_option
@as_option
@click.argument("name", metavar="PERSON")
@click.option(
    "--language", "languages", multiple=True, type=click.Choice(list(roles.LANGUAGES)), default=("en",)
)
def add(store_dir: str, person: str, name: str, languages: tuple[str, ...]) -> None:
    """Add a person, or change the languages they read."""
    with writing(store_dir) as tx:
        roles.add(tx, name, list(languages), by=person, at=now())
    say(f"{name} reads {', '.join(languages)}")


@people.command()
@store_option
@as_option
@click.argument("name", metavar="PERSON")
@click.argument("role", type=click.Choice(list(roles.ROLES)))
def grant(store_dir: str, person: str, name: str, role: Any) -> None:
    """Give a person a role."""
    with writing(store_dir) as tx:
        roles.grant(tx, name, role, by=person, at=now())
    say(f"{name} is {role.replace('_', ' ')} now")


@people.command()
@store_option
@as_option
@click.argument("name", metavar="PERSON")
@click.argument("role", type=click.Choice(list(roles.ROLES)))
def revoke(store_dir: str, person: str, name: str, role: Any) -> None:
    """Take a role back."""
    with writing(store_dir) as tx:
        roles.grant(tx, name, role, by=person, at=now(), granted=False)
    say(f"{name} is no longer {role.replace('_', ' ')}")


@people.command()
@store_option
@as_option
@click.argument("name", metavar="[PERSON]", required=False)
@click.option("--on/--off", "on", default=None, help="Called for cases in lane 0 until one takes them.")
def duty(store_dir: str, person: str, name: str | None, on: bool | None) -> None:
    """Put a reviewer on duty for lane 0, take one off, or list who is on duty."""
    if name is None or on is None:
        with reading(store_dir) as tx:
            names = [each.id for each in pages.on_duty(tx)]
        for each in names:
            click.echo(each)
        if not names:
            say("nobody is on duty")
        return
    with writing(store_dir) as tx:
        set_duty(tx, name, on, by=person, at=now())
    say(f"{name} is {'on' if on else 'off'} duty; letters go to duty:{name}")


@people.command("list")
@store_option
@json_option
def list_(store_dir: str, json_: bool) -> None:
    """List people with their languages and roles."""
    with reading(store_dir) as tx:
        rows = [(each.id, each.languages, sorted(table_.roles(tx, each.id))) for each in table_.every(tx)]
    if json_:
        emit_lines({"person": name, "languages": read, "roles": held} for name, read, held in rows)
        return
    if not rows:
        say("nobody yet; begin with: ombud people add YOU --as YOU, ombud people grant YOU operator --as YOU")
        return
    click.echo(table(["person", "reads", "roles"], [[n, " ".join(r), " ".join(h)] for n, r, h in rows]))
