"""Takes the picture of the terminal that the README shows: `python docs/picture.py`.

It runs `ombud demo` for real and keeps what was printed.
"""

from __future__ import annotations

import io
import re
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
    svg = console.export_svg(title="ombud demo")
    svg = re.sub(r"\s*@font-face \{.*?\n\s*\}", "", svg, flags=re.DOTALL)  # load nothing from elsewhere
    (DOCS / "demo.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
