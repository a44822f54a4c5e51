"""``ombud code promote``: a rule's status against its measured precision."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from ombud.cli.options import json_option, store_option
from ombud.cli.output import emit_json, say

if TYPE_CHECKING:
    from ombud.flow.promote import Promotion


@click.command()
@click.argument("name", metavar="CODE")
@click.argument("rule", metavar="RULE")
@store_option
@json_option
def promote(name: str, rule: str, store_dir: str, json_: bool) -> None:
    """Check a rule against its measured precision, and raise its status if that suffices.

    draft to experimental: its tests pass. experimental to stable: at least 50
    findings were reviewed, and the lower end of the 95 % interval of its precision
    is at least 0.9, and blind second looks do not speak against it. Otherwise nothing
    is changed, and the call ends with 1.
    """
    from ombud.flow.promote import promote as check
    from ombud.store import open_store

    with open_store(store_dir, create=False) as store:
        found = check(store, name, rule)
    if json_:
        emit_json(_object(found))
    else:
        _print(found)
    if not found.met:
        sys.exit(1)


def _print(found: Promotion) -> None:
    click.echo(f"{found.code}/{found.rule} is {found.now}")
    measured = found.measured
    if measured is not None and measured.precision is not None:
        low, high = measured.interval
        click.echo(
            f"people confirmed {measured.applies} of {measured.reviewed} reviewed findings: "
            f"precision {measured.precision:.3f}, 95 % interval {low:.3f} to {high:.3f}"
        )
    if measured is not None and measured.undecided:
        click.echo(f"on {measured.undecided} more they could not tell")
    if measured is not None and measured.elsewhere:
        click.echo(f"{measured.elsewhere} outcomes are not about a finding of the rule as it reads now")
    if found.blind is not None:
        click.echo(f"blind second looks: {found.blind.wrong} of {found.blind.looked} did not confirm it")
    if found.agreement is not None and found.agreement.alpha.value is not None:
        alpha = found.agreement.alpha
        click.echo(
            f"agreement on the clause: alpha {alpha.value:.3f}, "
            f"95 % interval {alpha.low:.3f} to {alpha.high:.3f}"
        )
    for one in found.missing:
        click.echo(f"missing: {one.text}")
    if found.written is not None:
        click.echo(f"{found.now} → {found.next}: {found.written}")
        say("raise the version of the code too: this is a minor change at least")
    elif found.met:
        say("the measurement supports its status")


def _object(found: Promotion) -> dict[str, Any]:
    measured = found.measured
    return {
        "code": found.code,
        "rule": found.rule,
        "status": found.now,
        "next": found.next,
        "met": found.met,
        "missing": [{"what": one.what, "text": one.text} for one in found.missing],
        "written": None if found.written is None else str(found.written),
        "second_looks": None
        if found.blind is None
        else {
            "errors": found.blind.wrong,
            "looked": found.blind.looked,
            "interval": list(found.blind.interval),
        },
        "alpha": None if found.agreement is None else found.agreement.alpha.value,
        "measured": None
        if measured is None
        else {
            "findings": measured.targets,
            "reviewed": measured.reviewed,
            "applies": measured.applies,
            "undecided": measured.undecided,
            "not_of_this_text": measured.elsewhere,
            "precision": measured.precision,
            "interval": list(measured.interval),
        },
    }
