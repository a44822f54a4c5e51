"""Schemas on disk are the loader's tables, and every bundled file fits them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ombud.base.errors import UsageError
from ombud.conduct.faults import Faults
from ombud.conduct.find import bundled_home
from ombud.conduct.schema import schemas
from ombud.conduct.schemafiles import NAMES, modeline, schema_text, write_schemas
from ombud.conduct.yamltext import ListNode, MapNode, Node, ScalarNode, plain_value, read_yaml

KINDS: dict[str, Any] = {
    "string": str,
    "number": (int, float),
    "integer": int,
    "object": dict,
    "array": list,
    "null": type(None),
}
WORDS = {"$schema", "title", "description"}


def complaints(schema: dict[str, Any], value: Any, at: str = "") -> list[str]:
    """Check a value by the words of JSON Schema that are used here; any other word is an error."""
    found: list[str] = []
    for word, says in schema.items():
        if word in WORDS:
            continue
        check = CHECKS[word]
        found += [f"{at}: {word}: {text}" if text else f"{at}: {word}" for text in check(says, value, schema)]
    return found


def of_type(names: str | list[str], value: Any, _: Any) -> list[str]:
    wanted = [names] if isinstance(names, str) else names
    fits = any(
        isinstance(value, KINDS[n]) and not (isinstance(value, bool) and n != "boolean") for n in wanted
    )
    return [] if fits else [f"{value!r} is no {wanted}"]


def some(options: list[dict[str, Any]], value: Any) -> int:
    return sum(not complaints(one, value) for one in options)


def properties(parts: dict[str, Any], value: Any, schema: dict[str, Any]) -> list[str]:
    if not isinstance(value, dict):
        return []
    return [
        text for name, part in parts.items() if name in value for text in complaints(part, value[name], name)
    ]


def additional(rest: Any, value: Any, schema: dict[str, Any]) -> list[str]:
    if not isinstance(value, dict):
        return []
    others = {name: item for name, item in value.items() if name not in schema.get("properties", {})}
    if rest is False:
        return [f"unknown key {name}" for name in others]
    return [text for name, item in others.items() for text in complaints(rest, item, name)]


CHECKS: dict[str, Any] = {
    "type": of_type,
    "enum": lambda says, value, _: [] if value in says else [f"{value!r} is not in {says}"],
    "anyOf": lambda says, value, _: [] if some(says, value) else [f"{value!r} fits none"],
    "oneOf": lambda says, value, _: [] if some(says, value) == 1 else ["not exactly one"],
    "required": lambda says, value, _: [n for n in says if isinstance(value, dict) and n not in value],
    "properties": properties,
    "additionalProperties": additional,
    "propertyNames": lambda says, value, _: [
        text for name in (value if isinstance(value, dict) else {}) for text in complaints(says, name)
    ],
    "items": lambda says, value, _: [
        text for item in (value if isinstance(value, list) else []) for text in complaints(says, item, "item")
    ],
    "uniqueItems": lambda says, value, _: (
        [] if not isinstance(value, list) or len({*map(str, value)}) == len(value) else ["twice"]
    ),
    "pattern": lambda says, value, _: (
        [] if not isinstance(value, str) or re.search(says, value) else [f"{value!r}"]
    ),
    "maxLength": lambda says, value, _: (
        [] if not isinstance(value, str) or len(value) <= says else ["too long"]
    ),
    "minimum": lambda says, value, _: [] if not isinstance(value, int) or value >= says else [f"{value}"],
    "maximum": lambda says, value, _: [] if not isinstance(value, int) or value <= says else [f"{value}"],
}


def plain(node: Node | None) -> Any:
    if isinstance(node, MapNode):
        return {key.text: plain(value) for key, value in node.pairs}
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return plain_value(node) if isinstance(node, ScalarNode) else None


def bundled_files() -> list[tuple[str, Path]]:
    home = bundled_home()
    files = [("code.yaml", path) for path in sorted(home.glob("*/code.yaml"))]
    files += [("rule", path) for path in sorted(home.glob("*/rules/*.yaml"))]
    files += [
        ("clause.zh" if path.name.endswith(".zh.md") else "clause", path)
        for path in sorted(home.glob("*/clauses/*.md"))
    ]
    return files


def test_every_bundled_file_fits_its_schema() -> None:
    """What the loader takes, an editor does not mark: code, clauses and rules of every bundled code."""
    known = schemas()
    seen = 0
    for name, path in bundled_files():
        text = path.read_text("utf-8")
        if path.suffix == ".md":
            if not text.startswith("---\n"):
                continue
            text = text.split("---\n")[1]
        value = plain(read_yaml(text, str(path), Faults()))
        assert complaints(known[name], value, path.name) == []
        seen += 1
    assert seen > 150


@pytest.mark.parametrize(
    ("schema", "value", "word"),
    [
        ("rule", {"id": "Bad Id"}, "pattern"),
        ("rule", {"id": "x", "weight": 3}, "additionalProperties"),
        ("clause", {"severity": 5}, "severity: anyOf"),
        ("clause", {"harm": "criticism"}, "enum"),
        ("clause", {"measures": ["hint", "hint"]}, "measures: anyOf"),
        ("tests", [{"matches": "a", "clears": "b"}], "oneOf"),
    ],
)
def test_what_is_wrong_is_marked(schema: str, value: Any, word: str) -> None:
    """The check can fail, for each kind of word."""
    assert any(word in text for text in complaints(schemas()[schema], value))


def test_files_are_the_same_each_time_and_come_from_the_tables(tmp_path: Path) -> None:
    """Nothing is kept beside the loader's tables that could drift from them."""
    paths = write_schemas(tmp_path / "a")
    assert [path.name for path in paths] == [f"{name}.schema.json" for name in NAMES]
    for name, path in zip(NAMES, paths, strict=True):
        assert path.read_text("utf-8") == schema_text(name)
        assert json.loads(path.read_text("utf-8")) == schemas()[NAMES[name]]
    assert set(NAMES.values()) == set(schemas())


def test_one_schema_alone(tmp_path: Path) -> None:
    """A name picks one."""
    assert [path.name for path in write_schemas(tmp_path, "rule")] == ["rule.schema.json"]


def test_faults_are_told(tmp_path: Path) -> None:
    """A name that is none gets a hint; a place that cannot be written is named."""
    with pytest.raises(UsageError) as caught:
        schema_text("rules")
    assert "rule" in str(caught.value.faults[0].hint)
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError) as caught:
        write_schemas(tmp_path / "file")
    assert caught.value.code == "conduct/unwritable"


def test_the_modeline_names_the_schema_from_the_file(tmp_path: Path) -> None:
    """An editor resolves it from the folder of the file."""
    line = modeline(tmp_path / "code/.schemas/rule.schema.json", tmp_path / "code/rules")
    assert line == "# yaml-language-server: $schema=../.schemas/rule.schema.json"
