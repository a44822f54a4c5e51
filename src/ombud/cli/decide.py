"""``ombud decide``: answer the question, see every consequence, confirm."""

from __future__ import annotations

from typing import Any

import click

from ombud.base.clock import Micros
from ombud.base.errors import Fault, UsageError
from ombud.cases.errors import refuse
from ombud.cases.work import get
from ombud.cli.acting import as_option, choice_of, choice_options, masked, no_conflict_option, now
from ombud.cli.options import Instant, json_option, store_option
from ombud.cli.output import emit_json, say
from ombud.conduct.ladder import MEASURES
from ombud.redress import answer as answers
from ombud.redress import decide as deciding
from ombud.redress import hold as holding
from ombud.redress.decide import Preview
from ombud.redress.letter import number
from ombud.redress.model import Answer, Choice
from ombud.redress.plan import Consequences, consequences
from ombud.store import Tx, casework, findings, open_store

VERDICTS = {"yes": "applies", "no": "does_not_apply", "unclear": "cannot_tell"}


@click.command(short_help="decide a case: answer, preview, confirm")
@store_option
@as_option
@click.argument("case_id", metavar="CASE")
@click.option("--answer", type=click.Choice(list(VERDICTS)), help="Does the clause apply? Answer this first.")
@click.option("--finding", "numbers", type=int, multiple=True, help="A finding relied on (default: all).")
@click.option("--fact", "facts", multiple=True, help="A further fact, in plain words.")
@click.option("--account", help="Whose doing it is, where the case does not say.")
@click.option("--happened-at", type=Instant(), help="When it happened, where no finding says.")
@click.option("--hijacked", is_flag=True, help="Somebody else had taken the account.")
@click.option("--danger", is_flag=True, help="A person may be in danger.")
@no_conflict_option
@choice_options
@click.option("--hold", "hold_hours", type=int, metavar="HOURS", help="Hold the item until the decision.")
@click.option("--agree", metavar="DIGEST", help="Agree, as the second person, to what a preview showed.")
@click.option("--confirm", metavar="DIGEST", help="Do it: the digest that the preview showed.")
@json_option
def decide(store_dir: str, person: str, case_id: str, json_: bool, **given: Any) -> None:
    """Decide a case.

    \b
    1  --answer yes|no|unclear     is written down; only then standing and ladder are shown
    2  --reasons … --measure …     shows every consequence and the exact notice; nothing is done
    3  the same with --confirm     does it: decision, notice and measures, all at once
    """
    with open_store(store_dir, create=False) as store, store.begin() as tx:
        get(tx, case_id)
        said = _step(tx, case_id, person, given)
    if json_:
        emit_json(said)
        return
    for line in _lines(said):
        click.echo(line)


def _step(tx: Tx, case_id: str, person: str, given: dict[str, Any]) -> dict[str, Any]:
    at = now()
    if given["agree"]:
        shown = given["agree"]
        if len(shown) != 64:
            raise UsageError(Fault("cli/bad-digest", "give the whole digest that the preview showed"))
        deciding.agree(tx, case_id, person, shown, at=at, no_conflict=given["no_conflict"])
        return {"agreed": shown}
    made = _answered(tx, case_id, person, given, at)
    choice = choice_of(given)
    if given["hold_hours"] is not None:
        held = holding.hold(
            tx,
            made,
            person,
            reasons=choice.reasons,
            at=at,
            hours=given["hold_hours"],
            language=choice.language,
        )
        return {"held": {"decision": held.decision, "notice": held.notice, "measures": list(held.measures)}}
    if not choice.reasons and not given["confirm"]:
        shows = made.verdict == "applies"
        return {"answer": made.verdict, "then": _then(consequences(tx, made, at)) if shows else None}
    return _decide(tx, made, choice, person, given["confirm"], at)


def _decide(
    tx: Tx, made: Answer, choice: Choice, person: str, confirm: str | None, at: Micros
) -> dict[str, Any]:
    seen = deciding.preview(tx, made, choice, at)
    if confirm is None:
        return {"preview": _preview(seen)}
    if len(confirm) < 12 or not seen.digest.startswith(confirm):
        confirm = "0" * 64  # not what was shown: let decide() say so
    shown = seen.digest if seen.digest.startswith(confirm) else confirm
    done = deciding.decide(tx, made, choice, person, shown=shown, at=at)
    names = {"decision": done.decision, "notice": done.notice}
    return {"decided": {**names, "measures": list(done.measures), "undone": list(done.undone)}}


