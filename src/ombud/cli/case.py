"""``ombud case``: read the cases of a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from ombud.base.clock import format_time
from ombud.base.errors import Fault, UsageError
from ombud.cases import weighing
from ombud.cli.aside import COMMANDS as ASIDE
from ombud.cli.casework import COMMANDS
from ombud.cli.cluster import cluster
from ombud.cli.finding import as_object as finding_object
from ombud.cli.look import COMMANDS as LOOKS
from ombud.cli.options import json_option, limit_option, store_option
from ombud.cli.output import cut, emit_json, emit_lines, say, table
from ombud.cli.report import as_object as worth_object
from ombud.cli.report import worth_lines
from ombud.cli.reverse import reverse
from ombud.redress import similar as precedents
from ombud.store import Tx, cases, casework, findings, open_store, pages, pins


@click.group(short_help="read cases, take one, work on it")
def case() -> None:
    """Cases wait for a person's decision: one subject under one clause."""


for _command in (*COMMANDS, *ASIDE, cluster, reverse, *LOOKS):
    case.add_command(_command)


@case.command("list")
@store_option
@click.option("--clause", metavar="ID", help="Only this clause.")
@click.option("--state", type=click.Choice(["open", "closed", "all"]), default="open", show_default=True)
@limit_option
@json_option
def list_(store_dir: str, clause: str | None, state: str, limit: int, json_: bool) -> None:
    """List cases: danger to life first, then severity, then the oldest."""
    wanted = None if state == "all" else state
    with open_store(store_dir, create=False) as store, store.read() as tx:
        rows = cases.page(tx, limit=limit + 1, order="queue", clause=clause, state=wanted)
        more, rows = len(rows) > limit, rows[:limit]
        called = pages.of_cases(tx, [row.id for row in rows if row.lane == 0])
    if json_:
        emit_lines(as_object(row) for row in rows)
        return
    if not rows:
        say("no cases match")
        return
    click.echo(
        table(
            ["case", "lane", "severity", "clause", "subject", "findings", "last event", "state"],
            [
                [
                    row.id,
                    row.lane,
                    row.severity,
                    f"{row.code} {row.clause}",
                    f"{row.subject_kind} {cut(row.subject, 24)}",
                    row.findings,
                    format_time(row.last_at),
                    row.state + (" (hypothetical)" if row.hypothetical else "") + _called(row, called),
                ]
                for row in rows
            ],
            right=[1, 2, 5],
        )
    )
    if more:
        say(f"there are more than {limit:,}; raise --limit")


def _called(row: cases.Case, called: Mapping[str, pages.Page]) -> str:
    """Say how often people on duty were called for an open case of lane 0."""
    if row.lane or row.state == cases.CLOSED or row.id not in called:
        return ""
    page = called[row.id]
    return f", called {page.rounds}×" + (f" ({page.error})" if page.error else "")


@case.command()
@store_option
@click.argument("case_id", metavar="CASE")
@json_option
def show(store_dir: str, case_id: str, json_: bool) -> None:
    """Show a case: the clause in words, what was found with the evidence, decided cases like it."""
    with open_store(store_dir, create=False) as store, store.read() as tx:
        row = cases.get(tx, case_id)
        if row is None:
            hint = f"ombud case list --store {store_dir}"
            raise UsageError(Fault("cli/no-such-case", f"there is no case {case_id!r}", hint=hint))
        found = findings.page(tx, case_id=row.id, limit=1000)
        history = cases.history(tx, row.id)
        clause = _clause(tx, row)
        worth = weighing.view(tx, row.id)
        held = casework.claim_of(tx, row.id)
        like = precedents.similar(tx, row.id)
    if json_:
        emit_json(
            {
                **as_object(row),
                "clause_text": clause,
                "findings": [finding_object(item) for item in found],
                "reports": None if worth is None else worth_object(worth),
                "history": [
                    {"at": format_time(e.at), "kind": e.kind, "body": _shown(e.body)} for e in history
                ],
                "version": history[-1].n if history else 0,
                "holder": None if held is None else held.person,
                "similar": [_similar(each) for each in like],
            }
        )
        return
    _show_case(row, clause)
    _show_findings(found)
    for line in worth_lines(worth):
        click.echo(line)
    for entry in history:
        who = f" by {entry.body['person']}" if "person" in entry.body else ""
        click.echo(f"{format_time(entry.at)[:19]}Z  {entry.kind}{who}{_words(entry.body)}")
    _show_similar(like)
    if history:
        say(f"version {history[-1].n}" + (f", held by {held.person}" if held is not None else ", free"))


