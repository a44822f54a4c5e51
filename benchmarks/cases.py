"""The life of cases at size: ``python -m benchmarks.cases [--cases N] [--json]``.

With 100,000 open cases: a page of the queue, a whole decision (preview, then confirm, with
its commit), the end of 10,000 measures entered by a tick, and the orders to a platform that
follow; then, with nearly all of them decided, the decided cases like an open one. CPU time
is this process's own; wall time stands beside it. Figures are indicative: they depend on the
machine and its disk.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from ombud.base.clock import DAY, HOUR, FixedClock
from ombud.cases import roles, work
from ombud.cases.queue import queue
from ombud.measures.choose import Chosen
from ombud.redress.answer import answer
from ombud.redress.decide import decide, preview
from ombud.redress.executors import connect
from ombud.redress.model import Choice
from ombud.redress.orders import Order, catch_up, deliver
from ombud.redress.similar import similar
from ombud.redress.tick import tick
from ombud.signals.copies.written import plain_text, sketch_of
from ombud.store import Store, cases, casework, clauses, decisions, findings, open_store, pins
from ombud.store.tables import life, second

NOW = 20_000 * DAY
BATCH = 5_000
WORDS = {"en": "words", "zh": "话"}
BODY: dict[str, Any] = {
    **dict.fromkeys(("title", "asks", "does_not_forbid", "code_title", "state_involvement"), WORDS),
    "code_version": "1.0.0",
    "binding": "terms",
    "rules": {"phone": WORDS},
}
CLAUSE = clauses.ClauseVersion(
    *("k", "cc", "4.4", "1.0.0", 1, 0, "private_information", 3),
    *(",hint,notice,hold,disable,posting_pause,", "posting_pause", 24, 180, "never", BODY),
)
ENDING = 10_000


def fill(store: Store, n: int) -> list[str]:
    """Open n cases with a finding each, by people of every kind; return their ids."""
    with store.begin() as tx:
        pins.pin(tx, "cc", version="1.0.0", hash="h", payload={}, at=0, seq=1)
        clauses.put(tx, CLAUSE)
        roles.add(tx, "olga", ["en"], by="olga", at=0)
        roles.grant(tx, "olga", "operator", by="olga", at=0)
        roles.grant(tx, "olga", "reviewer", by="olga", at=0)
        connect(tx, "https://platform.example/", "olga", at=0)
    ids: list[str] = []
    for first in range(0, n, BATCH):
        with store.begin() as tx:
            leads = [
                cases.Lead(
                    "post", f"p{i}", "cc", "4.4", "1.0.0", int(i % 100 > 0), 1 + i % 3, NOW - DAY, False
                )
                for i in range(first, min(n, first + BATCH))
            ]
            opened = [case for case, _ in cases.open_or_join(tx, leads, NOW - (n - first) * 1_000_000)]
            rows = [_finding(first + i, case) for i, case in enumerate(opened)]
            findings.add_many(tx, rows)
            ids += opened
    return ids


def said(i: int) -> str:
    """Return a text that shares most of its pieces with every other: the worst case for a look-up."""
    return (
        "call 13800000000 at any hour of the night and ask for the tenant who complained about the music, "
        f"he lives in number {i % 997} of the house by the river and sleeps {chr(97 + i % 26)} lot"
    )


def _finding(i: int, case: str) -> findings.NewFinding:
    return findings.NewFinding(
        *(i.to_bytes(16, "big"), f"e{i}", None, i, NOW - DAY, "cc", f"phone-{i % 50}", "h", "4.4", "1.0.0"),
        *(
            "stable",
            False,
            {"post.text": said(i)},
            "post",
            f"p{i}",
            f"a{i % 5_000}",
            f"p{i}",
            case,
        ),
    )


def decision(store: Store, case: str, at: int, spent: list[tuple[str, float, float]]) -> None:
    """Claim, answer, preview and decide one case, each step in its own transaction."""
    with store.begin() as tx:
        work.claim(tx, case, "olga", version=casework.version(tx, case), at=at)
    with store.begin() as tx:
        numbers = [row.n for row in findings.page(tx, case_id=case)]
        made = answer(
            tx, case, "olga", "applies", version=casework.version(tx, case), at=at, findings_=numbers,
            no_conflict=True,
        )  # fmt: skip
    choice = Choice("Because.", (Chosen("disable"),), {"notice": "it would stay up"})
    with timed("preview", spent), store.read() as tx:
        shown = preview(tx, made, choice, at).digest
    with timed("decide, with its commit", spent), store.begin() as tx:
        decide(tx, made, choice, "olga", shown=shown, at=at)


def likes(store: Store, ids: list[str], spent: list[tuple[str, float, float]]) -> None:
    """Let nearly every case be decided, past the guards, and look up decided cases like some that are not."""
    with store.begin() as tx:
        first = decisions.of_case(tx, ids[0])[0]
        done = {row for (row,) in tx.run(select(life.decisions.c.case_id))}
        rows = [case for case in ids[:-20] if case not in done]
        start = tx.next_number(life.decisions)
        fields = msgspec.structs.asdict(first) | {"salt": b"s" * 16, "account": "a-other"}
        for at in range(0, len(rows), BATCH):
            some = [
                {**fields, "n": start + at + i, "id": f"d-bench{at + i}", "case_id": case}
                for i, case in enumerate(rows[at : at + BATCH])
            ]
            tx.run(life.decisions.insert(), some)
            pieces = [
                (CLAUSE.harm, piece, row["n"])
                for i, row in enumerate(some, at)
                for piece in sketch_of(plain_text(said(i)))
            ]
            tx.insert(second.precedents, ("harm", "piece", "n"), pieces)
    for case in ids[-20:]:
        with timed("decided cases like one (5 of all)", spent), store.read() as tx:
            similar(tx, case)


class timed:  # noqa: N801 - reads as a word
    """Measure CPU and wall time of a block, in milliseconds."""

    def __init__(self, name: str, spent: list[tuple[str, float, float]]) -> None:
        self._name, self._spent = name, spent

    def __enter__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def __exit__(self, *_: object) -> None:
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        self._spent.append((self._name, 1_000 * cpu, 1_000 * wall))


class Platform:
    """An executor that acknowledges everything at once."""

    def carry_out(self, order: Order) -> dict[str, Any]:
        """Acknowledge."""
        return {"key": order.key}


def endings(store: Store, case: str) -> None:
    """Give one decision's notice ten thousand measures that end together, past the guards."""
    from sqlalchemy import select, text

    with store.begin() as tx:
        names = [row[0] for row in tx.run(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))]
        for name in (each for each in names if each.startswith(("measures_", "outbox_"))):
            tx.run(text(f"DROP TRIGGER {name}"))
        wanted = select(life.measures).join(
            life.decisions, life.decisions.c.id == life.measures.c.decision_id
        )
        row = dict(tx.run(wanted.where(life.decisions.c.case_id == case)).first()._mapping)  # type: ignore[union-attr]
        first = tx.next_number(life.measures)
        told = dict(
            tx.run(select(life.notices).where(life.notices.c.id == row["notice_id"])).first()._mapping  # type: ignore[union-attr]
        )
        number = tx.next_number(life.notices)
        more = [
            {**told, "n": number + i, "id": f"n-bench{i}", "receipt": i.to_bytes(16, "big")}
            for i in range(ENDING)
        ]
        tx.run(life.notices.insert(), more)
        first_parcel = tx.next_number(life.outbox)
        parcels = [
            {"n": first_parcel + i, "key": f"bench{i}", "kind": "notice", "notice_id": f"n-bench{i}"}
            | {"at": NOW, "next_at": NOW, "attempts": 1, "sent_at": NOW}
            for i in range(ENDING)
        ]
        tx.run(life.outbox.insert(), parcels)
        rows = [
            {**row, "n": first + i, "id": f"m-bench{i}", "notice_id": f"n-bench{i}", "ends_at": NOW + HOUR}
            for i in range(ENDING)
        ]
        tx.run(life.measures.insert(), rows)


