"""What the environment decides: where things may be kept that can be thrown away."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the user's folder for compiled plans and gate results; losing it only costs time.

    ``OMBUD_CACHE`` names it; otherwise it is ``ombud`` in ``XDG_CACHE_HOME``, or in ``~/.cache``
    (the XDG Base Directory Specification).
    """
    named = environ.get("OMBUD_CACHE")
    if named:
        return Path(named)
    home = environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "ombud"
