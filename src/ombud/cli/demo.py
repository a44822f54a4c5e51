"""``ombud demo``: watch a generated town pass through the codes of conduct."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from ombud.base.clock import FixedClock
from ombud.base.errors import Fault, UsageError, Where
from ombud.cli.options import json_option
from ombud.cli.output import emit_json, say, table
from ombud.cli.progress import progress_bar
from ombud.cli.run import as_json_object
from ombud.conduct.find import bundled_names
from ombud.conduct.model import Code
from ombud.flow.codes import load_codes
from ombud.flow.embedded import run_codes
from ombud.flow.options import RunReport
from ombud.store import Store, findings, open_store
from ombud.town import HarmScore, Town, score, town, write

MARK = ".ombud-demo"
"""A file that says a folder is the demo's own and may be replaced."""

SALT = b"ombud demo"
"""The demo's stores are alike, so that its case names can stand in the docs."""


@click.command(short_help="watch a generated town pass through a code of conduct")
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path), default=Path("ombud-demo"), show_default=True
)
@click.option("--seed", default=1, show_default=True, help="Another seed, another town.")
@click.option("--days", default=30, show_default=True, help="Days of the town's life.")
@click.option("--scale", default=1.0, show_default=True, help="Multiplies ordinary life.")
@json_option
def demo(folder: Path, seed: int, days: int, scale: float, json_: bool) -> None:
    """Generate a month of a made-up town's life and run the bundled codes on it.

    Breaches of every harm are planted in it, and near misses beside them; the
    answer sheet says how many were found. The store stays in the folder, to be
    explored with the other verbs.
    """
    _make_room(folder)
    place = town(seed, days, scale)
    say(f"generating {days} days of a town's life in two languages (seed {seed})")
    count = write(folder / "town.jsonl", place, truth=True)
    say(f"running the bundled codes of conduct on {count:,} events")
    codes = load_codes(bundled_names())
    with progress_bar() as on_progress:
        report = run_codes(
            folder / "store",
            codes,
            [folder / "town.jsonl"],
            in_force_from=place.start,
            clock=FixedClock(_end(place)),
            salt=SALT,
            on_progress=on_progress,
        )
    scores = _scores(folder, place, codes)
    if json_:
        emit_json({**as_json_object(report), "harms": {s.harm: _score_object(s) for s in scores}})
        return
    _show(report, scores, folder)


def _make_room(folder: Path) -> None:
    """Replace an earlier demo; refuse anything else."""
    if folder.exists():
        if not (folder / MARK).is_file():
            hint = "name another folder with --dir"
            raise UsageError(
                Fault("cli/not-a-demo", "this folder is not an earlier demo's", Where(folder), hint)
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).write_text("made by `ombud demo`, which may replace this folder\n", encoding="utf-8")


def _end(place: Town) -> int:
    """Return the instant at which the town's stream has ended: the demo's present."""
    return place.start + place.days * 86_400_000_000


def _scores(folder: Path, place: Town, codes: list[Code]) -> list[HarmScore]:
    """Compare what opened cases with what was planted."""
    harm_of = {(code.id, clause.id): clause.harm for code in codes for clause in code.clauses}
    stable = {
        harm_of[code.id, rule.clause] for code in codes for rule in code.rules if rule.status == "stable"
    }
    with open_store(folder / "store", create=False) as store:
        pairs = list(_pairs(store, harm_of))
    return list(score(pairs, place.truth, with_rules={harm for harm in stable if harm}).values())


def _pairs(store: Store, harm_of: Mapping[tuple[str, str], str | None]) -> Iterator[tuple[str, str]]:
    after = 0
    with store.read() as tx:
        while rows := findings.page(tx, after=after, limit=1000, status=findings.STABLE):
            for row in rows:
                harm = harm_of.get((row.code, row.clause))
                if harm:
                    yield row.event_id, harm
            after = rows[-1].n


def _show(report: RunReport, scores: list[HarmScore], folder: Path) -> None:
    counts = report.counts
    click.echo(
        f"\n{counts.events:,} events · {counts.findings:,} findings · "
        f"{counts.cases:,} cases for people to decide · {report.wall_s:.1f} s"
    )
    click.echo("\nplanted in the town, and found by stable rules:\n")
    head = ["harm", "planted", "found", "recall", "precision", "near misses", "of them found", ""]
    rows = [
        [
            s.harm,
            s.planted,
            s.found if s.status == "rules" else "–",
            _share(s.recall) if s.status == "rules" else "–",
            _share(s.precision) if s.status == "rules" else "–",
            s.near_misses,
            s.near_misses_found,
            {"rules": "", "people": "only people decide", "not yet": "awaits a signal"}[s.status],
        ]
        for s in scores
    ]
    click.echo(table(head, rows, right=range(1, 7)))
    store = folder / "store"
    click.echo(
        "\nlook next:\n"
        f"  ombud case list --store {store}\n"
        f"  ombud finding list --store {store} --limit 10\n"
        f"  ombud query --store {store} \"event.kind = 'report'\" --by report.clause\n"
        "  ombud code show clear-culture 4.4\n"
        f"  ombud doctor --store {store}"
    )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _score_object(s: HarmScore) -> dict[str, object]:
    return {**asdict(s), "recall": s.recall, "precision": s.precision}
