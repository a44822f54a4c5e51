"""Every example in the README and the docs is run, in order, as a reader would.

Python blocks of a page share one namespace. In ``console`` blocks each line that
begins with ``$`` is a command; a page's commands share one folder and the variables that
they set, and a line ``# exit N`` before a command states the exit code it must end with
(0 otherwise).
"""

from __future__ import annotations

import itertools
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
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
_HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.M)
_LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#]*)#?([^)]*)\)")


@dataclass(frozen=True)
class Command:
    """One command line of a page and the exit code it must end with."""

    line: str
    exit_code: int


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of one language, in order."""
    return [body for name, body in _FENCE.findall(page.read_text(encoding="utf-8")) if name == language]


def headings(page: Path) -> list[tuple[int, str]]:
    """Return the level (1 to 6) and the words of each heading, in order; a comment in a block is none."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return [(len(marks), words) for marks, words in _HEADING.findall(prose)]


def anchors(page: Path) -> set[str]:
    """Return the fragments that GitHub gives to a page's headings.

    Lower case, without punctuation, a hyphen for each space; the second of the same name ends with -1.
    """
    found: set[str] = set()
    for _, words in headings(page):
        shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", words)
        slug = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        again = (f"{slug}-{n}" for n in itertools.count(1))
        found.add(slug if slug not in found else next(name for name in again if name not in found))
    return found


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


@pytest.mark.parametrize("page", TWINS, ids=named)
def test_chinese_pages_have_the_same_sections(page: Path) -> None:
    """A page and its twin in Chinese have headings of the same levels in a row, so that none is dropped."""
    english = page.parents[1] / page.name
    assert [level for level, _ in headings(page)] == [level for level, _ in headings(english)]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A relative link names a file that exists, and its fragment a heading of that file."""
    for target, fragment in _LINK.findall(page.read_text(encoding="utf-8")):
        there = page.parent / target if target else page
        assert there.exists(), target
        assert not fragment or fragment in anchors(there), f"{target}#{fragment}"


def test_fragments_are_those_of_github(tmp_path: Path) -> None:
    """Punctuation goes, letters of any script stay, what repeats is numbered; a block has no heading."""
    page = tmp_path / "page.md"
    text = "# It *says*, `a_b`-wise\n```sh\n# exit 1\n```\n## 条款：先看它\n## [See](x.md) it\n## See it\n"
    page.write_text(text, encoding="utf-8")
    assert anchors(page) == {"it-says-a_b-wise", "条款先看它", "see-it", "see-it-1"}
