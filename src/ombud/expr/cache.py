"""Keeps compiled plans on disk, so that a second start neither parses nor compiles.

A file is named by the hash of everything the plan depends on: the rules, columns and
lists, the versions of this language, its libraries and Python, and the processor's
features (a Hyperscan database is made for one kind of processor). It begins with a hash
of its own content; what does not fit is ignored and written anew. Never pickle.
"""

from __future__ import annotations

import hashlib
import os
import platform
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

import msgspec

from ombud.expr.fold import FOLD_VERSION
from ombud.expr.plan import FORMAT, Plan

_DIGEST = 32


@cache
def _machine() -> str:
    """Return what a plan depends on besides its rules."""
    features = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
        features = next((line for line in lines if line.startswith(("flags", "Features"))), features)
    libraries = [version(name) for name in ("hyperscan", "google-re2", "msgspec", "OpenCC")]
    return "\n".join([str(FORMAT), str(FOLD_VERSION), platform.python_version(), features, *libraries])


def key(
    rules: Mapping[str, str],
    columns: Mapping[str, str],
    lists: Mapping[str, Sequence[str]],
    common: Sequence[str] = (),
) -> str:
    """Return the name of the plan of these rules on this machine."""
    content = [
        _machine(),
        list(rules.items()),
        list(columns.items()),
        [(k, list(v)) for k, v in lists.items()],
        list(common),
    ]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:40]


def load(folder: Path, name: str) -> Plan | None:
    """Return the plan kept under ``name``, ``None`` if there is none that is sound."""
    try:
        data = (folder / f"{name}.plan").read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
        return None
    try:
        return msgspec.msgpack.decode(data[_DIGEST:], type=Plan)
    except (msgspec.DecodeError, RecursionError):
        return None


def save(folder: Path, name: str, plan: Plan) -> None:
    """Keep the plan; a folder that cannot be written is no error, only a slower next start."""
    body = msgspec.msgpack.encode(plan)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).digest() + body)
        Path(temporary).replace(folder / f"{name}.plan")
    except OSError:
        return
