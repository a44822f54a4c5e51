"""Keeps compiled plans on disk, so that a second start neither parses nor compiles.

A file is named by the hash of everything the plan depends on: the rules, columns and
lists, the versions of this language, its libraries and Python, and the processor's
features. What does not fit is ignored and written anew (:mod:`ombud.base.kept`). Never pickle.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from ombud.base import kept
from ombud.expr.fold import FOLD_VERSION
from ombud.expr.plan import FORMAT, Plan


@cache
def _machine() -> str:
    """Return what a plan depends on besides its rules."""
    return f"{FORMAT}\n{FOLD_VERSION}\n{kept.machine()}"


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
    body = kept.read(folder / f"{name}.plan")
    try:
        return None if body is None else msgspec.msgpack.decode(body, type=Plan)
    except (msgspec.DecodeError, RecursionError):
        return None


def save(folder: Path, name: str, plan: Plan) -> None:
    """Keep the plan."""
    kept.write(folder / f"{name}.plan", msgspec.msgpack.encode(plan))
