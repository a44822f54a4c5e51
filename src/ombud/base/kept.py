"""Bytes that are dear to make, kept on disk: named by all that they depend on, checked when read.

A file begins with a hash of its own content; one that does not fit is as good as none.
"""

from __future__ import annotations

import hashlib
import os
import platform
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

_DIGEST = 32


@cache
def machine() -> str:
    """Return what compiled bytes depend on here: Python, the libraries, the processor's features.

    A Hyperscan database is made for one kind of processor.
    """
    features = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
        features = next((line for line in lines if line.startswith(("flags", "Features"))), features)
    libraries = [version(name) for name in ("hyperscan", "google-re2", "msgspec", "OpenCC")]
    return "\n".join([platform.python_version(), features, *libraries])


def read(place: Path) -> bytes | None:
    """Return what a file holds, ``None`` if there is none that is sound."""
    try:
        data = place.read_bytes()
    except OSError:
        return None
    return data[_DIGEST:] if hashlib.sha256(data[_DIGEST:]).digest() == data[:_DIGEST] else None


def write(place: Path, body: bytes) -> None:
    """Keep bytes; a folder that cannot be written is no error, only a slower next start."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent, suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).digest() + body)
        Path(temporary).replace(place)
    except OSError:
        return
