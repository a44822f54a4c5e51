"""Every example in the README and the docs is run, in order, as a reader would.

Python blocks of a page share one namespace. In ``console`` blocks each line that
begins with ``$`` is a command; a page's commands share one folder and the variables that
they set, and a line ``# exit N`` before a command states the exit code it must end with
(0 otherwise).
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TWINS = [page for page in PAGES if page.parent.name == "zh" and page.name != "README.md"]
"""Pages in Chinese that have the examples of the English page of the same name; those are run once."""
RUN = [page for page in PAGES if page not in TWINS]
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)


@dataclass(frozen=True)
class Command:
    """One command line of a page and the exit code it must end with."""

    line: str
    exit_code: int


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of one language, in order."""
    return [body for name, body in _FENCE.findall(page.read_text(encoding="utf-8")) if name == language]


def commands(page: Path) -> list[Command]:
    """Return the ``ombud`` commands of a page's console blocks."""
    found: list[Command] = []
    expected = 0
    for block in blocks(page, "console"):
        for line in block.replace("\\\n", " ").splitlines():
            if match := re.fullmatch(r"# exit (\d+).*", line):
                expected = int(match[1])
            elif line.startswith("$ "):
                found.append(Command(line[2:], expected))
                expected = 0
    return found


@pytest.fixture(scope="module")
def ombud() -> Iterator[str]:
    """Give the shell words that call the ``ombud`` under test, loaded once for all examples."""
    quick = [sys.executable, str(Path(__file__).with_name("quick.py"))]
    with tempfile.TemporaryDirectory() as folder:
        door = Path(folder, "door")
        with subprocess.Popen([*quick, "serve", door], stdin=subprocess.PIPE) as server:
            while not door.exists():
                assert server.poll() is None, "the program cannot be loaded"
                time.sleep(0.05)
            yield shlex.join([quick[0], "-I", "-S", quick[1], "call", str(door)])
            assert server.stdin is not None
            server.stdin.close()


def run(command: str, folder: Path, ombud: str) -> subprocess.CompletedProcess[str]:
    """Run one line in a shell whose ``ombud`` is the one under test, with the variables set before."""
    kept = shlex.quote(str(folder.parent / "variables"))
    script = (
        f'set -a -e -o pipefail; ombud() {{ {ombud} "$@"; }}; '
        f"if [ -e {kept} ]; then . {kept}; fi; {command}; export -p > {kept}"
    )
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )


def named(page: Path) -> str:
    """Return a page's path, as the name of its test."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [p for p in RUN if blocks(p, "python")], ids=named)
def test_python_examples_run(page: Path) -> None:
    """Each Python block runs after the ones before it, with its own assertions."""
    namespace: dict[str, object] = {"__name__": "__example__"}
    for body in blocks(page, "python"):
        exec(compile(body, str(page), "exec"), namespace)


@pytest.mark.parametrize("page", [p for p in RUN if commands(p)], ids=named)
def test_console_examples_run(page: Path, tmp_path: Path, ombud: str) -> None:
    """Each command of a page ends with the exit code that the page promises."""
    folder = tmp_path / "page"
    folder.mkdir()
    for command in commands(page):
        if not re.search(r"\bombud\b|^(printf|cat|echo|sed|cp|mkdir|rm|export|[A-Z]+=)", command.line):
            continue
        done = run(command.line, folder, ombud)
        assert done.returncode == command.exit_code, f"$ {command.line}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", TWINS, ids=named)
def test_chinese_pages_have_the_same_examples(page: Path) -> None:
    """A page and its twin in Chinese hold the same blocks in the same order, and link to each other."""
    english = page.parents[1] / page.name
    assert _FENCE.findall(page.read_text(encoding="utf-8")) == _FENCE.findall(
        english.read_text(encoding="utf-8")
    )
    assert f"(../{page.name})" in page.read_text(encoding="utf-8")
    assert f"(zh/{page.name})" in english.read_text(encoding="utf-8")


def test_links_between_pages_lead_somewhere() -> None:
    """A relative link names a file that exists."""
    dead = [
        f"{named(page)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not dead
