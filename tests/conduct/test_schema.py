"""The JSON Schemas and the loader come from one table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ombud.conduct.faults import Faults
from ombud.conduct.keys import CLAUSE_KEYS, CLAUSE_ZH_KEYS, CODE_KEYS, RULE_KEYS, TEST_KEYS, Key
from ombud.conduct.schema import schemas
from ombud.conduct.yamltext import ListNode, MapNode, Node, ScalarNode, plain_value, read_yaml

TABLES = [
    ("code.yaml", CODE_KEYS),
    ("clause", CLAUSE_KEYS),
    ("clause.zh", CLAUSE_ZH_KEYS),
    ("rule", RULE_KEYS),
]


@pytest.mark.parametrize(("name", "keys"), TABLES)
def test_schemas_have_the_loader_keys(name: str, keys: tuple[Key, ...]) -> None:
    """Same keys, same required ones, nothing else allowed."""
    schema = schemas()[name]
    assert list(schema["properties"]) == [key.name for key in keys]
    assert schema["required"] == [key.name for key in keys if key.required]
    assert schema["additionalProperties"] is False


def test_tests_have_the_loader_keys() -> None:
    """The schema of tests is the one inside the rule's."""
    items = schemas()["tests"]["items"]
    assert list(items["properties"]) == [key.name for key in TEST_KEYS]
    assert schemas()["rule"]["properties"]["tests"]["items"] == items


def test_schemas_are_json() -> None:
    """They can be written to a file for an editor."""
    assert json.loads(json.dumps(dict(schemas()))) == dict(schemas())


def plain(node: Node | None) -> Any:
    if isinstance(node, MapNode):
        return {key.text: plain(value) for key, value in node.pairs}
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    assert isinstance(node, ScalarNode)
    return plain_value(node)


def complain(schema: dict[str, Any], value: Any) -> str | None:
    """Check the part of JSON Schema that is used here; return the first complaint."""
    if "anyOf" in schema:
        return (
            None if any(complain(one, value) is None for one in schema["anyOf"]) else f"{value!r}: none fits"
        )
    if "enum" in schema and value not in schema["enum"]:
        return f"{value!r} is not in {schema['enum']}"
    kinds = {
        "string": str,
        "number": (int, float),
        "integer": int,
        "object": dict,
        "array": list,
        "null": type(None),
    }
    wanted = schema.get("type")
    if wanted is not None and not any(
        isinstance(value, kinds[k]) for k in ([wanted] if isinstance(wanted, str) else wanted)
    ):
        return f"{value!r} is no {wanted}"
    if isinstance(value, dict) and "properties" in schema:
        missing = [name for name in schema.get("required", ()) if name not in value]
        unknown = [name for name in value if name not in schema["properties"]]
        inner = [complain(schema["properties"][name], item) for name, item in value.items() if not unknown]
        return next((one for one in inner if one), str(missing + unknown) if missing or unknown else None)
    if isinstance(value, list) and "items" in schema:
        return next((one for item in value if (one := complain(schema["items"], item))), None)
    return None


def front(text: str) -> str:
    return text.split("---\n")[1] if text.startswith("---") else text


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [("code.yaml", "code.yaml"), ("clause", "clauses/*[!h].md"), ("rule", "rules/*.yaml")],
)
def test_the_example_code_fits(garden: Any, schema: str, pattern: str) -> None:
    """What the loader takes, an editor does not mark."""
    paths = [path for path in sorted(garden.path.glob(pattern)) if not path.name.endswith(".zh.md")]
    assert paths
    for path in paths:
        node = read_yaml(front(path.read_text("utf-8")), str(path), Faults())
        assert complain(schemas()[schema], plain(node)) is None


def test_a_wrong_file_does_not_fit() -> None:
    """The check above can fail."""
    assert complain(schemas()["code.yaml"], {"id": "x"}) is not None
    assert complain(schemas()["clause"]["properties"]["harm"], "criticism") is not None
