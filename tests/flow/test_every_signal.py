"""Every signal measured on every post: neither batches nor restarts nor lost words change a finding."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from benchmarks import weibo
from benchmarks.every_signal import every_signal
from outcomes import outcome
from signal_stream import CONDITIONS, registers, write

from ombud.base.clock import DAY, FixedClock, Micros, parse_time
from ombud.conduct.model import Code
from ombud.events import archive
from ombud.events.rows import SKETCH, TEXTS
from ombud.flow.embedded import run_codes
from ombud.flow.options import RunOptions
from ombud.publication.erase import erase
from ombud.store import open_store, segments

CLOCK = FixedClock(parse_time("2026-06-01T00:00:00Z"))
LATENESS = 2 * 3600 * 1_000_000
WORDS_KEPT = 30 * DAY


@pytest.fixture(scope="module")
def code() -> Code:
    return every_signal(CONDITIONS)


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("stream") / "events.jsonl")


def run(
    place: Path, code: Code, stream: Path, *, batch: int = 500, stops: int = 0, between: Any = None
) -> None:
    """Run a stream to its end; with ``stops``, stop after so many turns each time and call ``between``."""
    if not place.exists():
        with open_store(place, salt=b"every signal") as store:
            registers(store)
    options = RunOptions(batch=batch, lateness=LATENESS, max_jump=DAY, segment_rows=300)
    for turns in [*([2] * stops), 10**9]:
        left = iter(range(turns))
        run_codes(
            place,
            [code],
            [stream],
            options=options,
            in_force_from=0,
            clock=CLOCK,
            stop=lambda left=left: next(left, None) is None,  # type: ignore[misc]
        )
        if between is not None and turns < 10**9:
            between(place)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, code: Code, stream: Path) -> dict[str, Any]:
    """What one run in one piece leaves behind."""
    place = tmp_path_factory.mktemp("whole") / "store"
    run(place, code, stream)
    return outcome(place)


def test_every_signal_finds_something(whole: dict[str, Any]) -> None:
    """The stream is such that each of the eight rules finds, and those with a memory do so often."""
    found = [row.rule for row in whole["findings"]]
    assert set(found) == {f"every-{name.replace('_', '-')}" for name in CONDITIONS}
    assert min(found.count(f"every-{name}") for name in ("copies", "recycled", "impersonation")) > 30
    assert len(whole["segments"]) >= 3


@pytest.mark.parametrize(("batch", "stops"), [(1, 3), (7, 12), (500, 2), (2000, 0)])
def test_batches_and_restarts_change_nothing(
    tmp_path: Path, code: Code, stream: Path, whole: dict[str, Any], batch: int, stops: int
) -> None:
    """Findings, their evidence, cases, archive and quarantine do not depend on batches or restarts.

    The ledger has an entry a batch: with the same batches its root is the same too.
    """
    place = tmp_path / "parts"
    run(place, code, stream, batch=batch, stops=stops)
    parts = outcome(place)
    kept = ("findings", "cases", "archive", "quarantine", "total", *(("ledger",) if batch == 500 else ()))
    for name in kept:
        assert parts[name] == whole[name], name


def expire(place: Path, patch: pytest.MonkeyPatch, *, sketches: bool = False) -> None:
    """Take words older than thirty days out of the archive, as a platform that keeps them no longer does."""
    with open_store(place, create=False) as store, patch.context() as now:
        if not sketches:
            now.setattr(archive, "TEXTS", tuple(name for name in TEXTS if name != SKETCH))
        with store.read() as tx:
            listed = segments.between(tx)
        until = max((segment.max_at for segment in listed), default=0) - WORDS_KEPT
        for segment in listed:
            path = store.archive / segment.file
            old = {seq for seq, event in archive.read_rows(path) if event.at < until}
            if old:
                info = archive.redact_segment(path, old)
                with store.begin() as tx:
                    segments.remove(tx, segment.file)
                    segments.add(tx, listed_as(info))


def listed_as(info: archive.SegmentInfo) -> segments.Segment:
    """Return a file as the store lists it."""
    return segments.Segment(
        info.name, info.first_seq, info.last_seq, info.min_at, info.max_at, info.n, info.sha256
    )


def test_words_that_expired_are_still_recognised_after_a_restart(
    tmp_path: Path, code: Code, stream: Path, whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose words are gone from the archive is still known after a restart, by its sketch.

    Without the sketches some would be missed, so this is what they are for.
    """
    place = tmp_path / "store"
    run(place, code, stream, batch=100, stops=6, between=partial(expire, patch=monkeypatch))
    assert outcome(place)["findings"] == whole["findings"]
    bare = tmp_path / "bare"
    run(
        bare,
        code,
        stream,
        batch=100,
        stops=6,
        between=lambda place: expire(place, monkeypatch, sketches=True),
    )
    known = {row.key for row in outcome(bare)["findings"]}
    missed = [row for row in whole["findings"] if row.key not in known]
    assert missed
    assert {row.rule for row in missed} == {"every-recycled"}


@pytest.mark.data
@pytest.mark.slow
def test_real_posts_are_measured_alike_in_batches_and_after_restarts(
    tmp_path: Path, shared_dir: Path
) -> None:
    """The same on a thousand real posts, with the conditions of the benchmark."""
    lines = [
        line for _, _, line in sorted(weibo.posts(shared_dir / "data" / "ced_weibo" / "dev_posts.jsonl.gz"))
    ]
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"\n".join(lines[:1000]) + b"\n")
    code = every_signal()
    run(tmp_path / "whole", code, file)
    run(tmp_path / "parts", code, file, batch=7, stops=9)
    whole, parts = outcome(tmp_path / "whole"), outcome(tmp_path / "parts")
    assert whole["findings"]
    for name in ("findings", "cases", "archive", "quarantine"):
        assert parts[name] == whole[name], name


def test_what_was_erased_is_not_recognised_after_a_restart(
    tmp_path: Path, code: Code, stream: Path, whole: dict[str, Any]
) -> None:
    """Erasing an event takes its sketch: after a restart nothing is said to have been seen in it."""
    first: dict[str, Micros] = {}
    for row in whole["findings"]:
        if row.rule == "every-recycled":
            first.setdefault(row.evidence["signal.recycled.first_seen_in"], row.at)
    archive_of = {event["post"]["id"]: event["id"] for event in posts(whole)}
    source = next(post for post, at in first.items() if post in archive_of and at > late(whole))
    place = tmp_path / "store"

    def forget(place: Path) -> None:
        with open_store(place, create=False) as store:
            erase(store, "event", archive_of[source], reason="test", clock=CLOCK)

    run(place, code, stream, batch=500, stops=1, between=forget)
    seen_in = [row.evidence.get("signal.recycled.first_seen_in") for row in outcome(place)["findings"]]
    assert source not in seen_in


def posts(whole: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the archived posts as plain values."""
    rows = [msgspec.json.decode(line) for _, line in whole["archive"]]
    return [row for row in rows if "post" in row and row["kind"] != "edit"]


def late(whole: dict[str, Any]) -> Micros:
    """Return when the thousandth event happened: after the only stop of a run in batches of 500."""
    return parse_time(posts(whole)[0]["at"]) + 45 * DAY
