"""The labelled sets that signals are measured on: found by name, in one or more folders.

Sets of others lie where the operator keeps them and are no part of the package; sets of our
own are written by hand, split by template, and lie with their labels among the tests of the
source. A task whose set is absent is left out, and :attr:`Sets.absent` says which.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OWN = Path("tests", "signals", "data")
"""Where our own sets lie in the source."""


def own_sets() -> Path | None:
    """Return the folder of our own sets if this is the source, ``None`` if it is an installed package."""
    folder = Path(__file__).resolve().parents[3] / OWN
    return folder if folder.is_dir() else None


def read_set(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a set, one a line, packed or not; none if it is absent."""
    if path.exists():
        packed = path.suffix == ".gz"
        with gzip.open(path, "rt", encoding="utf-8") if packed else path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)


class Sets:
    """Labelled sets by name, such as ``ced_weibo/dev_posts.jsonl.gz``, of the first folder that has one."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._absent: dict[str, None] = {}

    @property
    def absent(self) -> tuple[str, ...]:
        """Names that were asked for and that no folder has."""
        return tuple(self._absent)

    def paths(self, pattern: str) -> list[Path]:
        """Return the files of a pattern, as ``pii_en_zh/*zh*.jsonl.gz``, of the first folder with any."""
        for folder in self._folders:
            found = sorted(folder.glob(pattern))
            if found:
                return found
        self._absent[pattern] = None
        return []

    def has(self, name: str) -> bool:
        """Tell whether a set is there."""
        return bool(self.paths(name))

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return the objects of a set, none if it is absent."""
        return [row for path in self.paths(name)[:1] for row in read_set(path)]
