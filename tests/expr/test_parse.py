# ruff: noqa: E501
"""Whatever a rule's text holds, it parses or gets located faults; nothing outside the list gets through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from ombud.base.errors import RuleError, Where
from ombud.expr import compile_rules, parse_rule
from ombud.expr.ast import And, Arith, Cmp, Col, Expr, IsNull, Lit, Neg, Not, Or, children, walk

COLUMNS: dict[str, Any] = {
    "text": str,
    "post.text": str,
    "followers": int,
    "score": float,
    "ok": bool,
    "at": datetime,
    "urls": list[str],
    "signal.private_info.flight": str,
}


def faults(rule: str, **more: Any) -> list[tuple[str, int | None, int | None]]:
    """The codes and places of a rule's faults."""
    with pytest.raises(RuleError) as caught:
        parse_rule(rule, COLUMNS, **more)
    return [(f.code, f.where and f.where.line, f.where and f.where.column) for f in caught.value.faults]


@pytest.mark.parametrize(
    ("rule", "code", "column"),
    [
        ("", "expr/syntax", 1),
        ("   ", "expr/syntax", 1),
        ("followers", "expr/type-mismatch", 1),
        ("folowers > 1", "expr/unknown-column", 1),
        ("ok AND txt = 'a'", "expr/unknown-column", 8),
        ("post > 1", "expr/unknown-column", 1),
        ("a.b.c.d.e = 1", "expr/unknown-column", 1),
        ("read_csv('/etc/passwd')", "expr/unknown-function", 1),
        ("ok AND getenv('HOME') = 'x'", "expr/unknown-function", 8),
        ("system.getenv('x')", "expr/unknown-function", 1),
        ("contains(text, __import__('os'))", "expr/unknown-function", 16),
        ("SELECT 1", "expr/not-allowed", 1),
        ("(SELECT ok FROM t)", "expr/not-allowed", 2),
        ("text IN (SELECT a FROM b)", "expr/not-allowed", 10),
        ("EXISTS (SELECT 1)", "expr/not-allowed", 1),
        ("ok FROM t", "expr/not-allowed", 4),
        ("ok; DROP TABLE x", "expr/not-allowed", 3),
        ("ok -- fine", "expr/comment", 4),
        ("ok /* fine */", "expr/comment", 4),
        ('text = "a"', "expr/syntax", 8),
        ("text = 'a", "expr/syntax", 8),
        ("text = $$a$$", "expr/syntax", 8),
        ("text::int = 1", "expr/syntax", 5),
        ("CAST(text AS INT) = 1", "expr/syntax", 1),
        ("text || 'a' = 'b'", "expr/syntax", 6),
        ("followers = 5abc", "expr/syntax", 13),
        ("followers ** 2 > 1", "expr/syntax", 12),
        ("ok = ok = ok", "expr/syntax", 9),
        ("1 < followers < 3", "expr/syntax", 15),
        ("followers > NOT ok", "expr/syntax", 13),
        ("(ok", "expr/syntax", 4),
        ("ok)", "expr/syntax", 3),
        ("(ok, ok)", "expr/syntax", 4),
        ("ok ok", "expr/syntax", 4),
        ("ok AND", "expr/syntax", 7),
        ("text IN ()", "expr/syntax", 10),
        ("text IN (post.text)", "expr/bad-literal", 10),
        ("text LIKE post.text", "expr/bad-literal", 11),
        ("text LIKE 'a!' ESCAPE '!'", "expr/bad-literal", 11),
        ("text NOT 'a'", "expr/syntax", 10),
        ("followers = 'a'", "expr/type-mismatch", 13),
        ("at > '2026-01-01'", "expr/type-mismatch", 6),
        ("at > TIMESTAMP 'yesterday'", "expr/bad-literal", 16),
        ("at - at > 3600", "expr/type-mismatch", 11),
        ("at - at > INTERVAL 1 MONTH", "expr/bad-literal", 20),
        ("at - at > INTERVAL 1 PARSEC", "expr/bad-literal", 20),
        ("score // 2 > 1", "expr/type-mismatch", 10),
        ("text + 1 > 2", "expr/type-mismatch", 8),
        ("ok > ok", "expr/type-mismatch", 1),
        ("urls = urls", "expr/type-mismatch", 1),
        ("contains(urls, 'a')", "expr/type-mismatch", 10),
        ("contains(text)", "expr/arguments", 1),
        ("lower() = 'a'", "expr/arguments", 1),
        ("CASE WHEN ok THEN 1 ELSE 'a' END = 1", "expr/type-mismatch", 26),
        ("CASE ELSE 1 END = 1", "expr/syntax", 6),
        ("any(text, u -> ok)", "expr/type-mismatch", 5),
        ("any(urls, ok)", "expr/syntax", 13),
        ("u = 'a' OR any(urls, u -> u = 'a')", "expr/unknown-column", 1),
        ("text = ALL(urls)", "expr/not-allowed", 8),
        ("regexp_matches(text, '(?=a)')", "expr/bad-regex", 22),
        (r"regexp_matches(text, '(a)\1')", "expr/bad-regex", 22),
        ("regexp_matches(text, '((a{1000}){1000})')", "expr/bad-regex", 22),
        ("regexp_matches(text, 'a', 'g')", "expr/bad-literal", 27),
        ("regexp_matches(text, post.text)", "expr/bad-literal", 22),
        ("in_list(text, 'nope')", "expr/unknown-list", 15),
        ("followers > 9223372036854775808", "expr/bad-literal", 13),
        ("score > 1e999", "expr/bad-literal", 9),
        ("text = '\ud800'", "expr/bad-literal", 8),
        ("count_within(INTERVAL 1 HOUR) > 1", "expr/bad-window", 1),
        ("count_within(3, per => text) > 1", "expr/bad-window", 14),
        ("count_within(INTERVAL 0 HOUR, per => text) > 1", "expr/bad-window", 14),
        ("count_within(INTERVAL 1 HOUR, by => text) > 1", "expr/bad-window", 31),
        ("count_within(INTERVAL 1 HOUR, per => urls) > 1", "expr/bad-window", 38),
        (
            "count_within(INTERVAL 1 HOUR, per => text, where => signal.private_info.flight IS NOT NULL) > 1",
            "expr/bad-window",
            53,
        ),
        (
            "count_within(INTERVAL 1 HOUR, per => count_within(INTERVAL 1 HOUR, per => text)) > 1",
            "expr/bad-window",
            38,
        ),
    ],
)
def test_each_fault_has_its_code_and_place(rule: str, code: str, column: int) -> None:
    """A wrong rule is refused with a permanent code at the place of the fault."""
    assert (code, 1, column) in faults(rule)


