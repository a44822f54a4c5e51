"""``ombud case claim|release|pass|note|opinion|conflict|triage|queue``: work on a case."""

from __future__ import annotations

import click

from ombud.base.clock import format_time
from ombud.cases import language, queue, work
from ombud.cases.queue import Place
from ombud.cli.acting import as_option, now, reading, writing
from ombud.cli.options import json_option, limit_option, store_option
from ombud.cli.output import cut, emit_lines, say, table
from ombud.store import casework, open_store


@click.command("queue")
@store_option
@as_option
@click.option("--mine", is_flag=True, help="The cases that you hold.")
@click.option("--all-languages", is_flag=True, help="Cases in languages that you do not read, too.")
@limit_option
@json_option
def queue_(store_dir: str, person: str, mine: bool, all_languages: bool, limit: int, json_: bool) -> None:
    """Show what waits for you, in the published order, with the reasons of each place."""
    with open_store(store_dir, create=False) as store:
        with store.begin() as tx:
            language.route(tx)
        with store.read() as tx:
            places = queue.queue(tx, person, now(), mine=mine, everything=all_languages, limit=limit)
    if json_:
        emit_lines(_as_object(place) for place in places)
        return
    if not places:
        say("nothing waits for you")
        return
    rows = [
        [
            place.case.id,
            place.case.lane,
            f"{place.case.code} {place.case.clause}",
            f"{place.case.subject_kind} {cut(place.case.subject, 20)}",
            place.case.language or "?",
            " + ".join(f"{part.words.en} ({part.hours} h)" for part in place.parts) or "age alone",
            format_time(place.due_at)[:16] + (" overdue" if place.overdue else ""),
        ]
        for place in places
    ]
    head = ["case", "lane", "clause", "subject", "language", "moved ahead by", "due"]
    click.echo(table(head, rows, right=[1]))


def _as_object(place: Place) -> dict[str, object]:
    case = place.case
    return {
        "case": case.id,
        "lane": case.lane,
        "code": case.code,
        "clause": case.clause,
        "subject": {"kind": case.subject_kind, "id": case.subject},
        "language": case.language,
        "rank": case.rank,
        "parts": [{"en": part.words.en, "zh": part.words.zh, "hours": part.hours} for part in place.parts],
        "due_at": format_time(place.due_at),
        "overdue": place.overdue,
        "holder": case.holder,
    }


@click.command()
@store_option
@as_option
@click.argument("case_id", metavar="CASE")
@click.option("--version", type=int, help="The version you looked at (default: the present one).")
def claim(store_dir: str, person: str, case_id: str, version: int | None) -> None:
    """Take a case that nobody holds."""
    with writing(store_dir) as tx:
        seen = casework.version(tx, case_id) if version is None else version
        new = work.claim(tx, case_id, person, version=seen, at=now())
    say(f"you hold {case_id}, version {new}", f"look: ombud case show {case_id}")


@click.command()
@store_option
@as_option
@click.argument("case_id", metavar="CASE")
@click.option("--reason", default="", help="Why, for whoever comes next.")
def release(store_dir: str, person: str, case_id: str, reason: str) -> None:
    """Let a case go, back into the queue."""
    with writing(store_dir) as tx:
        work.release(tx, case_id, person, at=now(), reason=reason)
    say(f"{case_id} is back in the queue")


@click.command("pass")
@store_option
@as_option
@click.argument("case_id", metavar="CASE")
@click.option("--to", required=True, metavar="PERSON", help="The reviewer who takes over.")
@click.option("--reason", required=True, help="Why.")
def pass_(store_dir: str, person: str, case_id: str, to: str, reason: str) -> None:
    """Hand a case to another reviewer, with the reason."""
    with writing(store_dir) as tx:
        work.pass_on(tx, case_id, person, to=to, reason=reason, at=now())
    say(f"{to} holds {case_id}")


@click.command()
@store_option
@as_option
@click.argument("case_id", metavar="CASE")
@click.argument("words", metavar="TEXT")
def note(store_dir: str, person: str, case_id: str, words: str) -> None:
    """Write a note on a case."""
    with writing(store_dir) as tx:
        work.note(tx, case_id, person, words, at=now())
    say("noted")


@click.command()
@store_option
@as_option
@click.argument("case_id", metavar="CASE")
@click.argument("words", metavar="TEXT")
@click.option("--ask", is_flag=True, help="Ask the others, instead of answering.")
def opinion(store_dir: str, person: str, case_id: str, words: str, ask: bool) -> None:
    """Give a second opinion on another person's case, or ask for one."""
    with writing(store_dir) as tx:
        act = work.ask_opinion if ask else work.give_opinion
        act(tx, case_id, person, words, at=now())
    say("asked" if ask else "given")


@click.command()
@store_option
@as_option
@click.argument("case_id", metavar="CASE")
@click.argument("why", metavar="REASON")
def conflict(store_dir: str, person: str, case_id: str, why: str) -> None:
    """Declare a conflict of interest: the case never comes back to you."""
    with writing(store_dir) as tx:
        work.declare_conflict(tx, case_id, person, why, at=now())
    say(f"{case_id} goes to somebody else")


@click.command()
@store_option
@as_option
@click.argument("case_id", metavar="CASE")
@click.option("--imminent/--not-imminent", default=None, help="Harm is about to happen to a person.")
@click.option("--vulnerable/--not-vulnerable", default=None, help="The person is especially vulnerable.")
@click.option("--danger/--no-danger", default=None, help="Danger to life or to a child: lane 0.")
@click.option("--reach", type=int, help="How many people it reached; it only breaks ties.")
@click.option("--language", "language_", type=click.Choice(["en", "zh"]), help="Who can read it.")
def triage(
    store_dir: str,
    person: str,
    case_id: str,
    imminent: bool | None,
    vulnerable: bool | None,
    danger: bool | None,
    reach: int | None,
    language_: str | None,
) -> None:
    """Set what you see of a case's urgency."""
    with writing(store_dir) as tx:
        work.triage(
            tx,
            case_id,
            person,
            at=now(),
            imminent=imminent,
            vulnerable=vulnerable,
            danger=danger,
            reach=reach,
            language=language_,
        )
    with reading(store_dir) as tx:
        place = casework.waiting(tx, case_id)
    if place is not None:
        say(f"{case_id}: lane {place.lane}, place {place.rank}")


COMMANDS = (queue_, claim, release, pass_, note, opinion, conflict, triage)
