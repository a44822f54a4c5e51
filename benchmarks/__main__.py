"""What can be measured: `python -m benchmarks` lists it, `python -m benchmarks.NAME` runs one."""

from __future__ import annotations

import ast
from pathlib import Path


def main() -> None:
    """Print each benchmark's name with the first line of its docstring."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem.startswith("__"):
            continue
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        print(f"python -m benchmarks.{path.stem:<16} {text.splitlines()[0] if text else ''}")


main()
