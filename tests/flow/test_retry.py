"""Quarantined lines get another chance, each in its place."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from ombud.base.clock import FixedClock, parse_time
from ombud.conduct.model import Code
from ombud.conduct.starter import init_code
from ombud.flow.codes import load_codes
from ombud.flow.embedded import run_codes
from ombud.flow.history import ordered
from ombud.flow.options import RunOptions
from ombud.flow.retry import retry_quarantined
from ombud.store import findings, open_store, quarantine

CLOCK = FixedClock(parse_time("2026-07-01T00:00:00Z"))
START = 1_780_000_000


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the example code, whose rule asks for three posts within an hour."""
    folder = tmp_path_factory.mktemp("codes") / "club"
    init_code(folder)
    return folder


@pytest.fixture(scope="module")
def codes(club: Path) -> list[Code]:
    """Give it loaded."""
    return load_codes([str(club)])


def post(number: int, at: int, account: str = "a") -> str:
    """Return a post with a promise as a line."""
    event = {
        "id": f"e{number}",
        "at": START + at,
        "kind": "post",
        "audience": "public",
        "account": {"id": account},
        "post": {"id": f"p{number}", "text": "Guaranteed profit, no risk!"},
    }
    return json.dumps(event)


def run(place: Path, codes: list[Code], file: Path) -> None:
    """Run with small batches and segments."""
    options = RunOptions(batch=2, segment_rows=3)
    run_codes(place, codes, [file], clock=CLOCK, in_force_from=0, options=options)


def mend(place: Path, bad: str, good: str) -> None:
    """Correct the waiting lines, as a fixed exporter would send them."""
    with open_store(place) as store, store.begin() as tx:
        for row in quarantine.page(tx):
            tx.connection.exec_driver_sql(
                "UPDATE quarantine SET raw = ? WHERE n = ?",
                (row.raw.replace(bad.encode(), good.encode()), row.n),
            )


def test_a_late_line_is_evaluated_with_the_history_before_it(
    tmp_path: Path, club: Path, codes: list[Code]
) -> None:
    """The filled-in third post of an hour is found, and later windows count it at its own time."""
    file, place = tmp_path / "s.jsonl", tmp_path / "store"
    lines = [
        post(1, 0),
        post(2, 600),
        post(3, 1200).replace('"kind"', '"kinds"'),
        *(post(9 + i, 9000 + 9000 * i) for i in range(4)),
    ]
    file.write_text("\n".join(lines) + "\n")
    run(place, codes, file)
    mend(place, '"kinds"', '"kind"')
    done = retry_quarantined(place, [str(club)], clock=CLOCK)
    assert (done.taken, done.duplicates, done.waiting) == (1, 0, 0)
    with open_store(place) as store, store.read() as tx:
        assert [row.event_id for row in findings.page(tx)] == ["e3"]
        assert [event.id for event in ordered(store, tx)] == ["e1", "e2", "e3", "e9", "e10", "e11", "e12"]
        assert [row.status for row in quarantine.page(tx)] == ["retried"]


def test_later_windows_see_what_was_filled_in(tmp_path: Path, club: Path, codes: list[Code]) -> None:
    """A run after the retry rebuilds its windows with the filled-in event."""
    file, place = tmp_path / "s.jsonl", tmp_path / "store"
    file.write_text("\n".join([post(1, 0), post(2, 600).replace('"kind"', '"kinds"'), post(3, 1200)]) + "\n")
    run(place, codes, file)
    mend(place, '"kinds"', '"kind"')
    assert retry_quarantined(place, [str(club)], clock=CLOCK).taken == 1
    with file.open("a") as out:
        out.write(post(4, 1800) + "\n")
    run(place, codes, file)
    with open_store(place) as store, store.read() as tx:
        assert [row.event_id for row in findings.page(tx)] == ["e4"]
        segments = [msgspec.structs.asdict(event)["id"] for event in ordered(store, tx)]
        assert segments == ["e1", "e2", "e3", "e4"]


def test_a_line_that_was_taken_meanwhile_is_a_repeat(tmp_path: Path, club: Path, codes: list[Code]) -> None:
    """If the good line came by itself, the waiting one is settled as a duplicate."""
    file, place = tmp_path / "s.jsonl", tmp_path / "store"
    file.write_text(post(1, 0).replace('"kind"', '"kinds"') + "\n" + post(1, 0) + "\n" + post(2, 10) + "\n")
    run(place, codes, file)
    mend(place, '"kinds"', '"kind"')
    done = retry_quarantined(place, [str(club)], clock=CLOCK)
    assert (done.taken, done.duplicates, done.waiting) == (0, 1, 0)


def test_what_cannot_be_read_and_what_contradicts_stays(
    tmp_path: Path, club: Path, codes: list[Code]
) -> None:
    """A line that is still broken waits; so does an id that was taken with other content."""
    file, place = tmp_path / "s.jsonl", tmp_path / "store"
    changed = post(1, 0).replace("no risk", "NO RISK")
    file.write_text("\n".join([post(1, 0), "{oops", changed, post(2, 10)]) + "\n")
    run(place, codes, file)
    done = retry_quarantined(place, [str(club)], clock=CLOCK)
    assert (done.taken, done.waiting) == (0, 2)
    with open_store(place) as store, store.read() as tx:
        assert quarantine.count(tx) == {"events/broken-json": 1, "events/id-conflict": 1}
