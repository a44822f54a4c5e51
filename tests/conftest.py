"""Fixtures for every room's tests."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import IO, Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("OMBUD_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")

JUDGES_BUNDLED = (
    "cli/test_code_tools.py",
    "cli/test_life.py",
    "cli/test_verbs.py",
    "codes/test_bundled.py",
    "docs/test_examples.py",
)
"""Modules that put the bundled codes through the gate: one worker takes them, so none does it twice."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that would do the same costly work at the same time together (``--dist loadgroup``)."""
    for item in items:
        if item.path.as_posix().endswith(JUDGES_BUNDLED):
            item.add_marker(pytest.mark.xdist_group("bundled codes"))


@pytest.fixture(scope="session", autouse=True)
def cache_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep compiled plans and gate results of the tests apart from the user's, child processes included."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    os.environ["OMBUD_CACHE"] = str(shared / "ombud-cache")


@pytest.fixture(scope="session", autouse=True)
def scenes_of_the_gate() -> Iterator[None]:
    """Make the scenes that the gate shows, which are the same for every code, once in a process."""
    from ombud.rules.gate import gate

    with pytest.MonkeyPatch.context() as patch:
        for name in ("speech", "exchanged", "mentions", "bearers", "empty"):
            made = getattr(gate, name)
            patch.setattr(gate, name, cache(lambda made=made: tuple(made())))
        yield


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Return the developers' folder of labelled data, or skip with a clear word."""
    folder = Path(os.environ.get("OMBUD_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"the developers' data is not at {folder}; set OMBUD_SHARED to run this test")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """Return a connection to a PostgreSQL server, or skip with a clear word."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: PostgreSQL is NOT tested")
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as problem:
        pytest.skip(
            f"PostgreSQL is NOT tested: {POSTGRES} does not answer ({problem}); set OMBUD_TEST_POSTGRES"
        )
    with server:
        yield server


@pytest.fixture
def schema_url(postgres: Any) -> Iterator[str]:
    """The address of an empty schema on a PostgreSQL server, thrown away afterwards."""
    name = f"ombud_test_{uuid.uuid4().hex[:12]}"
    postgres.execute(f"CREATE SCHEMA {name}")
    yield f"{POSTGRES}?options=-csearch_path%3D{name}"
    postgres.execute(f"DROP SCHEMA {name} CASCADE")


class KeptDatabase:
    """A database on PostgreSQL whose rows are kept aside, to be put back; making one anew costs far more."""

    def __init__(self, postgres: Any, fill: Callable[[str], None]) -> None:
        self._postgres = postgres
        self._name = f"ombud_test_{uuid.uuid4().hex[:12]}"
        self.url = f"{POSTGRES.rpartition('/')[0]}/{self._name}"
        postgres.execute(f"CREATE DATABASE {self._name}")
        fill(self.url)
        with self._connect() as inside:
            inside.execute("CREATE SCHEMA kept")
            for table in self._tables(inside):
                inside.execute(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"')

    def put_back(self) -> None:
        """Make it what it was when it was filled; connections that a test left open are cut.

        Guards do not fire for a replica, so rows can go.
        """
        with self._connect() as inside:
            others = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
            for (pid,) in inside.execute(others, [self._name]).fetchall():
                inside.execute("SELECT pg_terminate_backend(%s)", [pid])
            inside.execute("SET session_replication_role = replica")
            for table in self._tables(inside):
                inside.execute(f'DELETE FROM public."{table}"')
                inside.execute(f'INSERT INTO public."{table}" SELECT * FROM kept."{table}"')

    def drop(self) -> None:
        """Throw it away."""
        self._postgres.execute(f"DROP DATABASE {self._name} WITH (FORCE)")

    def _connect(self) -> Any:
        return type(self._postgres).connect(self.url)

    def _tables(self, inside: Any) -> list[str]:
        rows = inside.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [row[0] for row in rows]


@pytest.fixture(scope="session")
def keep_database(postgres: Any) -> Iterator[Callable[[Callable[[str], None]], KeptDatabase]]:
    """A function that makes a :class:`KeptDatabase` and fills it by its address."""
    made: list[KeptDatabase] = []

    def keep(fill: Callable[[str], None]) -> KeptDatabase:
        made.append(KeptDatabase(postgres, fill))
        return made[-1]

    yield keep
    for each in made:
        each.drop()


class Child:
    """A process of its own, to be watched and killed; ``stdout`` gives its lines as they come."""

    def __init__(self, ask: Callable[..., int], pid: int, stdout: Path, stderr: Path) -> None:
        self._ask = ask
        self._stderr = stderr
        self.pid = pid
        self.stdout: IO[str] = stdout.open(encoding="utf-8")

    def kill(self) -> None:
        """Send SIGKILL; it may be at its end already."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Return how it ended (as `subprocess` says it); once only."""
        self.stdout.read()
        self.stdout.close()
        return self._ask(wait=self.pid)

    def errors(self) -> str:
        """Return what it wrote on standard error."""
        return self._stderr.read_text("utf-8")


class Forks:
    """Starts children from a process in which all is loaded."""

    def __init__(self, server: subprocess.Popen[str], folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._numbers = itertools.count(1)

    def ready(self, source: str) -> None:
        """Run a source in the process that children are forked from; what it defines is theirs too."""
        self._ask(source=source)

    def start(self, source: str, *argv: object) -> Child:
        """Run a source in a child of its own."""
        n = next(self._numbers)
        out, err = self._folder / f"{n}.out", self._folder / f"{n}.err"
        os.mkfifo(out)
        pid = self._ask(source=source, argv=[str(arg) for arg in argv], out=str(out), err=str(err))
        return Child(self._ask, pid, out, err)

    def _ask(self, **request: object) -> int:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """Give a starter of processes that tests may kill."""
    command = [sys.executable, str(Path(__file__).with_name("fork_server.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield Forks(server, tmp_path_factory.mktemp("forks"))
