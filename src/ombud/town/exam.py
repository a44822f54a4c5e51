"""Lets a town live through codes of conduct, and compares what opened cases with what was planted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ombud.base.clock import DAY, FixedClock
from ombud.conduct.model import Code
from ombud.flow.embedded import run_codes
from ombud.flow.options import RunReport
from ombud.flow.run import Progress
from ombud.registers.importing import import_file
from ombud.store import Store, findings, open_store
from ombud.town.build import Town
from ombud.town.score import HarmScore, score
from ombud.town.writer import write

SALT = b"ombud town"
"""Stores of one town are alike, so that names of cases can stand in the docs."""

EMPLOYMENT_REACH = ("organisation",)
"""The audiences in which an employment code binds anybody."""


@dataclass(frozen=True, slots=True)
class Exam:
    """A town's run and, harm by harm, how its stable rules did."""

    report: RunReport
    scores: tuple[HarmScore, ...]


def examine(
    folder: Path,
    place: Town,
    codes: Sequence[Code],
    *,
    name: str = "town",
    on_progress: Callable[[Progress], None] | None = None,
) -> Exam:
    """Write a town's events and truth into ``folder``, run the codes on them, and score the findings.

    Args:
        folder: gets ``NAME.jsonl``, ``NAME.jsonl.truth.jsonl`` and the store ``store`` (``NAME-store``
            for another name than ``town``).
        place: the town.
        codes: loaded codes, taken to be in force from the town's first day.
        name: what the files are called.
        on_progress: called after every batch.
    """
    stream = folder / f"{name}.jsonl"
    write(stream, place, truth=True)
    store = folder / ("store" if name == "town" else f"{name}-store")
    with open_store(store, salt=SALT) as opened:
        fill_registers(opened, folder, place)
    report = run_codes(
        store,
        codes,
        [stream],
        in_force_from=place.start,
        clock=FixedClock(place.start + place.days * DAY),
        salt=SALT,
        on_progress=on_progress,
    )
    with open_store(store, create=False) as opened:
        pairs = list(_pairs(opened, {(code.id, c.id): c.harm for code in codes for c in code.clauses}))
    scores = score(pairs, place.truth, with_rules=_harms_with_stable_rules(codes), reach=reach_of(codes))
    return Exam(report, tuple(scores.values()))


def fill_registers(store: Store, folder: Path, place: Town) -> None:
    """Enter every register table that the town's events were made against.

    Args:
        store: an open store.
        folder: named in the record as where the rows come from; nothing is written there.
        place: the town.
    """
    for name, rows in place.registers.items():
        told = [{k: v for k, v in row.items() if k != "recorded_at" and v is not None} for row in rows]
        file = folder / f"{name}.json"
        import_file(store, name, file, at=place.start, data=msgspec.json.encode(told))


def reach_of(codes: Sequence[Code]) -> Mapping[str, Sequence[str]]:
    """Return the audiences in which each harm is bound at all, for harms that only employment codes name."""
    bindings: dict[str, set[str]] = {}
    for code in codes:
        for harm in _harms_with_stable_rules([code]):
            bindings.setdefault(harm, set()).add(code.binding)
    return {harm: EMPLOYMENT_REACH for harm, how in bindings.items() if how == {"employment"}}


def _harms_with_stable_rules(codes: Sequence[Code]) -> set[str]:
    harms = {
        code.clause(rule.clause).harm for code in codes for rule in code.rules if rule.status == "stable"
    }
    return {harm for harm in harms if harm}


def _pairs(store: Store, harm_of: Mapping[tuple[str, str], str | None]) -> Iterator[tuple[str, str]]:
    after = 0
    with store.read() as tx:
        while rows := findings.page(tx, after=after, limit=1000, status=findings.STABLE):
            for row in rows:
                harm = harm_of.get((row.code, row.clause))
                if harm:
                    yield row.event_id, harm
            after = rows[-1].n
