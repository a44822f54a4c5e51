"""Calls the command line in this process and gives what it wrote and how it ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ombud.cli.main import main


@dataclass(frozen=True)
class Done:
    """How a call ended."""

    exit_code: int
    out: str
    err: str


Ombud = Callable[..., Done]


@pytest.fixture
def ombud(capfd: pytest.CaptureFixture[str]) -> Ombud:
    """Return a function that calls ``ombud`` with arguments."""

    def call(*args: str | Path) -> Done:
        capfd.readouterr()
        try:
            main([str(arg) for arg in args])
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
        out, err = capfd.readouterr()
        return Done(code, out, err)

    return call


def comment(number: int) -> str:
    """Return one comment as a line; the seventh tells a person to die."""
    event = {
        "id": f"e{number}",
        "at": 1_780_000_000 + 60 * number,
        "kind": "comment",
        "origin": "test",
        "audience": "public",
        "account": {"id": f"a{number % 3}"},
        "target": {"account_id": "t"},
        "post": {
            "id": f"p{number}",
            "lang": "zh",
            "text": "你怎么不去死啊" if number == 7 else f"第{number}条评论",
        },
    }
    return json.dumps(event, ensure_ascii=False)


EVENTS = [comment(number) for number in range(12)]


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    """Give a small stream in which one comment tells a person to die, and one line is broken."""
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join([*EVENTS[:5], '{"id": oops}', *EVENTS[5:]]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path, stream: Path, ombud: Ombud) -> Path:
    """Give a store into which the stream was run."""
    place = tmp_path / "store"
    done = ombud("run", "--code", "clear-culture", "--in-force-from", "2026-01-01", "--store", place, stream)
    assert done.exit_code == 0, done.err
    return place
