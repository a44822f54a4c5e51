"""``ombud demo``: watch a generated town pass through the codes of conduct."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from ombud.base.clock import DAY
from ombud.base.errors import Fault, UsageError, Where
from ombud.cli.options import json_option
from ombud.cli.output import emit_json, say, table
from ombud.cli.progress import progress_bar
from ombud.cli.run import as_json_object
from ombud.conduct.find import bundled_names
from ombud.flow.codes import load_codes
from ombud.store import open_store
from ombud.town import HarmScore, Town, town
from ombud.town.exam import Exam, examine
from ombud.town.office import Office, hold_office
from ombud.town.record import Published, publish

MARK = ".ombud-demo"
"""A file that says a folder is the demo's own and may be replaced."""

WHY_NOT = {"people": "only people decide", "not yet": "no stable rule yet", "rules": ""}


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
    answer sheet says how many were found. A second town tells the same in other
    words, which no rule was written with in view, to show how far the rules go.
    Then the town's people decide some of the cases: letters go out, appeals are
    heard, some decisions are undone, and the record is published and verified.
    The stores stay in the folder, to be explored with the other verbs.
    """
    _make_room(folder)
    codes = load_codes(bundled_names())
    first = town(seed, days, scale)
    say(
        f"{len(first):,} events: {days} days of a made-up town's life, in Chinese and English (seed {seed})",
        f"running {len(codes)} codes of conduct on them: {', '.join(code.id for code in codes)}",
    )
    with progress_bar() as on_progress:
        exam = examine(folder, first, codes, on_progress=on_progress)
        other = examine(folder, town(seed, days, scale, wording="third"), codes, name="other-words")
    office, published = _live_on(folder, first, seed)
    if json_:
        emit_json(
            {
                **as_json_object(exam.report),
                "people": _office_object(office),
                "record": {**asdict(published), "record": str(published.record), "page": str(published.page)},
                "harms": {s.harm: _score_object(s) for s in exam.scores},
                "harms_in_other_words": {s.harm: _score_object(s) for s in other.scores},
            }
        )
        return
    _show(exam, other)
    _show_people(office, published)
    _show_next(folder)


def _live_on(folder: Path, place: Town, seed: int) -> tuple[Office, Published]:
    """Let people decide, and publish what came of it a month later."""
    end = place.start + place.days * DAY
    with open_store(folder / "store", create=False) as store:
        office = hold_office(store, folder / "letters", place, seed=seed)
        return office, publish(store, folder / "public", end + 31 * DAY)


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


def _show(exam: Exam, other: Exam) -> None:
    counts = exam.report.counts
    click.echo(
        f"\n{counts.events:,} events · {counts.findings:,} findings · "
        f"{counts.cases:,} cases for people to decide · {exam.report.wall_s:.1f} s"
    )
    click.echo("\nplanted in the town, and found by the rules that open cases:\n")
    head = ["harm", "planted", "found", "recall", "precision", "near misses hit", "in other words", ""]
    click.echo(table(head, _rows(exam.scores, other.scores), right=range(1, 7)))
    missing = sum(score.status == "not yet" for score in exam.scores)
    click.echo(
        "\n“in other words” is the recall on the same incidents in a wording that no rule was fitted to;\n"
        f"{missing} harms wait for signals: their rules are drafts or experimental, and open no cases."
    )


def _show_people(office: Office, published: Published) -> None:
    """Tell what people did with some of the cases, and what became of it."""
    agree = "agree" if published.agree else "do NOT agree"
    held = "it holds" if published.holds else "it does NOT hold"
    rows = [
        ("decided", sum(office.decided.values()), _named(office.decided)),
        ("measures", sum(office.measures.values()), _named(office.measures)),
        ("letters", sum(office.letters.values()), _named(office.letters)),
        ("corrected", office.corrected, "in time: nothing is counted"),
        ("appeals", sum(office.appeals.values()), _named(office.appeals)),
        ("platform", sum(office.platform.values()), _named(office.platform) + ", by its own acknowledgement"),
        ("undone", office.undone, "measures, by another person than the one who decided"),
        ("statements", published.statements, f"of reasons, in the EU's form; figures and ledger {agree}"),
        ("record", published.entries, f"entries, signed, published and verified offline: {held}"),
    ]
    click.echo(
        f"\nthen people decided some of the cases ({office.waiting:,} still wait). A script plays their\n"
        "parts; all else is in earnest: reasons, exact previews, letters, another person for each appeal.\n"
    )
    click.echo(table(["act", "number", "of which"], rows, right=[1]))


def _named(counts: Mapping[str, int]) -> str:
    return " · ".join(f"{name.replace('_', ' ')} {n}" for name, n in sorted(counts.items()))


def _office_object(office: Office) -> dict[str, object]:
    told = asdict(office)
    return {**told, "folder": str(office.folder), "example": office.example and str(office.example)}


def _show_next(folder: Path) -> None:
    store = folder / "store"
    click.echo(
        "\nlook next:\n"
        f"  {folder / 'letters'}   the letters, in English and Chinese\n"
        f"  {folder / 'public' / 'figures' / 'index.html'}   the figures (index.zh.html in Chinese)\n"
        f"  ombud verify {folder / 'public' / 'record'}\n"
        f"  ombud case list --store {store}\n"
        f"  ombud finding list --store {store} --limit 10\n"
        f"  ombud query --store {store} \"event.kind = 'report'\" --by report.clause\n"
        "  ombud code show clear-culture 4.4\n"
        f"  ombud doctor --store {store}"
    )


def _rows(scores: Sequence[HarmScore], other: Sequence[HarmScore]) -> list[list[object]]:
    rows: list[list[object]] = []
    for s, o in zip(scores, other, strict=True):
        told = s.status == "rules"
        rows.append(
            [
                s.harm,
                s.planted,
                s.found if told else "–",
                _share(s.recall) if told else "–",
                _share(s.precision) if told else "–",
                f"{s.near_misses_found} of {s.near_misses}",
                _share(o.recall) if told else "–",
                WHY_NOT[s.status],
            ]
        )
    return rows


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _score_object(s: HarmScore) -> dict[str, object]:
    return {**asdict(s), "recall": s.recall, "precision": s.precision}
