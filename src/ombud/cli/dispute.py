"""``ombud dispute``: disputes before a body outside the house, and what followed from them."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import click

from ombud.base.clock import Micros, format_time
from ombud.cli.acting import as_option, masked, no_conflict_option, now, reading, rehearsing, writing
from ombud.cli.options import Instant, json_option, limit_option, store_option
from ombud.cli.output import cut, emit_json, emit_lines, say, table
from ombud.redress import dispute as room
from ombud.redress.decide import may_see
from ombud.redress.dispute import OUTCOMES
from ombud.store import disputes, notices, open_store
from ombud.store.disputes import Dispute


@click.group(short_help="record disputes before outside bodies, and carry them out")
def dispute() -> None:
    """Disputes before an out-of-court body (DSA Article 21); its view does not bind us."""


@dispute.command()
@store_option
@as_option
@click.argument("reference", metavar="NOTICE|RECEIPT")
@click.option("--body", required=True, help="The dispute body's name.")
@click.option("--brought", required=True, type=Instant(), help="When it was brought there.")
@click.option("--reference", "number", default="", help="The body's own number.")
def record(store_dir: str, person: str, reference: str, body: str, brought: Micros, number: str) -> None:
    """Record that a notice was brought before a dispute body."""
    with writing(store_dir) as tx:
        row = room.record(
            tx, reference, person, body=body, brought_at=brought, at=now(), body_reference=number
        )
    click.echo(row.id)


@dispute.command()
@store_option
@as_option
@click.argument("dispute_id", metavar="DISPUTE")
@click.option("--outcome", required=True, type=click.Choice(OUTCOMES))
@click.option("--words", required=True, help="What the body said, in a few sentences.")
@click.option("--on", "decided", required=True, type=Instant(), help="The body's date.")
def outcome(store_dir: str, person: str, dispute_id: str, outcome: str, words: str, decided: Micros) -> None:
    """Write down what the body said; ``upheld`` means that it agrees with us."""
    with writing(store_dir) as tx:
        room.note_outcome(tx, dispute_id, person, outcome, words, decided_at=decided, at=now())
    if outcome in room.TO_ANSWER:
        say(f"now: ombud dispute implement {dispute_id}, or decline")


def _answering(function: Any) -> Any:
    """Options of the two answers."""
    for option in (
        json_option,
        click.option(
            "--confirm", is_flag=True, help="Do it; without it, the letter is shown and nothing done."
        ),
        no_conflict_option,
        click.option("--reasons", required=True, help="Why, in words for who brought it."),
        click.argument("dispute_id", metavar="DISPUTE"),
        as_option,
        store_option,
    ):
        function = option(function)
    return function


@dispute.command()
@_answering
def implement(**given: Any) -> None:
    """Carry it out: the decision is taken back, everything undone, everybody told."""
    _answer(room.implement, **given)


@dispute.command()
@_answering
def decline(**given: Any) -> None:
    """Say why the body is not followed; who brought it is told."""
    _answer(room.decline, **given)


def _answer(
    act: Any,
    *,
    store_dir: str,
    person: str,
    dispute_id: str,
    reasons: str,
    no_conflict: bool,
    confirm: bool,
    json_: bool,
) -> None:
    with open_store(store_dir, create=False) as store, ExitStack() as stack:
        tx = stack.enter_context(store.begin() if confirm else rehearsing(store))
        done = act(tx, dispute_id, person, reasons, at=now(), no_conflict=no_conflict)
        letter = notices.get(tx, done.notice)
        assert letter is not None
    if json_:
        told = {"id": letter.id, "title": letter.title, "body": letter.body}
        emit_json({"dispute": dispute_id, "confirmed": confirm, "notice": told, "reopened": done.reopened})
        return
    click.echo(f"{letter.title}\n\n{masked(letter.body)}")
    say("done" if confirm else "nothing is done yet; to do exactly this, repeat it with --confirm")


@dispute.command("list")
@store_option
@as_option
@click.option("--all", "everything", is_flag=True, help="Those that are over, too.")
@limit_option
@json_option
def list_(store_dir: str, person: str, everything: bool, limit: int, json_: bool) -> None:
    """List disputes that wait for the body or for us."""
    with reading(store_dir) as tx:
        may_see(tx, person)
        rows = disputes.page(tx, open_only=not everything, limit=limit)
    if json_:
        emit_lines(_as_object(row) for row in rows)
        return
    cells = [
        [
            row.id,
            row.notice_id,
            cut(row.body, 24),
            format_time(row.brought_at)[:10],
            row.outcome or "open",
            _then(row),
        ]
        for row in rows
    ]
    click.echo(table(["dispute", "notice", "body", "brought", "outcome", "then"], cells))


@dispute.command()
@store_option
@as_option
@click.argument("dispute_id", metavar="DISPUTE")
@json_option
def show(store_dir: str, person: str, dispute_id: str, json_: bool) -> None:
    """Show a dispute with the body's words and ours."""
    with reading(store_dir) as tx:
        may_see(tx, person)
        row = room.get(tx, dispute_id)
    if json_:
        emit_json(_as_object(row))
        return
    click.echo(
        f"{row.body} ({row.reference}), brought {format_time(row.brought_at)[:10]}: {row.outcome or 'open'}"
    )
    for words in (row.words, row.reasons):
        if words:
            click.echo(f"\n{words}")
    click.echo(f"\n{_then(row)}")


def _then(row: Dispute) -> str:
    if row.implemented is not None:
        return "carried out" if row.implemented else "not followed"
    return (
        "waits for us"
        if row.outcome in room.TO_ANSWER
        else "waits"
        if row.outcome is None
        else "nothing to do"
    )


def _as_object(row: Dispute) -> dict[str, Any]:
    return {
        "dispute": row.id,
        "notice": row.notice_id,
        "decision": row.decision_id,
        "body": row.body,
        "reference": row.reference,
        "brought_at": format_time(row.brought_at),
        "outcome": row.outcome,
        "decided_at": None if row.decided_at is None else format_time(row.decided_at),
        "words": row.words,
        "implemented": row.implemented,
        "reasons": row.reasons,
        "answer": row.answer_notice,
    }
