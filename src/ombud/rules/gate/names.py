"""The gate's words: names that may be exchanged, words of opinion, and their readings.

The data lies beside this module (``names.yaml``, ``words.yaml``, ``readings.yaml``)
and is part of the gate's hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

import yaml

Extent = Literal["within", "whole", "probe"]


@dataclass(frozen=True, slots=True)
class Group:
    """Names of one kind.

    ``swap``: they may be exchanged with each other inside a text; ``whole``: names that
    count in a literal only when they are all of it.
    """

    id: str
    swap: bool
    whole: frozenset[str]
    en: tuple[str, ...]
    zh: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Every name of the group, in whatever script."""
        return (*self.en, *self.zh, *self.other)


@dataclass(frozen=True, slots=True)
class Word:
    """A word. ``within``: refused wherever it stands in a literal; ``whole``: only alone.

    ``probe`` words are never refused in a literal, but a post that only mentions one is not found.
    """

    text: str
    group: str
    why: str
    extent: Extent


def load(name: str) -> Any:
    """Return the content of one of the gate's own YAML files."""
    text = resources.files("ombud.rules.gate").joinpath(name).read_text("utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader


@cache
def groups() -> tuple[Group, ...]:
    """Return the groups of names in the order of the file."""
    return tuple(
        Group(
            id=name,
            swap=entry["swap"],
            whole=frozenset(entry.get("whole", ())),
            en=tuple(entry.get("en", ())),
            zh=tuple(entry.get("zh", ())),
            other=tuple(entry.get("other", ())),
        )
        for name, entry in load("names.yaml").items()
    )


@cache
def words() -> tuple[Word, ...]:
    """Return the words of opinion, in every language of the file; ``signs`` are emoji."""
    found: list[Word] = []
    for name, entry in load("words.yaml").items():
        extents: tuple[Extent, ...] = ("within", "whole", "probe")
        for extent in extents:
            for texts in entry.get(extent, {}).values():
                found.extend(Word(text, name, entry["why"], extent) for text in texts)
    return tuple(found)


@cache
def readings() -> Mapping[str, tuple[str, ...]]:
    """Return the syllables (pinyin without tones) of each Chinese name and word."""
    return MappingProxyType({name: tuple(read.split()) for name, read in load("readings.yaml").items()})


def longest_from(names: Iterable[Sequence[str]]) -> dict[str, int]:
    """Return for each sign (or word) that begins a name how long the longest of those names is.

    A search by longest match need not try more, and nothing where no name can begin.
    """
    found: dict[str, int] = {}
    for name in names:
        if name:
            found[name[0]] = max(found.get(name[0], 0), len(name))
    return found
