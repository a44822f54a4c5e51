"""``ombud signal``: list, show and measure the signals."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ombud.base.clock import DAY, HOUR, MINUTE, Micros
from ombud.base.errors import Fault, UsageError
from ombud.base.nearest import did_you_mean
from ombud.cli.options import json_option
from ombud.cli.output import emit_json, say, table
from ombud.signals.base import Signal
from ombud.signals.catalogue import SIGNALS
from ombud.signals.eval import Score, evaluate
from ombud.signals.registry import installed
from ombud.signals.sets import OWN, Sets, own_sets


@click.group(short_help="list, show and measure the signals")
def signal() -> None:
    """A signal measures something of a post or an account, which rules then read."""


@signal.command("list")
@json_option
def list_(json_: bool) -> None:
    """List the signals that are installed, and those that rules may name before they are."""
    found = installed()
    declared = {column.split(".")[1] for column in SIGNALS}
    rows = [_row(name, found.signals.get(name)) for name in sorted(declared | found.signals.keys())]
    if json_:
        emit_json({"signals": rows, "faults": [str(fault) for fault in found.faults]})
    else:
        cells = [
            [
                row["name"],
                row["version"] or "not installed",
                " ".join(row["languages"]),
                row["history"],
                len(row["fields"]),
            ]
            for row in rows
        ]
        click.echo(table(["signal", "version", "languages", "history", "fields"], cells, right=[4]))
    for fault in found.faults:
        say(f"left out: {fault}")
    if found.faults:
        sys.exit(1)


@signal.command()
@click.argument("name", metavar="NAME")
@json_option
def show(name: str, json_: bool) -> None:
    """Show a signal's fields, types and what they mean."""
    found = installed().signals.get(name)
    row = _row(name, found)
    if not row["fields"]:
        names = sorted({column.split(".")[1] for column in SIGNALS} | installed().signals.keys())
        hint = did_you_mean(name, names) or f"there are {', '.join(names)}"
        raise UsageError(Fault("signals/unknown", f"there is no signal {name!r}", hint=hint))
    if json_:
        emit_json(row)
        return
    click.echo(
        f"{name} {row['version'] or '(not installed)'} · languages: {' '.join(row['languages']) or 'none'} · "
        f"history: {row['history'] or 'none'}\n"
    )
    cells = [[f"signal.{name}.{field}", kind, means] for field, (kind, means) in row["fields"].items()]
    click.echo(table(["column", "type", "means"], cells))
    say(f"measure it: ombud signal eval {name} --data DIR")


@signal.command("eval")
@click.argument("names", metavar="NAME…", nargs=-1, required=True)
@click.option(
    "--data",
    "data_dir",
    metavar="DIR",
    type=click.Path(path_type=Path),
    envvar="OMBUD_DATA",
    show_envvar=True,
    help="The folder with the labelled sets of others.",
)
@click.option(
    "--own",
    "own_dir",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help=f"The folder with our own sets, {OWN} of the source (default: that, if this is the source).",
)
@click.option("--markdown", is_flag=True, help="Write the table as Markdown, for docs/quality.md.")
@json_option
def eval_(
    names: tuple[str, ...], data_dir: Path | None, own_dir: Path | None, markdown: bool, json_: bool
) -> None:
    """Measure signals on labelled data: values with 95 % intervals, held against their floors.

    A task whose set is absent is left out, and named. The self-check's headline hint is
    measured under the name ``clickbait``.
    """
    sets = Sets(*_folders(data_dir, own_dir))
    scores = [(name, score) for name in names for score in _measured(name, sets)]
    _say_absent(sets, {name for name, _ in scores}, names)
    if json_:
        emit_json([{"signal": name, **asdict(score), "holds": score.holds} for name, score in scores])
    else:
        cells = [
            [
                name,
                score.task,
                f"{score.n:,}",
                score.metric,
                _figure(score.value),
                "" if score.low is None or score.high is None else f"{score.low:.3f}–{score.high:.3f}",
                "" if score.floor is None else _figure(score.floor),
                "" if score.floor is None else "holds" if score.holds else "UNDER",
            ]
            for name, score in scores
        ]
        head = ["signal", "task", "n", "metric", "value", "95 %", "floor", ""]
        click.echo(_markdown(head, cells) if markdown else table(head, cells, right=[2, 4, 6]))
    under = [score for _, score in scores if not score.holds]
    if under:
        say(f"{len(under)} of {len(scores)} figures are under their floor")
        sys.exit(1)


def _folders(data_dir: Path | None, own_dir: Path | None) -> list[Path]:
    given = [folder for folder in (data_dir, own_dir) if folder is not None]
    for folder in given:
        if not folder.is_dir():
            raise UsageError(Fault("signals/no-data", f"there is no folder {str(folder)!r}"))
    own = own_sets() if own_dir is None else None
    return given if own is None else [*given, own]


def _say_absent(sets: Sets, measured: set[str], names: tuple[str, ...]) -> None:
    """Name the sets that no folder has; that a signal could not be measured at all is an error."""
    ours = [name for name in sets.absent if "/" not in name]
    others = [name for name in sets.absent if "/" in name]
    lines = []
    if others:
        lines.append(f"absent, to be given with --data: {', '.join(others)}")
    if ours:
        lines.append(f"absent, to be given with --own ({OWN} of the source): {', '.join(ours)}")
    bare = [name for name in names if name not in measured]
    if bare:
        message = f"nothing was measured of {', '.join(bare)}: its labelled sets are absent"
        raise UsageError(Fault("signals/no-data", message, hint="; ".join(lines)))
    say(*lines)


def _measured(name: str, sets: Sets) -> list[Score]:
    """Measure a signal by its own module; ``text`` by the rules of the bundled codes too."""
    from ombud.conduct.find import bundled_names
    from ombud.conduct.loader import load_code
    from ombud.rules import camouflage
    from ombud.rules.bind import rule_columns

    if name == "clickbait":
        from ombud.rules.selfcheck import clickbait

        return clickbait.evaluate(sets)
    scores = evaluate(name, sets)
    if name == "text":
        scores += camouflage.measure([load_code(code, rule_columns()) for code in bundled_names()])
    return scores


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3f}"


def _row(name: str, found: Signal | None) -> dict[str, Any]:
    prefix = f"signal.{name}."
    fields = {
        column.removeprefix(prefix): (_type(declared.type), declared.means)
        for column, declared in SIGNALS.items()
        if column.startswith(prefix)
    }
    if found is not None:
        fields |= {field: (_type(declared.type), declared.means) for field, declared in found.fields.items()}
    return {
        "name": name,
        "version": found.version if found is not None else None,
        "languages": sorted(found.languages) if found is not None else [],
        "horizon_micros": found.horizon if found is not None else None,
        "history": _span(found.horizon) if found is not None else "",
        "fields": fields,
    }


def _type(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind)


def _span(horizon: Micros) -> str:
    for unit, word in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if horizon and horizon % unit == 0:
            return f"{horizon // unit} {word}"
    return f"{horizon / 1_000_000:g} s" if horizon else ""
