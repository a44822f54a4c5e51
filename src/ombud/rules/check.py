"""The gate as every verb that evaluates a code calls it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ombud.conduct.model import Code


def check_codes(codes: Sequence[Code], cache_dir: Path | None = None) -> None:
    """Put codes through the gate."""
