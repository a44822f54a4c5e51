"""Small changes to a YAML file that leave every other character as it is: comments, order, quotes.

Only keys of the top level are touched. A file that writes several keys on one line
(``{id: x, version: 1.0.0}``) is refused: there a person changes less by hand.
"""

from __future__ import annotations

from ombud.base.errors import ConductError, Where
from ombud.conduct.faults import Faults
from ombud.conduct.yamltext import MapNode, ScalarNode, read_yaml


def set_value(text: str, key: str, value: str, path: str = "", *, first_line: int = 1) -> str:
    """Return ``text`` with the value of a top-level key replaced; a comment behind it stays.

    Args:
        text: the YAML text.
        key: the key; it is added at the end where it is missing.
        value: the new value, written as it shall stand (quotes included).
        path: the file's name, for faults.
        first_line: the line of the file at which ``text`` begins, for faults.

    Raises:
        ConductError: the text is not YAML with one key a line.
    """
    node = _table(text, path, first_line).get(key)
    if isinstance(node, ScalarNode) and node.where.line is not None and node.where.column is not None:
        lines = text.split("\n")
        index, start = node.where.line - first_line, node.where.column - 1
        length = _length(lines[index], start, node)
        if length is not None:
            lines[index] = lines[index][:start] + value + lines[index][start + length :]
            return "\n".join(lines)
    return put_key(text, key, f"{key}: {value}", path, first_line=first_line)


def put_key(text: str, key: str, block: str | None, path: str = "", *, first_line: int = 1) -> str:
    """Return ``text`` with all the lines of a top-level key replaced, added (at the end) or taken out.

    Args:
        text: the YAML text.
        key: the key.
        block: the new lines, key included; ``None`` takes the key out.
        path: the file's name, for faults.
        first_line: the line of the file at which ``text`` begins, for faults.

    Raises:
        ConductError: the text is not YAML with one key a line.
    """
    table = _table(text, path, first_line)
    starts = [(name.where.line or 1) - first_line for name, _ in table.pairs]
    names = [name.text for name, _ in table.pairs]
    lines = text.split("\n")
    if key not in names:
        if block is None:
            return text
        body = text if text.endswith("\n") or not text else text + "\n"
        return f"{body}{block}\n"
    at = names.index(key)
    end = starts[at + 1] if at + 1 < len(starts) else len(lines)
    while end > starts[at] + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return "\n".join([*lines[: starts[at]], *([] if block is None else block.split("\n")), *lines[end:]])


def quoted(text: str) -> str:
    """Return a text as a single-quoted YAML scalar on one line."""
    return "'" + " ".join(text.split()).replace("'", "''") + "'"


def _table(text: str, path: str, first_line: int) -> MapNode:
    faults = Faults()
    node = read_yaml(text, path, faults, first_line=first_line)
    if len(faults):
        raise ConductError(*faults.sorted())
    if node is None:
        return MapNode((), Where(path, first_line, 1))
    if not isinstance(node, MapNode) or any(name.where.column != 1 for name, _ in node.pairs):
        raise ConductError.of(
            "conduct/not-editable", "this file does not write one key a line, from the first column",
            where=node.where, hint="write `key: value` lines, or make the change by hand",
        )  # fmt: skip
    return node


def _length(line: str, start: int, node: ScalarNode) -> int | None:
    """Return how many characters of the line the scalar takes, or ``None`` if it is not all on it."""
    if node.style == "":
        return len(node.text) if line.startswith(node.text, start) else None
    if node.style not in ("'", '"') or line[start : start + 1] != node.style:
        return None
    at = start + 1
    while at < len(line):
        if line[at] == node.style:
            if node.style == '"' or line[at + 1 : at + 2] != "'":
                return at + 1 - start
            at += 1
        elif node.style == '"' and line[at] == "\\":
            at += 1
        at += 1
    return None
