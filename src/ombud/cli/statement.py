"""``ombud statement``: every measure as a statement of reasons for the EU Transparency Database."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ombud.base.clock import Micros
from ombud.cli.acting import as_option, now, reading, writing
from ombud.cli.options import Instant, json_option, limit_option, store_option
from ombud.cli.output import cut, emit_json, emit_lines, say, table

_ALWAYS: Micros = 1 << 62
STATES = ("exported", "ready", "refused", "outside", "erased")


@click.group(short_help="statements of reasons for the EU Transparency Database")
def statement() -> None:
    """Every measure in the schema of the EU Transparency Database, without personal data.

    Nothing is sent from here: export writes a file, one statement a line, for the
    database's API (100 a call).
    """


@statement.command("list")
@store_option
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@limit_option
@json_option
def list_(store_dir: str, state: str | None, limit: int, json_: bool) -> None:
    """List the statements and where they stand; refused ones with the reason."""
    from ombud.publication.statements import between

    with reading(store_dir) as tx:
        found = []
        for each in between(tx, 0, _ALWAYS):
            if state is None or each.state == state:
                found.append(each)
            if len(found) == limit:
                break
    if json_:
        emit_lines(_told(each) for each in found)
        return
    if not found:
        say("no statements" + (f" that are {state}" if state else ""))
        return
    rows = [
        [each.measure.id, each.measure.kind, each.state, each.measure.notice_id, _why(each.faults)]
        for each in found
    ]
    click.echo(table(["statement", "measure", "state", "notice", "why"], rows))


def _told(each: Any) -> dict[str, Any]:
    faults = [{"code": fault.code, "message": fault.message} for fault in each.faults]
    row = each.measure
    return {
        "measure": row.id,
        "notice": row.notice_id,
        "kind": row.kind,
        "state": each.state,
        "reversed": row.reversed_at is not None,
        "faults": faults,
        "statement": each.body,
    }


def _why(faults: Iterable[Any]) -> str:
    return cut("; ".join(fault.message for fault in faults), 60)


@statement.command()
@store_option
@click.argument("reference", metavar="NOTICE|MEASURE")
def show(store_dir: str, reference: str) -> None:
    """Show the statements of a notice, or that of a measure, as JSON."""
    from ombud.cases.errors import refuse
    from ombud.publication.statements import made
    from ombud.store import measures, notices

    with reading(store_dir) as tx:
        one = measures.get(tx, reference)
        notice = notices.get(tx, reference)
        rows = [one] if one is not None else []
        if notice is not None:
            rows = [row for row in measures.of_decision(tx, notice.decision_id) if row.notice_id == notice.id]
        if not rows:
            said = f"{reference[:40]!r} is no measure, and no notice of one"
            raise refuse("statement/no-such-measure", said, "ombud statement list")
        emit_json([_told(each) for each in made(tx, rows)])


@statement.command()
@store_option
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file.")
@click.option("--since", type=Instant(), help="Measures made from this day on.")
@click.option("--until", type=Instant(), help="Measures made before this day (default: now).")
@json_option
def export(store_dir: str, out: Path, since: Micros | None, until: Micros | None, json_: bool) -> None:
    """Write the statements to a file, one a line; those with personal data are refused and listed.

    What was written once never changes: doing it again writes the same lines.
    Ends with 1 when statements were refused.
    """
    from ombud.publication.statements_export import export as run
    from ombud.store import open_store

    end = until if until is not None else now() + 1
    with open_store(store_dir, create=False) as store:
        done = run(store, out, since or 0, end)
    if json_:
        emit_json({"counts": done.counts, "new": done.new, "refused": [_told(each) for each in done.refused]})
    else:
        written = done.counts.get("ready", 0) + done.counts.get("exported", 0)
        click.echo(f"{written} statements in {out}, {done.new} of them new")
        for each in done.refused:
            say(f"refused {each.measure.id}: {_why(each.faults)}")
        for state in ("outside", "erased"):
            if done.counts.get(state):
                say(f"{done.counts[state]} {state}")
    if done.refused:
        raise SystemExit(1)


@statement.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
def check(file: Path, json_: bool) -> None:
    """Check a file of statements against the database's schema, and for personal data; offline."""
    from ombud.base.errors import OmbudError
    from ombud.publication.statements_export import check_file
    from ombud.publication.statements_schema import schema

    count, faults = check_file(file)
    if json_:
        shown = [
            {"code": f.code, "message": f.message, "line": f.where.line if f.where else None} for f in faults
        ]
        emit_json({"schema": schema().name, "statements": count, "faults": shown})
        if faults:
            raise SystemExit(1)
        return
    if faults:
        raise OmbudError(*faults)
    click.echo(f"{count} statements hold against {schema().name}")


@statement.command()
@store_option
@as_option
@click.argument("measure", metavar="MEASURE")
@click.option("--facts", default="", help="In place of the usual facts.")
@click.option("--explanation", default="", help="In place of the usual explanation.")
@click.option("--keyword", "keywords", multiple=True, help="A keyword of the harm's category.")
def reword(
    store_dir: str, person: str, measure: str, facts: str, explanation: str, keywords: tuple[str, ...]
) -> None:
    """Give a statement other words before it leaves; the same gate reads them."""
    from ombud.publication.statements_export import reword as run

    with writing(store_dir) as tx:
        made = run(tx, measure, by=person, at=now(), facts=facts, explanation=explanation, keywords=keywords)
    click.echo(f"{measure}: {made.state}")
