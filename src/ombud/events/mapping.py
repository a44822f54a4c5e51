"""Mapping files: read records that are not in our shape.

A mapping is a YAML object of our field and where its value comes from::

    id: id_str                                # their field, a dotted path
    at: {path: created_at, time: ms}          # s ms us, or a strptime pattern
    kind: [{path: reblog.id, as: repost}, {const: post}]    # the first that is there
    audience: {path: visibility, map: {public: public, direct: private}, default: private}
    account.id: {join: "u_{account.id}"}      # NULL if a part is missing
    post.urls: entities.urls.expanded_url     # a path goes through lists
    extra.likes: favourites_count

Every value is then converted to its field's type. A path whose whole text is a key of the
record (a CSV column ``user.id``) means that key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from ombud.base.errors import Fault, UsageError, Where
from ombud.base.nearest import did_you_mean
from ombud.events.columns import (
    FIELDS,
    REQUIRED,
    Finish,
    assemble,
    convert,
    converter,
    field_hint,
    is_field,
    plain_name,
)
from ombud.events.envelope import AUDIENCES, KINDS, Event
from ombud.events.guess import guess
from ombud.events.refusals import refusal

__all__ = ["Mapping", "compile_path", "guess", "load_mapping", "parse_mapping"]

Getter = Callable[[dict[str, Any]], Any]

_KEYS = ("path", "const", "join", "as", "map", "time", "default")
_KNOWN = {"kind": KINDS, "audience": AUDIENCES}
_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000}


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping that was read and checked.

    ``fields`` are our fields in the file's order; :meth:`event` reads one record with them.
    """

    path: str
    fields: tuple[str, ...]
    getters: tuple[tuple[str, Getter, Callable[[Any], Any]], ...]

    def event(self, record: dict[str, Any], finish: Finish) -> Event:
        """Make an event of a record.

        Raises:
            EventError: the same codes as for a line in our own shape.
        """
        return assemble(
            [(name, convert(name, how, _got(name, get, record))) for name, get, how in self.getters], finish
        )


