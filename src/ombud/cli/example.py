"""``ombud example``: example cases, paraphrased by one person and published by another."""

from __future__ import annotations

import click

from ombud.base.clock import format_time
from ombud.cli.acting import as_option, now, reading, writing
from ombud.cli.options import json_option, store_option
from ombud.cli.output import cut, emit_json, emit_lines, table


@click.group(short_help="example cases for the public page")
def example() -> None:
    """An example stands for at least five final cases of different accounts, and names nobody."""


@example.command()
@store_option
@click.option("--code", required=True, metavar="CODE")
@click.option("--clause", required=True)
@json_option
def similar(store_dir: str, code: str, clause: str, json_: bool) -> None:
    """Count the final cases of a clause: those whose time to appeal is over."""
    from ombud.publication import examples

    with reading(store_dir) as tx:
        found = examples.final(tx, code, clause, now())
    counts = {
        outcome: {
            "cases": len({each.case for each in examples.similar(found, outcome)}),
            "accounts": len({each.account for each in examples.similar(found, outcome)}),
        }
        for outcome in (*examples.OUTCOMES, "changed")
    }
    if json_:
        emit_json(counts)
        return
    rows = [[outcome, n["cases"], n["accounts"]] for outcome, n in counts.items()]
    click.echo(table(["outcome", "cases", "accounts"], rows, right=[1, 2]))


@example.command()
@store_option
@as_option
@click.option("--code", required=True, metavar="CODE")
@click.option("--clause", required=True)
@click.option("--outcome", required=True, help="What became of the decisions: stood or reversed.")
@click.option("--en", required=True, help="The example in English.")
@click.option("--zh", required=True, help="The same in Chinese.")
def add(store_dir: str, person: str, code: str, clause: str, outcome: str, en: str, zh: str) -> None:
    """Write an example; another person publishes it."""
    from ombud.publication import examples

    with writing(store_dir) as tx:
        row = examples.add(tx, code=code, clause=clause, outcome=outcome, en=en, zh=zh, by=person, at=now())
    click.echo(row.id)


@example.command()
@store_option
@as_option
@click.argument("example_id", metavar="EXAMPLE")
def publish(store_dir: str, person: str, example_id: str) -> None:
    """Make an example public, which another person wrote; `ombud figures` shows it."""
    from ombud.publication import examples

    with writing(store_dir) as tx:
        row = examples.publish(tx, example_id, by=person, at=now())
    click.echo(f"{row.id}: public, for {row.stands_for} cases")


@example.command()
@store_option
@as_option
@click.argument("example_id", metavar="EXAMPLE")
@click.option("--erase", is_flag=True, help="Destroy its words as well.")
def withdraw(store_dir: str, person: str, example_id: str, erase: bool) -> None:
    """Take an example back."""
    from ombud.publication import examples

    with writing(store_dir) as tx:
        examples.withdraw(tx, example_id, by=person, at=now(), erase=erase)
    click.echo(f"{example_id}: withdrawn")


@example.command("list")
@store_option
@json_option
def list_(store_dir: str, json_: bool) -> None:
    """List the examples and where they stand."""
    from ombud.store import examples

    with reading(store_dir) as tx:
        rows = examples.every(tx)
    told = [
        {
            "id": row.id,
            "code": row.code,
            "clause": row.clause,
            "outcome": row.outcome,
            "state": _state(row.published_at, row.withdrawn_at),
            "written_at": format_time(row.at),
            "cases": row.stands_for,
            "en": row.en,
            "zh": row.zh,
        }
        for row in rows
    ]
    if json_:
        emit_lines(told)
        return
    cells = [
        [r["id"], f"{r['code']} {r['clause']}", r["outcome"], r["state"], cut(str(r["en"]), 50)] for r in told
    ]
    click.echo(table(["example", "clause", "outcome", "state", "text"], cells))


def _state(published: int | None, withdrawn: int | None) -> str:
    if withdrawn is not None:
        return "withdrawn"
    return "waits" if published is None else "public"
