"""The command line as a whole: help is quick, mistakes end in a sentence and an exit code."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from ombud.cli.main import VERBS


def test_help_names_every_verb(ombud: Any) -> None:
    """`ombud --help` lists all verbs with a line each, and the exit codes."""
    done = ombud("--help")
    assert done.exit_code == 0
    assert all(name in done.out for name in VERBS)
    assert "Exit codes" in done.out


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_each_verb_explains_itself(ombud: Any, verb: str) -> None:
    """`ombud VERB --help` works for every verb."""
    done = ombud(verb, "--help")
    assert done.exit_code == 0
    assert "Usage: ombud" in done.out


def test_help_loads_nothing_heavy() -> None:
    """No database, Arrow or pattern engine is imported for the help text."""
    script = (
        "import sys; from ombud.cli.main import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'sqlalchemy', 'pyarrow', 'hyperscan', 'duckdb', 'opencc', 'alembic'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_misspelt_verb_gets_the_nearest_one(ombud: Any) -> None:
    """A wrong verb ends with exit code 2 and a suggestion."""
    done = ombud("rnu")
    assert done.exit_code == 2
    assert "did you mean 'run'?" in done.err


def test_a_wrong_option_ends_with_two(ombud: Any) -> None:
    """Usage errors have the exit code that shells expect."""
    assert ombud("run", "--no-such-option").exit_code == 2


def test_an_error_says_what_where_and_what_to_do(ombud: Any, tmp_path: Any) -> None:
    """A missing store is answered with its code, its place and a hint, on standard error only."""
    done = ombud("case", "list", "--store", tmp_path / "none")
    assert done.exit_code == 5
    assert done.out == ""
    assert "[store/missing]" in done.err
    assert "hint:" in done.err


def test_a_reader_that_goes_away_is_no_error() -> None:
    """`ombud … | head -1` ends quietly."""
    command = f"{sys.executable} -m ombud code show clear-culture | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
