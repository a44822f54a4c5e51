"""Makes a new code out of another: the same files under a new id, with the parent in its lineage."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ombud.base.errors import UsageError
from ombud.conduct.codefile import FILE
from ombud.conduct.faults import Faults
from ombud.conduct.find import find_code
from ombud.conduct.folder import Folder
from ombud.conduct.loader import FOLDERS, load_code
from ombud.conduct.model import Code, ColumnType
from ombud.conduct.rulefiles import RuleParser
from ombud.conduct.starter import check_new_folder
from ombud.conduct.yamltext import ListNode, MapNode, ScalarNode, read_yaml


def fork_code(
    name_or_dir: str | Path,
    directory: Path,
    columns: Mapping[str, ColumnType],
    *,
    parse: RuleParser | None = None,
) -> list[Path]:
    """Copy a code into a new or empty folder under the folder's name and return the files, sorted.

    The version stays, so that the first change of the fork is a step from where it began;
    ``code.yaml`` names the parent with its version and content hash.

    Raises:
        UsageError: there is no such code, the folder is not empty, or its name cannot be an id.
        ConductError: the parent does not hold up.
    """
    source = find_code(name_or_dir)
    parent = load_code(name_or_dir, columns, parse=parse)
    check_new_folder(directory, directory.absolute().name)
    folder = Folder(source, Faults())
    relative = [f"{sub}/{name}" for sub in FOLDERS for name in folder.names(sub)]
    texts = {name: text for name in relative if (text := folder.text(name)) is not None}
    texts[FILE] = forked(folder.text(FILE) or "", directory.absolute().name, parent)
    written: list[Path] = []
    for name, text in texts.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return sorted(written)


def forked(text: str, new_id: str, parent: Code) -> str:
    """Return ``code.yaml`` with a new id and the parent first in its lineage; the rest stays as written.

    Raises:
        UsageError: the file is written in a way that cannot be changed in place.
    """
    node = read_yaml(text, FILE, Faults())
    old_id = node.get("id") if isinstance(node, MapNode) else None
    if not isinstance(node, MapNode) or not isinstance(old_id, ScalarNode):
        raise UsageError.of("conduct/cannot-fork", "code.yaml cannot be changed in place")
    lines = text.split("\n")
    _replace(lines, old_id, old_id.text, new_id)
    entry = f"{{code: {parent.id}, version: {parent.version}, hash: {parent.hash}}}"
    lineage = node.get("lineage")
    if isinstance(lineage, ListNode):
        _insert(lines, lineage, entry)
        return "\n".join(lines)
    if lineage is not None:  # `lineage:` or `lineage: null`
        (key,) = (key for key, value in node.pairs if value is lineage)
        lines[(key.where.line or 1) - 1] = f"lineage: [{entry}]"
        return "\n".join(lines)
    return "\n".join(lines).rstrip("\n") + f"\nlineage: [{entry}]\n"


def _replace(lines: list[str], node: ScalarNode, old: str, new: str) -> None:
    row, column = (node.where.line or 1) - 1, (node.where.column or 1) - 1
    before, after = lines[row][:column], lines[row][column:]
    lines[row] = before + after.replace(old, new, 1)


def _insert(lines: list[str], lineage: ListNode, entry: str) -> None:
    row, column = (lineage.where.line or 1) - 1, (lineage.where.column or 1) - 1
    if lines[row][column] == "[":
        comma = ", " if lineage.items else ""
        lines[row] = f"{lines[row][: column + 1]}{entry}{comma}{lines[row][column + 1 :]}"
    else:
        lines.insert(row, f"{' ' * column}- {entry}")
