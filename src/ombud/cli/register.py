"""``ombud register``: dated facts that signals read: take, list, give out, compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ombud.base.clock import Micros, SystemClock, format_time
from ombud.base.errors import Fault, UsageError
from ombud.base.ids import short
from ombud.cli.options import Instant, json_option, limit_option, store_option
from ombud.cli.output import cut, emit_json, emit_lines, say, table
from ombud.registers.asof import load_from
from ombud.registers.importing import (
    Difference,
    Imported,
    difference,
    import_file,
    import_rows,
    read_file,
    revisions_difference,
)
from ombud.registers.reading import read_rows, schema_of
from ombud.registers.schemas import SCHEMAS
from ombud.registers.starters import STARTERS, starter
from ombud.signals.claims.claimreview import REGISTER as CHECKS
from ombud.signals.claims.claimreview import is_check, rows_of_reviews, write_claim_reviews
from ombud.store import Store, open_store
from ombud.store import registers as rows_of

_TIMES = frozenset({"valid_from", "valid_to", "recorded_at"}).union(
    name for schema in SCHEMAS.values() for name, field in schema.fields.items() if field.kind == "time"
)
"""Columns that hold instants: microseconds inside, RFC 3339 outside."""


@click.group(short_help="keep the dated facts that signals read")
def register() -> None:
    """Registers hold dated facts: protected names, credentials, fact-checks, hotlines.

    They only grow: a fact is corrected or withdrawn by a later row, and a run reads them
    as they were valid when an event happened.
    """


@register.command("import")
@store_option
@click.argument("name", metavar="[REGISTER]", required=False)
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@click.option("--starter", "starter_name", metavar="NAME", help=f"A public one: {', '.join(STARTERS)}.")
@click.option("--source", metavar="TEXT", help="Who says so, for rows that do not say it.")
@click.option("--replace", is_flag=True, help="Withdraw what the file's sources no longer say.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json", "claimreview"]),
    help="The file's form (default: by its name and content); claimreview is for fact_checks.",
)
@click.option(
    "--method",
    "methods",
    metavar="PUBLISHER",
    multiple=True,
    help="With claimreview: a publisher whose published method you have seen (repeat it).",
)
@json_option
def import_(
    store_dir: Path,
    name: str | None,
    file: Path | None,
    starter_name: str | None,
    source: str | None,
    replace: bool,
    form: str | None,
    methods: tuple[str, ...],
    json_: bool,
) -> None:
    """Take a file into a register: all of it, or nothing and every fault.

    \b
    ombud register import hotlines numbers.csv --store DIR --source "the town"
    ombud register import fact_checks feed.json --format claimreview --method "Desk" --store DIR
    ombud register import --starter cn-divisions --store DIR
    """
    data: bytes | None = None
    if starter_name is not None:
        name, file, data = starter(starter_name)
    if name is None or file is None:
        hint = "ombud register import REGISTER FILE, or --starter NAME"
        raise UsageError(Fault("cli/no-register", "name a register and a file", hint=hint))
    schema_of(name)
    _form_fits(name, form, methods)
    at = SystemClock().now()
    with open_store(store_dir) as store:
        if form == "claimreview":
            done = _take_reviews(store, file, at, source=source, methods=methods, replace=replace)
        else:
            done = import_file(store, name, file, at=at, source=source, replace=replace, data=data, form=form)
    if json_:
        emit_json(
            {
                "register": done.register,
                "added": done.added,
                "withdrawn": done.withdrawn,
                "unchanged": done.unchanged,
                "revision": done.revision,
            }
        )
        return
    click.echo(
        f"{done.register}: {done.added:,} added, {done.withdrawn:,} withdrawn, "
        f"{done.unchanged:,} known already; revision {short(done.revision) or 'none'}"
    )


def _form_fits(name: str, form: str | None, methods: Sequence[str] = ()) -> None:
    if form == "claimreview" and name != CHECKS:
        message = f"a ClaimReview is a row of {CHECKS}, not of {name}"
        raise UsageError(Fault("registers/other-form", message, hint=f"name the register {CHECKS}"))
    if methods and form != "claimreview":
        hint = "in CSV and JSON the column `method_published` says it"
        raise UsageError(Fault("registers/other-form", "--method is for --format claimreview", hint=hint))


def _take_reviews(
    store: Store, file: Path, at: Micros, *, source: str | None, methods: Sequence[str], replace: bool
) -> Imported:
    content = read_file(file)
    rows = rows_of_reviews(file, content, source=source, methods=methods)
    return import_rows(store, CHECKS, rows, content=content, name=file.name, at=at, replace=replace)


@register.command()
@store_option
@click.argument("name", metavar="REGISTER")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "claimreview"]),
    default="json",
    show_default=True,
    help="json: one row a line, as import takes them; claimreview (fact_checks): JSON-LD.",
)
@click.option("--at", "at_", type=Instant(), help="As of this instant (default: now).")
def export(store_dir: Path, name: str, form: str, at_: int | None) -> None:
    """Write all facts of a register that are valid at an instant, for another store or site.

    As ClaimReview only checks go out: statements of public bodies and checks that their
    publisher withdrew are none, and are counted on standard error.
    """
    schema_of(name)
    _form_fits(name, form)
    with open_store(store_dir, create=False) as store:
        rows = load_from(store).rows(name, SystemClock().now() if at_ is None else at_)
    if form == "json":
        emit_lines(_shown(row) for row in rows)
        return
    checks = [row for row in rows if is_check(row)]
    click.echo(write_claim_reviews(checks), nl=False)
    if len(checks) < len(rows):
        say(f"left out: {len(rows) - len(checks):,} statements of public bodies and withdrawn checks")


@register.command("list")
@store_option
@click.argument("name", metavar="[REGISTER]", required=False)
@click.option("--at", "at_", type=Instant(), help="As of this instant (default: now).")
@limit_option
@json_option
def list_(store_dir: Path, name: str | None, at_: int | None, limit: int, json_: bool) -> None:
    """List the registers, or the facts of one of them that are valid at an instant."""
    at = SystemClock().now() if at_ is None else at_
    with open_store(store_dir, create=False) as store:
        found = load_from(store)
        with store.read() as tx:
            imports = rows_of.imports(tx)
    if name is not None:
        schema_of(name)
        _facts(found.rows(name, at), limit, json_)
        return
    listed = [
        {
            "register": each,
            "valid": len(found.rows(each, at)),
            "rows": len(found.history(each)),
            "imports": sum(one.register == each for one in imports),
            "revision": found.revision(each),
            "means": schema.means,
        }
        for each, schema in SCHEMAS.items()
    ]
    if json_:
        emit_json(listed)
        return
    cells = [
        [row["register"], row["valid"], row["imports"], short(str(row["revision"])), row["means"]]
        for row in listed
    ]
    click.echo(table(["register", "valid", "imports", "revision", "what it holds"], cells, right=[1, 2]))
    say("take one: ombud register import REGISTER FILE --store DIR")


@register.command()
@store_option
@click.argument("name", metavar="REGISTER")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@click.option("--source", metavar="TEXT", help="Who says so, for rows that do not say it.")
@click.option(
    "--from", "from_", type=int, metavar="N", help="Compare from this import on (default: the one before)."
)
@limit_option
@json_option
def diff(
    store_dir: Path,
    name: str,
    file: Path | None,
    source: str | None,
    from_: int | None,
    limit: int,
    json_: bool,
) -> None:
    """Compare a file with a register, or a register with itself some imports ago."""
    schema_of(name)
    with open_store(store_dir, create=False) as store, store.read() as tx:
        if file is not None:
            found = difference(read_rows(name, file, read_file(file), source=source), rows_of.rows(tx, name))
        else:
            numbers = [each.n for each in rows_of.imports(tx, name)]
            if not numbers:
                raise UsageError(
                    Fault("registers/empty", f"the register {name} has no rows", hint="import some")
                )
            old = from_ if from_ is not None else numbers[-2] if len(numbers) > 1 else 0
            found = revisions_difference(tx, name, old, numbers[-1])
    _show_difference(found, limit, json_)


def _facts(facts: Sequence[Mapping[str, Any]], limit: int, json_: bool) -> None:
    if json_:
        emit_lines(_shown(row) for row in facts[:limit])
        return
    cells = [
        [
            cut(row["key"], 40),
            _date(row["valid_from"]),
            _date(row["valid_to"]),
            cut(row["source"], 30),
            _rest(row),
        ]
        for row in facts[:limit]
    ]
    click.echo(table(["key", "from", "to", "source", "says"], cells))
    if len(facts) > limit:
        say(f"{len(facts) - limit:,} more; --limit shows more")


def _show_difference(found: Difference, limit: int, json_: bool) -> None:
    if json_:
        emit_json(
            {
                "added": [_shown(row) for row in found.only_here[:limit]],
                "gone": [_shown(row) for row in found.only_there[:limit]],
                "changed": [{"from": _shown(a), "to": _shown(b)} for a, b in found.changed[:limit]],
                "counts": [len(found.only_here), len(found.only_there), len(found.changed)],
            }
        )
        return
    for sign, rows in (("+", found.only_here), ("-", found.only_there)):
        for row in rows[:limit]:
            click.echo(f"{sign} {cut(row['key'], 40)}  {_rest(row)}")
    for old, new in found.changed[:limit]:
        click.echo(f"~ {cut(new['key'], 40)}  {_rest(old)}  →  {_rest(new)}")
    say(f"{len(found.only_here):,} added, {len(found.only_there):,} gone, {len(found.changed):,} changed")


def _date(at: int | None) -> str:
    return "" if at is None else format_time(at)[:10]


def _rest(row: Mapping[str, Any]) -> str:
    dated = ("key", "source", "valid_from", "valid_to", "recorded_at")
    return cut("; ".join(f"{name}={value}" for name, value in row.items() if name not in dated), 80)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: format_time(value) if name in _TIMES and isinstance(value, int) else value
        for name, value in row.items()
    }
