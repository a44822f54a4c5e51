"""``ombud case reverse``: the house takes a decision back by itself."""

from __future__ import annotations

from contextlib import ExitStack

import click

from ombud.cli.acting import as_option, masked, no_conflict_option, now, rehearsing
from ombud.cli.options import json_option, store_option
from ombud.cli.output import emit_json, say
from ombud.redress.reversal import reverse_decision
from ombud.store import notices, open_store


@click.command("reverse")
@store_option
@as_option
@click.argument("decision_id", metavar="DECISION")
@click.option("--reasons", required=True, help="Why, in words for the person concerned.")
@no_conflict_option
@click.option("--confirm", is_flag=True, help="Do it; without it, everything is shown and nothing done.")
@json_option
def reverse(
    store_dir: str, person: str, decision_id: str, reasons: str, no_conflict: bool, confirm: bool, json_: bool
) -> None:
    """Reverse a decision that nobody appealed, as an appeal would: an appeal reviewer or an operator.

    Never by who decided it, and not while an appeal or a dispute about it waits.
    """
    with open_store(store_dir, create=False) as store, ExitStack() as stack:
        tx = stack.enter_context(store.begin() if confirm else rehearsing(store))
        done = reverse_decision(tx, decision_id, person, reasons, at=now(), no_conflict=no_conflict)
        letter = notices.get(tx, done.notice)
        assert letter is not None
        told = sum(
            row.role == "reporter" and row.at == letter.at for row in notices.of_decision(tx, decision_id)
        )
    if json_:
        notice = {"id": letter.id, "title": letter.title, "body": letter.body}
        undone = list(done.undone)
        emit_json(
            {
                "decision": decision_id,
                "confirmed": confirm,
                "notice": notice,
                "undone": undone,
                "reporters_told": told,
            }
        )
        return
    click.echo(f"{letter.title}\n\n{masked(letter.body)}")
    for name in done.undone:
        click.echo(f"undone: {name}")
    if told:
        click.echo(f"Who reported it is told that the decision was reversed: {told}")
    say("done" if confirm else "nothing is done yet; to do exactly this, repeat it with --confirm")
