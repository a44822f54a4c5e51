"""Reports in the stream join and open cases, whatever the batches, and once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ombud.base.clock import DAY, FixedClock, parse_time
from ombud.conduct.model import Code
from ombud.flow.codes import load_codes
from ombud.flow.embedded import run_codes
from ombud.flow.options import RunOptions, RunReport
from ombud.store import Store, casework, ledger, open_store, reports
from ombud.town import town

START = parse_time("2026-06-01T00:00:00Z")


@cache
def codes() -> list[Code]:
    """Return the bundled code."""
    return load_codes(["clear-culture"])


def report(n: int, who: str, **more: Any) -> dict[str, Any]:
    """Return a report as it stands in a file; ``post_`` is what it brings with it."""
    given = {"report": {"clause": "4.4", "text": f"look at this post, says {who}"}}
    given |= {"target": {"account_id": "mei", "post_id": "p1"}}
    given |= {name.rstrip("_"): value for name, value in more.items()}
    return {
        "id": f"r{n:05}", "at": START // 1_000_000 + 60 * n, "kind": "report",
        "account": {"id": who, "created_at": START // 1_000_000 - 86_400 * (n + 9)}, **given,
    }  # fmt: skip


def taken(place: Path, events: list[dict[str, Any]], **more: Any) -> RunReport:
    """Run the bundled code on events."""
    file = place.parent / f"{len(events)}-{more.get('name', 'events')}.jsonl"
    file.write_bytes(b"\n".join(map(msgspec.json.encode, events)) + b"\n")
    options = RunOptions(**{k: v for k, v in more.items() if k not in ("name", "since")})
    return run_codes(
        place,
        codes(),
        [file],
        options=options,
        in_force_from=more.get("since", START - DAY),
        clock=FixedClock(START + 30 * DAY),
        salt=b"reports",
    )


def rows(store: Store) -> list[reports.Report]:
    """Return all reports."""
    with store.read() as tx:
        return reports.page(tx, limit=100_000)


def test_reports_join_one_case(tmp_path: Path) -> None:
    """Reports on one post under one clause are one case without findings; another clause is another case."""
    events = [report(i, f"u{i}") for i in range(5)]
    events += [report(9, "u9", report={"clause": "clear-culture/4.2", "text": "abuse"})]
    done = taken(tmp_path / "s", events)
    assert (done.counts.reports, done.counts.cases) == (6, 2)
    with open_store(tmp_path / "s") as store, store.read() as tx:
        found = {w.clause: w for w in casework.queue(tx)}
        assert set(found) == {"4.4", "4.2"}
        assert (found["4.4"].subject_kind, found["4.4"].subject, found["4.4"].findings) == ("post", "p1", 0)
        assert found["4.4"].confidence == found["4.2"].confidence > 0, "one text counts once"
        assert sum(entry.body.get("reports", 0) for entry in ledger.entries(tx)) == 6


def test_a_replay_changes_nothing(tmp_path: Path) -> None:
    """The same reports again, from another file, are repeats: no row, no case, the same root."""
    events = [report(i, f"u{i}") for i in range(5)]
    first = taken(tmp_path / "s", events)
    again = taken(tmp_path / "s", events[:4], name="again")
    assert (again.counts.reports, again.counts.duplicates) == (0, 4)
    assert again.ledger_root == first.ledger_root
    with open_store(tmp_path / "s") as store:
        assert len(rows(store)) == 5


def test_what_names_no_clause_waits_for_a_person(tmp_path: Path) -> None:
    """Unsure, unknown and ambiguous clauses open no case; a declined one never will; nothing is lost."""
    named = [None, "not sure", "99.9", "other-code/4.4", "6b"]
    events = [report(i, f"u{i}", report={"clause": n, "text": "?"}) for i, n in enumerate(named)]
    events += [report(8, "u8", target={"account_id": None, "post_id": None})]
    done = taken(tmp_path / "s", events)
    assert (done.counts.reports, done.counts.cases) == (5, 0)
    with open_store(tmp_path / "s") as store:
        assert [row.no_case for row in rows(store)] == [None, None, None, None, "declined-clause"]
        with store.read() as tx:
            assert len(reports.unsorted(tx)) == 4


def test_nothing_binds_backwards(tmp_path: Path) -> None:
    """A report older than the clause opens no case; as if in force, the case is hypothetical."""
    assert taken(tmp_path / "s", [report(1, "u1")], since=START + DAY).counts.cases == 0
    with open_store(tmp_path / "s") as store:
        assert [row.no_case for row in rows(store)] == ["not-in-force"]
    done = run_codes(
        tmp_path / "h",
        codes(),
        [tmp_path / "1-events.jsonl"],
        options=RunOptions(as_if_in_force=True),
        in_force_from=START + DAY,
        clock=FixedClock(START + 30 * DAY),
    )
    assert done.counts.cases == 1
    with open_store(tmp_path / "h") as store, store.read() as tx:
        assert casework.queue(tx)[0].hypothetical


def test_shadow_opens_no_case(tmp_path: Path) -> None:
    """In a trial run reports are kept and open nothing; a person can still sort them."""
    done = taken(tmp_path / "s", [report(1, "u1")], shadow=True)
    assert (done.counts.reports, done.counts.cases) == (1, 0)


def test_what_is_sealed_is_not_copied(tmp_path: Path) -> None:
    """What a report brings in is kept for the reviewer, but not where the clause seals it."""
    given = {"post_": {"text": "what was shown"}, "audience": "private"}
    events = [report(1, "u1", **given)]
    events += [report(2, "u2", **given, report={"clause": "4.1b", "text": "mine"})]
    taken(tmp_path / "s", events)
    with open_store(tmp_path / "s") as store:
        assert [row.content for row in rows(store)] == ["what was shown", ""]


@pytest.mark.slow
def test_batches_and_restarts_do_not_matter(tmp_path: Path) -> None:
    """Reports, cases and places in the queue are the same for batches of 50 and of 5,000 events."""
    events = [dict(event) for event in town(seed=3, days=20, scale=0.2).events()]
    seen = []
    for batch in (50, 5_000):
        place = tmp_path / f"s{batch}"
        done = taken(place, events, batch=batch, since=0, name=str(batch))
        with open_store(place) as store, store.read() as tx:
            queue = [(w.id, w.rank, w.confidence) for w in casework.queue(tx, limit=100_000)]
            told = [(r.id, r.case_id, r.n) for r in reports.page(tx, limit=100_000)]
        seen.append((queue, told))
        assert done.counts.reports > 20
    assert seen[0][1] == seen[1][1]
    assert seen[0][0] == seen[1][0]
    assert any(confidence for _, _, confidence in seen[0][0])
