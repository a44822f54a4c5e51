"""``ombud appeal``: file one with a receipt code; answer one, with a rehearsal first."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from ombud.base.clock import Micros, format_time
from ombud.cli.acting import (
    as_option,
    choice_of,
    choice_options,
    masked,
    no_conflict_option,
    now,
    reading,
    rehearsing,
    writing,
)
from ombud.cli.options import json_option, limit_option, store_option
from ombud.cli.output import cut, emit_json, emit_lines, say, table
from ombud.redress import judge
from ombud.redress.appeal import file_appeal
from ombud.redress.decide import may_see
from ombud.redress.judge import Judged
from ombud.store import Tx, appeals, decisions, notices, open_store


@click.group(short_help="file appeals and answer them")
def appeal() -> None:
    """Appeals: free, within six months, for everything that has a notice; another person answers."""


@appeal.command()
@store_option
@click.argument("reference", metavar="NOTICE|RECEIPT")
@click.option("--text", "words", required=True, help="What should be looked at again, and why.")
@click.option("--file", "files", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--representative", help="Who writes for the person concerned.")
def file(
    store_dir: str, reference: str, words: str, files: tuple[Path, ...], representative: str | None
) -> None:
    """File an appeal against a notice."""
    kept = [{"name": path.name, "sha256": _hash(path)} for path in files]
    with writing(store_dir) as tx:
        row = file_appeal(tx, reference, words, at=now(), files=kept, representative=representative)
    click.echo(row.id)
    say(f"filed; another person answers by {format_time(row.due_at)[:16]}Z")


def _hash(path: Path) -> str:
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


@appeal.command("list")
@store_option
@as_option
@click.option("--all", "everything", is_flag=True, help="Answered ones, too.")
@limit_option
@json_option
def list_(store_dir: str, person: str, everything: bool, limit: int, json_: bool) -> None:
    """List appeals, the most urgent first."""
    with reading(store_dir) as tx:
        may_see(tx, person)
        rows = appeals.page(tx, open_only=not everything, limit=limit)
    if json_:
        emit_lines(
            {
                "appeal": row.id,
                "notice": row.notice_id,
                "decision": row.decision_id,
                "at": format_time(row.at),
                "due_at": format_time(row.due_at),
                "late": row.late_at is not None,
                "outcome": row.outcome,
            }
            for row in rows
        )
        return
    if not rows:
        say("no appeal waits")
        return
    cells = [
        [row.id, row.notice_id, format_time(row.due_at)[:16], row.outcome or "open", cut(row.text, 50)]
        for row in rows
    ]
    click.echo(table(["appeal", "notice", "due", "outcome", "words"], cells))


@appeal.command()
@store_option
@as_option
@click.argument("appeal_id", metavar="APPEAL")
@json_option
def show(store_dir: str, person: str, appeal_id: str, json_: bool) -> None:
    """Show decision, notice and the person's words side by side."""
    with reading(store_dir) as tx:
        may_see(tx, person)
        row = appeals.get(tx, appeal_id)
        if row is None:
            raise judge.no_such_appeal(appeal_id)
        decision, notice = decisions.get(tx, row.decision_id), notices.get(tx, row.notice_id)
        assert decision is not None
        assert notice is not None
    if json_:
        emit_json(
            {
                "appeal": row.id,
                "words": row.text,
                "representative": row.representative,
                "files": row.files,
                "due_at": format_time(row.due_at),
                "outcome": row.outcome,
                "decision": {"id": decision.id, "answer": decision.answer, "reasons": decision.reasons},
                "notice": {"id": notice.id, "title": notice.title, "body": notice.body},
            }
        )
        return
    click.echo(f"The decision ({decision.answer}, severity {decision.severity}):\n{decision.reasons}\n")
    click.echo(f"The notice:\n{notice.title}\n\n{masked(notice.body)}\n")
    by = f" (by {row.representative})" if row.representative else ""
    click.echo(f"The person's words{by}:\n{row.text}")


@appeal.command("decide")
@store_option
@as_option
@click.argument("appeal_id", metavar="APPEAL")
@click.option("--outcome", type=click.Choice(["kept", "reversed", "changed"]), required=True)
@no_conflict_option
@choice_options
@click.option("--agree", metavar="DIGEST", help="Agree, as the second person, to a change of severity 4.")
@click.option("--confirm", is_flag=True, help="Do it; without it, everything is shown and nothing done.")
@json_option
def decide_(store_dir: str, person: str, appeal_id: str, confirm: bool, json_: bool, **given: Any) -> None:
    """Answer an appeal: keep, reverse, or change the decision to a milder one."""
    at = now()
    with open_store(store_dir, create=False) as store, ExitStack() as stack:
        real = confirm or given["agree"]
        tx = stack.enter_context(store.begin() if real else rehearsing(store))
        done = _judge(tx, appeal_id, person, given, at)
        letter = notices.get(tx, done.notice) if done is not None else None
    if done is None or letter is None:
        say("agreed; the other appeal reviewer can confirm now")
        return
    if json_:
        emit_json(
            {
                "outcome": given["outcome"],
                "confirmed": confirm,
                "notice": {"id": letter.id, "title": letter.title, "body": letter.body},
                "undone": list(done.undone),
                "replaced_by": done.replaced_by,
                "reopened": done.reopened,
            }
        )
        return
    click.echo(f"{letter.title}\n\n{masked(letter.body)}")
    for name in done.undone:
        click.echo(f"undone: {name}")
    say("done" if confirm else "nothing is done yet; to do exactly this, repeat it with --confirm")


def _judge(tx: Tx, appeal_id: str, person: str, given: dict[str, Any], at: Micros) -> Judged | None:
    no_conflict = given["no_conflict"]
    if given["agree"]:
        judge.agree_to_change(tx, appeal_id, person, given["agree"], at=at, no_conflict=no_conflict)
        return None
    if given["outcome"] == "changed":
        return judge.change(tx, appeal_id, person, choice_of(given), at=at, no_conflict=no_conflict)
    act = judge.keep if given["outcome"] == "kept" else judge.reverse
    return act(tx, appeal_id, person, given["reasons"] or "", at=at, no_conflict=no_conflict)
