"""``ombud run``: evaluate codes of conduct on a stream of events."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ombud.base.clock import Micros
from ombud.cli.options import Duration, Instant, code_option, json_option, store_option
from ombud.cli.output import emit_json, say, table
from ombud.cli.progress import progress_bar
from ombud.flow.embedded import run_files
from ombud.flow.options import BATCH, RunOptions, RunReport


@click.command(short_help="evaluate codes of conduct on a stream of events")
@code_option
@store_option
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--mapping", type=click.Path(path_type=Path), help="How to read another platform's fields.")
@click.option("--format", "format_", metavar="NAME", help="jsonl, csv, tsv or parquet (told by the name).")
@click.option("--shadow", is_flag=True, help="Findings only: no rule opens a case.")
@click.option("--as-if-in-force", is_flag=True, help="Evaluate events from before the date of effect too.")
@click.option("--in-force-from", type=Instant(), help="The adopter's date of effect (first run only).")
@click.option("--adopt", is_flag=True, help="Accept that a code differs from the one this store has pinned.")
@click.option("--follow", is_flag=True, help="Wait for a growing file to grow; end with Ctrl-C.")
@click.option(
    "--lateness", type=Duration(), default=0, help="How late an event may come (default: not at all)."
)
@click.option(
    "--max-jump", type=Duration(), default="1d", help="How far one clock may run ahead (default 1d)."
)
@click.option("--batch", type=click.IntRange(1, 1_000_000), default=BATCH, help="Records per transaction.")
@click.option("--untrip", multiple=True, metavar="CODE/RULE", help="Let a tripped rule open cases again.")
@click.option("--metrics", is_flag=True, help="Per-rule counts: candidates, findings, unknown, cost.")
@json_option
def run(
    code_names: tuple[str, ...],
    store_dir: str,
    files: tuple[str, ...],
    mapping: Path | None,
    format_: str | None,
    shadow: bool,
    as_if_in_force: bool,
    in_force_from: Micros | None,
    adopt: bool,
    follow: bool,
    lateness: Micros,
    max_jump: Micros,
    batch: int,
    untrip: tuple[str, ...],
    metrics: bool,
    json_: bool,
) -> None:
    """Evaluate codes of conduct on files of events (or - for standard input).

    Findings, cases, archive and ledger go to the store. A run can be stopped with
    Ctrl-C, or killed, at any moment; the same call goes on where it was.
    """
    options = RunOptions(
        shadow=shadow,
        as_if_in_force=as_if_in_force,
        adopt=adopt,
        follow=follow,
        batch=batch,
        lateness=lateness,
        max_jump=max_jump,
        metrics=metrics,
    )
    with _asked_to_stop() as asked, progress_bar() as on_progress:
        report = run_files(
            store_dir,
            code_names,
            files,
            options=options,
            mapping=mapping,
            format=format_,
            in_force_from=in_force_from,
            untrip=untrip,
            on_progress=on_progress,
            stop=asked,
        )
    for note in report.notes:
        say(f"note: {note}")
    if json_:
        emit_json(as_json_object(report))
    else:
        show(report, store_dir)
    if report.stopped and not follow:
        sys.exit(130)


@contextmanager
def _asked_to_stop() -> Iterator[Any]:
    """Turn Ctrl-C and SIGTERM into a question that the run asks between batches."""
    asked: list[int] = []

    def note(number: int, _frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        say("stopping after this batch; press Ctrl-C again to stop at once (nothing is lost either way)")

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def as_json_object(report: RunReport) -> dict[str, Any]:
    """Return the report as the one object that ``--json`` ends with."""
    value: dict[str, Any] = {
        **report.counts.as_dict(),
        "findings_by_rule": dict(report.findings_by_rule),
        "wall_s": report.wall_s,
        "cpu_s": report.cpu_s,
        "peak_rss_mb": report.peak_rss_mb,
        "stopped": report.stopped,
        "total": report.total.as_dict(),
        "ledger_root": report.ledger_root,
        "notes": list(report.notes),
    }
    if report.rules:
        value["rules"] = dict(report.rules)
    return value


def show(report: RunReport, store_dir: str) -> None:
    """Print the report for a person."""
    counts = report.counts
    rate = f"{counts.events / report.cpu_s:,.0f} events per CPU-second" if report.cpu_s else ""
    click.echo(
        f"{counts.events:,} events · {counts.duplicates:,} repeated · {counts.quarantined:,} quarantined · "
        f"{counts.findings:,} findings · {counts.cases:,} new cases"
    )
    click.echo(f"{report.wall_s:.1f} s, {rate}, at most {report.peak_rss_mb:.0f} MiB")
    if report.findings_by_rule:
        ranked = sorted(report.findings_by_rule.items(), key=lambda item: (-item[1], item[0]))
        click.echo("\n" + table(["rule", "findings"], ranked, right=[1]))
    if report.rules:
        click.echo("\n" + metrics_table(report))
    if counts.quarantined:
        say(f"see what could not be taken: ombud quarantine list --store {store_dir}")
    if counts.findings:
        say(f"look next: ombud case list --store {store_dir}")


def metrics_table(report: RunReport) -> str:
    """Lay out the per-rule metrics."""
    names = sorted({key for row in report.rules.values() for key in row})
    rows = [
        [rule, *(f"{row.get(key, 0):,.6g}" for key in names)] for rule, row in sorted(report.rules.items())
    ]
    return table(["rule", *names], rows, right=range(1, len(names) + 1))
