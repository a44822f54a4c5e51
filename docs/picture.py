"""Takes the picture of the terminal that the README shows: `python docs/picture.py`.

It runs `ombud demo` for real and keeps what was printed.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

DOCS = Path(__file__).resolve().parent
WIDTH = 112


def main() -> None:
    """Run the demo in an empty folder and write ``demo.svg``."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "ombud", "demo"], cwd=folder, capture_output=True, text=True, check=True
        )
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text("$ make demo", style="bold green"))
    console.print(Text(done.stderr.rstrip(), style="dim"))
    console.print(Text(done.stdout.rstrip()))
    console.save_svg(str(DOCS / "demo.svg"), title="ombud demo")


if __name__ == "__main__":
    main()
