"""``ombud finding``: read the findings of a store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TextIO

import click

from ombud.base.clock import format_time
from ombud.cli.options import json_option, limit_option, store_option
from ombud.cli.output import as_json, cut, emit_lines, say, table
from ombud.store import Store, findings, open_store

PAGE = 1000


@click.group(short_help="read the findings of a store")
def finding() -> None:
    """Read what the rules found. A finding is not a decision: people decide."""


def _filters(function: Any) -> Any:
    for option in (
        click.option("--rule", metavar="CODE/RULE", help="Only this rule (or RULE alone)."),
        click.option("--clause", metavar="ID", help="Only this clause."),
        click.option("--case", "case_id", metavar="ID", help="Only those on this case."),
        click.option(
            "--status", type=click.Choice(["stable", "experimental"]), help="Of rules so far along."
        ),
    ):
        function = option(function)
    return function


def _equal(rule: str | None, clause: str | None, case_id: str | None, status: str | None) -> dict[str, Any]:
    code, _, name = (rule or "").rpartition("/")
    return {
        "code": code or None,
        "rule": name or None,
        "clause": clause,
        "case_id": case_id,
        "status": status,
    }


@finding.command("list")
@store_option
@_filters
@limit_option
@json_option
def list_(
    store_dir: str,
    rule: str | None,
    clause: str | None,
    case_id: str | None,
    status: str | None,
    limit: int,
    json_: bool,
) -> None:
    """List findings, the oldest first."""
    equal = _equal(rule, clause, case_id, status)
    with open_store(store_dir, create=False) as store, store.read() as tx:
        rows = findings.page(tx, limit=limit, **equal)
        total = findings.count(tx, **equal)
    if json_:
        emit_lines(as_object(row) for row in rows)
        return
    if not rows:
        say("no findings match")
        return
    click.echo(
        table(
            ["finding", "event time", "rule", "clause", "subject", "case", "evidence"],
            [
                [
                    row.n,
                    format_time(row.at),
                    f"{row.code}/{row.rule}" + _marks(row),
                    row.clause,
                    f"{row.subject_kind} {cut(row.subject, 18)}",
                    row.case_id or "",
                    cut(" · ".join(str(value) for value in row.evidence.values()), 48),
                ]
                for row in rows
            ],
            right=[0],
        )
    )
    if total > len(rows):
        say(f"{total - len(rows):,} more; raise --limit, or write all: ombud finding export")


@finding.command()
@store_option
@_filters
@click.option(
    "--out", type=click.File("w", lazy=True), default="-", help="A file (default: standard output)."
)
def export(
    store_dir: str,
    rule: str | None,
    clause: str | None,
    case_id: str | None,
    status: str | None,
    out: TextIO,
) -> None:
    """Write every finding as one JSON object a line."""
    equal = _equal(rule, clause, case_id, status)
    with open_store(store_dir, create=False) as store:
        for row in every(store, equal):
            out.write(as_json(as_object(row)) + "\n")


def every(store: Store, equal: dict[str, Any]) -> Iterator[findings.Finding]:
    """Yield all findings that match, page by page."""
    after = 0
    with store.read() as tx:
        while rows := findings.page(tx, after=after, limit=PAGE, **equal):
            yield from rows
            after = rows[-1].n


def as_object(row: findings.Finding) -> dict[str, Any]:
    """Return a finding as the JSON object that list and export write."""
    return {
        "finding": row.n,
        "event": row.event_id,
        "origin": row.origin,
        "at": format_time(row.at),
        "rule": f"{row.code}/{row.rule}",
        "rule_hash": row.rule_hash,
        "clause": row.clause,
        "clause_version": row.clause_version,
        "status": row.status,
        "hypothetical": row.hypothetical,
        "mended_at": None if row.mended_at is None else format_time(row.mended_at),
        "subject": {"kind": row.subject_kind, "id": row.subject},
        "account": row.account,
        "post": row.post,
        "case": row.case_id,
        "evidence": row.evidence,
    }


def _marks(row: findings.Finding) -> str:
    marks = [
        name
        for name, yes in (
            ("shadow", row.status != findings.STABLE),
            ("hypothetical", row.hypothetical),
            ("mended", row.mended_at is not None),
        )
        if yes
    ]
    return f" ({', '.join(marks)})" if marks else ""