def _answered(tx: Tx, case_id: str, person: str, given: dict[str, Any], at: Micros) -> Answer:
    """Return the case's answer: the one given now, or the last one."""
    last = answers.recall(tx, case_id)
    if given["answer"] is None:
        if last is None or last.person != person:
            hint = f"ombud decide {case_id} --answer yes|no|unclear --no-conflict"
            raise refuse("redress/not-answered", "answer first whether the clause applies", hint)
        return last
    if last is not None and last.person == person and _is_same(last, given):
        return last
    numbers = given["numbers"] or [row.n for row in findings.page(tx, case_id=case_id, limit=200)]
    return answers.answer(
        tx,
        case_id,
        person,
        VERDICTS[given["answer"]],  # type: ignore[arg-type]
        version=casework.version(tx, case_id),
        at=at,
        findings_=numbers,
        facts=given["facts"],
        account=given["account"],
        breach_at=given["happened_at"],
        hijacked=given["hijacked"],
        danger=given["danger"],
        no_conflict=given["no_conflict"],
    )


def _is_same(last: Answer, given: dict[str, Any]) -> bool:
    """Say whether the options repeat the answer that was given last, so that a preview stays good."""
    words = [fact["words"] for fact in last.facts if "words" in fact]
    numbers = [fact["finding"] for fact in last.facts if "finding" in fact]
    return (
        last.verdict == VERDICTS[given["answer"]]
        and words == list(given["facts"])
        and (not given["numbers"] or numbers == list(given["numbers"]))
        and last.hijacked == given["hijacked"]
        and given["account"] in (None, last.account)
    )


def _then(seen: Consequences) -> dict[str, Any]:
    return {
        "points_now": float(seen.points_now),
        "points_then": float(seen.points_then),
        "strikes": seen.strikes,
        "ladder": list(seen.ladder),
        "longest_pause_days": seen.longest_pause,
        "closing": seen.closing,
        "free_corrections": seen.free_corrections,
    }


def _preview(seen: Preview) -> dict[str, Any]:
    plan = seen.plan
    return {
        "digest": seen.digest,
        "title": seen.title,
        "body": seen.body,
        "lifts_hold": seen.lifts_hold,
        "reporters_told": seen.reporters,
        "two_people": plan.two if plan is not None else False,
        "points_before": number(plan.points_before) if plan is not None else None,
        "points_after": number(plan.points_after) if plan is not None else None,
        "measures": [each.kind for each in plan.measures] if plan is not None else [],
    }


def _lines(said: dict[str, Any]) -> list[str]:
    """Return what a step says, as text; hints go to standard error."""
    if "agreed" in said:
        say("agreed; the person who holds the case can confirm now")
        return []
    if "answer" in said:
        return _answer_lines(said)
    if "preview" in said:
        return _preview_lines(said["preview"])
    done = said.get("decided") or said["held"]
    say("done; the notice leaves with the next: ombud tick")
    return [
        f"{name}: {value if isinstance(value, str) else ', '.join(value)}"
        for name, value in done.items()
        if value
    ]


def _answer_lines(said: dict[str, Any]) -> list[str]:
    then = said["then"]
    if then is None:
        say("no measure follows; give --reasons to see the decision, then --confirm")
        return [f"answer: {said['answer']}"]
    say("now give --reasons and --measure to see the exact notice; nothing is done before --confirm")
    return [
        f"answer: {said['answer']}",
        f"standing: {then['points_now']:g} points in {then['strikes']} strikes;"
        f" with this {then['points_then']:g}",
        f"pause in posting: {then['longest_pause_days']} days at most",
        f"corrections this clause still forgives: {then['free_corrections']}",
        "ladder:",
        *(f"  {MEASURES[kind].rung}  {kind}: {MEASURES[kind].title.en}" for kind in then["ladder"]),
    ]


def _preview_lines(seen: dict[str, Any]) -> list[str]:
    lines = (
        [seen["title"], "", masked(seen["body"])]
        if seen["body"]
        else ["The author is not told, for nothing is done."]
    )
    if seen["reporters_told"]:
        lines.append(f"Who reported it is told the outcome with these reasons: {seen['reporters_told']}")
    if seen["two_people"]:
        say(f"two people must agree; the other one: ombud decide CASE --agree {seen['digest']} --no-conflict")
    say(f"nothing is done yet. To do exactly this, repeat it with --confirm {seen['digest'][:16]}")
    return lines
