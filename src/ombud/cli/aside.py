"""``ombud case automatic|review|help``: labels by rule, closings looked at again, help instead of points."""

from __future__ import annotations

import click

from ombud.base.clock import format_time
from ombud.base.errors import Fault, UsageError
from ombud.cli.acting import as_option, masked, no_conflict_option, now, reading, rehearsing, writing
from ombud.cli.options import json_option, store_option
from ombud.cli.output import emit_lines, say, table
from ombud.redress import answer as answers
from ombud.redress import automatic as labels
from ombud.redress.closing import EVERY, due, review_closing
from ombud.redress.help import help_instead
from ombud.store import automation, casework, closings, findings, open_store


@click.command("automatic")
@store_option
@click.option("--as", "person", metavar="PERSON", envvar="OMBUD_AS", help="Who switches: an operator.")
@click.argument("clause", metavar="[CODE/CLAUSE]", required=False)
@click.option("--on/--off", "on", default=None, help="Let rules label under this clause, or stop it.")
@json_option
def automatic(store_dir: str, person: str | None, clause: str | None, on: bool | None, json_: bool) -> None:
    """Show for which clauses rules may label, or switch that on or off.

    Only a context label can be automatic, only under a clause that says so, and each has a
    notice and can be appealed. `ombud tick` sets them; whoever switched it on answers for them.
    """
    if clause is None:
        _switches(store_dir, json_)
        return
    code, _, name = clause.partition("/")
    if not name or on is None or person is None:
        hint = "ombud case automatic my-club/4.1 --on --as olga"
        raise UsageError(Fault("cli/which-clause", "name CODE/CLAUSE, --on or --off, and --as", None, hint))
    with writing(store_dir) as tx:
        labels.switch(tx, code, name, person, on, at=now())
    say(
        f"rules label under {clause} from the next finding on"
        if on
        else f"people label under {clause} from now on"
    )


def _switches(store_dir: str, json_: bool) -> None:
    with reading(store_dir) as tx:
        rows = automation.switches(tx)
    if json_:
        emit_lines(
            {
                "code": row.code,
                "clause": row.clause,
                "on": row.granted,
                "person": row.person,
                "why": row.why,
                "at": format_time(row.at),
            }
            for row in rows
        )
        return
    if not rows:
        say("rules label under no clause")
        return
    said = [
        [
            f"{row.code}/{row.clause}",
            "on" if row.granted else "off",
            row.person or row.why,
            format_time(row.at),
        ]
        for row in rows
    ]
    click.echo(table(["clause", "labels by rules", "by", "since"], said))


@click.command("review")
@store_option
@click.option("--as", "person", metavar="PERSON", envvar="OMBUD_AS", help="Who looks again.")
@click.argument("measure", metavar="[CLOSING]", required=False)
@click.option("--outcome", type=click.Choice(["kept", "reopened"]), help="What comes of it.")
@click.option("--reasons", help="Why, in words for the person concerned.")
@no_conflict_option
@click.option("--confirm", is_flag=True, help="Do it; without it the letter is shown and nothing is done.")
@json_option
def review(
    store_dir: str,
    person: str | None,
    measure: str | None,
    outcome: str | None,
    reasons: str | None,
    no_conflict: bool,
    confirm: bool,
    json_: bool,
) -> None:
    """List closings whose twelve months are over, or look at one again."""
    if measure is None:
        _due(store_dir, json_)
        return
    if person is None or outcome is None or reasons is None:
        hint = "ombud case review m-… --outcome kept --reasons '…' --no-conflict --as PERSON"
        raise UsageError(Fault("cli/what-outcome", "give --as, --outcome and --reasons", None, hint))
    with open_store(store_dir, create=False) as store, store.begin() if confirm else rehearsing(store) as tx:
        done = review_closing(tx, measure, person, outcome, reasons, at=now(), no_conflict=no_conflict)  # type: ignore[arg-type]
    if json_:
        emit_lines([{"notice": done.notice, "title": done.title, "body": masked(done.body), "done": confirm}])
        return
    click.echo(f"{done.title}\n\n{masked(done.body)}")
    say(
        "done; the notice leaves with the next: ombud tick"
        if confirm
        else "nothing is done yet; add --confirm"
    )


def _due(store_dir: str, json_: bool) -> None:
    with reading(store_dir) as tx:
        rows = [(row, len(closings.of_measure(tx, row.id))) for row in due(tx, now())]
    if json_:
        emit_lines(
            {
                "closing": row.id,
                "decision": row.decision_id,
                "closed_at": format_time(row.at),
                "reviews": times,
            }
            for row, times in rows
        )
        return
    if not rows:
        say("no closing waits for its review")
        return
    said = [
        [row.id, row.decision_id, format_time(row.at), format_time(row.at + EVERY), times]
        for row, times in rows
    ]
    click.echo(table(["closing", "decision", "closed", "due", "reviews so far"], said, right=[4]))


@click.command("help")
@store_option
@as_option
@click.argument("case_id", metavar="CASE")
@click.option("--number", "numbers", multiple=True, metavar="KEY", help="A number in the register hotlines.")
@click.option("--language", type=click.Choice(["en", "zh"]), help="Of the letter.")
@no_conflict_option
@click.option("--confirm", is_flag=True, help="Do it; without it the letter is shown and nothing is done.")
def help_(
    store_dir: str,
    person: str,
    case_id: str,
    numbers: tuple[str, ...],
    language: str | None,
    no_conflict: bool,
    confirm: bool,
) -> None:
    """Where somebody may harm themselves: close the case without points, and tell them who can help."""
    with open_store(store_dir, create=False) as store, store.begin() if confirm else rehearsing(store) as tx:
        made = answers.answer(
            tx,
            case_id,
            person,
            "does_not_apply",
            version=casework.version(tx, case_id),
            at=now(),
            findings_=[row.n for row in findings.page(tx, case_id=case_id, limit=200)],
            no_conflict=no_conflict,
        )
        done = help_instead(tx, made, person, numbers, at=now(), language=language)
    click.echo(f"{done.title}\n\n{masked(done.body)}")
    say(
        "done; the letter leaves with the next: ombud tick"
        if confirm
        else "nothing is done yet; add --confirm"
    )


COMMANDS = (automatic, review, help_)
