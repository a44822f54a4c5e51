"""The YAML reader gives data or located faults, whatever the text."""

from __future__ import annotations

import string
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.conduct import yamltext
from ombud.conduct.faults import Faults
from ombud.conduct.yamltext import MAX_DEPTH, ListNode, MapNode, Node, ScalarNode, plain_value, read_yaml


def read(text: str) -> tuple[Node | None, list[str]]:
    faults = Faults()
    node = read_yaml(text, "f.yaml", faults)
    return node, [fault.code for fault in faults.sorted()]


def value(node: Node | None) -> Any:
    if isinstance(node, MapNode):
        return {key.text: value(item) for key, item in node.pairs}
    if isinstance(node, ListNode):
        return [value(item) for item in node.items]
    return plain_value(node) if node is not None else None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("no", "no"), ("on", "on"), ("yes", "yes"), ("Norway", "Norway"), ("true", True), ("False", False),
        ("1.10", 1.1), ("'1.10'", "1.10"), ("12:30:45", "12:30:45"), ("2026-01-01", "2026-01-01"),
        ("0o17", "0o17"), ("0x1F", "0x1F"), ("017", 17), ("1_000", "1_000"), ("-5", -5), ("1e3", 1000.0),
        (".inf", ".inf"), (".nan", ".nan"), ("1e999", "1e999"), ("9" * 19, "9" * 19), ("~", None),
        ("null", None), ("'null'", "null"), ("<<", "<<"), ("=", "="), ("'你好'", "你好"), ("🙂", "🙂"),
    ],
)  # fmt: skip
def test_scalars_have_no_surprises(text: str, meant: Any) -> None:
    """Only true, false, null and plain decimal numbers are not text."""
    assert value(read(f"k: {text}\n")[0]) == {"k": meant}


def test_merge_keys_merge_nothing() -> None:
    """`<<` is a key like any other."""
    assert value(read("<<: {a: 1}\nb: 2\n")[0]) == {"<<": {"a": 1}, "b": 2}


def test_no_text_grows() -> None:
    """The billion laughs are refused at the first anchor."""
    laughs = 'a: &a ["lol","lol"]\n' + "".join(
        f"{c}: &{c} [{','.join(f'*{p}' for _ in range(9))}]\n"
        for p, c in zip(string.ascii_lowercase, string.ascii_lowercase[1:], strict=False)
    )
    assert read(laughs) == (None, ["conduct/yaml-anchor"])


@pytest.mark.parametrize("open_, close", [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")])
def test_depth_is_bounded(open_: str, close: str) -> None:
    """Deep nesting is refused without deep recursion."""
    node, codes = read(open_ * 100_000 + "x" + close * 100_000)
    assert node is None
    assert codes[0] in ("conduct/yaml-depth", "conduct/yaml-key", "conduct/yaml-syntax")
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH)[1] == []


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_both_parsers_agree(monkeypatch: pytest.MonkeyPatch, loader: Any) -> None:
    """With libyaml or without it, nodes and places are the same."""
    monkeypatch.setattr(yamltext, "_Loader", loader)
    node, codes = read("标题: {en: 'it''s', zh: \"中\\u4e2d\"}\nwhen: |\n  a\n  b\nl: [1, x]\n")
    assert codes == []
    assert value(node) == {"标题": {"en": "it's", "zh": "中中"}, "when": "a\nb\n", "l": [1, "x"]}
    assert isinstance(node, MapNode)
    assert [(str(key.where), str(item.where)) for key, item in node.pairs] == [
        ("f.yaml:1:1", "f.yaml:1:5"),
        ("f.yaml:2:1", "f.yaml:2:7"),
        ("f.yaml:5:1", "f.yaml:5:4"),
    ]
    assert read('a: "\\ud800"\n')[1] in (["conduct/yaml-character"], ["conduct/yaml-syntax"])


YAML_LIKE = st.text(
    alphabet="ab1: -\n\t[]{},#&*!|>'\"%@`?\\~.x0u\x85\u2028\ufeff中🙂\x00\ud800", max_size=120
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=200), YAML_LIKE))
def test_any_text_is_data_or_located_faults(text: str) -> None:
    """Nothing but nodes and faults of this room comes out, and every fault has a line."""
    faults = Faults()
    node = read_yaml(text, "f.yaml", faults)
    for fault in faults.sorted():
        assert fault.code.startswith("conduct/")
        assert fault.where is not None
        assert fault.where.line is not None
    value(node)


TEXT = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=20)
KEY = st.text("abcé中", min_size=1, max_size=5)


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-(10**15), 10**15), TEXT),
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEY, inner, max_size=4)),
        max_leaves=12,
    )
)  # fmt: skip
def test_what_was_dumped_is_read(data: Any) -> None:
    """JSON, which is YAML, is read as what it says."""
    import json

    node, codes = read(json.dumps(data, ensure_ascii=False))
    assert codes == []
    assert value(node) == data


def test_one_scalar_is_a_document() -> None:
    """A document may be a single scalar or nothing."""
    assert isinstance(read("hello")[0], ScalarNode)
    assert read("") == (None, [])
    assert read("# only a comment\n") == (None, [])
