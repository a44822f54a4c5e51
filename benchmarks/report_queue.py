"""The same world of reports and brigades through a store: whose cases stand first in the real queue.

    python -m benchmarks.report_queue [--seed N]

Every report of ``benchmarks.reports`` enters through the door of the stream, people decide what
the world says they decided, and the queue is read as a reviewer reads it: by age, findings and
what reports are worth together. Printed beside it is the order in which a queue by age alone, and
one by the number of reporters, would put the same open cases.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.cases import CLAUSE
from benchmarks.reports import DAYS, DECIDED_DAYS, NOW, TOP, Knobs, Said, World, make
from ombud.base.clock import DAY, HOUR, Micros
from ombud.cases import reports as doors
from ombud.cases import roles, weighing, work
from ombud.cases.queue import queue
from ombud.measures.choose import Chosen
from ombud.redress.answer import answer
from ombud.redress.decide import decide, preview
from ombud.redress.model import Choice
from ombud.store import Store, Tx, casework, clauses, open_store, pins, reports

AT_ONCE = 500


def fill(store: Store, world: World) -> None:
    """Let the reports of the first days in, decide, and let the rest in."""
    with store.begin() as tx:
        pins.pin(tx, "cc", version="1.0.0", hash="h", payload={}, at=0, seq=1)
        clauses.put(tx, CLAUSE)
        roles.add(tx, "olga", ["en", "zh"], by="olga", at=0)
        roles.grant(tx, "olga", "operator", by="olga", at=0)
        roles.grant(tx, "olga", "reviewer", by="olga", at=0)
    early = NOW - (DAYS - DECIDED_DAYS) * DAY
    enter(store, world, [said for said in world.reports if said.at < early], 0)
    decide_all(store, world, early)
    enter(store, world, [said for said in world.reports if said.at >= early], 10**6)
    while True:
        with store.begin() as tx:
            if not weighing.refresh(tx)[1]:
                break


def enter(store: Store, world: World, said: Sequence[Said], first: int) -> None:
    """Let reports in as a run does, in batches."""
    for start in range(0, len(said), AT_ONCE):
        some = said[start : start + AT_ONCE]
        new = [
            doors.New(
                origin="made",
                event_id=f"r{first + start + i}",
                at=each.at,
                door=reports.STREAM,
                reporter=each.reporter,
                text=each.text,
                created_at=world.born[each.reporter],
                account=f"a-{each.case}",
                post=each.case,
                named="4.4",
                seq=first + start + i + 1,
            )
            for i, each in enumerate(some)
        ]
        with store.begin() as tx:
            doors.enter(tx, new, now=some[-1].at)


def decide_all(store: Store, world: World, at: Micros) -> None:
    """Decide what the world says was decided, each case by a person with its notice."""
    for i, (subject, case) in enumerate(sorted(_open(store))):
        if subject not in world.decided:
            continue
        now = at + i // 500 * DAY  # quotas are by the day
        with store.begin() as tx:
            _decide(tx, case, world.decided[subject], now)


def _decide(tx: Tx, case: str, guilty: bool, at: Micros) -> None:
    work.claim(tx, case, "olga", version=casework.version(tx, case), at=at)
    made = answer(
        tx, case, "olga", "applies" if guilty else "does_not_apply", version=casework.version(tx, case),
        at=at, facts=["seen"], breach_at=at - HOUR, no_conflict=True,
    )  # fmt: skip
    choice = Choice("Because.", (Chosen("label"),) if guilty and "label" in CLAUSE.rungs else ())
    decide(tx, made, choice, "olga", shown=preview(tx, made, choice, at).digest, at=at)


def _open(store: Store) -> list[tuple[str, str]]:
    found, after = [], None
    with store.read() as tx:
        while page := queue(tx, "olga", NOW, everything=True, after=after, limit=500):
            found += [(place.case.subject, place.case.id) for place in page]
            after = page[-1].case
    return found


def main() -> None:
    """Run it and print the three orders."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report_queue", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the world's subjects")
    given = parser.parse_args()
    world = make(Knobs(subjects=int(Knobs.subjects * given.scale)), given.seed)
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "store") as store:
        fill(store, world)
        spent = time.process_time() - begun
        found = [subject for subject, _ in _open(store)]
        first: dict[str, Micros] = {}
        many: dict[str, set[str]] = {}
        for said in world.reports:
            first.setdefault(said.case, said.at)
            many.setdefault(said.case, set()).add(said.reporter)
    print(f"{len(world.reports):,} reports, {len(found):,} open cases, {spent:.0f} CPU-s")
    orders = {
        "the queue": found,
        "by age alone": sorted(found, key=first.__getitem__),
        "by the number of reporters": sorted(found, key=lambda each: -len(many[each])),
    }
    for name, order in orders.items():
        top = order[:TOP]
        brigaded = sum(each in world.attacked for each in top)
        guilty = sum(world.guilty[each] for each in top)
        print(f"  {name:28} in the top {TOP}: {brigaded:3} brigaded, {guilty:3} that break a clause")


if __name__ == "__main__":
    main()
