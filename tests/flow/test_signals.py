"""A run with signals: registers are pinned, state is rebuilt, nothing depends on batches or restarts."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import pytest

from ombud.base.clock import SECOND, FixedClock, parse_time
from ombud.conduct.loader import load_code
from ombud.conduct.model import Code
from ombud.events.envelope import Event
from ombud.expr import parse_rule
from ombud.flow.embedded import run_codes
from ombud.flow.explaining import explain
from ombud.flow.history import history
from ombud.flow.options import RunOptions
from ombud.registers.asof import load_from
from ombud.registers.importing import import_file
from ombud.rules.bind import rule_columns
from ombud.signals.base import Declared, Measured, Registers, SignalSession
from ombud.signals.registry import Installed
from ombud.store import findings, open_store, runs

CLOCK = FixedClock(parse_time("2026-07-01T00:00:00Z"))
START = parse_time("2026-06-01T00:00:00Z")
WINDOW = 600 * SECOND


class Waves:
    """A toy with a memory and a register: posts of the last ten minutes by accounts not on duty."""

    name = "copies"
    fields: Mapping[str, Declared] = MappingProxyType({"cluster_size": Declared(int, "posts in the window")})
    languages = frozenset({"und"})
    version = "toy-1"
    horizon = WINDOW

    def session(self, registers: Registers) -> SignalSession:
        return WavesSession(registers)


class WavesSession:
    def __init__(self, registers: Registers) -> None:
        self.registers = registers
        self.seen: deque[tuple[int, str]] = deque()

    def observe(self, event: Event) -> None:
        self.seen.append((event.at, event.account.id))
        while self.seen[0][0] <= event.at - WINDOW:
            self.seen.popleft()

    def measure(self, event: Event) -> Measured:
        known = {row["key"] for row in self.registers.rows("public_duty", event.at)}
        size = sum(account not in known for at, account in self.seen if at > event.at - WINDOW)
        return Measured({"cluster_size": size}, evidence={"known": len(known)})


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the toy and nothing else."""
    found = Installed(MappingProxyType({"copies": Waves()}), ())
    monkeypatch.setattr("ombud.rules.bind.installed", lambda: found)


@pytest.fixture(scope="module")
def code() -> Code:
    columns = rule_columns()
    base = load_code("clear-culture", columns)
    when = "event.kind = 'post' AND signal.copies.cluster_size >= 6"
    rule = replace(
        base.rules[0],
        id="wave",
        when=when,
        status="stable",
        evidence=("signal.copies.cluster_size",),
        reads=parse_rule(when, columns).reads,
        tests=(),
    )
    return replace(base, rules=(rule,))


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chance = random.Random(5)
    at, rows = START // SECOND, []
    for number in range(400):
        at += chance.choice((0, 1, 30, 90, 400))
        rows.append(
            msgspec.json.encode(
                {
                    "id": f"e{number:05d}",
                    "at": at,
                    "kind": chance.choice(("post", "post", "edit", "comment")),
                    "audience": chance.choice(("public", "public", "public", "private")),
                    "account": {"id": chance.choice("abcd")},
                    "post": {"id": f"p{number % 50}", "text": "x"},
                }
            )
        )
    file = tmp_path_factory.mktemp("waves") / "events.jsonl"
    file.write_bytes(b"\n".join(rows) + b"\n")
    return file


def stored(folder: Path) -> list[Any]:
    with open_store(folder, create=False) as store, store.read() as tx:
        return [msgspec.structs.replace(row, run=None) for row in findings.page(tx, limit=10**6)]


def prepare(folder: Path) -> Path:
    """Make a store with a register: from the third hour on, account d is on duty."""
    text = f"key,office,source,valid_from\nd,clerk,town,{(START // SECOND + 3600 * 3)}\n"
    text = text.replace(str(START // SECOND + 3600 * 3), "2026-06-01T03:00:00Z")
    with open_store(folder, salt=b"t") as store:
        import_file(store, "public_duty", Path("d.csv"), at=START, data=text.encode())
    return folder


@pytest.mark.parametrize(("batch", "stops"), [(1, 0), (7, 3), (50, 2), (8192, 0)])
def test_batches_and_restarts_change_nothing(
    tmp_path: Path, code: Code, lines: Path, batch: int, stops: int
) -> None:
    """Whatever the batch, and however often it is stopped and started again, a run finds the same."""
    whole = prepare(tmp_path / "whole")
    run_codes(whole, [code], [lines], in_force_from=0, salt=b"t", clock=CLOCK)
    parts = prepare(tmp_path / "parts")
    options = RunOptions(batch=batch)
    for limit in [*range(1, stops + 1), 10**9]:
        turns = iter(range(limit))
        run_codes(
            parts,
            [code],
            [lines],
            in_force_from=0,
            salt=b"t",
            clock=CLOCK,
            options=options,
            stop=lambda turns=turns: next(turns, None) is None,  # type: ignore[misc]
        )
    assert stored(parts) == stored(whole)
    assert len(stored(whole)) > 20
    assert {row.evidence["signal.copies.evidence"]["known"] for row in stored(whole)} == {0, 1}


def test_a_run_writes_down_the_registers_it_read(tmp_path: Path, code: Code, lines: Path) -> None:
    """The revision of the registers is pinned at the start of a run and kept with it."""
    place = prepare(tmp_path / "store")
    run_codes(place, [code], [lines], in_force_from=0, salt=b"t", clock=CLOCK)
    with open_store(place) as store:
        pinned = load_from(store).pinned()
        with store.read() as tx:
            (done,) = runs.every(tx)
    assert pinned is not None
    assert done.register_revision == pinned


def test_explaining_sees_the_signal_as_it_stood(tmp_path: Path, code: Code, lines: Path) -> None:
    """Explaining an event replays what came before it and reads the registers as of then."""
    place = prepare(tmp_path / "store")
    run_codes(place, [code], [lines], in_force_from=0, salt=b"t", clock=CLOCK)
    found = {row.event_id for row in stored(place)}
    with open_store(place) as store, store.read() as tx:
        events = [event for _, event in history(store, tx)]
        for event in events[::37]:
            (explained,) = explain([code], event, store=store)
            judged = event.kind == "post" and event.audience == "public"
            assert (explained.value is True) == (judged and event.id in found)
