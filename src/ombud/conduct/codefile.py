"""Reads ``code.yaml``: who put the code into effect, whom it binds, since when, and from where it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ombud.base.clock import Micros
from ombud.base.errors import Where
from ombud.base.nearest import did_you_mean
from ombud.conduct.faults import Faults
from ombud.conduct.folder import Folder
from ombud.conduct.keys import ANCESTOR_KEYS, APPLIES_TO_KEYS, CODE_KEYS, COLUMN_TYPES
from ombud.conduct.model import Ancestor, AppliesTo, ColumnType, Source
from ombud.conduct.reading import Fields, items_of, read_day, read_table, shown
from ombud.conduct.yamltext import MapNode, ScalarNode, read_yaml

FILE = "code.yaml"
_MAX_ANCESTORS = 100


@dataclass(frozen=True, slots=True)
class ReadCode:
    """What ``code.yaml`` says, with the places of its fields."""

    fields: Fields
    applies_to: AppliesTo
    source: Source | None
    lineage: tuple[Ancestor, ...]
    columns: Mapping[str, ColumnType]
    effective_from: Micros | None
    announced: Micros | None


def read_code_file(folder: Folder, faults: Faults) -> ReadCode | None:
    """Read ``code.yaml``, or return ``None`` after a fault when there is no such file."""
    path = folder.shown(FILE)
    text = folder.text(FILE)
    if text is None:
        return None
    node = read_yaml(text, path, faults)
    fields = read_table(node, CODE_KEYS, faults, Where(path, 1, 1), "a code of conduct")
    read = ReadCode(
        fields=fields,
        applies_to=_applies_to(fields, faults),
        source=_source(fields),
        lineage=_lineage(fields, faults),
        columns=_columns(fields, faults),
        effective_from=read_day(fields, "effective_from", faults),
        announced=read_day(fields, "announced", faults),
    )
    _check(read, folder, faults)
    return read


def _check(read: ReadCode, folder: Folder, faults: Faults) -> None:
    fields = read.fields
    code_id = fields.get("id")
    if code_id is not None and code_id != folder.name:
        faults.add(
            "conduct/id-mismatch", f"the code {shown(code_id)} lies in the folder {shown(folder.name)}",
            fields.where("id"), "give both the same name",
        )  # fmt: skip
    if read.effective_from is not None:
        place = fields.where("effective_from")
        if not fields.written("announced"):
            faults.add(
                "conduct/announced-missing", "a date of effect needs the date of announcement", place,
                "write `announced:`; a code binds from the day it was made public at the earliest",
            )  # fmt: skip
        elif read.announced is not None and read.effective_from < read.announced:
            faults.add("conduct/retroactive", "the code binds before it was announced", place)
    if code_id is not None and any(ancestor.code == code_id for ancestor in read.lineage):
        faults.add("conduct/lineage-cycle", f"{shown(code_id)} descends from itself", fields.where("lineage"))


def _applies_to(fields: Fields, faults: Faults) -> AppliesTo:
    node = fields.get("applies_to")
    if isinstance(node, ScalarNode):
        if node.text == "everyone" or node.text == "signatories":
            return AppliesTo("everyone" if node.text == "everyone" else "signatories")
        hint = (
            did_you_mean(node.text, ("everyone", "signatories")) or "everyone, signatories or {roles: [...]}"
        )
        faults.add("conduct/bad-value", f"`applies_to` cannot be {shown(node.text)}", node.where, hint)
    elif node is not None:
        table = read_table(node, APPLIES_TO_KEYS, faults, node.where, "`applies_to`")
        roles = table.get("roles", ())
        if table.written("roles") and not roles:
            faults.add("conduct/bad-value", "`roles` names no role", table.where("roles"))
        return AppliesTo("roles", roles)
    return AppliesTo("everyone")


def _source(fields: Fields) -> Source | None:
    table = fields.get("source")
    if not isinstance(table, Fields) or "title" not in table:
        return None
    return Source(table.get("title"), table.get("publisher"), table.get("date"), table.get("url"))


def _lineage(fields: Fields, faults: Faults) -> tuple[Ancestor, ...]:
    node = fields.get("lineage")
    if node is None:
        return ()
    found: list[Ancestor] = []
    for item in items_of(node, "`lineage`", faults):
        table = read_table(item, ANCESTOR_KEYS, faults, item.where, "an ancestor")
        if "code" in table and "version" in table:
            found.append(Ancestor(table.get("code"), table.get("version"), table.get("hash")))
    return tuple(found)


def _columns(fields: Fields, faults: Faults) -> dict[str, ColumnType]:
    node = fields.get("columns")
    if node is None:
        return {}
    if not isinstance(node, MapNode):
        faults.add("conduct/wrong-kind", "`columns` is {extra.name: type}", node.where)
        return {}
    found: dict[str, ColumnType] = {}
    for name, value in node.pairs:
        last = name.text.removeprefix("extra.")
        if last == name.text or not last.isidentifier() or not last.isascii():
            faults.add("conduct/column-name", f"{shown(name.text)} is not named extra.<name>", name.where)
        elif not isinstance(value, ScalarNode) or value.text not in COLUMN_TYPES:
            text = value.text if isinstance(value, ScalarNode) else "this"
            hint = did_you_mean(text, COLUMN_TYPES) or f"it is one of {', '.join(COLUMN_TYPES)}"
            faults.add("conduct/bad-value", f"{shown(text)} is no type of a column", value.where, hint)
        else:
            found[name.text] = COLUMN_TYPES[value.text]
    return found


def check_lineage(read: ReadCode, homes: tuple[Path, ...], faults: Faults) -> None:
    """Follow the lineage through the codes that can be found in ``homes`` and report a circle."""
    start = read.fields.get("id")
    waiting = [ancestor.code for ancestor in read.lineage if ancestor.code != start]
    seen: set[str] = set()
    while waiting and len(seen) < _MAX_ANCESTORS:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        parents = _parents(name, homes)
        if start in parents:
            faults.add(
                "conduct/lineage-cycle",
                f"{shown(start)} descends from {shown(name)}, which descends from it",
                read.fields.where("lineage"),
            )  # fmt: skip
            return
        waiting.extend(parents)


def _parents(name: str, homes: tuple[Path, ...]) -> list[str]:
    """Return the direct ancestors of a code in one of the homes; its own faults are not told here."""
    for home in homes:
        if (home / name / FILE).is_file():
            quiet = Faults()
            text = Folder(home / name, quiet).text(FILE)
            node = read_yaml(text, FILE, quiet) if text is not None else None
            lineage = node.get("lineage") if isinstance(node, MapNode) else None
            if lineage is None:
                return []
            return [
                ancestor.code
                for ancestor in _lineage(Fields(MapNode((), lineage.where), {"lineage": lineage}), quiet)
            ]
    return []
