"""Small helpers for the flow's tests: events, stores, and a code of conduct of three rules."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ombud.base.clock import parse_time
from ombud.events.decode import decode
from ombud.events.envelope import Event
from ombud.store import Store, open_store

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]  # `outcomes`, `signal_stream`; `benchmarks`

START = parse_time("2026-06-01T00:00:00Z")

MakeEvent = Callable[..., Event]


def raw_event(
    number: int, *, at: int | None = None, account: str | None = None, **fields: Any
) -> dict[str, Any]:
    """Return an event as it stands in a file; each number is a second of one morning."""
    seconds = (START // 1_000_000) + (number if at is None else at)
    return {
        "id": f"e{number:06d}",
        "at": seconds,
        "kind": "post",
        "audience": "public",
        "account": {"id": account or f"a{number % 7}"},
        "post": {"id": f"p{number}", "text": f"post {number}"},
        **fields,
    }


@pytest.fixture
def make_event() -> MakeEvent:
    """Return a function that makes decoded events."""
    return lambda number, **fields: decode(msgspec.json.encode(raw_event(number, **fields)))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an empty store, to be copied."""
    folder = tmp_path_factory.mktemp("empty") / "store"
    open_store(folder, salt=b"test").close()
    return folder


@pytest.fixture
def store(tmp_path: Path, empty: Path) -> Iterator[Store]:
    """Give an empty store."""
    shutil.copytree(empty, tmp_path / "store")
    with open_store(tmp_path / "store") as opened:
        yield opened