def test_all_faults_of_all_rules_come_at_once() -> None:
    """Compiling reports every fault of every rule, each with rule, line and column."""
    with pytest.raises(RuleError) as caught:
        compile_rules({"a": "txt = 1\n AND followers = 'x' AND foo(1)", "b": "ok AND", "c": "ok"}, COLUMNS)
    assert [str(f.where) for f in caught.value.faults] == ["a:1:1", "a:2:18", "a:2:26", "b:1:7"]


def test_faults_are_placed_in_the_file_that_holds_the_rule() -> None:
    """With the place of the expression's first sign, faults point into the file."""
    with pytest.raises(RuleError) as caught:
        parse_rule("ok\nAND txt = 1", COLUMNS, where=Where("r.yaml", 7, 5))
    assert str(caught.value.faults[0].where) == "r.yaml:8:9"
    assert caught.value.faults[0].hint == "did you mean 'text'?"


@pytest.mark.parametrize(
    "rule",
    [
        "(" * 5_000 + "ok" + ")" * 5_000,
        "NOT " * 5_000 + "ok",
        "- " * 5_000 + "followers > 1",
        "followers" + " + followers" * 4_000 + " > 1",
        "CASE WHEN " * 5_000 + "ok",
        "lower(" * 5_000 + "text" + ")" * 5_000 + " = 'a'",
        "ok" + " IS NULL" * 5_000,
        "any(urls, u -> " * 3_000 + "ok",
        "coalesce(" * 3_000,
        "a" * 70_000,
        "'" + "a" * 70_000,
    ],
)
def test_deep_and_long_expressions_are_refused(rule: str) -> None:
    """Nesting beyond 100 levels and texts beyond 64 KiB are refused, never a RecursionError."""
    assert {code for code, _, _ in faults(rule)} <= {"expr/too-deep", "expr/too-long"}


def test_nesting_to_the_limit_works() -> None:
    """98 parentheses, and wide AND / OR of thousands of parts, compile and evaluate."""
    deep = "(" * 98 + "ok" + ")" * 98
    nots = "NOT " * 90 + "ok"
    sums = "followers" + " + 1" * 95 + " > 0"
    wide = " OR ".join(f"followers = {i}" for i in range(3_000))
    nested = "ok"
    for _ in range(31):
        nested = f"(NOT ({nested} AND ok))"
    rules = compile_rules({"deep": deep, "nots": nots, "sums": sums, "wide": wide, "nested": nested}, COLUMNS)
    assert rules.match([{"ok": True, "followers": 2_999}]) == [["deep", "nots", "sums", "wide"]]
    assert rules.match([{"ok": None, "followers": None}]) == [[]]
    assert rules.evaluate({"ok": True}, "nested") is False


