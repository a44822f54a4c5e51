"""Pages that are generated are up to date."""

from __future__ import annotations

import runpy
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_generated_pages_are_up_to_date() -> None:
    """What `python docs/make.py` would write is what is there."""
    pages = runpy.run_path(str(DOCS / "make.py"))["pages"]()
    stale = [name for name, text in pages.items() if (DOCS / name).read_text("utf-8") != text]
    assert not stale, f"run `python docs/make.py`: {stale}"