def _show_case(row: cases.Case, clause: Mapping[str, str] | None) -> None:
    click.echo(f"case {row.id} · {row.state}" + (" · hypothetical" if row.hypothetical else ""))
    click.echo(f"{row.subject_kind} {row.subject}")
    click.echo(
        f"clause {row.code} {row.clause} ({row.clause_version}) · severity {row.severity} · lane {row.lane}"
    )
    if clause:
        click.echo(f"  {clause['title']} · {clause['title_zh']}\n")
        click.echo("\n".join("  " + line for line in clause["en"].strip().splitlines()) + "\n")


def _show_findings(found: Sequence[findings.Finding]) -> None:
    for item in found:
        click.echo(
            f"{format_time(item.at)}  finding {item.n}: {item.code}/{item.rule}"
            f"  event {item.event_id} by {item.account}"
        )
        for name, value in item.evidence.items():
            click.echo(f"    {name}: {cut(str(value), 100)}")


def _show_similar(like: Sequence[precedents.Similar]) -> None:
    for each in like:
        done = ", ".join(each.measures) or "no measure"
        appeal = f", appeal: {each.appeal}" if each.appeal else ""
        own = " · the same account" if each.own else ""
        click.echo(
            f"like this ({each.nearness:.0%}): {each.case}, {each.code} {each.clause}, "
            f"{format_time(each.at)[:10]}: {each.answer}, {done}{appeal}{own}\n    {cut(each.excerpt, 100)}"
        )


def _similar(each: precedents.Similar) -> dict[str, Any]:
    return {
        "case": each.case,
        "decision": each.decision,
        "decided_on": format_time(each.at)[:10],
        "code": each.code,
        "clause": each.clause,
        "nearness": each.nearness,
        "answer": each.answer,
        "measures": list(each.measures),
        "appeal": each.appeal,
        "excerpt": each.excerpt,
        "same_account": each.own,
    }


def _words(body: Mapping[str, Any]) -> str:
    """Return what a line of history says, in a few words: the text, the answer, the outcome."""
    said = [str(body[name]) for name in ("text", "reason", "answer", "verdict", "outcome") if body.get(name)]
    said += [str(body[name]) for name in ("decision", "notice", "appeal") if body.get(name)]
    return f": {cut(', '.join(said), 80)}" if said else ""


def _shown(body: Any) -> Any:
    """Return a line of history without its salt."""
    return {name: value for name, value in body.items() if name != "salt"} if isinstance(body, dict) else body


def _clause(tx: Tx, row: cases.Case) -> dict[str, Any] | None:
    """Return the clause's words as they were adopted."""
    for pin in reversed(pins.every(tx)):
        clause: dict[str, Any] | None = (
            pin.payload["clauses"].get(row.clause) if pin.code == row.code else None
        )
        if clause is not None and clause["version"] == row.clause_version:
            return clause
    return None


def as_object(row: cases.Case) -> dict[str, Any]:
    """Return a case as the JSON object that list and show write."""
    return {
        "case": row.id,
        "state": row.state,
        "hypothetical": row.hypothetical,
        "subject": {"kind": row.subject_kind, "id": row.subject},
        "code": row.code,
        "clause": row.clause,
        "clause_version": row.clause_version,
        "lane": row.lane,
        "severity": row.severity,
        "findings": row.findings,
        "opened_at": format_time(row.opened_at),
        "first_at": format_time(row.first_at),
        "last_at": format_time(row.last_at),
    }
