"""``ombud quarantine``: see and retry input that could not be taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ombud.base.clock import format_time
from ombud.cli.options import json_option, limit_option, store_option
from ombud.cli.output import cut, emit_json, emit_lines, say, table
from ombud.store import open_store
from ombud.store import quarantine as rows_of


@click.group(short_help="see and retry input that could not be taken")
def quarantine() -> None:
    """Lines that a run could not take, with the reason and the place. Nothing is dropped."""


@quarantine.command("list")
@store_option
@click.option("--code", metavar="CODE", help="Only this reason, such as events/broken-json.")
@click.option(
    "--status",
    type=click.Choice(["waiting", "retried", "dropped", "all"]),
    default="waiting",
    show_default=True,
)
@limit_option
@json_option
def list_(store_dir: str, code: str | None, status: str, limit: int, json_: bool) -> None:
    """List what is in quarantine."""
    wanted = None if status == "all" else status
    with open_store(store_dir, create=False) as store, store.read() as tx:
        rows = rows_of.page(tx, status=wanted, code=code, limit=limit)
        counts = rows_of.count(tx, wanted) if wanted else {}
    if json_:
        emit_lines(_object(row) for row in rows)
        return
    if not rows:
        say("nothing is in quarantine")
        return
    click.echo(
        table(
            ["no.", "reason", "place", "what"],
            [
                [row.n, row.code, f"{cut(Path(row.source).name, 24)}:{row.line}", cut(row.message, 70)]
                for row in rows
            ],
            right=[0],
        )
    )
    for name, number in counts.items():
        say(f"{number:,} × {name}")
    say("after mending the cause: ombud quarantine retry --store " + str(store_dir))


@quarantine.command()
@store_option
@click.option("--code", metavar="CODE", help="Only this reason.")
@click.option("--mapping", type=click.Path(path_type=Path), help="How to read the lines this time.")
@click.option(
    "--rules-of", "code_names", metavar="NAME|DIR", multiple=True, help="Codes (default: the store's)."
)
@json_option
def retry(
    store_dir: str, code: str | None, mapping: Path | None, code_names: tuple[str, ...], json_: bool
) -> None:
    """Try the waiting lines again, with the codes that the store works with.

    What can be read now is evaluated in its place, with the history before it;
    findings already made on other events stay. What still cannot be read stays.
    """
    from ombud.flow.retry import retry_quarantined

    done = retry_quarantined(store_dir, code_names, code=code, mapping=mapping)
    if json_:
        emit_json({"taken": done.taken, "duplicates": done.duplicates, "still_waiting": done.waiting})
        return
    click.echo(f"{done.taken:,} taken · {done.duplicates:,} repeated · {done.waiting:,} still waiting")


@quarantine.command()
@store_option
@click.argument("numbers", type=int, nargs=-1, required=True)
def drop(store_dir: str, numbers: tuple[int, ...]) -> None:
    """Settle lines by number as not worth keeping; they stay on record as dropped."""
    with open_store(store_dir, create=False) as store, store.begin() as tx:
        done = rows_of.settle(tx, numbers, rows_of.DROPPED)
    click.echo(f"{done:,} dropped")
    if done < len(numbers):
        say(f"{len(numbers) - done:,} of the numbers were not waiting")


def _object(row: rows_of.Quarantined) -> dict[str, Any]:
    return {
        "n": row.n,
        "code": row.code,
        "message": row.message,
        "source": row.source,
        "line": row.line,
        "offset": row.offset,
        "at": format_time(row.at),
        "status": row.status,
        "raw": row.raw.decode("utf-8", "backslashreplace"),
    }
