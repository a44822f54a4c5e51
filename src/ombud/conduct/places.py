"""From a place inside a YAML text back to the place in its file.

A rule's expression is written inside a scalar; its parser counts lines and
columns from the expression's first character. An editor wants the file's.
"""

from __future__ import annotations

from ombud.base.errors import Where
from ombud.conduct.yamltext import ScalarNode

_ESCAPE_LENGTH = {"x": 4, "u": 6, "U": 10}


class Placer:
    """Maps places of one scalar; ``source`` is the whole file."""

    def __init__(self, node: ScalarNode, source: str) -> None:
        self._node = node
        self._lines = source.split("\n")
        self._start = node.where.line or 1
        self._column = node.where.column or 1
        self._indent = self._block_indent() if node.style == "|" else 0

    def first(self) -> Where:
        """Return the place of the text's first character that is not white space."""
        before = self._node.text[: len(self._node.text) - len(self._node.text.lstrip())]
        line = before.count("\n") + 1
        return self.at(line, len(before) - (before.rfind("\n") + 1) + 1)

    def at(self, line: int | None, column: int | None) -> Where:
        """Return the file's place of ``line:column`` (from 1) in the scalar's text.

        In folded and many-line quoted texts, whose lines are joined, the place is the scalar's start.
        """
        path = self._node.where.path
        line, column = line or 1, column or 1
        if self._node.style == "|":
            return Where(path, self._start + line, self._indent + column)
        source = self._lines[self._start - 1] if self._start <= len(self._lines) else ""
        if line > 1 or not self._is_single(source):
            return self._node.where
        return Where(path, self._start, self._flow_column(source, column))

    def _block_indent(self) -> int:
        for offset, content in enumerate(self._node.text.split("\n")):
            index = self._start + offset
            if content.strip() and index < len(self._lines):
                return max(0, len(self._lines[index].rstrip("\r")) - len(content))
        return 0

    def _is_single(self, source: str) -> bool:
        if self._node.style == "":
            return source.startswith(self._node.text, self._column - 1)
        return self._node.style in ("'", '"')

    def _flow_column(self, source: str, column: int) -> int:
        """Walk the source over ``column - 1`` characters of the value, escapes counted as one."""
        if self._node.style == "":
            return self._column + column - 1
        at = self._column  # index of the first character after the quote (columns count from 1)
        for _ in range(column - 1):
            if at >= len(source):
                return self._column
            if self._node.style == "'" and source.startswith("''", at):
                at += 2
            elif self._node.style == '"' and source[at] == "\\":
                at += _ESCAPE_LENGTH.get(source[at + 1 : at + 2], 2)
            else:
                at += 1
        return at + 1
