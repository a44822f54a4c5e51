"""The rule language stands alone."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("sqlalchemy", "duckdb", "pyarrow", "sqlglot", "alembic", "numpy")


def test_the_language_loads_no_database() -> None:
    """Compiling and matching load no SQLAlchemy, DuckDB or pyarrow."""
    code = (
        "import sys; from ombud.expr import compile_rules; "
        "r = compile_rules({'a': \"contains(folded(t), 'x')\"}, {'t': str}); "
        "assert r.match([{'t': 'X'}]) == [['a']]; "
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_readme_example_works() -> None:
    """The example of the project's front page gives what it says."""
    from ombud.expr import compile_rules

    rules = compile_rules(
        {"name": "contains(lower(text), 'free money') AND followers < 10"},
        columns={"text": str, "followers": int},
    )
    assert rules.match([{"text": "FREE money!", "followers": 3}, {"text": "…", "followers": 3}]) == [
        ["name"],
        [],
    ]
