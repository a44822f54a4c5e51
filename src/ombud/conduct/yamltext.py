"""YAML without surprises: nodes with their places, or located faults, in bounded time.

Only a plain part of YAML is taken. Anchors, aliases and tags are refused, so no
text can grow beyond its own size; so are duplicate keys, a second document,
nesting deeper than :data:`MAX_DEPTH` and texts above :data:`MAX_BYTES`. A scalar
keeps the characters as written: the reader of a field decides what it is, so
``no``, ``on``, ``1.10`` and ``2026-01-01`` stay text where text is expected.
Where nothing is expected, :func:`plain_value` follows the core schema of YAML 1.2
(``true``/``false``, ``null``, whole numbers, decimals; everything else is text).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from ombud.base.errors import Where
from ombud.conduct.faults import Faults

MAX_BYTES = 1 << 20
MAX_DEPTH = 50

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}\Z")
_DECIMAL = re.compile(
    r"[-+]?((\.[0-9]{1,30}|[0-9]{1,30}\.[0-9]{0,30})([eE][-+]?[0-9]{1,3})?|[0-9]{1,30}[eE][-+]?[0-9]{1,3})\Z"
)
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A scalar as written; ``style`` is ``""`` (plain), ``'``, ``"``, ``|`` or ``>``."""

    text: str
    style: str
    where: Where


@dataclass(frozen=True, slots=True)
class ListNode:
    """A sequence of nodes."""

    items: tuple[Node, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping; keys are scalars, each once, in the order of the file."""

    pairs: tuple[tuple[ScalarNode, Node], ...]
    where: Where

    def get(self, key: str) -> Node | None:
        """Return the value under ``key``, or ``None``."""
        return next((value for name, value in self.pairs if name.text == key), None)


Node = ScalarNode | ListNode | MapNode


def is_null(node: Node | None) -> bool:
    """Say whether the node is absent, empty, ``~`` or ``null``."""
    if node is None:
        return True
    return isinstance(node, ScalarNode) and not node.style and node.text in ("", "~", "null", "Null", "NULL")


def plain_value(node: ScalarNode) -> str | int | float | bool | None:
    """Return the scalar's value by the core schema of YAML 1.2; quoted text stays text."""
    if node.style:
        return node.text
    if is_null(node):
        return None
    if node.text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return node.text[0] in "tT"
    if _WHOLE.match(node.text):
        return int(node.text)
    if _DECIMAL.match(node.text):
        number = float(node.text)
        return number if math.isfinite(number) else node.text
    return node.text


def read_yaml(text: str, path: str, faults: Faults, *, first_line: int = 1) -> Node | None:
    """Read one YAML document.

    Args:
        text: the document.
        path: the name under which faults are reported.
        faults: takes what is wrong; after a fault of syntax nothing more is read.
        first_line: the line in the file at which ``text`` begins.

    Returns:
        The document's node, or ``None`` when it is empty or unreadable.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        faults.add("conduct/too-large", f"the text is larger than {MAX_BYTES} bytes", Where(path, first_line))
        return None
    bad = _UNSTORABLE.search(text)
    if bad is not None:
        line = text.count("\n", 0, bad.start())
        column = bad.start() - (text.rfind("\n", 0, bad.start()) + 1)
        place = Where(path, first_line + line, column + 1)
        faults.add("conduct/yaml-character", f"the character U+{ord(bad[0]):04X} cannot be stored", place)
        return None
    try:
        return _Builder(path, faults, first_line).build(text)
    except _RefusedError:
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = Where(path, mark.line + first_line, mark.column + 1) if mark else Where(path, first_line)
        problem = getattr(error, "problem", None) or "it cannot be read"
        hint = "quote a text that holds ': ' or ' #', begins with a sign, or holds , [ ] { } inside brackets"
        faults.add("conduct/yaml-syntax", f"not YAML: {problem}", place, hint)
        return None


class _RefusedError(Exception):
    """The document holds something that is not taken; the fault has been added."""


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    where: Where
    is_map: bool
    items: list[Any]
    key: ScalarNode | None = None
    seen: set[str] | None = None


class _Builder:
    """Makes nodes from the parser's events with a stack of its own, so depth cannot exhaust Python's."""

    def __init__(self, path: str, faults: Faults, first_line: int) -> None:
        self._path = path
        self._faults = faults
        self._first = first_line
        self._open: list[_Open] = []
        self._root: Node | None = None

    def build(self, text: str) -> Node | None:
        documents = 0
        for event in _events(text):
            where = self._where(event.start_mark)
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse("conduct/yaml-documents", "a second document begins here", where)
            elif isinstance(event, yaml.NodeEvent):
                self._node(event, where)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
        return self._root

    def _where(self, mark: Any) -> Where:
        return Where(self._path, mark.line + self._first, mark.column + 1)

    def _refuse(self, code: str, message: str, where: Where, hint: str | None = None) -> None:
        self._faults.add(code, message, where, hint)
        raise _RefusedError

    def _node(self, event: yaml.NodeEvent, where: Where) -> None:
        if event.anchor is not None:
            self._refuse(
                "conduct/yaml-anchor", "anchors (&) and aliases (*) are not taken", where,
                "write the value out; a text that begins with & or * needs quotes",
            )  # fmt: skip
        if getattr(event, "tag", None) is not None:
            self._refuse(
                "conduct/yaml-tag", "tags (!) are not taken", where,
                "a text that begins with ! needs quotes",
            )  # fmt: skip
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, where)
            return
        if len(self._open) >= MAX_DEPTH:
            self._refuse("conduct/yaml-depth", f"nested deeper than {MAX_DEPTH}", where)
        if self._open and self._open[-1].is_map and self._open[-1].key is None:
            self._refuse("conduct/yaml-key", "a key must be plain text", where)
        is_map = isinstance(event, yaml.MappingStartEvent)
        self._open.append(_Open(where, is_map, [], None, set() if is_map else None))

    def _scalar(self, event: yaml.ScalarEvent, where: Where) -> None:
        node = ScalarNode(event.value, event.style or "", where)
        if _UNSTORABLE.search(node.text):
            self._faults.add(
                "conduct/yaml-character", "an escape makes a character that cannot be stored", where
            )
            node = ScalarNode(_UNSTORABLE.sub("\ufffd", node.text), node.style, where)
        self._place(node)

    def _close(self) -> None:
        done = self._open.pop()
        if done.is_map:
            self._place(MapNode(tuple(done.items), done.where))
        else:
            self._place(ListNode(tuple(done.items), done.where))

    def _place(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        top = self._open[-1]
        if not top.is_map:
            top.items.append(node)
        elif top.key is None:
            if not isinstance(node, ScalarNode):  # pragma: no cover - refused at its start
                raise _RefusedError
            top.key = node
        else:
            self._pair(top, top.key, node)
            top.key = None

    def _pair(self, top: _Open, key: ScalarNode, node: Node) -> None:
        assert top.seen is not None
        if key.text in top.seen:
            self._faults.add("conduct/duplicate-key", f"{key.text[:80]!r} is written twice", key.where)
            return
        top.seen.add(key.text)
        top.items.append((key, node))


def _events(text: str) -> Iterator[yaml.Event]:
    loader = _Loader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()