WORDS = [
    "ok",
    "text",
    "followers",
    "(",
    ")",
    "AND",
    "OR",
    "NOT",
    "IN",
    "LIKE",
    "=",
    "<",
    ">",
    "+",
    "-",
    "*",
    "/",
    "%",
    "//",
    ",",
    ".",
    "->",
    "=>",
    "'a'",
    "''",
    "1",
    "2.5",
    "NULL",
    "TRUE",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "any",
    "all",
    "count_within",
    "INTERVAL",
    "HOUR",
    "per",
    "where",
    "IS",
    "BETWEEN",
    "TIMESTAMP",
    "ANY",
    "urls",
    "u",
    ";",
    "--",
    "\x00",
    '"',
    "`",
    "你",
    "�",
]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(WORDS),
        max_size=14,
    ).map(" ".join)
)
def test_any_text_parses_or_gets_faults(rule: str) -> None:
    """Random words of the language never raise anything but RuleError with places inside the text."""
    try:
        tree = parse_rule(rule, COLUMNS).tree
    except RuleError as error:
        for fault in error.faults:
            assert fault.where is not None and fault.where.column is not None
            assert 1 <= fault.where.column <= len(rule) + 1
    else:
        assert all(0 <= node.start <= node.end <= len(rule) for node in walk(tree))


@settings(max_examples=200)
@given(st.text(max_size=40))
def test_any_characters_parse_or_get_faults(rule: str) -> None:
    """Arbitrary characters never raise anything but RuleError."""
    try:
        parse_rule(rule, COLUMNS)
    except RuleError as error:
        assert error.faults


_SHAPES = {
    exp.And: And, exp.Or: Or, exp.Not: Not, exp.EQ: Cmp, exp.NEQ: Cmp, exp.LT: Cmp, exp.GT: Cmp, exp.LTE: Cmp,
    exp.GTE: Cmp, exp.Is: IsNull, exp.Add: Arith, exp.Sub: Arith, exp.Mul: Arith, exp.Neg: Neg, exp.Mod: Arith,
    exp.IntDiv: Arith, exp.Column: Col, exp.Literal: Lit,
}  # fmt: skip


def _shape(node: Any) -> Any:
    """The bare shape of a tree, ours or sqlglot's, with AND / OR flattened."""
    if isinstance(node, exp.Paren):
        return _shape(node.this)
    if isinstance(node, exp.Expression):
        kind: Any = _SHAPES[type(node)]
        parts = [node.this, node.args.get("expression")]
        if kind is Col or kind is Lit:
            return kind.__name__
        if kind is IsNull:
            parts = [node.this]
        shapes = [_shape(part) for part in parts if part is not None]
    else:
        kind = type(node)
        if kind is Col or kind is Lit:
            return kind.__name__
        shapes = [_shape(part) for part in children(node)]
    if kind in (And, Or):
        flat: list[Any] = []
        for shape in shapes:
            flat.extend(shape[1] if isinstance(shape, tuple) and shape[0] == kind.__name__ else [shape])
        return (kind.__name__, flat)
    return (kind.__name__, shapes)


_NUMBER = st.recursive(
    st.sampled_from(("followers", "1", "7")),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(("+", "-", "*", "%", "//")), inner).map(" ".join),
        inner.map(lambda i: f"({i})"),
    ),
    max_leaves=5,
)
_CONDITION = st.recursive(
    st.one_of(
        st.sampled_from(("ok",)),
        st.tuples(_NUMBER, st.sampled_from(("=", "<", ">=", "!=")), _NUMBER).map(" ".join),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(("AND", "OR")), inner).map(" ".join),
        inner.map(lambda i: f"({i})"),
        inner.map(lambda i: f"NOT {i}"),
        inner.map(lambda i: f"({i}) IS NULL"),
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(_CONDITION)
def test_precedence_is_that_of_sqlglots_duckdb_dialect(rule: str) -> None:
    """The tree has the shape that sqlglot gives the same text."""
    ours: Expr = parse_rule(rule, COLUMNS).tree
    theirs = sqlglot.parse_one(rule, dialect="duckdb")
    assert _shape(ours) == _shape(theirs)


def test_parsed_tells_the_linter_what_a_rule_reads_and_says() -> None:
    """Columns, windows, lists and all text literals are reported."""
    parsed = parse_rule(
        "contains(text, 'free') AND in_list(post.text, 'spam') AND text LIKE 'a%b' "
        "AND regexp_matches(text, 'x+') AND count_within(INTERVAL 1 HOUR, per => post.text) > 3 "
        "AND text IN ('p', 'q')",
        COLUMNS,
        lists={"spam": ["w"]},
    )
    assert parsed.reads == {"text", "post.text"}
    assert parsed.windows == ("count_within(INTERVAL 1 HOUR, per => post.text)",)
    assert set(parsed.literals) == {"free", "spam", "a", "b", "x+", "p", "q"}
    assert parsed.lists == {"spam"}


def test_unknown_column_types_are_refused() -> None:
    """A column declared with a type that rules do not have is a fault."""
    with pytest.raises(RuleError) as caught:
        compile_rules({}, {"a": dict, "b": bytes})  # type: ignore[dict-item]
    assert [fault.code for fault in caught.value.faults] == ["expr/bad-column-type"] * 2
