"""The protected-speech corpus: what no rule may ever find, as items with their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from ombud.base.errors import Where
from ombud.conduct.loader import read_corpus
from ombud.conduct.tests import expand
from ombud.events.envelope import COLUMNS

MIN_ITEMS = 420
"""A gate with fewer items than this is damaged and refuses to work."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item: what it shows, its theme and language, and its events in JSON form, last one judged."""

    name: str
    theme: str
    language: str
    events: tuple[dict[str, Any], ...]
    where: Where

    @property
    def seed(self) -> str:
        """What makes the item's exchanges of names its own."""
        return f"{self.language}/{self.theme}/{self.name}"


@cache
def corpus() -> tuple[Item, ...]:
    """Return every item of the package's corpus, in the order of files and lines.

    Raises:
        ConductError: a corpus file does not hold up.
        RuntimeError: the corpus is not whole.
    """
    with resources.as_file(resources.files("ombud.rules.gate") / "corpus") as folder:
        items = read_items(sorted(Path(folder).glob("*.yaml")))
    if len(items) < MIN_ITEMS:  # pragma: no cover - the package is damaged
        raise RuntimeError(f"the protected-speech corpus has only {len(items)} items; install ombud again")
    return items


def read_items(paths: Sequence[Path]) -> tuple[Item, ...]:
    """Read corpus files named ``<language>-<theme>.yaml``."""
    found: list[Item] = []
    for path in paths:
        language, _, theme = path.stem.partition("-")
        for test in read_corpus(path, COLUMNS):
            where = Where(path.name, test.where.line, test.where.column)
            found.append(Item(test.name, theme, language, tuple(expand(test)), where))
    return tuple(found)
