"""All that a stream can do wrong, in one file: set apart by reason and place, and nothing else is lost."""

from __future__ import annotations

import gzip
import json
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ombud.base.clock import FixedClock, parse_time
from ombud.base.errors import ConductError, UsageError
from ombud.conduct.model import Code
from ombud.conduct.starter import init_code
from ombud.flow.codes import load_codes
from ombud.flow.embedded import run_codes, run_files
from ombud.flow.history import history
from ombud.store import findings, open_store, quarantine

CLOCK = FixedClock(parse_time("2026-07-01T00:00:00Z"))
START = 1_780_000_000


@pytest.fixture(scope="module")
def codes(tmp_path_factory: pytest.TempPathFactory) -> list[Code]:
    """Give the example code, loaded."""
    folder = tmp_path_factory.mktemp("codes") / "club"
    init_code(folder)
    return load_codes([str(folder)])


def good(number: int, **fields: Any) -> bytes:
    """Return a good line."""
    event = {
        "id": f"g{number:04d}",
        "at": START + number,
        "kind": "post",
        "audience": "public",
        "account": {"id": f"a{number % 5}"},
        "post": {"id": f"p{number}", "text": "早上好 ☀"},
        **fields,
    }
    return json.dumps(event, ensure_ascii=False).encode()


BAD: list[tuple[str, bytes]] = [
    ("events/broken-json", b'{"id": "x", '),
    ("events/not-an-object", b"[1, 2]"),
    ("events/wrong-type", good(0, id="b2", account={"id": "a", "followers": "many"})),
    ("events/missing-field", b'{"at": 1780000000, "kind": "post", "account": {"id": "a"}}'),
    ("events/missing-field", b'{"id": "b4", "at": 1780000000, "kind": "post"}'),
    ("events/unknown-kind", good(0, id="b5", kind="shout")),
    ("events/unknown-audience", good(0, id="b6", audience="everybody")),
    ("events/bad-time", good(0, id="b7", at="yesterday")),
    ("events/time-out-of-bounds", good(0, id="b8", at="2090-01-01T00:00:00Z")),
    ("events/time-out-of-bounds", good(0, id="b9", at=-5)),
    ("events/invalid-utf8", good(0, id="b10").replace("早".encode(), b"\xff")),
    ("events/lone-surrogate", good(0, id="b11").replace("早".encode(), b"\\ud800")),
    ("events/nul", good(0, id="b12").replace("早".encode(), b"\\u0000")),
    ("events/line-too-long", good(0, id="b13", post={"text": "x" * 5_000_000})),
    ("events/too-deep", b'{"id": "b14", "extra": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}"),
    ("events/number-out-of-range", good(0, id="b15", account={"id": "a", "followers": 10**30})),
    ("events/id-conflict", good(3, post={"id": "p3", "text": "other words"})),
    ("events/late", good(0, id="b17", at=START - 86_400)),
]


def test_every_kind_of_bad_line_is_set_apart(tmp_path: Path, codes: list[Code]) -> None:
    """Reason, file and line are known, all are counted, and every good event is taken."""
    lines = [good(number) for number in range(200)]
    places: dict[int, str] = {}
    for i, (code, bad) in enumerate(BAD):
        at = 10 * (i + 1) + i
        lines.insert(at, bad)
        places[at + 1] = code
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"\n".join(lines) + b"\n")
    report = run_codes(tmp_path / "s", codes, [file], clock=CLOCK, in_force_from=0)
    assert report.counts.events == 200
    assert report.counts.quarantined == len(BAD)
    with open_store(tmp_path / "s") as store, store.read() as tx:
        rows = quarantine.page(tx)
        assert {row.line: row.code for row in rows} == places
        assert all(row.source == str(file) and row.message for row in rows)
        assert all(len(row.raw) <= 64 * 1024 for row in rows)
        assert len(list(history(store, tx))) == 200


def test_a_truncated_archive_keeps_what_was_read(tmp_path: Path, codes: list[Code]) -> None:
    """Half a gzip file gives the events before the break and one quarantined place."""
    whole = gzip.compress(
        b"".join(good(n, extra={"r": uuid.UUID(int=n * 7919).hex}) + b"\n" for n in range(500))
    )
    file = tmp_path / "s.jsonl.gz"
    file.write_bytes(whole[: len(whole) // 2])
    report = run_codes(tmp_path / "s", codes, [file], clock=CLOCK, in_force_from=0)
    assert 100 < report.counts.events < 400
    with open_store(tmp_path / "s") as store, store.read() as tx:
        assert [row.code for row in quarantine.page(tx)] == ["events/truncated"]
    assert run_codes(tmp_path / "s", codes, [file], clock=CLOCK).counts.quarantined == 0


def test_an_empty_file_is_no_error(tmp_path: Path, codes: list[Code]) -> None:
    """No events, no complaint."""
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"")
    report = run_codes(tmp_path / "s", codes, [file], clock=CLOCK)
    assert report.counts.events == report.counts.quarantined == 0


def test_a_code_that_does_not_compile_never_starts_a_run(tmp_path: Path) -> None:
    """Faults of the code are told with file, line and column; there is no store afterwards."""
    folder = tmp_path / "club"
    init_code(folder)
    rule = folder / "rules" / "false-promise.yaml"
    rule.write_text(rule.read_text("utf-8").replace("contains_any(", "contains_amy(", 1), "utf-8")
    file = tmp_path / "s.jsonl"
    file.write_bytes(good(1) + b"\n")
    with pytest.raises(ConductError) as refused:
        run_files(tmp_path / "s", [str(folder)], [file])
    fault = refused.value.faults[0]
    assert fault.code == "expr/unknown-function"
    assert fault.where is not None
    assert (fault.where.path, fault.where.line, fault.where.column) == (str(rule), 7, 7)
    assert "contains_any" in (fault.hint or "")
    assert not (tmp_path / "s").exists()


def test_a_changed_file_is_not_read_on(tmp_path: Path, codes: list[Code]) -> None:
    """A file that was replaced under its name is refused, since its position means nothing there."""
    file = tmp_path / "s.jsonl"
    file.write_bytes(good(1) + b"\n" + good(2) + b"\n")
    run_codes(tmp_path / "s", codes, [file], clock=CLOCK)
    file.write_bytes(good(5) + b"\n" + good(6) + b"\n" + good(7) + b"\n")
    with pytest.raises(UsageError) as refused:
        run_codes(tmp_path / "s", codes, [file], clock=CLOCK)
    assert refused.value.code == "events/source-changed"


@pytest.mark.postgres
def test_the_run_is_the_same_on_postgresql(
    tmp_path: Path, codes: list[Code], schema_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One stream into SQLite and into PostgreSQL leaves the same findings, cases and quarantine."""
    text = "Guaranteed profit, no risk!"
    lines = [good(n, post={"id": f"p{n}", "text": text if n % 3 else "hi"}) for n in range(60)]
    lines.insert(20, b"{oops")
    lines.insert(30, lines[5])
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"\n".join(lines) + b"\n")
    here = run_codes(tmp_path / "s", codes, [file], clock=CLOCK, in_force_from=0, salt=b"t")
    monkeypatch.chdir(tmp_path)
    there = run_codes(schema_url, codes, [file], clock=CLOCK, in_force_from=0, salt=b"t")
    assert here.counts == there.counts
    assert here.ledger_root == there.ledger_root
    assert here.counts.findings > 0
    with open_store(tmp_path / "s") as one, open_store(schema_url) as two, one.read() as a, two.read() as b:
        assert findings.page(a) == findings.page(b)
        assert Counter(quarantine.count(a)) == Counter(quarantine.count(b))
