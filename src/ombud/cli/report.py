"""``ombud report``: file one, follow it with its receipt code; for reviewers: read, sort, audit."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click

from ombud.base.clock import format_time
from ombud.cases import sorting, weighing
from ombud.cases.entry import pseudonym
from ombud.cases.filing import Form, file
from ombud.cases.weighing import Weighed
from ombud.cli.acting import as_option, now, reading, writing
from ombud.cli.options import json_option, limit_option, store_option
from ombud.cli.output import cut, emit_json, emit_lines, say, table
from ombud.redress.decide import may_see
from ombud.redress.reported import Followed, follow, readable
from ombud.store import Tx, reports
from ombud.store.reports import Report

STATES = {
    "unsorted": "a person is to say under which clause it falls",
    "waiting": "it waits for a person",
    "in_review": "a person is working on it",
    "decided": "it is decided",
    "no_case": "nothing can follow from it",
}
WHY_NO_CASE = {
    "declined-clause": "the clause forbids nothing here; the code says why",
    "not-in-force": "the clause was not in force then; nothing binds backwards",
}


@click.group(short_help="report something; follow a report; read and sort reports")
def report() -> None:
    """Reports by people: anybody can file one, and learns what came of it and why."""


@report.command("file")
@store_option
@click.option("--text", required=True, help="What is wrong, in your words.")
@click.option("--clause", help="The clause it breaks, as 4.4 or code/4.4. Leave it out if you are not sure.")
@click.option("--post", metavar="ID", help="The post.")
@click.option("--account", metavar="ID", help="Whose doing it is.")
@click.option("--url", help="The exact address.")
@click.option("--content", default="", help="What was said, where only you could read it.")
@click.option(
    "--evidence", "files", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that shows it; its name and hash are kept, the file stays with you.",
)  # fmt: skip
@click.option("--origin", help="The platform, where the store serves several.")
@click.option("--language", type=click.Choice(["en", "zh"]), help="Of the answer.")
@click.option("--name", default="", help="Your name; optional, and shown to nobody who is reported.")
@click.option("--email", default="", help="Where to write to you; optional.")
@click.option("--law", default="", help="Illegal content: the statute.")
@click.option("--territory", default="", help="Illegal content: where that law holds.")
@click.option(
    "--good-faith", is_flag=True, help="Illegal content: you believe in good faith that this is true."
)
@click.option(
    "--child-abuse", is_flag=True, help="Illegal content: sexual abuse of a child; no name is needed."
)
@click.option("--token", help="Makes a repeat of this very report known, so that a retry is safe.")
@json_option
def file_(store_dir: str, files: tuple[Path, ...], json_: bool, **given: Any) -> None:
    """File a report; prints its receipt code."""
    evidence = [{"name": path.name, "sha256": _hash(path)} for path in files]
    with writing(store_dir) as tx:
        made = file(tx, Form(evidence=evidence, **given), at=now())
    if json_:
        emit_json({"receipt": made.code, "report": made.report})
        return
    click.echo(made.code)
    say("keep this code: with it you learn what came of your report (ombud report status CODE)")


def _hash(path: Path) -> str:
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


@report.command()
@store_option
@click.argument("receipt", metavar="RECEIPT")
@json_option
def status(store_dir: str, receipt: str, json_: bool) -> None:
    """Show what came of a report, with the reasons; whoever holds the receipt code may ask."""
    with reading(store_dir) as tx:
        seen = follow(tx, receipt, now())
    if json_:
        emit_json(_status(seen, receipt))
        return
    told = seen.report
    click.echo(f"report of {format_time(told.at)[:16]}Z on {told.subject_kind} {cut(told.subject, 60)}")
    click.echo(STATES[seen.state] + (f": {WHY_NO_CASE[told.no_case]}" if told.no_case else ""))
    for letter in seen.answers:
        click.echo(f"\n{letter.title}\n\n{readable(letter, receipt)}")
    if seen.appeal is not None:
        say(f"you appealed at {format_time(seen.appeal.at)[:16]}Z: {seen.appeal.outcome or 'open'}")
    elif seen.appeal_until is not None:
        say(f"to appeal until {format_time(seen.appeal_until)[:10]}: ombud appeal file {receipt} --text …")


def _status(seen: Followed, receipt: str) -> dict[str, Any]:
    told, filed = seen.report, seen.appeal
    return {
        "report": told.id,
        "reporter": told.reporter,
        "at": format_time(told.at),
        "clause": None if told.clause is None else f"{told.code}/{told.clause}",
        "state": seen.state,
        "no_case": told.no_case,
        "answers": [
            {"at": format_time(n.at), "title": n.title, "body": readable(n, receipt)} for n in seen.answers
        ],
        "appeal": None if filed is None else {"id": filed.id, "outcome": filed.outcome or "open"},
        "appeal_until": None if seen.appeal_until is None else format_time(seen.appeal_until),
    }


@report.command("list")
@store_option
@as_option
@click.option("--unsorted", is_flag=True, help="Only those whose clause a person is still to say.")
@click.option("--case", "case_id", metavar="CASE", help="Only those on this case.")
@limit_option
@json_option
def list_(store_dir: str, person: str, unsorted: bool, case_id: str | None, limit: int, json_: bool) -> None:
    """List reports in the order in which they came."""
    with reading(store_dir) as tx:
        may_see(tx, person)
        rows = (
            reports.unsorted(tx, limit=limit) if unsorted else reports.page(tx, limit=limit, case_id=case_id)
        )
        names = [_reporter(tx, row) for row in rows]
    if json_:
        emit_lines(_as_object(row, who) for row, who in zip(rows, names, strict=True))
        return
    if not rows:
        say("no report matches")
        return
    cells = [
        [row.id, _place(row), f"{row.subject_kind} {cut(row.subject, 20)}", who, cut(row.text, 50)]
        for row, who in zip(rows, names, strict=True)
    ]
    click.echo(table(["report", "case", "about", "reporter", "words"], cells))


def _place(row: Report) -> str:
    return row.case_id or row.no_case or "unsorted"


def _reporter(tx: Tx, row: Report) -> str:
    """Return how a reporter is called here: the same on one case, another on every other."""
    return "w" + pseudonym(tx, row.case_id or row.id, row.reporter)[1:]


def _as_object(row: Report, who: str) -> dict[str, Any]:
    return {
        "report": row.id,
        "at": format_time(row.at),
        "door": row.door,
        "reporter": who,
        "subject": {"kind": row.subject_kind, "id": row.subject},
        "account": row.account,
        "location": row.location,
        "clause": None if row.clause is None else f"{row.code}/{row.clause}",
        "named": row.named,
        "case": row.case_id,
        "no_case": row.no_case,
        "text": row.text,
    }


@report.command()
@store_option
@as_option
@click.argument("report_id", metavar="REPORT")
@json_option
def show(store_dir: str, person: str, report_id: str, json_: bool) -> None:
    """Show a report: words, what it brought with it, evidence, and what all reports on its case are worth."""
    with reading(store_dir) as tx:
        may_see(tx, person)
        row = sorting.get(tx, report_id)
        who = _reporter(tx, row)
        worth = weighing.view(tx, row.case_id) if row.case_id is not None else None
    if json_:
        more = {"content": row.content, "evidence": row.evidence, "legal": row.legal}
        emit_json({**_as_object(row, who), **more, "reports": None if worth is None else as_object(worth)})
        return
    click.echo(f"report {row.id} by {who} · {format_time(row.at)[:16]}Z · {_place(row)}")
    click.echo(f"{row.subject_kind} {row.subject}" + (f" at {row.location}" if row.location else ""))
    click.echo(f"clause as named: {row.named or 'not sure'}")
    click.echo(row.text or "(no words)")
    if row.content:
        click.echo(f"it brings: {row.content}")
    for each in row.evidence:
        click.echo(f"evidence: {each['name']} sha256 {each['sha256']}")
    for name, value in (row.legal or {}).items():
        click.echo(f"{name.replace('_', ' ')}: {value}")
    for line in worth_lines(worth):
        click.echo(line)


def as_object(worth: Weighed) -> dict[str, Any]:
    """Return what the reports on a case are worth as a JSON object."""
    return {
        "reporters": worth.reporters,
        "independent_groups": len(worth.groups),
        "largest_group": worth.groups[0] if worth.groups else 0,
        "newcomers": worth.newcomers,
        "confidence": worth.confidence,
        "brigade": worth.brigade,
    }


def worth_lines(worth: Weighed | None) -> list[str]:
    """Return the same in words; nothing where nobody reported."""
    if worth is None:
        return []
    lines = [
        f"reports: {worth.reporters} people in {len(worth.groups)} independent groups, "
        f"{worth.newcomers} of them new; confidence {worth.confidence}%"
    ]
    if worth.brigade:
        lines.append(
            f"  {worth.groups[0]} of them seem to act together. What they say can be true all the same: "
            "look at the thing itself."
        )
    return lines


@report.command()
@store_option
@as_option
@click.argument("report_id", metavar="REPORT")
@click.option("--clause", required=True, help="The clause that comes closest, as 4.4 or code/4.4.")
@json_option
def sort(store_dir: str, person: str, report_id: str, clause: str, json_: bool) -> None:
    """Say under which clause a report falls; others on the same thing go with it.

    Whether the clause applies is decided on the case: the reporter learns why and can appeal.
    """
    with writing(store_dir) as tx:
        done = sorting.sort(tx, report_id, clause, person, at=now())
    if json_:
        emit_json({"case": done.case, "reports": done.reports})
        return
    click.echo(done.case)
    say(f"{done.reports} reports are on this case now")


@report.command()
@store_option
@as_option
@limit_option
@json_option
def audit(store_dir: str, person: str, limit: int, json_: bool) -> None:
    """List the random sample of cases that people alone reported, whatever their place in the queue.

    One in twenty is drawn, so that newcomers are heard.
    """
    with reading(store_dir) as tx:
        rows = sorting.audit(tx, person, limit=limit)
    if json_:
        emit_lines(
            {"case": row.id, "clause": f"{row.code}/{row.clause}", "confidence": row.confidence}
            for row in rows
        )
        return
    if not rows:
        say("no drawn case waits")
        return
    cells = [
        [row.id, f"{row.code} {row.clause}", f"{row.confidence}%", format_time(row.opened_at)[:10]]
        for row in rows
    ]
    click.echo(table(["case", "clause", "confidence", "opened"], cells, right=[2]))