class _Checker:
    """Walks the YAML nodes, which know their places, and collects every fault."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.faults: list[Fault] = []

    def fault(self, code: str, message: str, node: yaml.Node, hint: str | None = None) -> None:
        mark = node.start_mark
        where = Where(self.path, mark.line + 1, mark.column + 1)
        self.faults.append(Fault(f"events/mapping-{code}", message, where, hint))

    def spec(self, node: yaml.Node, field: str) -> Getter:
        """Compile what stands behind a field."""
        if isinstance(node, yaml.SequenceNode):
            return _first([self.spec(item, field) for item in node.value])
        if isinstance(node, yaml.ScalarNode):
            if node.value in _KNOWN.get(field, ()):
                hint = f"write {{const: {node.value}}}"
                self.fault("bad-path", f"{node.value!r} is a value, and a path is expected here", node, hint)
            return self._path(node)
        assert isinstance(node, yaml.MappingNode)
        return self._object(node, field)

    def _path(self, node: yaml.Node) -> Getter:
        text = node.value if isinstance(node, yaml.ScalarNode) else ""
        if not isinstance(text, str) or not text or not all(text.split(".")):
            self.fault("bad-path", "a path is one or more names joined by dots", node)
            return _nothing
        return compile_path(text)

    def _object(self, node: yaml.MappingNode, field: str) -> Getter:
        parts = self.keys(node, _KEYS)
        sources = [key for key in ("path", "const", "join") if key in parts]
        if len(sources) != 1:
            message = "exactly one of path, const and join says where the value comes from"
            self.fault("no-source", message, node)
            return _nothing
        get = self._source(sources[0], parts[sources[0]])
        if "as" in parts:
            get = _instead(get, self._fixed(parts["as"], field))
        if "map" in parts:
            get = self._table(get, parts["map"], field)
        if "time" in parts:
            get = self._time(get, parts["time"], field)
        if "default" in parts:
            get = _first([get, _const(self._fixed(parts["default"], field))])
        if "const" in parts:
            self._fixed(parts["const"], field)
        return get

    def keys(self, node: yaml.MappingNode, known: tuple[str, ...]) -> dict[str, yaml.Node]:
        """Return a mapping node's children; unknown and repeated keys are faults."""
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                self.fault("unknown-key", f"no key is called {name!r} here", key, did_you_mean(name, known))
            elif name in found:
                self.fault("twice", f"the key {name!r} stands twice", key)
            found[name] = value
        return found

    def _source(self, kind: str, node: yaml.Node) -> Getter:
        if kind == "path":
            return self.spec(node, "") if isinstance(node, yaml.SequenceNode) else self._path(node)
        if kind == "const":
            return _const(_plain(node))
        return self._join(node)

    def _join(self, node: yaml.Node) -> Getter:
        try:
            pieces = list(Formatter().parse(str(node.value)))
        except ValueError as error:
            self.fault("bad-join", f"the template does not hold: {error}", node)
            return _nothing
        if not isinstance(node, yaml.ScalarNode) or any(s or c for _, _, s, c in pieces):
            self.fault("bad-join", "a template is text with paths in braces, as u_{user.id}", node)
            return _nothing
        return _joined([(text, compile_path(name) if name else None) for text, name, _, _ in pieces])

    def _table(self, get: Getter, node: yaml.Node, field: str) -> Getter:
        if not isinstance(node, yaml.MappingNode):
            self.fault("bad-map", "a map is an object of their value and ours", node)
            return get
        table = {str(key.value): self._fixed(value, field) for key, value in node.value}
        return _mapped(get, table)

    def _time(self, get: Getter, node: yaml.Node, field: str) -> Getter:
        pattern = str(node.value)
        if not _is_time(field):
            self.fault("bad-time", f"{field} is not a time", node)
        elif pattern not in _UNITS and "%" not in pattern:
            hint = "s, ms, us, or a pattern such as '%a %b %d %H:%M:%S %z %Y'"
            self.fault("bad-time", f"{pattern!r} is no unit of time", node, hint)
        return _scaled(get, _UNITS[pattern]) if pattern in _UNITS else _parsed(get, pattern)

    def _fixed(self, node: yaml.Node, field: str) -> Any:
        """A value that stands in the mapping itself: it must suit the field at once."""
        value = _plain(node)
        known = _KNOWN.get(field)
        if known and value not in known:
            hint = did_you_mean(str(value), known) or f"one of {', '.join(known)}"
            self.fault("bad-value", f"no {field} is called {value!r}", node, hint)
        return value


