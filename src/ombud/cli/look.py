"""``ombud case blind …`` and ``ombud case agreement``: decided cases judged twice, and what that shows."""

from __future__ import annotations

from typing import Any

import click

from ombud.base.clock import Micros, format_time
from ombud.base.errors import Fault, UsageError
from ombud.cli.acting import as_option, no_conflict_option, now, reading, writing
from ombud.cli.decide import VERDICTS
from ombud.cli.options import Instant, json_option, limit_option, store_option
from ombud.cli.output import cut, emit_json, emit_lines, say, table
from ombud.redress import agreement as measured
from ombud.redress import looks as second
from ombud.redress.agreement import Agreement, Rate
from ombud.store import Tx, cases, decisions, findings, looks
from ombud.store.looks import Look


@click.group(short_help="judge a decided case a second time, blind")
def blind() -> None:
    """A share of decided cases is judged once more, by somebody who is not told how.

    Shadow findings of an experimental rule are judged in the same way. Nothing follows for the
    account. Where two people differ, somebody considers it.
    """


@blind.command("list")
@store_option
@as_option
@click.option(
    "--differ", is_flag=True, help="Instead: looks that differ from the decision, not yet considered."
)
@limit_option
@json_option
def list_(store_dir: str, person: str, differ: bool, limit: int, json_: bool) -> None:
    """List the looks that you may take; none at a case in which you had a part."""
    with reading(store_dir) as tx:
        found = second.differing_for(tx, person, limit) if differ else second.open_for(tx, person, limit)
        rows = [_row(tx, look, differ) for look in found]
    if json_:
        emit_lines(rows)
        return
    if not rows:
        say("nothing waits to be considered" if differ else "no second look waits for you")
        return
    head = ["look", "clause", "subject", "drawn", *(["decided", "second", "case"] if differ else [])]
    click.echo(table(head, [[cut(str(value), 40) for value in row.values()] for row in rows]))


def _row(tx: Tx, look: Look, differ: bool) -> dict[str, Any]:
    about = cases.get(tx, look.case_id) if look.case_id else findings.get(tx, look.finding or 0)
    assert about is not None
    row = {
        "look": look.id,
        "clause": f"{about.code} {about.clause}",
        "subject": f"{about.subject_kind} {about.subject}",
        "drawn_at": format_time(look.drawn_at),
    }
    if differ:
        decision = decisions.get(tx, look.decision_id or "")
        assert decision is not None
        row |= {"decided": decision.answer, "second": look.answer or "", "case": decision.case_id}
    return row


@blind.command()
@store_option
@as_option
@click.argument("look_id", metavar="LOOK")
@json_option
def show(store_dir: str, person: str, look_id: str, json_: bool) -> None:
    """Show a case for a second look: the clause and what was found, and nothing that was decided."""
    with reading(store_dir) as tx:
        seen = second.see(tx, look_id, person)
    body = seen.clause.body
    shown = {
        "look": look_id,
        "subject": {"kind": seen.subject_kind, "id": seen.subject},
        "code": seen.clause.code,
        "clause": seen.clause.clause,
        "version": seen.clause.version,
        "title": body.get("title", {}),
        "asks": body.get("asks", {}),
        "does_not_forbid": body.get("does_not_forbid", {}),
        "findings": [
            {"rule": f"{item.code}/{item.rule}", "at": format_time(item.at), "evidence": item.evidence}
            for item in seen.findings
        ],
    }
    if json_:
        emit_json(shown)
        return
    click.echo(f"look {look_id}: {seen.subject_kind} {seen.subject}")
    click.echo(f"clause {seen.clause.code} {seen.clause.clause} ({seen.clause.version})")
    for part in ("title", "asks", "does_not_forbid"):
        for words in shown[part].values():
            click.echo("  " + str(words).strip().replace("\n", "\n  "))
    for item in shown["findings"]:
        click.echo(f"{item['at']}  {item['rule']}")
        for name, value in item["evidence"].items():
            click.echo(f"    {name}: {cut(str(value), 100)}")
    say(f"answer: ombud case blind answer {look_id} yes|no|unclear --reasons … --no-conflict")


@blind.command("answer")
@store_option
@as_option
@click.argument("look_id", metavar="LOOK")
@click.argument("answer_", metavar="ANSWER", type=click.Choice(list(VERDICTS)))
@click.option("--reasons", required=True, help="Why.")
@no_conflict_option
def answer(store_dir: str, person: str, look_id: str, answer_: str, reasons: str, no_conflict: bool) -> None:
    """Answer a second look: yes, no or unclear.

    With --no-conflict you also declare that you do not know how the case was decided.
    """
    with writing(store_dir) as tx:
        same = second.answer(
            tx, look_id, person, VERDICTS[answer_], reasons, at=now(), no_conflict=no_conflict
        )
    if same is None:
        say("noted; the rule learns from it with the next run")
        return
    say("the same answer" if same else "another answer than the first: somebody will look at the case again")


