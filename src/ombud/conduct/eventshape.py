"""Which fields a test's event may have, told from the columns that rules may read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ombud.base.nearest import did_you_mean
from ombud.conduct.faults import Faults
from ombud.conduct.keys import EVENT_PARTS, EVENT_SCALARS
from ombud.conduct.model import ColumnType
from ombud.conduct.reading import shown
from ombud.conduct.yamltext import ListNode, MapNode, Node, ScalarNode, is_null, plain_value

_MISSING = object()


class EventShape:
    """The fields of an event by part, and how a value becomes a JSON value of the field's type.

    ``post.media.kind`` among the columns means: ``post.media`` is a list of things with a ``kind``.
    """

    def __init__(self, columns: Mapping[str, ColumnType]) -> None:
        self._types: dict[str, ColumnType] = dict(columns)
        self._children: dict[str, list[str]] = {}
        for name in columns:
            above, _, last = name.rpartition(".")
            while above:
                under = self._children.setdefault(above, [])
                if last not in under:
                    under.append(last)
                above, _, last = above.rpartition(".")

    def event(self, node: MapNode, faults: Faults) -> dict[str, Any]:
        """Return the parts of a partial event that stand in ``node``; other keys are left alone."""
        found: dict[str, Any] = {}
        for name, value in node.pairs:
            if name.text == "event":
                found.update(self._part("event", value, faults, named="`event`"))
            elif name.text in EVENT_SCALARS:
                single = self._value(f"event.{name.text}", value, faults)
                if single is not _MISSING:
                    found[name.text] = single
            elif name.text in EVENT_PARTS:
                if name.text == "account" and isinstance(value, ScalarNode) and not is_null(value):
                    found["account"] = {"id": value.text}
                else:
                    found[name.text] = self._part(name.text, value, faults, named=f"`{name.text}`")
        return found

    def _part(self, part: str, node: Node, faults: Faults, *, named: str) -> Any:
        if is_null(node):
            return {} if part == "event" else None
        if not isinstance(node, MapNode):
            faults.add("conduct/test-event", f"{named} is a list of `field: value`", node.where)
            return {}
        found: dict[str, Any] = {}
        for name, value in node.pairs:
            full = f"{part}.{name.text}"
            if full not in self._types and full not in self._children:
                known = self._children.get(part, [])
                hint = did_you_mean(name.text, known) or self._hint(part, known)
                faults.add("conduct/test-field", f"{named} has no field {shown(name.text)}", name.where, hint)
                continue
            fitted = self._value(full, value, faults)
            if fitted is not _MISSING:
                found[name.text] = fitted
        return found

    def _hint(self, part: str, known: list[str]) -> str:
        if part == "extra":
            return "declare it under `columns:` in code.yaml"
        return f"its fields are {', '.join(known)}"

    def _value(self, full: str, node: Node, faults: Faults) -> Any:
        if is_null(node):
            return None
        if full in self._types:
            return self._typed(full, self._types[full], node, faults)
        if not isinstance(node, ListNode):
            faults.add("conduct/test-event", f"`{full}` is a list", node.where)
            return _MISSING
        return [self._thing(full, item, faults) for item in node.items]

    def _thing(self, full: str, node: Node, faults: Faults) -> dict[str, Any]:
        """Read an element of a list of things: their columns are lists, their fields are single or lists."""
        if not isinstance(node, MapNode):
            faults.add("conduct/test-event", f"each of `{full}` is a list of `field: value`", node.where)
            return {}
        found: dict[str, Any] = {}
        for name, value in node.pairs:
            known = self._children[full]
            if name.text not in known:
                hint = did_you_mean(name.text, known) or f"its fields are {', '.join(known)}"
                faults.add(
                    "conduct/test-field", f"`{full}` has no field {shown(name.text)}", name.where, hint
                )
            elif isinstance(value, ListNode):
                found[name.text] = self._typed(full, list[str], value, faults)
            else:
                found[name.text] = None if is_null(value) else self._typed(full, str, value, faults)
        return found

    def _typed(self, full: str, kind: ColumnType, node: Node, faults: Faults) -> Any:
        if kind in (list[str], list[int], list[float]):
            if not isinstance(node, ListNode):
                faults.add("conduct/test-event", f"`{full}` is a list", node.where)
                return _MISSING
            inner: ColumnType = str if kind == list[str] else int if kind == list[int] else float
            fitted = [self._typed(full, inner, item, faults) for item in node.items]
            return [value for value in fitted if value is not _MISSING]
        if not isinstance(node, ScalarNode):
            faults.add("conduct/test-event", f"`{full}` is one value", node.where)
            return _MISSING
        value = node.text if kind is str else plain_value(node)
        if not _fits(value, kind):
            name = getattr(kind, "__name__", str(kind))
            faults.add(
                "conduct/test-event", f"`{full}` is of type {name}, not {shown(node.text)}", node.where
            )
            return _MISSING
        return value


def _fits(value: Any, kind: ColumnType) -> bool:
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    if kind is float:
        return isinstance(value, int | float)
    if kind is datetime:
        return isinstance(value, str | int | float)
    return isinstance(value, int) if kind is int else isinstance(value, str)
