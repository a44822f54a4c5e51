"""``ombud notice``: read what people were told, and judge what they were asked to correct."""

from __future__ import annotations

from typing import Any

import click

from ombud.base.clock import format_time
from ombud.cli.acting import as_option, masked, now, reading, writing
from ombud.cli.options import json_option, limit_option, store_option
from ombud.cli.output import cut, emit_json, emit_lines, say, table
from ombud.redress.appeal import find_notice
from ombud.redress.correct import judge_correction
from ombud.redress.decide import may_see
from ombud.store import appeals, measures, notices, outbox
from ombud.store.notices import Notice


@click.group(short_help="read notices; judge corrections")
def notice() -> None:
    """Notices: what people were told, with the way back."""


@notice.command("list")
@store_option
@as_option
@click.option("--recipient", metavar="ID", help="Only notices to this account.")
@limit_option
@json_option
def list_(store_dir: str, person: str, recipient: str | None, limit: int, json_: bool) -> None:
    """List notices with their delivery."""
    with reading(store_dir) as tx:
        may_see(tx, person)
        rows = notices.page(tx, limit=limit, recipient=recipient)
        counts = outbox.counts(tx)
        failing = outbox.page(tx, failing=True, limit=5)
    if json_:
        emit_lines(_as_object(row) for row in rows)
        return
    head = ["notice", "kind", "to", "language", "title", "delivered"]
    cells = [
        [row.id, row.kind, cut(row.recipient, 18), row.language, cut(row.title, 40), _delivered(row)]
        for row in rows
    ]
    click.echo(table(head, cells))
    say("outbox: " + ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items()))
    for parcel in failing:
        say(f"  {parcel.notice_id}: {parcel.error} (tried {parcel.attempts} times)")


@notice.command()
@store_option
@click.argument("reference", metavar="NOTICE|RECEIPT")
@click.option(
    "--as", "person", metavar="PERSON", envvar="OMBUD_AS", help="Needed with an id; a code opens it."
)
@json_option
def show(store_dir: str, reference: str, person: str | None, json_: bool) -> None:
    """Show a notice in its exact words; with the receipt code it needs no account and no role."""
    with reading(store_dir) as tx:
        row = find_notice(tx, reference)
        if reference.startswith("n-"):
            may_see(tx, person or "")
        appeal = appeals.of_notice(tx, row.id)
        kinds = [each.kind for each in measures.of_decision(tx, row.decision_id) if each.notice_id == row.id]
    if json_:
        state = None if appeal is None else appeal.outcome or "open"
        emit_json({**_as_object(row), "body": row.body, "measures": kinds, "appeal": state})
        return
    click.echo(row.title + "\n")
    click.echo(masked(row.body))
    if appeal is not None:
        say(f"appealed at {format_time(appeal.at)}: {appeal.outcome or 'open'}")


@notice.command()
@store_option
@as_option
@json_option
def due(store_dir: str, person: str, json_: bool) -> None:
    """List corrections whose time is over, for a person to look at."""
    with reading(store_dir) as tx:
        may_see(tx, person)
        rows = notices.corrections_due(tx, now())
    if json_:
        emit_lines({"notice": row.notice_id, "due_at": format_time(row.due_at or 0)} for row in rows)
        return
    for row in rows:
        click.echo(f"{row.notice_id}  due {format_time(row.due_at or 0)}")
    say(f"{len(rows)} to look at: ombud notice corrected NOTICE --done|--missed --reasons …")


@notice.command()
@store_option
@as_option
@click.argument("notice_id", metavar="NOTICE")
@click.option("--done/--missed", required=True, help="Was it corrected in time?")
@click.option("--reasons", required=True, help="What you saw.")
def corrected(store_dir: str, person: str, notice_id: str, done: bool, reasons: str) -> None:
    """Say whether what a notice asked for was corrected in time."""
    with writing(store_dir) as tx:
        judge_correction(tx, notice_id, person, done=done, reasons=reasons, at=now())
    say("no strike" if done else "it counts as a strike now")


@notice.command()
@store_option
@as_option
@click.argument("notice_id", metavar="NOTICE")
def resend(store_dir: str, person: str, notice_id: str) -> None:
    """Try once more to send a notice whose delivery was given up."""
    with writing(store_dir) as tx:
        may_see(tx, person)
        for parcel in outbox.page(tx, failing=True, limit=10_000):
            if parcel.notice_id == notice_id and parcel.given_up_at is not None:
                outbox.again(tx, parcel.n, now())
    say("it leaves with the next: ombud tick")


def _delivered(row: Notice) -> str:
    return "waiting" if row.delivered_at is None else format_time(row.delivered_at)[:16]


def _as_object(row: Notice) -> dict[str, Any]:
    return {
        "notice": row.id,
        "decision": row.decision_id,
        "kind": row.kind,
        "role": row.role,
        "recipient": row.recipient,
        "language": row.language,
        "title": row.title,
        "announces": [kind for kind in row.announces.split(",") if kind],
        "at": format_time(row.at),
        "appeal_until": None if row.appeal_until is None else format_time(row.appeal_until),
        "delivered_at": None if row.delivered_at is None else format_time(row.delivered_at),
    }