@blind.command()
@store_option
@as_option
@click.argument("look_id", metavar="LOOK")
@click.argument("words", metavar="TEXT")
def consider(store_dir: str, person: str, look_id: str, words: str) -> None:
    """Say what comes of two answers that differ; nothing changes by this itself."""
    with writing(store_dir) as tx:
        second.consider(tx, look_id, person, words, at=now())
    say("noted on the case")


@blind.command()
@store_option
@as_option
@click.argument("rule", metavar="CODE/RULE")
@click.option("--count", type=int, default=60, show_default=True, help="How many findings, at most.")
def draw(store_dir: str, person: str, rule: str, count: int) -> None:
    """Draw shadow findings of an experimental rule at random, for reviewers to look at."""
    with writing(store_dir) as tx:
        drawn = second.draw_shadow(tx, rule, count, person, at=now())
    say(f"{drawn:,} findings of {rule} wait to be looked at: ombud case blind list")


@blind.command()
@store_option
@click.option("--as", "person", metavar="PERSON", envvar="OMBUD_AS", help="An operator, to set it.")
@click.option("--set", "percent", type=float, metavar="PERCENT", help="Draw this share from now on.")
@json_option
def share(store_dir: str, person: str | None, percent: float | None, json_: bool) -> None:
    """Show or set the share of decided cases that is drawn (5 % at the start)."""
    if percent is not None:
        if person is None:
            raise UsageError(Fault("cli/no-person", "say who sets it", None, "--as PERSON"))
        if not 0 <= percent <= 100:
            raise UsageError(Fault("cli/bad-share", "a share lies between 0 and 100", None, "--set 5"))
        with writing(store_dir) as tx:
            second.set_share(tx, round(percent * 100), person, at=now())
    with reading(store_dir) as tx:
        parts, (drawn, answered) = second.share(tx), looks.count(tx)
    if json_:
        emit_json({"percent": parts / 100, "drawn": drawn, "answered": answered})
        return
    click.echo(f"{parts / 100:g} % of decided cases are drawn; {drawn:,} were, {answered:,} are answered")


@click.command()
@store_option
@click.option("--since", type=Instant(), help="Only looks answered from this instant on.")
@click.option("--until", type=Instant(), help="Only looks answered before this instant.")
@json_option
def agreement(store_dir: str, since: Micros | None, until: Micros | None, json_: bool) -> None:
    """Show how far people agree (Krippendorff's alpha) and the error rates of clauses and rules.

    A clause's error rate is the share of decisions on which the second look came to the other
    answer; a rule's is the share of second looks at its findings that said the clause does
    not apply. Intervals are of 95 %.
    """
    stretch = (-measured.ALWAYS if since is None else since, measured.ALWAYS if until is None else until)
    with reading(store_dir) as tx:
        found = measured.report(tx, *stretch)
    if json_:
        emit_json(
            {
                "all": _agreement(found.overall),
                "clauses": [
                    {"code": code, "clause": clause, **_agreement(item)}
                    for (code, clause), item in found.clauses.items()
                ],
                "rules": [{"rule": rule, **_rate(item)} for rule, item in found.rules.items()],
            }
        )
        return
    if not found.overall.looks:
        say("no second look was answered yet: ombud case blind list")
        return
    rows = [["all", found.overall], *([f"{a} {b}", item] for (a, b), item in found.clauses.items())]
    head = ["clause", "looks", "same", "alpha", "95 %", "differ", "error rate", "95 %"]
    click.echo(table(head, [[name, *_cells(item)] for name, item in rows], right=range(1, 8)))
    if found.rules:
        lines = [[rule, *_rate_cells(item)] for rule, item in found.rules.items()]
        click.echo("\n" + table(["rule", "not confirmed", "error rate", "95 %"], lines, right=range(1, 4)))


def _cells(item: Any) -> list[str]:
    alpha = item.alpha
    ends = "—" if alpha.value is None else f"{alpha.low:.2f} to {alpha.high:.2f}"
    value = "—" if alpha.value is None else f"{alpha.value:.3f}"
    return [f"{item.looks:,}", f"{item.same:,}", value, ends, *_rate_cells(item.error)]


def _rate_cells(rate: Rate) -> list[str]:
    low, high = rate.interval
    share = "—" if rate.share is None else f"{rate.share:.3f}"
    return [f"{rate.wrong:,} of {rate.looked:,}", share, f"{low:.3f} to {high:.3f}"]


def _agreement(item: Agreement) -> dict[str, Any]:
    alpha = item.alpha
    ends = None if alpha.value is None else [alpha.low, alpha.high]
    shown = {"looks": item.looks, "same": item.same, "alpha": alpha.value, "alpha_interval": ends}
    return {**shown, **_rate(item.error)}


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "errors": rate.wrong,
        "looked": rate.looked,
        "error_rate": rate.share,
        "error_interval": list(rate.interval),
    }


COMMANDS = (blind, agreement)
