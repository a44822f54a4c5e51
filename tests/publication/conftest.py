"""A small ledger, its key and its bundle, made once and copied; and the store of the cases' tests."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ombud.base.clock import DAY, HOUR, FixedClock
from ombud.publication import bundle, checkpoints
from ombud.publication.notes import Signer
from ombud.store import Store, ledger, open_store


def _load() -> ModuleType:
    place = Path(__file__).parent.parent / "redress" / "conftest.py"
    spec = importlib.util.spec_from_file_location("ombud_tests_redress", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_redress = _load()
furnished, postgres_template = _redress.furnished, _redress.postgres_template
postgres_store, life, life_store = _redress.postgres_store, _redress.life, _redress.store

T0 = 20_000 * DAY
ENTRIES = 37
SIGNED = (5, 16, 30, ENTRIES)


@pytest.fixture(scope="session")
def signer() -> Signer:
    """The log's key."""
    return Signer("example.org/record", bytes(range(32)))


@pytest.fixture(scope="session")
def other() -> Signer:
    """Another key under the same name."""
    return Signer("example.org/record", bytes(32))


def _fill(store: Store, n: int, *, first: int = 0, word: str = "x") -> None:
    """Append entries, one an hour."""
    for i in range(first, first + n):
        with store.begin() as tx:
            kind = "batch" if i % 3 == 0 else "decision"
            ledger.append(tx, kind, {"digest": f"{word}{i}", "n": i}, T0 + i * HOUR)


@pytest.fixture(scope="session")
def ledger_template(tmp_path_factory: pytest.TempPathFactory, signer: Signer) -> Path:
    """A store whose ledger was signed at several sizes."""
    folder = tmp_path_factory.mktemp("ledger") / "store"
    with open_store(folder, salt=b"a salt for tests") as store:
        done = 0
        for size in SIGNED:
            _fill(store, size - done, first=done)
            checkpoints.sign(store, signer, FixedClock(T0 + size * HOUR))
            done = size
    return folder


@pytest.fixture
def store(tmp_path: Path, ledger_template: Path) -> Iterator[Store]:
    """A copy of that store."""
    shutil.copytree(ledger_template, tmp_path / "store")
    with open_store(tmp_path / "store") as opened:
        yield opened


@pytest.fixture(scope="session")
def bundle_template(tmp_path_factory: pytest.TempPathFactory, ledger_template: Path, signer: Signer) -> Path:
    """The bundle of that ledger."""
    out = tmp_path_factory.mktemp("bundle") / "bundle"
    with open_store(ledger_template) as opened:
        bundle.export(opened, out, signer, FixedClock(T0 + 100 * HOUR))
    return out


@pytest.fixture
def folder(tmp_path: Path, bundle_template: Path) -> Path:
    """A copy of that bundle."""
    return Path(shutil.copytree(bundle_template, tmp_path / "bundle"))


@pytest.fixture(scope="session")
def fill() -> Callable[..., None]:
    """Append entries to a store: (store, n, first=0, word="x")."""
    return _fill