def load_mapping(path: Path | str) -> Mapping:
    """Read a mapping file.

    Raises:
        UsageError: all faults of the file, each with line and column: ``events/mapping-syntax``,
            ``-unknown-field``, ``-unknown-key``, ``-twice``, ``-bad-path``, ``-no-source``, ``-bad-join``,
            ``-bad-map``, ``-bad-time``, ``-bad-value``, ``-missing-field``; or ``events/no-such-file``.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise UsageError(Fault("events/no-such-file", f"cannot be read: {error}", Where(path))) from error
    return parse_mapping(text, str(path))


def parse_mapping(text: str, name: str = "<mapping>") -> Mapping:
    """Read a mapping from YAML text; ``name`` stands in faults. Errors as :func:`load_mapping`."""
    checker = _Checker(name)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = Where(name, mark.line + 1, mark.column + 1) if mark else Where(name)
        problem = getattr(error, "problem", None) or str(error)
        raise UsageError(Fault("events/mapping-syntax", f"not YAML: {problem}", where)) from error
    if not isinstance(root, yaml.MappingNode):
        message = "a mapping is an object of our field and where its value comes from"
        raise UsageError(Fault("events/mapping-syntax", message, Where(name, 1, 1)))
    getters = _fields(checker, root)
    for field in REQUIRED:
        if field not in getters:
            checker.fault("missing-field", f"nothing is said for {field}, which every event has", root)
    if checker.faults:
        raise UsageError(*checker.faults)
    return Mapping(name, tuple(getters), tuple((f, get, converter(f)) for f, get in getters.items()))


def _fields(checker: _Checker, root: yaml.MappingNode) -> dict[str, Getter]:
    getters: dict[str, Getter] = {}
    for key, value in root.value:
        field = plain_name(str(key.value))
        if not is_field(field):
            hint = field_hint(str(key.value))
            checker.fault("unknown-field", f"no field is called {key.value!r}", key, hint)
            continue
        if field in getters:
            checker.fault("twice", f"the field {field!r} stands twice", key)
        getters[field] = checker.spec(value, field)
    return getters


def _plain(node: yaml.Node) -> Any:
    return yaml.SafeLoader("").construct_object(node, deep=True)


def _is_time(field: str) -> bool:
    return field.startswith("extra.") or FIELDS.get(plain_name(field)) is datetime


def compile_path(path: str) -> Getter:
    """Return what reads a dotted path: keys of objects, positions in lists, or through all items."""
    names = path.split(".")
    if len(names) == 1:
        return lambda record: record.get(path)

    def get(record: dict[str, Any]) -> Any:
        if path in record:
            return record[path]
        return _walk(record, names, 0)

    return get


def _walk(value: Any, names: list[str], i: int) -> Any:
    while i < len(names):
        name = names[i]
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list):
            if not name.isdecimal():
                found = [_walk(item, names, i) for item in value]
                return [item for item in found if item is not None]
            value = value[int(name)] if int(name) < len(value) else None
        else:
            return None
        i += 1
    return value


def _got(name: str, get: Getter, record: dict[str, Any]) -> Any:
    try:
        return get(record)
    except (ValueError, TypeError, OverflowError) as error:  # only reading a time can fail
        raise refusal("bad-time", f"{name} is not such a time: {error}") from None


def _nothing(_: dict[str, Any]) -> Any:
    return None


def _const(value: Any) -> Getter:
    return lambda _: value


def _first(getters: list[Getter]) -> Getter:
    def get(record: dict[str, Any]) -> Any:
        for one in getters:
            value = one(record)
            if value is not None and value != "":
                return value
        return None

    return get


def _instead(get: Getter, value: Any) -> Getter:
    return lambda record: None if get(record) in (None, "", False, []) else value


def _joined(pieces: list[tuple[str, Getter | None]]) -> Getter:
    def get(record: dict[str, Any]) -> Any:
        parts: list[str] = []
        for text, one in pieces:
            parts.append(text)
            if one is not None:
                value = one(record)
                if value is None:
                    return None
                parts.append(str(value))
        return "".join(parts)

    return get


def _mapped(get: Getter, table: dict[str, Any]) -> Getter:
    def read(record: dict[str, Any]) -> Any:
        value = get(record)
        if isinstance(value, list):
            return [table[key] for item in value if (key := _key(item)) in table]
        return table.get(_key(value))

    return read


def _key(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _scaled(get: Getter, unit: int) -> Getter:
    def read(record: dict[str, Any]) -> Any:
        value = get(record)
        if value is None or unit == 1:
            return value
        step = 1_000_000 // unit
        try:
            micros = int(value) * step if not isinstance(value, float) else round(value * step)
        except ValueError:
            micros = round(float(value) * step)
        seconds, rest = divmod(micros, 1_000_000)
        if not rest:
            return seconds
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)

    return read


def _parsed(get: Getter, pattern: str) -> Getter:
    def read(record: dict[str, Any]) -> Any:
        value = get(record)
        if value is None:
            return None
        return datetime.strptime(str(value), pattern)

    return read