def bench(place: Path, n: int) -> list[dict[str, Any]]:
    """Run every measure and return its figures."""
    results: list[dict[str, Any]] = []
    spent: list[tuple[str, float, float]] = []
    with open_store(place) as store:
        ids = fill(store, n)
        pages(store, spent)
        for i, case in enumerate(ids[:: max(1, n // 300)][:300]):
            decision(store, case, NOW + i * HOUR // 10, spent)
        likes(store, ids, spent)
        endings(store, ids[0])
        platform, clock = Platform(), FixedClock(NOW + HOUR - 1)
        with timed(f"orders to apply put: {ENDING:,}", spent):
            catch_up(store, clock.now())
        with timed(f"orders acknowledged: {ENDING:,}", spent):
            assert deliver(store, clock, platform).done >= ENDING
        with timed(f"tick: {ENDING:,} measures end", spent):
            assert tick(store, FixedClock(NOW + 2 * HOUR)).ended == ENDING
        with timed(f"tick: {ENDING:,} orders to undo acknowledged", spent):
            assert tick(store, FixedClock(NOW + 2 * HOUR), (), platform).orders_done >= ENDING
    for name in dict.fromkeys(name for name, _, _ in spent):
        cpu = sorted(c for each, c, _ in spent if each == name)
        wall = sorted(w for each, _, w in spent if each == name)
        figures = {
            "cpu_ms": cpu[len(cpu) // 2],
            "wall_ms": wall[len(wall) // 2],
            "wall_ms_p95": wall[int(len(wall) * 0.95)],
        }
        results.append({"work": name, "cases": n, **{k: round(v, 2) for k, v in figures.items()}})
    return results


def pages(store: Store, spent: list[tuple[str, float, float]]) -> None:
    """Read the first page of the queue, and one after another."""
    after = None
    for _ in range(20):
        with timed("a page of the queue (50)", spent), store.read() as tx:
            seen = queue(tx, "olga", NOW, after=after)
        after = seen[-1].case


def main(argv: list[str] | None = None, show: Callable[[str], None] = print) -> None:
    """Measure on SQLite."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        results = bench(Path(folder) / "store", given.cases)
    if given.json:
        show(json.dumps(results, indent=1))
        return
    for row in results:
        times = f"{row['cpu_ms']:>9} ms CPU {row['wall_ms']:>9} ms wall {row['wall_ms_p95']:>9} ms p95"
        show(f"{row['work']:<34} {times}")


if __name__ == "__main__":
    main()
