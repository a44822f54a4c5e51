"""JSON Schemas of the files of a code, for editors; made from the tables that the loader reads by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ombud.conduct.harms import harms
from ombud.conduct.keys import (
    ANCESTOR_KEYS,
    APPLIES_TO_KEYS,
    CLAUSE_KEYS,
    CLAUSE_ZH_KEYS,
    CODE_KEYS,
    COLUMN_TYPES,
    RULE_KEYS,
    TEST_EVENT_KEYS,
    TEST_KEYS,
    Key,
)
from ombud.conduct.model import TEST_KINDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_WRITTEN = ["string", "number"]  # a plain 4.4 is a number to an editor and a text to the loader


def schemas() -> Mapping[str, dict[str, Any]]:
    """Return the schemas by file: ``code.yaml``, ``clause``, ``clause.zh``, ``rule`` and ``tests``."""
    clause = _table(CLAUSE_KEYS)
    clause["properties"]["harm"] = {
        "description": "the harm from the closed list that it addresses",
        "enum": [*harms(), None],
    }
    return {
        "code.yaml": _top("a code of conduct", _table(CODE_KEYS)),
        "clause": _top("the front matter of a clause", clause),
        "clause.zh": _top("the front matter of a clause's Chinese text", _table(CLAUSE_ZH_KEYS)),
        "rule": _top("a rule", _table(RULE_KEYS)),
        "tests": _top("a list of tests", _tests()),
    }


def _top(title: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": DIALECT, "title": title, **body}


def _table(keys: tuple[Key, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key.name: {"description": key.means.en, **_value(key)} for key in keys},
        "required": [key.name for key in keys if key.required],
        "additionalProperties": False,
    }


def _value(key: Key) -> dict[str, Any]:
    body = _by_kind(key)
    if key.required or key.kind == "any":
        return body
    if "enum" in body:
        return {"enum": [*body["enum"], None]}
    return {"anyOf": [body, {"type": "null"}]}


def _by_kind(key: Key) -> dict[str, Any]:
    if key.kind == "text":
        text: dict[str, Any] = {"type": _WRITTEN, "maxLength": key.longest}
        return text if key.pattern is None else {**text, "pattern": f"^({key.pattern})$"}
    if key.kind == "words":
        words = _words(key.longest)
        return {"anyOf": [{"type": "string"}, words]} if key.single else words
    if key.kind == "whole":
        return {"type": "integer", "minimum": key.low, "maximum": key.high}
    if key.kind == "choice":
        return {"enum": list(key.choices)}
    if key.kind == "texts":
        return {"type": "array", "items": {"type": _WRITTEN}, "uniqueItems": True}
    if key.kind == "choices":
        return {"type": "array", "items": {"enum": list(key.choices)}, "uniqueItems": True}
    if key.kind == "table":
        return _table(key.keys)
    return _special(key.name)


def _special(name: str) -> dict[str, Any]:
    """Return the shape of a value that the loader reads by code of its own."""
    if name == "lineage":
        return {"type": ["array", "null"], "items": _table(ANCESTOR_KEYS)}
    if name == "applies_to":
        return {"anyOf": [{"enum": ["everyone", "signatories"]}, _table(APPLIES_TO_KEYS)]}
    if name == "columns":
        return {
            "type": ["object", "null"],
            "propertyNames": {"pattern": r"^extra\.[A-Za-z_][A-Za-z0-9_]*$"},
            "additionalProperties": {"enum": list(COLUMN_TYPES)},
        }
    if name == "does_not_mean":
        texts = {"type": "array", "items": {"anyOf": [{"type": "string"}, _words(500)]}}
        return {"anyOf": [{"type": "null"}, texts, _both_lists()]}
    if name == "tests":
        return _tests()
    if name == "events":
        return {"type": "array", "items": _table(TEST_EVENT_KEYS)}
    return {}


def _words(longest: int) -> dict[str, Any]:
    text = {"type": _WRITTEN, "maxLength": longest}
    return {
        "type": "object",
        "properties": {"en": text, "zh": text},
        "required": ["en", "zh"],
        "additionalProperties": False,
    }


def _both_lists() -> dict[str, Any]:
    texts = {"type": "array", "items": {"type": "string"}}
    return {
        "type": "object",
        "properties": {"en": texts, "zh": texts},
        "required": ["en", "zh"],
        "additionalProperties": False,
    }


def _tests() -> dict[str, Any]:
    one = _table(TEST_KEYS)
    one["oneOf"] = [{"required": [kind]} for kind in TEST_KINDS]
    return {"type": "array", "items": one}
