"""The author's self-check: the clause, the words marked, what mends it; nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.base.errors import UsageError
from ombud.conduct.harms import enforceable
from ombud.conduct.loader import load_code
from ombud.conduct.model import Code
from ombud.expr import parse_rule
from ombud.rules.bind import rule_columns
from ombud.rules.selfcheck import clickbait
from ombud.rules.selfcheck.advice import MENDS
from ombud.rules.selfcheck.checking import SelfCheck, draft
from ombud.rules.selfcheck.marks import marks

AT = 1_780_000_000_000_000


@pytest.fixture(scope="module")
def code() -> Code:
    """Give a code of two rules: one on the canonical text, one on a signal."""
    columns = rule_columns()
    code = load_code("clear-culture", columns)
    whens = {
        "promise": "contains(signal.text.canonical, '稳赚') AND regexp_matches(folded(post.text), 'v|薇')"
        " AND NOT contains(folded(post.text), '骗子')",
        "key": "signal.secrets.kind IS NOT NULL",
    }
    rules = tuple(
        replace(
            code.rules[0],
            id=name,
            when=when,
            status="stable" if name == "promise" else "experimental",
            reads=parse_rule(when, columns).reads,
            evidence=(),
            tests=(),
        )
        for name, when in whens.items()
    )
    return replace(code, rules=rules)


@pytest.fixture(scope="module")
def check(code: Code) -> SelfCheck:
    return SelfCheck([code])


def test_the_marks_stand_in_the_text_as_written(check: SelfCheck) -> None:
    """Camouflaged words are marked where they stand, and cutting them mends the draft."""
    text = "跟我来，稳 ♥ 赚 不 赔，加薇"
    (remark,) = check.check(draft(text, AT)).remarks
    assert [text[start:end] for start, end in remark.marks] == ["稳 ♥ 赚", "薇"]
    assert remark.cut_mends
    assert remark.sure
    assert remark.rule.rule.id == "promise"


def test_a_signal_marks_what_it_found(check: SelfCheck) -> None:
    """The spans of a signal are marked; a rule that is being tried is not sure."""
    text = "oops postgresql://app:q8Zk2LmP0xW3@db7.service.com/main"
    (remark,) = check.check(draft(text, AT)).remarks
    assert [text[start:end] for start, end in remark.marks] == ["q8Zk2LmP0xW3"]
    assert not remark.sure


def test_what_the_rule_excludes_is_not_marked(check: SelfCheck) -> None:
    """A warning of such promises is clear, and its words mark nothing."""
    assert check.check(draft("稳赚的都是骗子，别加薇", AT)).remarks == ()
    tree = parse_rule("contains(post.text, 'a') AND NOT contains(post.text, 'b')", rule_columns()).tree
    assert marks(tree, "abab") == [(0, 1), (2, 3)]


def test_private_drafts_are_not_judged(check: SelfCheck) -> None:
    """Private speech is not what rules may read."""
    assert check.check(draft("稳赚，加薇", AT, audience="private")).remarks == ()


def test_a_headline_gets_a_hint_and_no_rule_reads_it(check: SelfCheck) -> None:
    """Clickbait is a hint of the self-check and no column of a rule."""
    report = check.check(draft("23 Things You Won't Believe Are Real", AT))
    assert report.hint is not None
    assert report.remarks == ()
    assert check.check(draft("Parliament passes the water bill", AT)).hint is None
    assert check.check(draft("为什么他们都没想到？", AT)).hint is not None
    assert not any("clickbait" in column for column in rule_columns())


def test_every_harm_has_its_advice() -> None:
    """Each enforceable harm says in both languages what mends a draft."""
    assert set(MENDS) == set(enforceable())
    assert all(words.en and words.zh for words in MENDS.values())


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_draft_is_checked(check: SelfCheck, text: str) -> None:
    """Whatever is written, there is an answer with marks inside the text."""
    report = check.check(draft("稳赚薇" + text, AT))
    assert all(0 <= a < b <= len(text) + 3 for remark in report.remarks for a, b in remark.marks)


@pytest.mark.parametrize(
    "text", ["加微信稳赚" * 20_000, "@someone " * 10_000, "\u202e" * 100_000, "稳" + "\u0335" * 100_000]
)
def test_hostile_drafts_are_answered(check: SelfCheck, text: str) -> None:
    """Long, reversed and stacked texts are checked, with few marks."""
    for remark in check.check(draft(text, AT)).remarks:
        assert len(remark.marks) <= 40


def test_a_long_first_line_is_no_headline() -> None:
    """Only a short first line is a headline."""
    assert clickbait.headline_of("a" * 500) is None
    assert clickbait.headline_of("  Title \nbody") == "Title"
    assert clickbait.headline_of("") is None
    assert clickbait.score("12345").points == 0


def test_an_unknown_code_is_refused() -> None:
    """A misspelt code is an error of the call."""
    with pytest.raises(UsageError):
        load_code("clear-cultur", rule_columns())
