"""``ombud standing``: what somebody's strikes amount to, for themselves; points given back for training."""

from __future__ import annotations

from typing import Any

import click

from ombud.base.clock import Micros
from ombud.cases.errors import refuse
from ombud.cli.acting import as_option, now, reading, writing
from ombud.cli.options import json_option, store_option
from ombud.cli.output import emit_json, say
from ombud.conduct.ladder import MEASURES
from ombud.measures.effect import in_effect
from ombud.measures.standing import Standing
from ombud.redress import words
from ombud.redress.appeal import find_notice
from ombud.redress.correct import credit as give_back
from ombud.redress.hold import span_of
from ombud.redress.letter import instant, number
from ombud.redress.standing import standing_of
from ombud.store import Tx, measures
from ombud.store.erasing import GONE
from ombud.store.measures import Measure
from ombud.store.notices import Notice


@click.group(short_help="see one's own standing; give points back for training")
def standing() -> None:
    """Standing: points from decisions that still count. Rules cannot read it, and it is never exported."""


@standing.command()
@store_option
@click.argument("receipt", metavar="RECEIPT")
@json_option
def show(store_dir: str, receipt: str, json_: bool) -> None:
    """Show the standing of whom a notice was written to; its receipt code opens it, and nothing else.

    A reviewer sees it with `ombud decide`, once the question of the case is answered.
    """
    at = now()
    with reading(store_dir) as tx:
        notice = _holder(tx, receipt)
        found = standing_of(tx, notice.recipient, at)
        mine = measures.of_account(tx, notice.recipient)
        active = [row for row in mine if in_effect(span_of(tx, row), at)]
    if json_:
        emit_json(_as_object(found, active))
        return
    for line in _lines(found, active, notice.language, at):
        click.echo(line)


@standing.command()
@store_option
@as_option
@click.argument("account", metavar="ACCOUNT")
@click.option("--points", type=int, required=True, help="1 to 12.")
@click.option("--reason", required=True, help="Which training was finished.")
def credit(store_dir: str, person: str, account: str, points: int, reason: str) -> None:
    """Give points back for training that was finished; they lessen what was there, nothing later."""
    with writing(store_dir) as tx:
        give_back(tx, account, points, person, reason=reason, at=now())
    say(f"{points} points given back")


def _holder(tx: Tx, receipt: str) -> Notice:
    """Return the notice that a code opens, if it was written to the person whose standing it tells."""
    if receipt.startswith("n-"):
        hint = "the code at the end of the notice opens it, so that only its holder can"
        raise refuse("redress/receipt-needed", "a standing is shown for a receipt code, not for an id", hint)
    notice = find_notice(tx, receipt)
    if notice.role != "subject" or notice.recipient == GONE:
        raise refuse("redress/no-standing", "this notice is not about an account of its recipient")
    return notice


def _as_object(found: Standing, active: list[Measure]) -> dict[str, Any]:
    return {
        "points": float(found.points),
        "strikes": [
            {"at": instant(each.at), "severity": each.severity, "points": float(each.points)}
            for each in found.strikes
        ],
        "in_effect": [
            {"kind": row.kind, "notice": row.notice_id, "until": row.ends_at and instant(row.ends_at)}
            for row in active
        ],
    }


def _lines(found: Standing, active: list[Measure], language: str, at: Micros) -> list[str]:
    lines = [words.say("standing.points", language, points=number(found.points), at=instant(at))]
    lines += [
        "  "
        + words.say(
            "standing.strike",
            language,
            date=instant(each.at)[:10],
            severity=each.severity,
            points=number(each.points),
        )
        for each in found.strikes
    ]
    lines.append(words.say("standing.active" if active else "standing.nothing", language))
    for row in active:
        end = instant(row.ends_at) if row.ends_at is not None else words.say("standing.no_end", language)
        name = MEASURES[row.kind].title[language]
        lines.append(f"  {name} → {end}")
    return lines
