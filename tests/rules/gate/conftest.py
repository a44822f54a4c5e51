"""A small honest code, and codes that differ from it in one thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from ombud.base.errors import Where
from ombud.base.ids import content_hash
from ombud.conduct.keys import COLUMN_TYPES
from ombud.conduct.model import AppliesTo, Body, Clause, Code, Example, Rule, RuleTest
from ombud.conduct.words import Words
from ombud.expr import parse_rule
from ombud.rules.bind import rule_columns

WHEN = "event.kind = 'post' AND contains(lower(post.text), 'send me your card number')"
LISTS: dict[str, list[str]] = {}

MakeCode = Callable[..., Code]


def _clause(part: Mapping[str, Any]) -> Clause:
    body_en = Body(
        "",
        part.get("asks", "Do not ask for card numbers by deceit."),
        part.get("does_not_forbid", "Warnings and honest sales."),
        (Example(True, "x"), Example(False, "y")),
    )
    body_zh = Body(
        "", part.get("asks_zh", "不得骗取银行卡号。"), part.get("does_not_forbid", "提醒与正常售卖。"), ()
    )
    status = part.get("status", "enforced")
    idle = status == "declined"
    return Clause(
        id="1",
        title="Card numbers",
        title_zh="银行卡号",
        status=status,
        subject="post",
        harm=None if idle else part.get("harm", "deceptive_solicitation"),
        severity=None if idle else part.get("severity", 3),
        measures=() if idle else tuple(part.get("measures", ("disable",))),
        ceiling=None if idle else part.get("ceiling", "disable"),
        automation=part.get("automation", "never"),
        correction=None,
        appeal=part.get("appeal", 180),
        declined_because=Words("x", "x") if idle else None,
        body_en=body_en,
        body_zh=body_zh,
        version="1.0.0",
        effective_from=part.get("effective_from"),
        announced=part.get("announced"),
        path="clauses/1.md",
    )


def _rule(part: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]], columns: Mapping[str, Any]) -> Rule:
    when = part.get("when", WHEN)
    if part.get("when_pattern") == "huge":
        classes = "[abcdefgh]" * 2000
        when = f"event.kind = 'post' AND regexp_matches(post.text, '{classes}')"
    parsed = parse_rule(when, {**rule_columns(), **columns}, lists=lists)
    where = Where("rules/r.yaml", 5, 3)
    tests = tuple(
        RuleTest("matches", text, None, (MappingProxyType({"post": {"text": text}}),), {}, where)
        for text in part.get("tests", ())
    )
    return Rule(
        id="r",
        clause="1",
        title=Words("r", "r"),
        status=part.get("rule_status", "experimental"),
        when=when,
        when_where=where,
        explains=Words("x", "x"),
        does_not_mean=(),
        evidence=(),
        tests=tests,
        reads=parsed.reads,
        lists=tuple(sorted(parsed.lists)),
        hash=content_hash(when),
        path="rules/r.yaml",
    )


def make(code_id: str = "small", **part: Any) -> Code:
    """Return the small honest code with some things different."""
    lists = {name: tuple(entries) for name, entries in part.get("lists", {}).items()}
    columns = {name: COLUMN_TYPES[kind] for name, kind in part.get("columns", {}).items()}
    start = part.get("code_effective_from")
    return Code(
        id=code_id,
        version="1.0.0",
        titles=Words("A small code", "小准则"),
        binding="terms",
        state_involvement=Words("None.", "无。"),
        applies_to=AppliesTo("everyone"),
        effective_from=start,
        announced=part.get("code_announced", start),
        promulgated_by=Words("We", "我们"),
        source=None,
        lineage=(),
        clauses=(_clause(part),),
        rules=(_rule(part, lists, columns),) if part.get("rule", True) else (),
        lists=lists,
        columns=columns,
        hash=content_hash([code_id, repr(sorted(part.items(), key=str))]),
        path=Path("small"),
    )


@pytest.fixture(scope="session")
def make_code() -> MakeCode:
    """Return the maker of small codes."""
    return make
