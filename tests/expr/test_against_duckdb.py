"""The language means what DuckDB means by it, behind the fence."""

from __future__ import annotations

import functools
import unicodedata

import duckdb
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from oracle import Oracle
from strategies import COLUMNS, LISTS, WINDOWS, conditions, pool

from ombud.base.errors import RuleError
from ombud.expr import compile_rules
from ombud.expr.lowercase import lower

ROWS = pool(120)
SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))


@functools.cache
def oracle() -> Oracle:
    """One DuckDB table for all examples."""
    return Oracle(COLUMNS, ROWS, lists=LISTS)


def ours(rules: dict[str, str]) -> dict[str, list[bool | None]]:
    """Each rule's answers by the plain evaluator, windows fed row by row."""
    compiled = compile_rules(rules, COLUMNS, lists=LISTS, order=("at", "id"))
    session = compiled.session()
    answers: dict[str, list[bool | None]] = {name: [] for name in rules}
    for row in ROWS:
        session.observe([row])
        for name in rules:
            answers[name].append(session.evaluate(row, name))
    return answers


def check(rules: dict[str, str]) -> None:
    """Compare the oracle, the plain evaluator and the compiled rules."""
    plain = ours(rules)
    compiled = compile_rules(rules, COLUMNS, lists=LISTS, order=("at", "id"))
    found = compiled.match(ROWS)
    for name, rule in rules.items():
        try:
            expected = oracle().answers(rule)
        except (
            duckdb.OutOfRangeException,
            duckdb.InvalidInputException,
            duckdb.ConversionException,
        ) as error:
            raise AssertionError(f"{rule}\n{oracle().sql(rule)}\n{error}") from error
        assert plain[name] == expected, (rule, oracle().sql(rule))
        assert [name in names for names in found] == [answer is True for answer in expected], rule


@settings(SLOW, max_examples=250)
@given(st.lists(conditions(3), min_size=1, max_size=3))
def test_random_rules_equal_the_oracle(rules: list[str]) -> None:
    """Random rules over rows with NULL, Chinese, emoji, K ſ İ, NUL and long texts equal DuckDB's answers."""
    try:
        check({f"r{i}": rule for i, rule in enumerate(rules)})
    except RuleError as error:
        assume(all(fault.code == "expr/bad-regex" for fault in error.faults))
        assume(False)


@settings(SLOW, max_examples=30)
@given(st.sampled_from(WINDOWS), st.integers(0, 4), conditions(1))
def test_windows_equal_the_oracle(window: str, bound: int, condition: str) -> None:
    """Windows equal a correlated subquery in (at, id) order, ties included."""
    try:
        check({"w": f"{window} > {bound} AND ({condition})", "v": f"{window} <= {bound} OR {window} IS NULL"})
    except RuleError as error:
        assume(all(fault.code != "expr/bad-regex" for fault in error.faults))
        raise


@pytest.mark.parametrize(
    "rule",
    [
        "NOT n = 1 IS NULL",
        "n = 1 IS NULL",
        "NOT ok AND own OR ok",
        "n BETWEEN 1 AND 3 AND ok OR own",
        "n + m * 2 - 3 % 2 > 1",
        "n - m - 1 < 0",
        "-7 // 2 = -3 AND -7 % 3 = -1 AND 7 // -2 = -3",
        "n // 0 IS NULL AND n % 0 IS NULL AND n / 0 IS NULL",
        "n + 9223372036854775807 > 0",
        "n * m > 0",
        "-n > 0",
        "n // -1 > 0",
        "n % -1 = 0",
        "x * 1e308 > 1.0 OR x * 1e308 IS NULL",
        "n > 9007199254740992.0",
        "n = x",
        "n IN (1, 2.0, NULL)",
        "x IN (1, 7)",
        "name IN ('a', NULL) OR name NOT IN ('b', NULL)",
        "ok IN (TRUE)",
        "CASE n WHEN 1 THEN 'a' WHEN 7 THEN 'b' END = name",
        "CASE WHEN n > 1 THEN x ELSE n END > 1.0",
        "coalesce(n, x) > 1",
        "'a' = ANY(urls) OR name = ANY(urls)",
        "any(urls, u -> u = name OR contains(u, 'a'))",
        "all(urls, u -> any(urls, w -> w = u))",
        "seen > TIMESTAMP '2023-11-14 22:13:20'",
        "seen + INTERVAL 1 HOUR > at OR at - seen = INTERVAL '1 day'",
        "post.text LIKE '%!%%' ESCAPE '!'",
        "length(post.text) = length(lower(post.text))",
        "NULL OR ok",
        "NULL = NULL",
        "coalesce(NULL, ok)",
        "CASE WHEN ok THEN NULL ELSE own END",
        "(ok AND own) IS NULL",
        "(ok OR own) = (own AND ok)",
        "contains(post.text, '')",
        "starts_with(name, name) AND ends_with(name, name)",
    ],
)
def test_known_corners_equal_the_oracle(rule: str) -> None:
    """Precedence, the fence and NULL come out as in DuckDB."""
    check({"r": rule})


def test_lower_equals_duckdb_on_every_code_point() -> None:
    """The shipped table and DuckDB's ``lower`` agree on all of Unicode."""
    rows = duckdb.sql(
        "SELECT i, lower(chr(i::INT)) FROM range(1, 1114112) r(i) WHERE i NOT BETWEEN 55296 AND 57343"
    ).fetchall()
    wrong = [i for i, theirs in rows if lower(chr(i)) != theirs]
    assert wrong == []


@settings(SLOW, max_examples=100)
@given(st.text(), st.text(alphabet="ΣσςİıIiKſsẞßA aé中", max_size=12))
@example("ΑΣ", "ΑΣ ΑΣΑ")
def test_lower_maps_sign_by_sign(left: str, right: str) -> None:
    """``lower`` of a text is ``lower`` of its signs, so no context (as a final sigma) matters."""
    text = left + right
    assert lower(text) == "".join(map(lower, text))
    assert unicodedata.unidata_version >= "14"
