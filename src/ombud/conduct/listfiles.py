"""Reads ``lists/*.txt``: one entry a line, ``#`` begins a comment line."""

from __future__ import annotations

import re

from ombud.base.errors import Where
from ombud.conduct.faults import Faults
from ombud.conduct.folder import Folder
from ombud.conduct.reading import shown

MAX_LINES = 100_000
_NAME = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\u00ad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)


def read_lists(folder: Folder, faults: Faults) -> dict[str, tuple[str, ...]]:
    """Read every list of the folder, by the file's name without ``.txt``."""
    found: dict[str, tuple[str, ...]] = {}
    for name in folder.names("lists"):
        relative = f"lists/{name}"
        place = Where(folder.shown(relative))
        stem = name.removesuffix(".txt")
        if stem == name:
            faults.add("conduct/file-unused", "a list is a .txt file", place)
        elif _NAME.fullmatch(stem) is None:
            faults.add(
                "conduct/bad-value", f"a list cannot be named {shown(stem)}", place,
                "small letters, digits, - and _",
            )  # fmt: skip
        else:
            text = folder.text(relative)
            if text is not None:
                found[stem] = read_entries(text, folder.shown(relative), faults)
    return found


def read_entries(text: str, path: str, faults: Faults) -> tuple[str, ...]:
    """Return the entries in the order of the file; what is not an entry becomes a fault."""
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        faults.add("conduct/too-large", f"more than {MAX_LINES} lines", Where(path, MAX_LINES + 1))
        return ()
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        bad = _INVISIBLE.search(line)
        if bad is not None:
            place = Where(path, number, bad.start() + 1)
            faults.add(
                "conduct/list-entry", f"the invisible character U+{ord(bad[0]):04X} in an entry", place
            )
        elif line != line.strip():
            faults.add(
                "conduct/list-entry",
                f"stray white space around {shown(line.strip())}",
                Where(path, number, 1),
            )
        elif line in seen:
            faults.add(
                "conduct/list-duplicate",
                f"{shown(line)} stands on line {seen[line]} too",
                Where(path, number, 1),
            )
        else:
            seen[line] = number
    if not seen:
        faults.add("conduct/list-empty", "the list has no entries", Where(path))
    return tuple(seen)
